"""Evolutions: what both sides can read is accepted, what one cannot is refused, and Apache's own checker agrees."""

import io
import json
from typing import Any

import avro.compatibility
import avro.schema
import pytest
from fastavro import schemaless_reader, schemaless_writer
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.contract.catalogue import Definition
from operations.contract.compatibility import breaches, unreadable
from operations.contract.verify import incompatible

CHANGE = {"type": "enum", "name": "Change", "symbols": ["created", "ended"]}
ID = {"type": "fixed", "name": "Id", "size": 4}
ADDRESS = {"type": "record", "name": "Address", "fields": [{"name": "town", "type": "string"}]}
TIME = {"type": "long", "logicalType": "timestamp-millis"}


def shape(*fields: Definition, name: str = "Event") -> Definition:
    return {"type": "record", "name": name, "fields": list(fields)}


def field(name: str, type_: Any, **rest: Any) -> Definition:
    return {"name": name, "type": type_, **rest}


def nullable(name: str, type_: Any) -> Definition:
    return field(name, ["null", type_], default=None)


A, B = nullable("a", "string"), nullable("b", "long")
TOWN_AND_LOT = {**ADDRESS, "fields": [*ADDRESS["fields"], nullable("lot", "string")]}
TOWN_AND_BARE_LOT = {**ADDRESS, "fields": [*ADDRESS["fields"], field("lot", "string")]}
MORE_CHANGE = {**CHANGE, "symbols": ["created", "ended", "hidden"]}


def apaches_verdict(one: Definition, other: Definition) -> bool:
    """Is each readable by the other, according to Apache's library?"""
    first, second = (avro.schema.parse(json.dumps(each)) for each in (one, other))
    kinds = avro.compatibility.SchemaCompatibilityType
    results = [
        avro.compatibility.ReaderWriterCompatibilityChecker().get_compatibility(*pair)  # type: ignore[no-untyped-call]
        for pair in ((first, second), (second, first))
    ]
    return all(result.compatibility is kinds.compatible for result in results)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (shape(A), shape(A)),
        (shape(A), shape(A, B)),
        (shape(A, B), shape(B, A)),
        (shape(A), shape(field("a", ["null", "string"], default=None, doc="words"))),
        (shape(A), shape(A, field("n", "int", default=0))),
        (shape(nullable("at", ADDRESS)), shape(nullable("at", TOWN_AND_LOT))),
        (shape(nullable("at", {"type": "array", "items": ADDRESS})),
         shape(nullable("at", {"type": "array", "items": TOWN_AND_LOT}))),
        (shape(field("x", CHANGE), nullable("y", "Change")), shape(field("x", CHANGE))),
        (shape(field("a", "string")), shape(field("a", "bytes"))),
    ],
)  # fmt: skip
def test_a_good_evolution_is_accepted(one: Definition, other: Definition) -> None:
    assert ([], True) == (breaches(one, other), apaches_verdict(one, other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (shape(A), shape(A, field("n", "int")), "n: is not in the other shape and has no default"),
        (shape(A, field("n", "int")), shape(A), "n: is not in the other shape and has no default"),
        (shape(A), shape(nullable("renamed", "string"), field("must", "string")),
         "must: is not in the other shape and has no default"),
        (shape(A), shape(nullable("a", "long")), "a: no branch of the union reads string"),
        (shape(A), shape(field("a", "string", default="")), "a: string does not read null"),
        (shape(field("n", "int")), shape(field("n", "long")), "n: int does not read long"),
        (shape(nullable("at", ADDRESS)), shape(nullable("at", TOWN_AND_BARE_LOT)),
         "at: no branch of the union reads Address"),
        (shape(nullable("at", ADDRESS)), shape(nullable("at", {**ADDRESS, "name": "Place"})),
         "at: no branch of the union reads Address"),
        (shape(field("x", CHANGE)), shape(field("x", MORE_CHANGE)), "x: does not know hidden"),
        (shape(field("x", ID)), shape(field("x", {**ID, "size": 5})), "x: size differs"),
        (shape(field("x", ID)), shape(field("x", {**ID, "name": "Ref"})), "x: name differs"),
        (shape(A), shape(A, name="Other"), ": name differs"),
        (shape(field("l", {"type": "array", "items": "string"})), shape(field("l", {"type": "array", "items": "long"})),
         "l[]: string does not read long"),
        (shape(field("m", {"type": "map", "values": "long"})), shape(field("m", {"type": "map", "values": "boolean"})),
         "m{}: long does not read boolean"),
        (shape(field("s", CHANGE)), shape(field("s", "string")), "s: Change does not read string"),
    ],
)  # fmt: skip
def test_a_bad_evolution_is_refused(one: Definition, other: Definition, expected: str) -> None:
    assert expected in breaches(one, other)
    assert not apaches_verdict(one, other)


