"""Queue, addresses and letters in memory; it passes the suite of PostgreSQL's (``tests/contract/queue_suite.py``)."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace

from kairan.identifiers import Handle
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from processors.channels.addresses import Address
from processors.channels.naming import Naming
from processors.channels.queue import Copy, End, Key, Settled, Way
from processors.channels.sendings import Sending


@dataclass
class _Kept:
    addresses: dict[int, Address] = field(default_factory=dict)
    sendings: dict[bytes, Sending] = field(default_factory=dict)
    copies: dict[Key, Copy] = field(default_factory=dict)
    ends: dict[Key, End] = field(default_factory=dict)
    closed: dict[bytes, str] = field(default_factory=dict)
    letters: dict[int, Outgoing] = field(default_factory=dict)
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    unreadable: dict[Position, str] = field(default_factory=dict)
    namings: dict[Handle, Naming] = field(default_factory=dict)
    asked: list[tuple[Handle, int]] = field(default_factory=list)
    agreed: dict[Handle, int] = field(default_factory=dict)
    push_key: list[str] = field(default_factory=list)
    count: int = 0


class MemoryQueue:
    """Of all channels."""

    def __init__(self) -> None:
        self.kept = _Kept()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = _Kept(*(copy(each) for each in vars(self.kept).values()))
        try:
            yield
        except BaseException:
            self.kept = before
            raise

    def of(self, handle: Handle) -> Sequence[Address]:
        return [each for each in self.kept.addresses.values() if each.handle == handle]

    def by_token(self, token: str) -> Address | None:
        return next((each for each in self.kept.addresses.values() if each.token == token), None)

    def keep(self, address: Address) -> None:
        same = next((each for each in self.kept.addresses.values() if _place(each) == _place(address)), None)
        number, token = (same.number, same.token) if same else (self._number(), address.token)
        self.kept.addresses[number] = replace(address, number=number, token=token, is_gone=False)

    def forget(self, number: int) -> None:
        self.kept.addresses.pop(number, None)

    def lose(self, number: int, at: int) -> None:  # noqa: ARG002 - when, the copy says
        if number in self.kept.addresses:
            self.kept.addresses[number] = replace(self.kept.addresses[number], is_gone=True)

    def naming(self, handle: Handle) -> Naming | None:
        return self.kept.namings.get(handle)

    def put_naming(self, naming: Naming) -> None:
        self.kept.namings[naming.handle] = naming

    def forget_naming(self, handle: Handle) -> None:
        self.kept.namings.pop(handle, None)

    def forget_namings(self, before: int) -> None:
        self.kept.namings = {handle: each for handle, each in self.kept.namings.items() if each.asked > before}

    def unsent(self, at: int) -> Sequence[Naming]:
        waiting = [each for each in self.kept.namings.values() if not each.is_sent and each.due <= at]
        return sorted(waiting, key=lambda each: (each.asked, each.handle))

    def note_asked(self, handle: Handle, at: int, before: int) -> int:
        self.kept.asked = [*(each for each in self.kept.asked if each[1] > before), (handle, at)]
        return sum(1 for who, _ in self.kept.asked if who == handle)

    def agreed(self, handle: Handle) -> int | None:
        return self.kept.agreed.get(handle)

    def set_agreed(self, handle: Handle, since: int | None) -> None:
        if since is None:
            self.kept.agreed.pop(handle, None)
        else:
            self.kept.agreed.setdefault(handle, since)

    def push_key(self) -> str:
        return "".join(self.kept.push_key)

    def set_push_key(self, public: str) -> None:
        self.kept.push_key = [public]

    def positions(self) -> Mapping[TopicPartition, int]:
        return dict(self.kept.positions)

    def advance(self, positions: Mapping[TopicPartition, int]) -> None:
        self.kept.positions |= positions

    def reach(self, whom: Iterable[tuple[Handle, str]]) -> Mapping[tuple[Handle, str], Sequence[Address]]:
        return {
            (handle, channel): [each for each in self.of(handle) if each.channel == channel and each.is_wanted]
            for handle, channel in whom
        }

    def put(self, sendings: Mapping[Sending, Sequence[Copy]]) -> None:
        for sending, copies in sendings.items():
            if sending.id not in self.kept.sendings:
                self.kept.sendings[sending.id] = sending
                self.kept.copies |= {each.key: each for each in copies}

    def take_back(self, notice: bytes, at: int) -> list[bytes]:  # noqa: ARG002 - nobody asks when
        return self._end("withdrawn", lambda each: each.sending.notice == notice)

    def hide(self, persons: Collection[Handle], at: int) -> list[bytes]:  # noqa: ARG002
        return self._end("hidden", lambda each: each.sending.handle in persons and each.sending.channel != "safe")

    def expire(self, means: Way, at: int) -> list[bytes]:
        return self._end("expired", lambda each: each.means == means and each.sending.expires <= at)

    def due(self, means: Way, at: int, at_most: int) -> list[Copy]:
        found = [each for each in self._waiting() if each.means == means and each.due <= at]
        ordered = sorted(found, key=lambda each: (each.days, each.due, each.key))[:at_most]
        return [each._replace(address=self.kept.addresses.get(each.number)) for each in ordered]

    def waits(self, key: Key) -> bool:
        return self._is_open(key) and key.number in {0, *self.kept.addresses}

    def _is_open(self, key: Key) -> bool:
        return key in self.kept.copies and key not in self.kept.ends

    def settle(self, settled: Iterable[Settled], at: int) -> None:  # noqa: ARG002
        for each in settled:
            if self._is_open(each.key) or each.end == "delivered":
                self._settle(each)

    def _settle(self, its: Settled) -> None:
        if its.end is None:
            self.kept.copies[its.key] = self.kept.copies[its.key]._replace(due=its.due, failures=its.failures)
        else:
            self.kept.ends[its.key] = its.end

    def ended(self, sendings: Collection[bytes]) -> Mapping[Sending, frozenset[str]]:
        waiting = {each.sending.id for each in self._waiting()}
        known = sorted(self.kept.sendings.keys() & set(sendings) - waiting)
        found = {self.kept.sendings[each]: self._ends(each) for each in known}
        return {each: ends for each, ends in found.items() if not self._is_closed(each.id, ends)}

    def _is_closed(self, sending: bytes, ends: frozenset[str]) -> bool:
        told = self.kept.closed.get(sending)
        return told == "delivered" or (told is not None and "delivered" not in ends)

    def close(self, sendings: Mapping[bytes, str], at: int) -> None:  # noqa: ARG002
        self.kept.closed |= sendings

    def set_aside(self, record: Incoming, error: str) -> None:
        self.kept.unreadable[record.at] = error

    def post(self, letters: Iterable[Outgoing]) -> None:
        for each in letters:
            self.kept.letters[self._number()] = each

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        return sorted(self.kept.letters.items())[:at_most]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:  # noqa: ARG002
        for number in rows:
            del self.kept.letters[number]

    def wait(self, seconds: float) -> None:
        """Memory never waits."""

    def _waiting(self) -> list[Copy]:
        return [each for key, each in self.kept.copies.items() if key not in self.kept.ends]

    def _end(self, end: End, which: Callable[[Copy], bool]) -> list[bytes]:
        found = [each for each in self._waiting() if which(each)]
        self.kept.ends |= dict.fromkeys((each.key for each in found), end)
        return sorted({each.sending.id for each in found})

    def _ends(self, sending: bytes) -> frozenset[str]:
        return frozenset(end for key, end in self.kept.ends.items() if key.sending == sending)

    def _number(self) -> int:
        self.kept.count += 1
        return self.kept.count


def _place(address: Address) -> tuple[bytes, str, str, str]:
    return address.handle, address.channel, address.means, json.dumps(address.target, sort_keys=True)
