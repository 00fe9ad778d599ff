"""
The scanner: finds the byte range of every field, and refuses what is not canonical Avro.

One record has one encoding here: minimal varints, integers in range, booleans 0 or 1, indexes in range, lists as one
positive block, text in UTF-8, no byte left over. Decoders differ in what more they accept; so nothing more gets in.
Nor does U+0000: no office could keep a text with it (PostgreSQL's 22P05).
The code is compiled from the schema when a shape is first met. Time is linear in the bytes, whoever wrote them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Literal, NamedTuple

from kairan import native
from kairan.native import Program
from kairan.scancode import Source, scan_fields
from kairan.shapes import RecordShape, Shape, definitions
from kairan.wire import FRAME

Rule = Literal[
    "the bytes end too early",
    "bytes are left over",
    "the schema id is another",
    "the varint is not minimal",
    "the integer is out of range",
    "the length is negative",
    "the text is not UTF-8",
    "the text has U+0000",
    "a boolean is 0 or 1",
    "the union index is out of range",
    "the enum index is out of range",
    "a list is one positive block",
]
TRUNCATED: Rule = "the bytes end too early"
LEFT_OVER: Rule = "bytes are left over"
OTHER_ID: Rule = "the schema id is another"
MINIMAL: Rule = "the varint is not minimal"
RANGE: Rule = "the integer is out of range"
NEGATIVE: Rule = "the length is negative"
UTF8: Rule = "the text is not UTF-8"
NUL: Rule = "the text has U+0000"
BOOLEAN: Rule = "a boolean is 0 or 1"
UNION: Rule = "the union index is out of range"
ENUM: Rule = "the enum index is out of range"
BLOCKS: Rule = "a list is one positive block"

Positions = tuple[int, ...]
Fields = Sequence[Mapping[str, Any]]
Function = Callable[[bytes, int], Positions]


class NotCanonicalError(ValueError):
    """These bytes are not the one encoding of a record: path of the field and rule, never a value."""

    def __init__(self, path: str, rule: Rule) -> None:
        super().__init__(f"{path}: {rule}" if path else rule)
        self.path = path
        self.rule = rule


def boundaries(shape: Shape, value: bytes, body_offset: int) -> Positions:
    """
    Where each body field begins, and the end: field i is ``value[b[i]:b[i + 1]]``.

    For records that admission has checked: bounds and numbers are checked again, texts are not.
    """
    return _scanned(_body(shape), value, body_offset)


def envelope_boundaries(shape: Shape, value: bytes) -> Positions:
    """Where each field of the envelope begins, and where the body does; for records that admission has checked."""
    return _scanned(_envelope(shape), value, FRAME)


def check(shape: Shape, value: bytes) -> tuple[int, Positions]:
    """Whether a stranger's bytes are canonical, frame to end; where the body begins, and ``boundaries``."""
    _demand_frame(shape, value)
    marks = _scanned(_whole(shape), value, FRAME)
    return marks[0], marks


def check_record(shape: RecordShape, value: bytes) -> None:
    """The same for one of the bus's own records that a member's principal may write."""
    _demand_frame(shape, value)
    _scanned(_record(shape), value, FRAME)


class _BrokenError(ValueError):
    """A rule is broken on the line that raised this."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule


_BREAKS = (_BrokenError, IndexError, UnicodeDecodeError)


def _named(error: ValueError | IndexError, paths: tuple[str, ...]) -> NotCanonicalError:
    """The generated code's line tells the path; without the caught error, which may hold the bytes."""
    path = _path(error.__traceback__, paths)
    match error:
        case _BrokenError(rule=rule):
            return NotCanonicalError(path, rule)
        case IndexError():
            return NotCanonicalError(path, TRUNCATED)
    return NotCanonicalError(path, UTF8)


def _path(trace: TracebackType | None, paths: tuple[str, ...]) -> str:
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _GENERATED:
            return paths[trace.tb_lineno - 1]
        trace = trace.tb_next
    return ""


def _demand_frame(shape: Shape | RecordShape, value: bytes) -> None:
    if value[:FRAME] != b"\0" + shape.schema_id.to_bytes(4):
        raise NotCanonicalError("", OTHER_ID)