def test_a_number_that_means_something_else_is_refused_though_avro_would_read_it() -> None:
    one, other = shape(field("at", "long")), shape(field("at", TIME))

    assert ["at: logicalType differs"] * 2 == breaches(one, other)
    assert apaches_verdict(one, other)


def test_a_reader_may_know_more_than_the_writer_but_not_less() -> None:
    few, many = shape(field("x", CHANGE)), shape(field("x", MORE_CHANGE))

    assert ([], ["x: does not know hidden"]) == (unreadable(many, few), unreadable(few, many))


def test_every_release_is_compared_with_every_other_and_with_the_current_shape() -> None:
    first, second, third = shape(A), shape(A, B), shape(A, nullable("b", "string"))

    assert [
        "Event: release 2 and the current shape: b: no branch of the union reads string",
        "Event: release 2 and the current shape: b: no branch of the union reads long",
    ] == sorted(incompatible({"Event": third}, {"Event": {1: first, 2: second}}), reverse=True)


PROTECTION = field("protection", {"type": "enum", "name": "Protection", "symbols": ["none", "protected", "unknown"]})
TYPES = ["string", "long", "int", CHANGE, ID, ADDRESS, TOWN_AND_LOT, {"type": "array", "items": "string"}]
SAMPLES = {
    "string": "x",
    "long": 1,
    "int": 1,
    "enum": "ended",
    "fixed": b"1234",
    "record": {"town": "x"},
    "array": ["x"],
}
FIELDS = st.builds(
    lambda name, type_, kind: {
        "nullable": nullable(name, type_),
        "bare": field(name, type_),
        "null": field(name, ["null", type_]),
    }[kind],
    st.sampled_from("abc"),
    st.sampled_from(TYPES),
    st.sampled_from(["nullable", "nullable", "bare", "null"]),
)


def one_name_once(fields: list[Definition]) -> Definition:
    """A shape of these fields; a named type may be defined only once."""
    chosen, names = {"protection": PROTECTION}, set[str]()
    for each in fields:
        branch = each["type"][1] if isinstance(each["type"], list) else each["type"]
        name = branch.get("name") if isinstance(branch, dict) else None
        if each["name"] not in chosen and (name is None or name not in names):
            chosen[each["name"]] = each
            names.add(name or "")
    return shape(*chosen.values())


def sample(written: Definition) -> dict[str, Any]:
    return {each["name"]: _sample(each["type"]) for each in written["fields"]} | {"protection": "protected"}


def _sample(type_: Any) -> Any:
    branch = type_[1] if isinstance(type_, list) else type_
    return SAMPLES[branch if isinstance(branch, str) else branch["type"]]


SHAPES = st.lists(FIELDS, max_size=3).map(one_name_once)


@settings(max_examples=150, deadline=None)
@given(SHAPES, SHAPES)
def test_what_is_accepted_decodes_both_ways_with_the_protection_intact(one: Definition, other: Definition) -> None:
    accepted = breaches(one, other) == []

    assert apaches_verdict(one, other) == accepted
    for writer, reader in ((one, other), (other, one)) if accepted else ():
        buffer = io.BytesIO()
        schemaless_writer(buffer, writer, sample(writer))
        buffer.seek(0)

        read: Any = schemaless_reader(buffer, writer, reader)

        assert "protected" == read["protection"]
