"""Whom the development provider offers."""

import stat
from dataclasses import replace
from pathlib import Path

from sandbox.development_provider import Resident
from sandbox.provider.listed import Listed, Listing

AOI = Listed("s1", "Aoi", "131237", "0123")
REN = Listed("s2", "Ren", "131237", "0124")


def test_nobody_is_offered_before_anybody_was_enrolled(tmp_path: Path) -> None:
    assert [] == list(Listing(tmp_path))


def test_who_is_enrolled_while_the_provider_runs_is_offered(tmp_path: Path) -> None:
    offered, counter = Listing(tmp_path), Listing(tmp_path)
    counter.put(AOI)
    counter.put(REN)

    assert [Resident("s1", "Aoi"), Resident("s2", "Ren")] == list(offered)


def test_a_subject_stands_there_once(tmp_path: Path) -> None:
    listing = Listing(tmp_path)
    for each in (AOI, REN, replace(AOI, name="Aoi S.")):
        listing.put(each)

    assert {"Aoi S.", "Ren"} == {each.name for each in listing}
    assert (REN, None) == (listing.of("131237", "0124"), listing.of("122033", "0124"))


def test_the_list_is_for_its_owner_alone(tmp_path: Path) -> None:
    Listing(tmp_path).put(AOI)
    [file] = (tmp_path / "sandbox").iterdir()

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
