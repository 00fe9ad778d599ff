"""
What is still to be sent, by which class of channel and when.

Each class goes its own way: one that is quiet, or down, delays only itself.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count
from typing import NamedTuple

from processors.notices.channels import REMINDED_BY, opens, retried_after, start_of
from processors.notices.entries import Entry
from processors.notices.facts import ChannelClass, Purpose, Sending
from processors.notices.known import CONSENTED, Known
from processors.notices.rules import Rules

_ONE_DAY = timedelta(days=1)


class Planned(NamedTuple):
    """A sending, and the earliest time for it (milliseconds since 1970 UTC), never in quiet hours."""

    at: int
    sending: Sending


class Plan(NamedTuple):
    """From what is known, and from what channels were asked for, with the time of it."""

    known: Known
    rules: Rules
    asked: Mapping[Sending, int]

    def of(self, entry: Entry) -> Iterator[Planned]:
        """Everything that is open for a notice that holds."""
        for channel in sorted(self._classes(entry)):
            first = Sending(entry.notice.id, entry.wording, channel)
            yield from self._planned(first, self._told_from(entry))
            reminds = self._reminded_at(entry, first)
            if reminds is not None:
                yield from self._planned(first._replace(purpose="reminder"), reminds)

    def _classes(self, entry: Entry) -> frozenset[ChannelClass]:
        """Of a protected person the safe one, if it is named, and nothing else whatever the rule or she agreed to."""
        known = self.known
        if known.hides(known.person):
            return frozenset({"safe"} if known.has_safe_channel else ())
        if self._went_safely(entry):
            return frozenset()
        return frozenset(
            each for each in entry.notice.classes - {"safe"} if each not in CONSENTED or known.consents_to(each)
        )

    def _went_safely(self, entry: Entry) -> bool:
        """Then it is not told once more elsewhere, when the protection has ended."""
        return any(
            (each.notice, each.wording, each.channel) == (entry.notice.id, entry.wording, "safe")
            and not self._failed(each)
            for each in self.asked
        )

    def _planned(self, first: Sending, not_before: int) -> Iterator[Planned]:
        """The first, or the next after those that failed; nothing while one is on its way or delivered."""
        for number in count():
            sending = first._replace(number=number)
            if sending not in self.asked:
                yield Planned(opens(first.channel, max(self.known.now, not_before)), sending)
                return
            if not self._failed(sending):
                return
            not_before = self.known.receipts[sending.id].at + retried_after(number)

    def _failed(self, sending: Sending) -> bool:
        receipt = self.known.receipts.get(sending.id)
        return receipt is not None and not receipt.is_delivered

    def _told_from(self, entry: Entry) -> int:
        return self._days_before(entry, "notice") or 0

    def _reminded_at(self, entry: Entry, first: Sending) -> int | None:
        """None: never, not by this class, or it was told no earlier than that."""
        at = self._days_before(entry, "reminder")
        told = self.asked.get(first)
        if at is None or told is None or told >= at or first.channel not in REMINDED_BY:
            return None
        return at if self._is_before_the_end(entry) else None

    def _days_before(self, entry: Entry, purpose: Purpose) -> int | None:
        rule = self.rules.by_id[entry.notice.rule]
        days = rule.tell if purpose == "notice" else rule.remind
        return start_of(entry.notice.due - days * _ONE_DAY) if entry.notice.due and days is not None else None

    def _is_before_the_end(self, entry: Entry) -> bool:
        due = entry.notice.due
        return due is not None and self.known.now < start_of(due + _ONE_DAY)
