import csv
from collections import Counter
from pathlib import Path

import pytest

from kairan.identifiers import InvalidIdentifierError
from sandbox import register

POLICY = Path("processors/routing/policy/policy.csv")


def _businesses_of_the_policy() -> set[str]:
    with POLICY.open(encoding="utf-8", newline="") as file:
        return {row["business"] for row in csv.DictReader(file)}


def test_every_business_that_the_policy_names_is_performed_once_in_every_municipality() -> None:
    found = register.default()

    for member in found.municipalities():
        businesses = [row.business for row in found.performers if row.municipality == member.code]
        assert _businesses_of_the_policy() <= set(businesses)
        assert len(businesses) == len(set(businesses))


def test_every_performer_names_a_declared_channel_and_every_channel_is_used() -> None:
    found = register.default()

    declared = {(row.member, row.channel) for row in found.channels}
    assert declared == {(row.member, row.channel) for row in found.performers}


def test_the_resident_record_shares_its_channel_with_no_other_business() -> None:
    found = register.default()

    shared = [row.business for row in found.performers if row.channel == "resident-record"]
    assert ["001"] * 6 == shared


def test_a_designated_city_has_a_channel_a_business_a_city_groups_them_and_a_town_has_two() -> None:
    channels = Counter(row.member for row in register.default().channels)

    assert {"141003": 22, "131237": 8, "122033": 8, "143014": 2, "202011": 8, "272272": 8, "140007": 1} == channels


def test_the_public_assistance_of_a_town_is_its_prefectures() -> None:
    performer = next(
        row for row in register.default().performers if (row.municipality, row.business) == ("143014", "021")
    )

    assert ("140007", "welfare") == (performer.member, performer.channel)


def test_any_municipalities_can_take_part() -> None:
    found = register.for_municipalities(["011002", "342025"])

    assert ["札幌市", "呉市"] == [member.name for member in found.members]


def test_a_code_with_a_wrong_check_digit_cannot_take_part() -> None:
    with pytest.raises(InvalidIdentifierError):
        register.for_municipalities(["141004"])
