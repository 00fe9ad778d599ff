"""The compiled inner loops against Python's, which are the law: the same answer to whatever bytes, or none."""

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import native, scanner, shapes, wire
from kairan.shapes import TYPES, shape
from kairan.stream import AnyPartition, Outgoing
from kairan.testing.bodies import full_body, full_envelope
from processors.routing import envelopes
from tests.hostile.mutations import mutated
from tests.unit.processors.routing.world import day, deliveries, handle, measure, measures, record
from tests.unit.processors.routing.world import full_body as told

if native.scan is None or native.deliver is None:
    pytest.skip("nothing was compiled here, so nothing rests on it", allow_module_level=True)
scan, deliver = native.scan, native.deliver
SEEDS = st.integers(0, 2**64)
STAGES: tuple[shapes.Stage, ...] = ("statement", "event", "delivery")
VALID = [
    wire.encode(each, full_envelope(each), full_body(each))
    for stage in STAGES
    for each in (shape(stage, type_) for type_ in TYPES)
]


def by_python(compiled: scanner._Compiled, value: bytes, start: int) -> tuple[int, ...] | None:
    with suppress(*scanner._BREAKS):
        return compiled.function(value, start)
    return None


def verdicts(value: bytes, start: int = wire.FRAME) -> list[tuple[Any, Any]]:
    """Of every kind of scan: C's and Python's."""
    of = shapes.by_id(wire.schema_id(value))
    kinds = [scanner._whole(of), scanner._envelope(of), scanner._body(of)]
    return [(scan(each.program, value, start, each.to_the_end), by_python(each, value, start)) for each in kinds]


@given(SEEDS, st.integers(0, 40))
def test_c_finds_what_python_finds_and_nothing_where_python_finds_a_broken_rule(seed: int, start: int) -> None:
    value = mutated(seed, VALID)
    with suppress(shapes.UnknownSchemaIdError, wire.NotFramedError):
        for c, python in verdicts(value) + verdicts(value, start):
            assert c == python


@pytest.mark.parametrize("value", VALID, ids=range(len(VALID)))
def test_of_a_valid_record_nothing_is_left_to_python(value: bytes) -> None:
    whole, envelope, _ = verdicts(value)
    body_offset = wire.decode_envelope(value).body_offset
    of_body = verdicts(value, body_offset)[2]

    for c, python in (whole, envelope, of_body):
        assert python is not None
        assert c == python


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_bytes_that_end_too_early_are_never_read_beyond_their_end(cut: int) -> None:
    for value in VALID:
        short = value[: len(value) - cut - 1]
        assert [c for c, python in verdicts(short) if c != python] == []


@pytest.mark.parametrize("start", [-1, 10**6, 2**70], ids=["before", "behind", "beyond any"])
def test_no_scan_begins_outside_of_the_bytes(start: int) -> None:
    assert scan(scanner._whole(shape("event", TYPES[0])).program, VALID[0], start, True) is None


@pytest.mark.parametrize("length", range(0, 88, 4))
def test_a_program_that_ends_too_early_finds_nothing(length: int) -> None:
    program = scanner._whole(shape("statement", TYPES[0])).program
    found = scan(program[:length], VALID[0], wire.FRAME, True)

    assert found is None


def test_what_was_compiled_from_another_source_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "import_module", lambda _: SimpleNamespace(EDITION=native.EDITION - 1))

    assert native._compiled() is None


def test_what_was_not_compiled_is_scanned_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    value = VALID[0]
    of = shapes.by_id(wire.schema_id(value))
    found = scanner.check(of, value)
    monkeypatch.setattr(native, "scan", None)

    assert found == scanner.check(of, value)
    with pytest.raises(scanner.NotCanonicalError, match=scanner.LEFT_OVER):
        scanner.check(of, value + b"\0")


@pytest.fixture
def in_python(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(native, "deliver", None)


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("kind", ["", "1", "unknown"], ids=["open", "protected", "unknown"])
def test_c_puts_the_same_deliveries_together(type_: str, kind: str, in_python: Callable[[], None]) -> None:
    stated = {
        "related": [{"role": "parent", "handle": handle(2)}, {"role": "head", "handle": handle(3)}],
        "group": {"id": "G1", "size": 3},
        "correlation": "procedure",
        "effective": day("2026-04-01"),
    }
    event, state = record(type_, told(type_), **stated), measures(*([measure(kind)] if kind else []))
    compiled = [each.value for each in deliveries(event, state)]
    in_python()

    assert compiled == [each.value for each in deliveries(event, state)]


PARCEL = envelopes.Packed("m", "t", b"h", (b"0", b"1", b"2"), b"t", b"", None, frozenset())


@pytest.mark.parametrize(
    "broken",
    [
        {"parcels": ((),)},
        {"parcels": (PARCEL._replace(head="text"),)},
        {"parcels": (PARCEL._replace(runs=b"\1\0\0\0\0\0\0\0\2\0\0\0"),)},
        {"parcels": (PARCEL._replace(runs=b"\1\0\0\0\1\0\0\0\0\0\0\0"),)},
        {"place": 3},
        {"place": -1},
        {"boundaries": (0, 9)},
        {"boundaries": (1, 0)},
        {"boundaries": ()},
        {"boundaries": ("0",)},
        {"members": {"m": (b"k",)}},
        {"members": None},
        {"type": str},
    ],
    ids=str,
)
def test_what_does_not_fit_is_an_error_and_nothing_is_read_beyond_its_end(broken: dict[str, Any]) -> None:
    given_ = {
        "type": Outgoing,
        "parcels": (PARCEL,),
        "place": 0,
        "members": {"m": (b"k", b"f", b"m")},
        "boundaries": (0, 1),
    } | broken
    with pytest.raises((TypeError, ValueError)):
        deliver(
            given_["type"],
            AnyPartition,
            given_["parcels"],
            given_["place"],
            given_["members"],
            None,
            b"rest",
            None,
            b"v",
            given_["boundaries"],
        )
