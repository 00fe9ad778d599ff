"""Releases: what is published keeps its bytes and its id; what is committed is what the catalogue says."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kairan.shapes import RELEASES, TYPES
from operations.contract import build, check
from operations.contract.catalogue import Catalogue, Definition, Top, read
from operations.contract.generate import SCHEMAS, released

STATEMENT = {
    "type": "record",
    "name": "kairan.bus.Note",
    "doc": "A note (覚書)",
    "fields": [{"name": "text", "type": "string", "doc": "本文"}],
}
LATER = {"name": "later", "type": ["null", "string"], "default": None, "doc": "追記"}


def catalogue(*fields: Definition, doc: str = "A note (覚書)") -> Catalogue:
    definition = {**STATEMENT, "doc": doc, "fields": [*STATEMENT["fields"], *fields]}
    return Catalogue((), {}, (Top(40100, definition),))


def test_the_contract_as_committed_holds() -> None:
    assert [] == check()


BUS = ("Refusal", "Quarantined", "Measure", "SubjectEntry", "Receipt", "KeyCheck", "Hold")
FIRST_RELEASES = {
    base + 100 * number + 1: f"kairan.{stage}.{type_}"
    for base, stage, types in (
        (10_000, "statement", TYPES),
        (20_000, "event", TYPES),
        (30_000, "delivery", TYPES),
        (40_000, "bus", BUS),
    )
    for number, type_ in enumerate(types, start=1)
}


def test_the_first_releases_keep_their_ids_for_ever() -> None:
    assert FIRST_RELEASES.items() <= {release.schema_id: release.full_name for release in RELEASES.values()}.items()


def test_a_release_says_its_own_id() -> None:
    ids = {shape["schema_id"] for shapes in released(SCHEMAS).values() for shape in shapes.values()}

    assert set(RELEASES) == ids


def test_what_was_built_is_not_built_again(tmp_path: Path) -> None:
    first = build(tmp_path, catalogue())

    assert ["avro/kairan.bus.Note.avsc", "released/kairan.bus.Note/1.avsc", "index.json"] == first
    assert ([], []) == (build(tmp_path, catalogue()), check(tmp_path, catalogue()))


def test_other_words_are_no_other_release(tmp_path: Path) -> None:
    build(tmp_path, catalogue())

    assert ["avro/kairan.bus.Note.avsc"] == build(tmp_path, catalogue(doc="Other words (覚書)"))
    assert [] == check(tmp_path, catalogue(doc="Other words (覚書)"))


def test_another_shape_is_the_next_release_and_the_old_one_stays(tmp_path: Path) -> None:
    build(tmp_path, catalogue())
    before = (tmp_path / "released/kairan.bus.Note/1.avsc").read_bytes()
    build(tmp_path, catalogue(LATER))

    assert before == (tmp_path / "released/kairan.bus.Note/1.avsc").read_bytes()
    assert [40101, 40102] == [shape["schema_id"] for shape in released(tmp_path)["kairan.bus.Note"].values()]
    assert [] == check(tmp_path, catalogue(LATER))


def test_a_shape_that_changes_back_is_a_release_of_its_own(tmp_path: Path) -> None:
    for fields in ([], [LATER], []):
        build(tmp_path, catalogue(*fields))

    assert [1, 2, 3] == list(released(tmp_path)["kairan.bus.Note"])
    assert [] == check(tmp_path, catalogue())


def test_a_change_that_was_not_built_is_found(tmp_path: Path) -> None:
    build(tmp_path, catalogue())

    assert [
        "avro/kairan.bus.Note.avsc: is not what the catalogue says; run 'kairan contract build'",
        "released/kairan.bus.Note/2.avsc: is not what the catalogue says; run 'kairan contract build'",
        "index.json: is not what the catalogue says; run 'kairan contract build'",
    ] == check(tmp_path, catalogue(LATER))


def rewrite(path: Path) -> None:
    path.write_text(path.read_text() + "\n")


@pytest.mark.parametrize("spoil", [rewrite, Path.unlink])
def test_a_release_that_was_rewritten_or_removed_is_found(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    build(tmp_path, catalogue())
    build(tmp_path, catalogue(LATER))
    spoil(tmp_path / "released/kairan.bus.Note/1.avsc")

    assert "released/kairan.bus.Note/1.avsc: a release was changed or removed" in check(tmp_path, catalogue(LATER))


def test_a_shape_that_nobody_asked_for_is_found(tmp_path: Path) -> None:
    build(tmp_path, catalogue())
    (tmp_path / "released/kairan.bus.Note/7.avsc").write_text(json.dumps({**STATEMENT, "schema_id": 40107}))

    assert ["released/kairan.bus.Note/7.avsc: nothing in the catalogue or the index asks for it"] == check(
        tmp_path, catalogue()
    )


def test_a_breaking_change_is_found(tmp_path: Path) -> None:
    build(tmp_path, catalogue())
    broken = catalogue({"name": "must", "type": "string", "doc": "必須"})
    build(tmp_path, broken)

    assert ("kairan.bus.Note: release 1 and release 2: must: is not in the other shape and has no default") in check(
        tmp_path, broken
    )


def test_two_shapes_with_one_number_are_found(tmp_path: Path) -> None:
    one = catalogue()
    twice = replace(one, tops=(*one.tops, Top(40100, {**STATEMENT, "name": "kairan.bus.Other"})))
    build(tmp_path, twice)

    assert ["released/kairan.bus.Other/1: has the schema id of released/kairan.bus.Note/1"] == check(tmp_path, twice)


def test_every_event_of_the_catalogue_has_a_number_of_its_own() -> None:
    assert len(read().tops) == len({top.first_id for top in read().tops})


@pytest.mark.parametrize(("arguments", "code"), [(["check"], 0), (["rebuild"], 2), ([], 2)])
def test_the_verbs_tell_programs_what_happened(arguments: list[str], code: int) -> None:
    command = [sys.executable, "-m", "operations.contract", *arguments]

    assert code == subprocess.run(command, check=False, capture_output=True).returncode
