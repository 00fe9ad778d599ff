"""The letters that ask whether a mailbox is hers: they say nothing but the code, to whomever they reach."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event

from connectors.notices.port import Channel, DownError, Later, Message
from kairan.identifiers import Handle
from kairan.logs import log
from kairan.loops import POLL_SECONDS, Stop
from kairan.measures import Standing
from processors.channels.delivering import LONGEST_PAUSE, pause
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
        """All that wait; whether anything has to wait longer."""
        with self.store.transaction():
            self.store.forget_namings(self.now() - LASTS)
        return self._send(self.store.unsent())

    def keep(self, stop: Stop) -> None:
        failures = 0
        while not stop():
            failures = failures + 1 if self.once() else 0
            if failures:
                log().warning("not sent", channel="confirm", alarm="mailboxes cannot be named", count=failures)
                pause(min(2.0**failures, LONGEST_PAUSE), stop)
            else:
                Event().wait(POLL_SECONDS)

    def _send(self, waiting: Sequence[Naming]) -> bool:
        """A mailbox that is not there is a letter that went: whoever asked is not told which there are."""
        in_hand: list[Naming] = []
        waits = False
        try:
            for outcome in self.channel.send(self._letters(waiting, in_hand)):
                naming = in_hand.pop()
                if isinstance(outcome, Later):
                    waits = True
                else:
                    self._note_sent(naming)
        except DownError:
            return True
        return waits

    def _letters(self, waiting: Sequence[Naming], in_hand: list[Naming]) -> Iterator[Message]:
        for naming in waiting:
            if self.standing(naming.handle) == "none":
                in_hand.append(naming)
                yield letter(naming)
            else:
                with self.store.transaction():
                    self.store.forget_naming(naming.handle)

    def _note_sent(self, naming: Naming) -> None:
        """Unless she has asked for another one meanwhile, or brought it already."""
        with self.store.transaction():
            found = self.store.naming(naming.handle)
            if found is not None and found.code == naming.code:
                self.store.put_naming(replace(found, is_sent=True))
