from collections import Counter
from datetime import date

import pytest

from kairan import municipalities
from kairan.identifiers import MunicipalityCode
from kairan.municipalities import UnknownMunicipalityError, city_of, existed, find, full_name, successors

NOW = date(2026, 11, 22)


def test_the_country_has_1741_municipalities() -> None:
    kinds = Counter(row.kind for row in municipalities.all_in_force(NOW))

    assert {
        "prefecture": 47,
        "designated_city": 20,
        "city": 772,
        "town": 743,
        "village": 183,
        "special_ward": 23,
        "ward": 171,
    } == kinds


def test_every_code_that_ever_was_parses() -> None:
    codes = [row.code for row in municipalities.all_in_force()] + ["044237", "221317", "432016"]

    assert codes == [MunicipalityCode.parse(code[:5]) for code in codes]


def test_a_municipality_has_its_name_reading_and_kind() -> None:
    found = find("141003")

    assert ("神奈川県", "横浜市", "ヨコハマシ", "designated_city") == (
        found.prefecture,
        found.name,
        found.kana,
        found.kind,
    )
    assert (None, None, ()) == (found.parent, found.valid_to, found.successors)


def test_a_ward_belongs_to_its_city_and_everything_else_to_itself() -> None:
    assert ["141003", "221309", "131237"] == [city_of(code) for code in ("141011", "221317", "131237")]


def test_a_full_name_begins_with_the_prefecture() -> None:
    assert "神奈川県横浜市鶴見区" == full_name("141011")
    assert ["東京都江戸川区", "長野県"] == [full_name(code) for code in ("131237", "200000")]


def test_a_code_may_change_its_name() -> None:
    assert ["篠山市", "丹波篠山市", "丹波篠山市"] == [
        find("282219", date(2019, 4, 30)).name,
        find("282219", date(2019, 5, 1)).name,
        find("282219").name,
    ]
    assert ("282219",) == successors("282219") == successors("282219", date(2015, 1, 1))


def test_a_code_is_in_force_to_its_last_day() -> None:
    assert existed("044237", date(2016, 10, 9))
    assert not existed("044237", date(2016, 10, 10))
    assert not existed("221384", date(2023, 12, 31))


def test_successors_are_followed_to_that_day() -> None:
    assert ("433411",) == successors("433411", date(2010, 3, 22))
    assert ("432016",) == successors("433411", date(2010, 3, 23))
    assert ("431001",) == successors("433411", date(2012, 4, 1)) == successors("433411")
    assert ("221384", "221392") == successors("221350")


def test_nothing_stands_for_a_code_before_it_came_into_being() -> None:
    assert () == successors("221384", date(2023, 12, 31))


def test_every_abolished_code_leads_to_a_current_one() -> None:
    ended = {row.code for row in municipalities.all_in_force(date(2010, 1, 1)) if not existed(row.code, NOW)}

    assert len(ended) > 60
    assert all(existed(later, NOW) for code in ended for later in successors(code, NOW))
    assert all(successors(code, NOW) for code in ended)


@pytest.mark.parametrize("code", ["", "480002", "016951", "14100", "１４１００３"])
def test_an_unknown_code_is_not_found(code: str) -> None:
    assert not existed(code)
    with pytest.raises(UnknownMunicipalityError, match="no municipality has this code"):
        find(code)


def test_a_code_outside_its_time_is_not_found() -> None:
    with pytest.raises(UnknownMunicipalityError, match="not in force"):
        find("221384", date(2023, 12, 31))
