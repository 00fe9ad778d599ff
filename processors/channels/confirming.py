"""The letters that ask whether a mailbox is hers: they say nothing but the code, to whomever they reach."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

from connectors.notices.port import Channel, DownError, Later, Message, Outcome
from kairan.identifiers import Handle
from kairan.logs import log
from kairan.loops import POLL_SECONDS, Stop
from kairan.measures import Standing
from processors.channels.delivering import LONGEST_PAUSE, pause
from processors.channels.handing import Failed, handed_over
from processors.channels.naming import LASTS, Naming, Namings
from processors.notices import texts


def letter(naming: Naming) -> Message:
    """No name, no link: whoever reads it and did not ask has nothing to do and nothing to click."""
    its = texts.words(naming.language)
    title, body = (its.sentences[each].fill({}).plain for each in ("confirm_title", "confirm_body"))
    said = f"confirm\x1f{naming.mailbox}\x1f{naming.code}\x1f{naming.asked}".encode()
    name, target = hashlib.sha256(said).digest()[:16], {"mailbox": naming.mailbox}
    return Message(name, target, title, f"{body}\n\n{naming.code}", its.tag, "", "", naming.asked, LASTS // 1000)


@dataclass(frozen=True, slots=True)
class Confirming:
    """``standing``: who hides is told nothing, be it that she asked before; ``now``: as notices know the time."""

    channel: Channel
    store: Namings
    standing: Callable[[Handle], Standing]
    now: Callable[[], int]

    def once(self) -> bool:
        """All that are due; whether the channel is down. What one mailbox answers keeps no other one waiting."""
        at = self.now()
        with self.store.transaction():
            self.store.forget_namings(at - LASTS)
        try:
            for naming, outcome in handed_over(self.channel, self.store.unsent(at), self._may_go, letter):
                self._note(naming, outcome)
        except DownError:
            return True
        return False

    def keep(self, stop: Stop) -> None:
        failures = 0
        while not stop():
            failures = failures + 1 if self.once() else 0
            if failures:
                log().warning("down", channel="confirm", alarm="mailboxes cannot be named", count=failures)
                pause(min(2.0**failures, LONGEST_PAUSE), stop)
            else:
                Event().wait(POLL_SECONDS)

    def _may_go(self, naming: Naming) -> bool:
        if self.standing(naming.handle) == "none":
            return True
        with self.store.transaction():
            self.store.forget_naming(naming.handle)
        return False

    def _note(self, naming: Naming, outcome: Outcome | Failed) -> None:
        """
        Unless she has asked for another one meanwhile, or brought it already.

        A mailbox that is not there, or of which nobody can make a letter, is one that went: whoever asked is not told
        which there are.
        """
        with self.store.transaction():
            found = self.store.naming(naming.handle)
            if found is not None and found.code == naming.code:
                self.store.put_naming(self._noted(found, outcome))

    def _noted(self, naming: Naming, outcome: Outcome | Failed) -> Naming:
        if not isinstance(outcome, Later):
            return replace(naming, is_sent=True)
        failures = naming.failures + 1
        seconds = max(min(2**failures, int(LONGEST_PAUSE)), outcome.seconds or 0)
        return replace(naming, due=self.now() + 1000 * seconds, failures=failures)
