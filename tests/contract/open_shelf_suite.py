"""What pages and programs may rely on of a shelf that is open to all (``shelf.OpenShelf``)."""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeAlias

from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.shelf import OpenShelf, Released

DIMENSIONS = ("municipality", "sex")
CELLS: Mapping[Place, int | None] = {
    ("13", "all"): 30,
    ("13", "female"): None,
    ("13", "male"): None,
    ("all", "all"): 30,
    ("all", "female"): 0,
}
CONTENT = bytes(range(256))
Put: TypeAlias = Callable[[str, str, int], Released]
"""Puts a release of a dataset, a month and a vintage there, with ``CELLS`` and a file of ``CONTENT``."""


class OpenShelfSuite:
    """``shelf``, ``put`` and ``dataset``, which no other test has, are the fixtures of whoever runs it."""

    def test_the_newest_come_first_and_older_ones_by_what_they_are_older_than(
        self, shelf: OpenShelf, put: Put, dataset: str
    ) -> None:
        first, second, third = (put(dataset, f"2026-0{each}", 1) for each in (1, 2, 3))

        assert [third, second] == list(shelf.releases(dataset, most=2))
        assert [first] == list(shelf.releases(dataset, before=second.number))
        assert third in shelf.releases()
        assert [] == list(shelf.releases(f"{dataset}-other"))

    def test_without_a_vintage_the_newest_is_meant(self, shelf: OpenShelf, put: Put, dataset: str) -> None:
        first, second = (put(dataset, "2026-04", each) for each in (1, 2))

        assert (second, first) == (shelf.release(dataset, "2026-04"), shelf.release(dataset, "2026-04", 1))
        assert (None, None) == (shelf.release(dataset, "2026-04", 3), shelf.release(dataset, "2026-05"))

    def test_cells_are_found_by_their_places_and_a_hidden_one_has_no_number(
        self, shelf: OpenShelf, put: Put, dataset: str
    ) -> None:
        its = put(dataset, "2026-04", 1).number
        wanted = [("13", "all"), ("13", "female"), ("all", "female"), ("27", "all")]

        assert {each: CELLS[each] for each in wanted[:3]} == shelf.at(its, wanted)
        assert {} == shelf.at(its, [])

    def test_cells_come_in_parts_that_together_are_all_of_them(self, shelf: OpenShelf, put: Put, dataset: str) -> None:
        its, found, after = put(dataset, "2026-04", 1).number, dict[Place, int | None](), Place()
        while part := shelf.cells(its, {}, after, 2):
            assert not found.keys() & dict(part).keys()
            found |= dict(part)
            after = part[-1][0]

        assert found == CELLS

    def test_cells_are_wanted_by_values_of_dimensions(self, shelf: OpenShelf, put: Put, dataset: str) -> None:
        its = put(dataset, "2026-04", 1).number

        assert {("13", "all"): 30} == dict(shelf.cells(its, {0: {"13"}, 1: {"all"}}, (), 9))
        assert 4 == len(shelf.cells(its, {1: {"all", "female"}}, (), 9))
        assert [] == list(shelf.cells(its, {0: set()}, (), 9))

    def test_a_file_is_read_in_parts_under_its_name(self, shelf: OpenShelf, put: Put, dataset: str) -> None:
        release = put(dataset, "2026-04", 1)
        [stored] = shelf.files([release.number])

        assert stored == shelf.file(f"{dataset}-2026-04-v1.csv")
        assert (256, hashlib.sha256(CONTENT).digest()) == (stored.size, stored.digest)
        assert (release.released, release.number, "text/csv") == (stored.released, stored.release, stored.media_type)
        assert (CONTENT, CONTENT[10:15]) == (shelf.bytes(stored.name, 0, 256), shelf.bytes(stored.name, 10, 5))
        assert shelf.file("nothing.csv") is None