def _scanned(compiled: "_Compiled", value: bytes, start: int) -> Positions:
    """The C code's answer; where it has none, or is not there, Python's, which tells what is wrong."""
    if native.scan is not None:
        found = native.scan(compiled.program, value, start, compiled.to_the_end)
        if found is not None:
            return found
    try:
        return compiled.function(value, start)
    except _BREAKS as error:
        broken = _named(error, compiled.paths)
    raise broken


def _varint(v: bytes, p: int) -> tuple[int, int]:
    """An unsigned value of at most 64 bits, and the position behind it."""
    value = v[p] & 127
    shift = 7
    while v[p] > 127:
        p += 1
        value |= (v[p] & 127) << shift
        if value >> 64:
            raise _BrokenError(RANGE)
        shift += 7
        if shift > 70:
            raise _BrokenError(RANGE)
    if v[p] == 0 and shift > 7:
        raise _BrokenError(MINIMAL)
    return value, p + 1


def _skip_long(v: bytes, p: int) -> int:
    return _varint(v, p)[1]


def _skip_int(v: bytes, p: int) -> int:
    value, p = _varint(v, p)
    if value >> 32:
        raise _BrokenError(RANGE)
    return p


def _length(v: bytes, p: int) -> tuple[int, int]:
    """Start and end of a text."""
    value, p = _varint(v, p)
    if value & 1:
        raise _BrokenError(NEGATIVE)
    return p, p + (value >> 1)


def _count(v: bytes, p: int) -> tuple[int, int]:
    """Number of items of a block, and the position of the first."""
    value, p = _varint(v, p)
    if value & 1:
        raise _BrokenError(BLOCKS)
    return value >> 1, p


_GENERATED = "<scanner>"
_WORDS: dict[str, Any] = {
    "Broken": _BrokenError,
    "length": _length,
    "count": _count,
    "skip_int": _skip_int,
    "skip_long": _skip_long,
    "TRUNCATED": TRUNCATED,
    "LEFT_OVER": LEFT_OVER,
    "NUL": NUL,
    "BOOLEAN": BOOLEAN,
    "UNION": UNION,
    "ENUM": ENUM,
    "BLOCKS": BLOCKS,
}


class _Compiled(NamedTuple):
    function: Function
    paths: tuple[str, ...]
    program: bytes
    to_the_end: bool


@cache
def _body(shape: Shape) -> _Compiled:
    return _compile(shape, [], shape.schema["fields"][1:], strict=False)


@cache
def _envelope(shape: Shape) -> _Compiled:
    fields = shape.schema["fields"][0]["type"]["fields"]
    return _compile(shape, [], fields, strict=False, part="envelope")


@cache
def _whole(shape: Shape) -> _Compiled:
    return _compile(shape, shape.schema["fields"][:1], shape.schema["fields"][1:], strict=True)


@cache
def _record(shape: RecordShape) -> _Compiled:
    return _compile(shape, [], shape.schema["fields"], strict=True)


def _compile(shape: Shape | RecordShape, before: Fields, marked: Fields, *, strict: bool, part: str = "") -> _Compiled:
    """Steps over the fields ``before``, then marks where each of the others begins; ``part``: these are not all."""
    named = definitions(shape.schema)
    source, program = Source(named, strict), Program(named, strict=strict)
    program.fields(before, marked=False)
    program.fields(marked, marked=True)
    with source.at(part):
        function = _function(source, before, marked, to_the_end=not part)
    return _Compiled(function, tuple(source.paths), program.written(), not part)


def _function(source: Source, before: Fields, marked: Fields, *, to_the_end: bool) -> Function:
    source.open("def scan(v, p):")
    source.add("end = len(v)")
    scan_fields(source, before, "a")
    marks = scan_fields(source, marked, "b")
    source.add("if p > end: raise Broken(TRUNCATED)")
    if to_the_end:
        source.add("if p < end: raise Broken(LEFT_OVER)")
    source.add(f"return {marks}")
    words = dict(_WORDS)
    exec(compile(source.text(), _GENERATED, "exec"), words)  # noqa: S102 - our own source, made from our own schemas
    made: Function = words["scan"]
    return made
