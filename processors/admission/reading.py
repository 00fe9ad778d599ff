"""From the bytes of a record to a statement, or to the first reason for which they are none."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from kairan import decoder, free_text, scanner, shapes, wire
from kairan.scanner import NotCanonicalError
from kairan.shapes import Shape, UnknownSchemaIdError
from kairan.stream import Incoming
from kairan.wire import NotDecodableError, NotFramedError
from processors.admission import fieldcode, rules
from processors.admission.days import Days, today
from processors.admission.facts import FLAG
from processors.admission.fields import MEASURE_ID
from processors.admission.members import Lane
from processors.admission.reasons import Problem, problem
from processors.admission.rules.alike import Alike
from processors.admission.rules.envelope import atena_rule
from processors.admission.statement import Sender, Statement

MOST_BYTES = 64 * 1024
_ENVELOPES = Alike()


class Flag(NamedTuple):
    """What a ProtectionChanged says, as far as it can be told: it is obeyed even where it is refused."""

    atena_number: str
    measure: str
    version: int
    registered: int


class Reading(NamedTuple):
    """
    A record and what could be made of it.

    Without a ``statement`` the bytes are no record of a statement's shape, and ``problems`` has one entry.
    """

    record: Incoming
    sender: Sender
    digest: bytes
    problems: tuple[Problem, ...] = ()
    statement: Statement | None = None
    boundaries: tuple[int, ...] = ()
    """Of the fields of a statement's envelope, and where its body begins."""
    event_id: bytes | None = None
    type: str | None = None
    flag: Flag | None = None

    @property
    def value(self) -> bytes:
        return self.record.value or b""


def read(record: Incoming, sender: Sender, lane: Lane, at: int) -> Reading:
    """Checks everything that needs no memory; ``at``: when it came, milliseconds since 1970 UTC."""
    value = record.value or b""
    digest = hashlib.sha256(value).digest()
    shape = _shape(value)
    if isinstance(shape, Problem):
        return Reading(record, sender, digest, (shape,))
    try:
        scanner.check(shape, value)
    except NotCanonicalError as error:
        return _broken(record, sender, digest, shape, problem("avro.not_canonical", error.path, error.rule))
    envelope, body, boundaries, texts = decoder.decode(shape, value)
    days = Days(today(at), envelope["effective"]["value"])
    statement = Statement(shape, envelope, body, sender, days, record.timestamp)
    problems = (
        *(() if shape.lane == lane else (problem("schema.wrong_lane"),)),
        *_ENVELOPES.problems_of(statement, value, boundaries),
        *_problems(statement, texts),
    )
    flag = _flag(envelope, body, sender) if shape.type == FLAG else None
    heard = _kept(statement, is_refused=bool(problems))
    return Reading(record, sender, digest, problems, heard, boundaries, envelope["id"], shape.type, flag)


def _kept(statement: Statement, *, is_refused: bool) -> Statement:
    """
    Without its body: the bytes go on, and only a flag's measure is told beside them.

    Of what is refused nothing more is needed than who states what of whom: a batch of long lists fills a memory.
    """
    if is_refused:
        return statement._replace(envelope=statement.envelope | {"municipalities": [], "related": []}, body={})
    if statement.shape.type == FLAG:
        return statement
    return Statement(statement.shape, statement.envelope, {}, statement.sender, statement.days, statement.received)


def _shape(value: bytes) -> Shape | Problem:
    """The statement shape that the bytes name."""
    return problem("size.too_large") if len(value) > MOST_BYTES else _shape_of(value[: wire.FRAME])


@lru_cache(maxsize=1024)
def _shape_of(frame: bytes) -> Shape | Problem:
    try:
        shape = shapes.by_id(wire.schema_id(frame))
    except NotFramedError:
        return problem("frame.missing")
    except UnknownSchemaIdError as error:
        return problem("schema.not_a_statement" if error.schema_id in shapes.RELEASES else "schema.unknown")
    return shape if shape.stage == "statement" else problem("schema.not_a_statement")


def _problems(statement: Statement, texts: Sequence[str]) -> list[Problem]:
    """Of the body, and of the texts of both."""
    shape = statement.shape
    found = rules.problems_of(statement)
    found += fieldcode.problems_of(shape, statement.body, statement.days)
    numbers = free_text.found_among(texts, shape, {"envelope": statement.envelope, **statement.body})
    return [*found, *(problem(each.code, each.path) for each in numbers)]


def _broken(record: Incoming, sender: Sender, digest: bytes, shape: Shape, wrong: Problem) -> Reading:
    """Not canonical; whom a broken flag protects is read all the same, as far as a decoder gets."""
    value = record.value or b""
    try:
        _, envelope, body_offset = wire.decode_envelope(value)
    except NotDecodableError:
        return Reading(record, sender, digest, (wrong,), type=shape.type)
    flag = _flag(envelope, _body(shape, value, body_offset), sender) if shape.type == FLAG else None
    return Reading(record, sender, digest, (wrong,), event_id=envelope["id"], type=shape.type, flag=flag)


def _body(shape: Shape, value: bytes, body_offset: int) -> dict[str, Any]:
    try:
        return wire.decode_body(shape, value, body_offset)
    except NotDecodableError:
        return {}


def _flag(envelope: dict[str, Any], body: dict[str, Any], sender: Sender) -> Flag | None:
    """None where it cannot be told who is meant."""
    number = envelope["subject"]["atena_number"]
    if atena_rule(number, sender.scheme) is not None:
        return None
    measure, registered = body.get("measure"), envelope["registered"]
    if measure is None or not MEASURE_ID.fullmatch(measure["id"]) or free_text.codes_of_identifier(measure["id"]):
        return Flag(number, "", 0, registered)
    return Flag(number, measure["id"], max(measure["version"], 0), registered)
