"""An office on PostgreSQL (``connectors.postgres.office.Office``): one schema of a member's database."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import DataError, Error

from connectors.postgres import statements
from connectors.postgres.answers import is_answered
from connectors.postgres.columns import Bytes, Ints, Longs, Texts, columns
from connectors.postgres.database import Database
from connectors.postgres.deliveries import Key, Row, to_json
from connectors.postgres.effects import HIDDEN, Order, Person, Told
from connectors.postgres.office import CannotApplyError, Parked, Refused, Standing, Stretch

_SERVERS = ("40", "53", "55P03", "57P", "58", "XX")
"""SQLSTATEs that tell of the server, or that pass when all is tried again: nobody is parked for them."""
_OURS = ("08", "0A", "25", "26", "28", "3D", "3F", "42", "55", "57")
"""Those that do too where no function of the member was running: our own statement, its rights, the connection."""
_RAISED_BY_HAND = "exec_stmt_raise"
_CHECK_DEFERRED = (b"set constraints all immediate", b"set constraints all deferred")
_TOLD = (
    *(Bytes, Texts, Bytes, Texts, Texts, Bytes, Longs),
    *(Texts, Texts, Texts, Texts, Longs, Longs),
    *(Texts, Texts, Texts, Texts, Texts, Bytes),
    *(Texts, Ints, Longs, Longs),
)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raises CannotApplyError where the office refuses; any other error of the database ends the task."""
    try:
        yield
    except Error as error:
        if not _is_refusal(error):
            raise
        reason = error.diag.constraint_name or error.sqlstate or type(error).__name__
    else:
        return
    raise CannotApplyError(reason)  # outside the handler: the database's text holds values


def _is_refusal(error: Error) -> bool:
    """
    Does the office refuse what it was given, be it by a member's own trigger?

    A trigger may raise whatever code it likes, and a mistake in it is its member's too: nobody else is stopped by
    it. Which function was running stands in the error's context, in the server's language: that there is one counts.
    """
    if error.sqlstate is None:  # of the client: the connection is gone, or this value cannot be sent
        return isinstance(error, DataError)
    if error.diag.source_function == _RAISED_BY_HAND:
        return True
    return not error.sqlstate.startswith(_SERVERS if error.diag.context else _SERVERS + _OURS)


class PostgresOffice:
    """
    The tables of one channel.

    Every statement takes a whole batch: arrays in, sets out, binary both ways.
    """

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._statements = statements.of(channel)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with _refusing(), self._database.transaction():
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What a member's own constraints put off is checked here: at the end nobody could tell whom they refuse."""
        with self.transaction():
            yield
            for check in _CHECK_DEFERRED:
                self._database.run(check)

    def standing(self, topic: str, partition: int) -> Standing:
        return Standing(*self._all("standing", topic, partition)[0])

    def position(self, topic: str, partition: int) -> int | None:
        return self.standing(topic, partition).position

    def finish(self, topic: str, partition: int, position: int, receipt: bytes) -> None:
        self._run("finish", topic, partition, position, receipt)

    def received(self, rows: Sequence[Row]) -> set[tuple[bytes, str]]:
        return {(ref, business) for ref, business in self._all("received", *_identities(rows))}

    def usual(self, read: Stretch, first: Sequence[Row], others: Sequence[Row], receipt: bytes) -> None:
        due = [*first, *others]
        values = (*_told_of(due), len(first), *read.at, read.next, receipt, *read.at, read.first, len(due), len(first))
        is_asked = any(is_answered(row.delivery) for row in due)
        with _refusing():
            self._run("usual_answered" if is_asked else "usual", *values)

    def insert(self, rows: Sequence[Row]) -> Mapping[tuple[bytes, str], bool]:
        found = self._all("insert", *_told_of(rows), len(rows))
        usual = dict.fromkeys((row.identity for row in rows), False) if _all_went(found) else {}
        return usual | {(ref, business): annulled for ref, business, annulled, _ in found if ref is not None}

    def overlay(self, rows: Sequence[Row]) -> set[Key]:
        if not rows:
            return set()
        found = self._all("overlay", *_told_of(rows), len(rows))
        return set() if _all_went(found) else {row.key for row in rows} - {Key(*key) for *key, _ in found}

    def history(self, keys: Iterable[Key]) -> Mapping[Key, list[Told]]:
        found: dict[Key, list[Told]] = {key: [] for key in keys}
        for business, pairwise_id, *told in self._all("history", *_pairs(found)):
            found[Key(business, pairwise_id)].append(_told(*told))
        return found

    def put(self, people: Mapping[Key, Person]) -> None:
        known = list(people.values())
        self._run(
            "put",
            *_pairs(people),
            [to_json(person.fields) for person in known],
            [person.protection for person in known],
            [to_json(person.measures) for person in known],
            [to_json(person.versions) for person in known],
            *map(list, zip(*(person.latest for person in known), strict=True)),
        )
        self._mark_annulled(people)

    def protect(self, people: Mapping[Key, Person]) -> None:
        known = list(people.values())
        measures = [to_json(person.measures) for person in known]
        self._run("protect", *_pairs(people), [person.protection for person in known], measures)
        self._mark_annulled(people)

    def waiting(self, keys: Iterable[Key]) -> set[Key]:
        return {Key(*key) for key in self._all("waiting", *_pairs(keys))}

    def released(self) -> set[Key]:
        return {Key(*key) for key in self._all("released")}

    def queue(self, key: Key) -> list[Parked]:
        return [Parked(key, *parked) for parked in self._all("queue", *key)]

    def park(self, rows: Sequence[Row], reason: str) -> set[tuple[bytes, str]]:
        return {(ref, business) for row in rows for ref, business in self._all("park", *_parked(row), reason)}

    def unpark(self, parked: Parked) -> None:
        self._run("unpark", parked.event_ref, parked.key.business)

    def discard(self, parked: Parked, *, answered: bool) -> None:
        self._run("discard", parked.event_ref, parked.key.business, answered)

    def discarded(self, rows: Sequence[Row]) -> set[tuple[bytes, str]]:
        return {(ref, business) for ref, business in self._all("discarded", *_identities(rows))}

    def stay(self, parked: Parked, reason: str) -> None:
        self._run("stay", parked.event_ref, reason, *parked.key)

    def strip(self, pairwise_ids: Iterable[bytes], strip: Callable[[bytes], bytes]) -> None:
        listed = list(pairwise_ids)
        for ref, business, delivery in self._all("parked_of", listed, listed):
            self._run("restock", strip(delivery), ref, business)

    def refuse(self, refused: Sequence[Refused]) -> None:
        self._run("refuse", *map(list, zip(*refused, strict=True)))

    def _mark_annulled(self, known: Mapping[Key, Person]) -> None:
        """Of whom nothing is annulled now, nothing ever was: the newest annulment of a person always stands."""
        people = {key: person for key, person in known.items() if person.annulled}
        if not people:
            return
        marks = [(*key, *mark) for key, person in people.items() for mark in person.annulled.items()]
        named = map(list, zip(*marks, strict=True))
        self._run("mark", *_pairs(people), *named)

    def _run(self, statement: str, *values: Any) -> None:
        self._database.run(self._statements[statement], *values)

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._database.all(self._statements[statement], *values)


