"""Offices by their official names, each with its reading."""

import re

import pytest

from kairan.codes import BUSINESSES
from processors.notices.offices import office


@pytest.mark.parametrize("business", BUSINESSES)
def test_every_office_has_a_reading_in_katakana(business: str) -> None:
    named = office(business)

    assert named is not None
    assert BUSINESSES[business].name == named.text
    assert re.fullmatch(r"[ァ-ヶー・（）]+", named.kana)


def test_what_kana_can_tell_it_tells_alike() -> None:
    """A reading that slipped into the next row would not."""
    katakana = re.compile(r"[ァ-ヶー]{3,}")
    named = [office(each) for each in BUSINESSES]
    written = [(each.kana, part) for each in named if each for part in katakana.findall(each.text)]

    assert written
    assert [] == [(kana, part) for kana, part in written if part not in kana]


def test_where_no_office_is_named_there_is_none() -> None:
    assert office("") is None
