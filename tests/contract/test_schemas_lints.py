"""Poisoned shapes: each breaks one rule, and the rule says so."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from operations.contract import lints
from operations.contract.catalogue import STAGES, Definition, read
from operations.contract.generate import shape_of
from operations.contract.verify import bodies_differ, file_names, ids_repeated

CATALOGUE = read()
SOUND = {
    (stage, top.definition["event_type"]): shape_of(top, CATALOGUE, 1)
    for top in CATALOGUE.tops
    for stage in STAGES
    if top.definition.get("stage") == stage
}
Poison = Callable[[Definition], Any]


def field(name: str, **changes: Any) -> Definition:
    """A sound body field, changed; a change to None removes the attribute."""
    sound = {"name": name, "type": ["null", "string"], "doc": "例", "default": None, "reveals_location": False}
    return {key: value for key, value in (sound | changes).items() if value is not None or key == "default"}


def poisoned(poison: Poison) -> list[str]:
    """What the lints say about the delivery of a linking that was poisoned."""
    shape = deepcopy(SOUND["delivery", "identity.SubjectsLinked"])
    poison(shape)
    return [problem.removeprefix(f"{shape['name']}: ") for problem in lints.broken(shape)]


def adding(new: Definition) -> Poison:
    return lambda shape: shape["fields"].append(new)


def adding_type(type_: Any) -> Poison:
    return adding(field("new", type=["null", type_]))


def envelope_of(shape: Definition) -> dict[str, Definition]:
    return {each["name"]: each for each in shape["fields"][0]["type"]["fields"]}


def in_envelope(name: str, **changes: Any) -> Poison:
    return lambda shape: envelope_of(shape)[name].update(changes)


def record(*fields: Definition, name: str = "kairan.body.New") -> Definition:
    return {"type": "record", "name": name, "doc": "例", "fields": list(fields)}


def array(items: Any) -> Definition:
    return {"type": "array", "items": items}


EMPTY = record()
NOTHING = {"type": "fixed", "name": "kairan.Nothing", "size": 0, "doc": "例"}
LOOP = record({"name": "inner", "type": ["null", "kairan.body.New"], "doc": "例"})
LONG_LOOP = record(
    {
        "name": "a",
        "doc": "例",
        "type": record({"name": "b", "doc": "例", "type": array("kairan.body.New")}, name="kairan.B"),
    }
)
BARE_PROTECTION = {"name": "protection", "type": "string", "doc": "例", "default": "none"}
FLAG = {"type": "enum", "name": "kairan.Flag", "symbols": ["yes", "no"], "doc": "例"}
NULLABLE = "new: a body field must be nullable with default null"
UNKNOWN = "new: a type that the scanner does not check"
NO_BYTES = "new: the list's items may take no bytes"


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("type_", CATALOGUE.types)
def test_every_shape_of_the_catalogue_is_sound(stage: str, type_: str) -> None:
    assert [] == lints.broken(SOUND[stage, type_])


@pytest.mark.parametrize(
    ("poison", "expected"),
    [
        # the envelope comes first
        (lambda shape: shape["fields"].reverse(), "the first field must be envelope, of type kairan.delivery.Envelope"),
        (lambda shape: shape["fields"].clear(), "the first field must be envelope, of type kairan.delivery.Envelope"),
        (
            lambda shape: shape["fields"][0]["type"].update(name="kairan.event.Envelope"),
            "the first field must be envelope, of type kairan.delivery.Envelope",
        ),
        # body fields are nullable
        (adding(field("new", type="string")), NULLABLE),
        (adding(field("new", type=["string", "null"])), NULLABLE),
        (adding(field("new", type=["null", "string", "long"])), NULLABLE),
        (adding(field("new", default="")), NULLABLE),
        (lambda shape: shape["fields"][1].pop("default"), "evidence: a body field must be nullable with default null"),
        # words
        (adding(field("new", doc=None)), "new: doc must hold the Japanese term"),
        (adding(field("new", doc="a name")), "new: doc must hold the Japanese term"),
        (in_envelope("version", doc="version"), "envelope.version: doc must hold the Japanese term"),
        (adding_type({**record(), "doc": "x"}), "kairan.body.New: doc must hold the Japanese term"),
        # places
        (adding(field("new", reveals_location=None)), "new: reveals_location must be true or false"),
        (adding(field("new", reveals_location="no")), "new: reveals_location must be true or false"),
        # enums
        (adding_type(FLAG), "kairan.Flag: only change and protection may be enums, with the symbols they have"),
        (
            lambda shape: envelope_of(shape)["change"]["type"]["symbols"].append("hidden"),
            "kairan.Change: only change and protection may be enums, with the symbols they have",
        ),
        (
            lambda shape: envelope_of(shape)["protection"]["type"][1]["symbols"].reverse(),
            "kairan.Protection: only change and protection may be enums, with the symbols they have",
        ),
        # safety
        (in_envelope("protection", default=None), "envelope.protection: a safety field must not have a default"),
        (in_envelope("change", default="created"), "envelope.change: a safety field must not have a default"),
        (in_envelope("change", safety=False), "envelope.change: must be marked safety = true"),
        (
            lambda shape: envelope_of(shape)["protection"]["type"][1].update(default="none"),
            "kairan.Protection: an enum must not have a default",
        ),
        (adding_type(record(BARE_PROTECTION)), "new.protection: must be marked safety = true"),
        # recursion
        (adding_type(LOOP), "kairan.body.New: holds itself"),
        (adding_type(LONG_LOOP), "kairan.body.New: holds itself"),
        # bombs
        (adding_type(array("null")), NO_BYTES),
        (adding_type(array(EMPTY)), NO_BYTES),
        (adding_type(array(NOTHING)), NO_BYTES),
        (adding_type(array(record({"name": "a", "type": "null", "doc": "例"}))), NO_BYTES),
        (adding_type(array(array("null"))), NO_BYTES),
        # what the scanner does not know
        (adding_type({"type": "map", "values": "string"}), UNKNOWN),
        (adding_type("double"), UNKNOWN),
        (adding_type("kairan.body.Misspelt"), UNKNOWN),
        (adding_type(array(["string", "long"])), UNKNOWN),
        # renaming
        (adding(field("new", aliases=["evidence"])), "new: must not have aliases"),
        (adding_type({**record(), "aliases": ["kairan.body.Address"]}), "kairan.body.New: must not have aliases"),
    ],
)
def test_a_poisoned_shape_is_found(poison: Poison, expected: str) -> None:
    assert expected in poisoned(poison)


def test_the_poisons_are_added_to_a_sound_shape() -> None:
    assert [] == poisoned(adding(field("new")))


def test_a_body_that_differs_between_stages_is_found() -> None:
    current = {shape["name"]: deepcopy(shape) for shape in SOUND.values()}
    current["kairan.delivery.residence.MovedIn"]["fields"][6]["reveals_location"] = False

    assert [] == list(bodies_differ(CATALOGUE.types, {shape["name"]: shape for shape in SOUND.values()}))
    assert ["residence.MovedIn: the bodies of statement, event and delivery differ"] == list(
        bodies_differ(CATALOGUE.types, current)
    )


def test_a_shape_stands_in_the_file_of_its_full_name() -> None:
    assert ["avro/kairan.Wrong.avsc: holds kairan.Right"] == list(
        file_names({"kairan.Wrong": {"name": "kairan.Right"}})
    )


def test_an_id_is_given_once() -> None:
    assert ["released/b/1: has the schema id of released/a/1"] == list(
        ids_repeated({"a": {1: {"schema_id": 7}}, "b": {1: {"schema_id": 7}, 2: {"schema_id": 8}}})
    )