def released_in(database: Database, channels: Sequence[str]) -> list[str]:
    """The channels where an operator has set a mark: one question for all offices of a member."""
    return [channel for (channel,) in database.all(statements.of_all(tuple(channels)))]


def _all_went(found: Iterable[tuple[Any, ...]]) -> bool:
    """What the statement says of itself in the last column of one row."""
    return any(whole for *_, whole in found)


def _pairs(keys: Iterable[Key]) -> tuple[list[str], list[bytes]]:
    listed = list(keys)
    return [key.business for key in listed], [key.pairwise_id for key in listed]


def _identities(rows: Sequence[Row]) -> tuple[list[bytes], list[str]]:
    return [row.delivery.event_ref for row in rows], [row.business for row in rows]


def _told_of(rows: Sequence[Row]) -> list[list[Any]]:
    """The columns of ``statements``' ``told``."""
    return columns(_TOLD, map(_columns, rows))


def _columns(row: Row) -> tuple[Any, ...]:
    """What the inbox keeps, in the order of the statement."""
    told = row.delivery
    municipality, business = told.source or (None, None)
    return (
        told.event_ref,
        row.business,
        told.pairwise_id,
        told.type,
        told.change,
        told.corrects_ref,
        told.version,
        municipality,
        business,
        told.protection,
        told.effective,
        told.registered,
        told.admitted,
        told.envelope_json,
        told.body_json,
        ",".join(told.empty),
        told.withheld_json,
        row.rule,
        told.decided_by,
        *told.at,
        told.offset,
    )


def _parked(row: Row) -> tuple[Any, ...]:
    told = row.delivery
    return (told.event_ref, row.business, told.pairwise_id, told.type, list(told.related), told.value, told.offset)


def _told(  # noqa: PLR0913, PLR0917 - a row of the inbox
    ref: bytes,
    type_: str,
    change: str,
    corrects_ref: bytes | None,
    version: int,
    municipality: str | None,
    business: str | None,
    issuer: str | None,
    protection: str | None,
    admitted: int,
    lane: str,
    offset: int,
    body: Mapping[str, Any],
) -> Told:
    source = HIDDEN if municipality is None else f"{municipality}/{business}"
    order = Order(admitted, int(lane == "live"), offset)
    return Told(ref, type_, change, corrects_ref, version, source, issuer, order, protection, body)
