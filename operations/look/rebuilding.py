"""
What follows from topics, built again: compared with what is in use, or put in its place.

Admission's memory follows from the log and the subjects' topics, the ledger from the receipts, who was told what from
what routing wrote down, the journals of moves and notices from the log, the processes' inputs, the measures and their
own order (docs/adr/0029).
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import NamedTuple

from kairan import topics
from kairan.loops import Effect
from kairan.postgres import AlreadyOwnedError, Connection, copies, own
from kairan.postgres.copies import Differing, Projection
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import Reader
from operations.look import databases, journals, reading, routing
from operations.look.journals import Journals
from operations.stack.errors import StackError
from processors.admission import store as memory
from processors.admission.log import LogLostError, catch_up
from processors.admission.store import PostgresMemory, right_to_admit
from processors.disclosures import store as told
from processors.disclosures.entries import TOPIC
from processors.disclosures.store import Disclosures
from processors.ledger import store as sums
from processors.ledger.store import Ledger
from processors.moving.__main__ import PRINCIPAL as MOVING
from processors.notices.__main__ import PRINCIPAL as NOTICES
from processors.runtime.shares import WHOLE

_RUNS = "{process} runs and writes what would be replaced: end that process, by `kairan down` or alone, and ask again."


class Rebuilt(NamedTuple):
    """How many records were read, and where the tables in use differed from what they tell."""

    records: int
    differing: list[Differing]

    def rows(self) -> int:
        return sum(each.rows for each in self.differing)


class Part(NamedTuple):
    """
    What can be built again.

    ``rights`` are the locks of whoever writes it, which is called ``process``; ``read`` fills the fresh tables.
    """

    process: str
    projection: Projection
    topics: list[str]
    rights: list[str]
    read: Callable[[Settings, Reader], int]


def identity(register: Register) -> Part:
    """Admission's memory; of all municipalities that ever joined, for their names stay known."""
    codes = sorted({member.code for member in register.municipalities()})
    names = [topics.name(topics.SUBJECTS, code) for code in codes]
    rights = [right_to_admit(code) for code in codes]
    return Part("Admission", memory.PROJECTION, [*routing.LANES, *names], rights, _read_log)


def ledger(register: Register) -> Part:
    names = [topics.name(topics.RECEIPTS, code) for code in sorted({member.code for member in register.members})]
    return Part("The ledger", sums.PROJECTION, names, [sums.RIGHT], _read_receipts)


def disclosures() -> Part:
    return Part("The process of disclosures", told.PROJECTION, [TOPIC], [told.RIGHT], _read_entries)


def moving(*, to_end: bool) -> Part:
    """The processes of a move: as far as they have read, or ``to_end``."""
    return _journals("The moving process", journals.MOVING, WHOLE.rights(MOVING), to_end=to_end)


def notices(*, to_end: bool) -> Part:
    """What residents are told: as far as the process has read, or ``to_end``."""
    return _journals("The process of notices", journals.NOTICES, WHOLE.rights(NOTICES), to_end=to_end)


def _journals(process: str, its: Journals, rights: Iterable[str], *, to_end: bool) -> Part:
    return Part(process, its.projection, its.topics, [*rights], partial(journals.read, its, to_end=to_end))


def rebuild(settings: Settings, part: Part, *, swap: bool) -> Rebuilt:
    """
    Reads the topics into fresh tables and compares; with ``swap`` these take the place of those in use.

    Raises:
        StackError: the topics are not whole, or whoever writes the tables runs.

    """
    with databases.opened(settings, databases.BUS, writes=True) as connection:
        if not databases.has(connection, f"{part.projection.schema}.{part.projection.compared[0].name}"):
            raise StackError("The bus's database has no such tables yet: run `kairan up`.")
        _stand_alone(connection, part, swap=swap)
        with copies.empty(connection, part.projection):
            with reading.reader(settings, "rebuild", part.topics) as reader:
                records = part.read(settings, reader)
            found = copies.differing(connection, part.projection)
            if swap:
                copies.take_over(connection, part.projection)
    return Rebuilt(records, found)


def _stand_alone(connection: Connection, part: Part, *, swap: bool) -> None:
    """One rebuilds at a time; who swaps has the rights of the process that writes, until the connection ends."""
    try:
        own(connection, f"rebuild.{part.projection.schema}")
    except AlreadyOwnedError:
        raise StackError("Somebody else builds the same tables again: wait until that is done.") from None
    try:
        for right in part.rights if swap else ():
            own(connection, right)
    except AlreadyOwnedError:
        raise StackError(_RUNS.format(process=part.process)) from None


def _read_log(settings: Settings, reader: Reader) -> int:
    keys = routing.keys(settings)
    fresh = PostgresMemory(settings.dsn(memory.DATABASE), schema=memory.PROJECTION.fresh)
    with closing(fresh):
        try:
            return catch_up(reader, fresh, keys)
        except LogLostError as error:
            raise StackError(f"Nothing is built again from a log that is not whole. {error}") from error


def _read_receipts(settings: Settings, reader: Reader) -> int:
    if lost := _lost(reader):
        raise StackError(f"{', '.join(lost)} no longer have the oldest receipts: the ledger has what they said.")
    with databases.opened(settings, databases.BUS, writes=True) as connection:
        return _applied(reader, Ledger(connection, sums.PROJECTION.fresh))


def _read_entries(settings: Settings, reader: Reader) -> int:
    if _lost(reader):
        raise StackError(f"{TOPIC} no longer has the oldest entries: restore it from a replica.")
    with databases.opened(settings, databases.BUS, writes=True) as connection:
        return _applied(reader, Disclosures(connection, told.PROJECTION.fresh))


def _lost(reader: Reader) -> list[str]:
    """Topics that do not begin at their beginning any more."""
    return sorted({at.topic for at, start in reader.starts().items() if start})


def _applied(reader: Reader, fresh: Effect) -> int:
    count = 0
    for batch in reading.batches(reader, reading.kept(reader)):
        if batch:
            fresh.apply(batch)
        count += len(batch)
    return count
