"""Which entries a person is shown when: each rule of the table, and what no rule may let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.codes import BUSINESSES
from kairan.identifiers import Handle
from processors.disclosures import display, entries
from processors.disclosures.display import DAY, DisplayError, Sorted
from processors.disclosures.entries import Entry
from tests.unit.processors.disclosures import world
from tests.unit.processors.disclosures.world import EDOGAWA, FLAG, HAYAMA, KANAGAWA, MOVED_IN, WRITTEN, told

HER, CHILD = Handle(b"h" * 16), Handle(b"c" * 16)
YOKOHAMA, TSURUMI = "141003", "141011"
HEAD = "name,event,business,when,display,days,basis,article,status,note"


def an_entry(*them: dict[str, object], **stated: object) -> Entry:
    record = world.entry(HER, *them, **stated)  # type: ignore[arg-type]
    return entries.decode(record.value or b"", record.timestamp)


def sort(*found: Entry, days: int = 0) -> Sorted:
    return display.sort(found, WRITTEN + days * DAY)


ENTRIES = st.lists(
    st.builds(
        an_entry,
        st.builds(told, st.sampled_from([EDOGAWA, HAYAMA, KANAGAWA, YOKOHAMA]), st.sampled_from(sorted(BUSINESSES))),
        st.builds(told, st.sampled_from([EDOGAWA, HAYAMA, KANAGAWA, YOKOHAMA]), st.sampled_from(sorted(BUSINESSES))),
        type=st.sampled_from([MOVED_IN, FLAG]),
        municipality=st.sampled_from([EDOGAWA, HAYAMA, TSURUMI]),
        business=st.sampled_from(["001", "010"]),
        related=st.sampled_from([[], [CHILD]]),
    ),
    max_size=4,
)


@given(ENTRIES, st.integers(0, 100))
def test_no_line_is_shown_and_counted(found: list[Entry], days: int) -> None:
    answer = sort(*found, days=days)

    assert sum(len(each.told) for each in found) >= len(answer.shown) + sum(answer.withheld.values())
    assert answer.withheld.keys() <= {each.name for each in display.rules() if each.display == "delayed"}


@given(ENTRIES, st.integers(0, 100_000))
def test_where_any_of_it_concerns_another_person_only_who_keeps_her_own_record_is_named(
    found: list[Entry], days: int
) -> None:
    """Whether or not that one hides: lines that leave, and come again, would tell from when to when."""
    homes = {each.municipality for each in found if each.source == "001"}
    homes |= {YOKOHAMA} if TSURUMI in homes else set()
    shown = sort(*found, days=days).shown

    assert {each.told.member for each in shown} <= homes or not any(each.related for each in found)


@given(ENTRIES, st.integers(0, 1000))
def test_what_is_shown_today_is_shown_tomorrow(found: list[Entry], days: int) -> None:
    today, tomorrow = (sort(*found, days=each).shown for each in (days, days + 1))

    assert [each for each in tomorrow if each in today] == list(today)


@pytest.mark.parametrize("business", [each.business for each in display.rules() if each.display == "delayed"])
def test_what_an_inquiry_would_be_hindered_by_is_shown_to_the_day(business: str) -> None:
    entry = an_entry(told(business=business))

    assert ({"inquiry": 1}, {}) == (sort(entry, days=59).withheld, sort(entry, days=60).withheld)


def test_of_two_rules_the_one_that_shows_least_stands() -> None:
    """Else the circle of a measure would show after sixty days, as far as it is of such a business."""
    assert ([], {}) == sort(an_entry(told(business="021"), type=FLAG), days=100_000)


def test_a_ward_keeps_her_record_for_its_city() -> None:
    entry = an_entry(told(YOKOHAMA), told(HAYAMA), municipality=TSURUMI, related=[CHILD])

    assert [YOKOHAMA] == [each.told.member for each in sort(entry).shown]


def test_a_code_that_no_table_knows_stays_itself() -> None:
    """北方領土: nobody there keeps a record, and a page must not break by it."""
    entry = an_entry(told("016951"), municipality="016951", related=[CHILD])

    assert 1 == len(sort(entry).shown)


def test_who_stated_a_tax_does_not_keep_her_record() -> None:
    """Where the other lives may be who stated something of her, too."""
    assert ([], {}) == sort(an_entry(told(HAYAMA), municipality=HAYAMA, business="010", related=[CHILD]))


def test_no_name_tells_that_somebody_is_protected() -> None:
    """Two rules that rest on protection are one sentence on the page, the same on everybody's."""
    telling = {each.name for each in display.rules() if each.when or each.event == FLAG}

    assert {"kept"} == telling


def test_each_rule_names_what_there_is_and_is_marked_as_unverified() -> None:
    for rule in display.rules():
        assert rule.business in {"", *BUSINESSES}
        assert rule.event in {"", FLAG}
        assert "assumed" == rule.status


@pytest.mark.parametrize(
    "row",
    [
        "a,,,,sometimes,,law,,assumed,",
        "a,,,soon,never,,law,,assumed,",
        "a,,,,delayed,,law,,assumed,",
        "a,,,,delayed,-1,law,,assumed,",
        "a,,,,never,3,law,,assumed,",
        ",,,,never,,law,,assumed,",
        "a,,,,never,,,,assumed,",
        "a,,,,never,,law,,surely,",
    ],
)
def test_a_row_that_says_nothing_clear_is_refused_by_its_line(row: str) -> None:
    with pytest.raises(DisplayError, match="line 3"):
        list(display.parse([HEAD, "a,,,,now,,law,,verified,", row]))
