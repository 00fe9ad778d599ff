"""What a resident is shown of who received what: ``gateway.residents`` in memory as on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Protocol

import pytest

from gateway.residents.ports import Disclosed, Received
from kairan.identifiers import Handle, MunicipalityCode
from kairan.stream import Incoming
from processors.notices.notices import OfficeOf
from tests.contract.residents_suite import AOI, MIO, REN
from tests.unit.processors.disclosures.world import EDOGAWA, FLAG, HAYAMA, MOVED_IN, WRITTEN, entry, told

DAY = 24 * 60 * 60 * 1000
CHILD_ALLOWANCE = ("児童手当法", "7条1項・3項, 8条3項")
INSURANCE = ("国民健康保険法", "9条6項 (住基法28条)")


NAMES = ("name", "other_name")
"""The first three fields of its body."""


class Told(Protocol):
    """Disclosures, and how they come to be: as routing writes them."""

    def apply(self, batch: Sequence[Incoming]) -> None: ...
    def of(self, person: Handle) -> Disclosed: ...


class DisclosuresSuite:
    """It is 59 days after the first entries were written."""

    NOW = WRITTEN + 59 * DAY

    @pytest.fixture
    def disclosures(self) -> Told:
        raise NotImplementedError

    def test_each_business_of_each_entry_is_shown_once_the_newest_first_with_its_law(self, disclosures: Told) -> None:
        written = [entry(AOI, told(), told(business="024")), entry(AOI, told(HAYAMA), at=1, written=WRITTEN + 1)]
        disclosures.apply(written)
        disclosures.apply(written[:1])
        edogawa, hayama = MunicipalityCode(EDOGAWA), MunicipalityCode(HAYAMA)

        assert Disclosed(
            (
                Received(WRITTEN + 1, OfficeOf(hayama, "027"), MOVED_IN, *CHILD_ALLOWANCE, NAMES),
                Received(WRITTEN, OfficeOf(edogawa, "027"), MOVED_IN, *CHILD_ALLOWANCE, NAMES),
                Received(WRITTEN, OfficeOf(edogawa, "024"), MOVED_IN, *INSURANCE, NAMES),
            )
        ) == disclosures.of(AOI)
        assert Disclosed() == disclosures.of(REN)

    def test_what_several_rules_gave_has_all_their_laws_and_none_where_the_policy_has_none(
        self, disclosures: Told
    ) -> None:
        annex = told(business="004", rule="own+registered_domicile")
        record = told(business="001", rule="origin")
        disclosures.apply([entry(AOI, annex, record, type="identity.SubjectsLinked")])

        assert [("住基法", ""), ("", "")] == [(each.basis, each.article) for each in disclosures.of(AOI).shown]

    def test_what_was_written_twice_is_as_old_as_it_was_first_written(self, disclosures: Told) -> None:
        disclosures.apply([entry(AOI), entry(AOI, written=WRITTEN + 9)])
        disclosures.apply([entry(AOI, written=WRITTEN + 10)])

        assert [WRITTEN] == [each.at for each in disclosures.of(AOI).shown]

    def test_what_was_told_again_otherwise_stands_beside_what_was_told_before(self, disclosures: Told) -> None:
        disclosures.apply([entry(AOI, told(fields=3)), entry(AOI, told(fields=1), written=WRITTEN + 1)])

        assert [NAMES[:1], NAMES] == [each.items for each in disclosures.of(AOI).shown]

    def test_the_bulk_lane_and_what_is_sent_again_are_shown_as_that(self, disclosures: Told) -> None:
        ways: list[dict[str, Any]] = [
            {"lane": "bulk"}, {"way": "refill", "run": 1}, {"way": "refill", "run": 2, "lane": "bulk"},
        ]  # fmt: skip
        disclosures.apply([entry(AOI, written=WRITTEN - place, **each) for place, each in enumerate(ways)])

        assert ["bulk", "replay", "replay"] == [each.lane for each in disclosures.of(AOI).shown]

    def test_what_was_taken_back_is_shown_as_that(self, disclosures: Told) -> None:
        disclosures.apply([entry(AOI, told(takes_back=True, fields=0), way="recall")])

        assert [(True, (), "live")] == [(e.takes_back, e.items, e.lane) for e in disclosures.of(AOI).shown]

    def test_what_is_shown_later_is_counted_until_its_day(self, disclosures: Told) -> None:
        disclosures.apply(
            [entry(AOI, told(business="021")), entry(AOI, told(business="021"), at=1, written=WRITTEN - DAY)]
        )

        assert ([WRITTEN - DAY], {"inquiry": 1}) == _counted(disclosures.of(AOI))

    def test_whom_a_measure_was_told_is_neither_shown_nor_counted(self, disclosures: Told) -> None:
        disclosures.apply([entry(AOI, told(), told(business="021"), type=FLAG)])

        assert ([], {}) == _counted(disclosures.of(AOI))

    def test_no_municipality_but_her_own_is_shown_where_any_of_it_concerns_another(self, disclosures: Told) -> None:
        """Where the other lives may be where it was told; hers she knows. What was told tells of protection."""
        disclosures.apply([entry(AOI, told(), told(HAYAMA), related=[REN]), entry(AOI, told(), told(HAYAMA), at=1)])

        assert ([WRITTEN] * 2, {}) == _counted(disclosures.of(AOI))
        assert {EDOGAWA} == {each.office.municipality for each in disclosures.of(AOI).shown}
        assert {None, NAMES} == {each.items for each in disclosures.of(AOI).shown}

    def test_what_concerns_her_of_somebody_else_hides_nothing_of_hers(self, disclosures: Told) -> None:
        disclosures.apply([entry(AOI, told(HAYAMA)), entry(MIO, at=1, related=[AOI])])

        assert ([WRITTEN], {}) == _counted(disclosures.of(AOI))


def _counted(found: Disclosed) -> tuple[list[int], dict[str, int]]:
    return [each.at for each in found.shown], dict(found.withheld)
