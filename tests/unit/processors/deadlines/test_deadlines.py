"""The table of deadlines: every row of ours can be read, and a bad one is refused with a sentence."""

import csv
import io
import re
from pathlib import Path

import pytest

from kairan.identifiers import MunicipalityCode
from kairan.municipalities import UnknownMunicipalityError
from processors.deadlines.deadlines import (
    COLUMNS,
    NOT_ARRIVED,
    Length,
    deadlines_of,
    load,
    parse,
    parse_local,
    with_lengths,
)
from processors.deadlines.tables import TableError

GOOD = {
    "id": "move.arrival",
    "what": "転入届",
    "trigger": "moved_in",
    "start": "next_day",
    "length": "14d",
    "bound": "until",
    "shift": "municipality",
    "earlier_of": "",
    "basis": "住民基本台帳法",
    "article": "22条1項",
    "status": "verified",
    "note": "",
}
OTHER = {"id": "move.other"}
LOCAL = "area,deadline,length,basis,note\n"


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(GOOD | row for row in rows)
    return out.getvalue()


def problems(*rows: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(TableError) as refused:
        parse(table(*rows))
    return refused.value.problems


def test_every_row_of_ours_can_be_read() -> None:
    assert 87 == len(load())


def test_the_day_itself_is_the_first_of_a_filings_period_only_in_the_family_register() -> None:
    """戸籍法43条1項; every other filing is counted from the next day (民法140条)."""
    filings = {each.id for each in load().values() if each.shift != "none" and each.start == "event_day"}
    register = {"birth.report", "birth.report_from_abroad", "death.report", "death.report_from_abroad"}

    assert register | {"divorce.report", "divorce.surname"} == filings


def test_only_where_a_statute_is_named_a_deadline_moves_to_a_later_day() -> None:
    """Who relies on the earlier day loses nothing; practice that reads a statute moves as its statute does."""
    moved = {each.id for each in load().values() if each.shift != "none" and each.status == "assumed"}

    assert {"allowance.claim_by_plan", "birth.child_allowance"} == moved


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("14d", Length(14, "d", before=False)),
        ("3m", Length(3, "m", before=False)),
        ("1y", Length(1, "y", before=False)),
        ("promptly", None),
    ],
)
def test_a_length_is_days_months_years_or_promptly(text: str, length: Length | None) -> None:
    assert [length] == [each.length for each in parse(table({"length": text, "shift": "none"})).values()]


def test_a_length_may_run_backwards() -> None:
    row = {"length": "2m before", "shift": "none"}

    assert [Length(2, "m", before=True)] == [each.length for each in parse(table(row)).values()]


BAD = [
    ({"id": "arrival"}, "Line 2, id: 'arrival' must be words"),
    ({"what": ""}, "Line 2, what: '' must be filled"),
    ({"trigger": "arrived"}, "Line 2, trigger: 'arrived' must be one of"),
    ({"start": "today"}, "Line 2, start: 'today' must be one of event_day, next_day"),
    ({"length": "14"}, "Line 2, length: '14' must be a number of days"),
    ({"length": "2w"}, "Line 2, length: '2w' must be a number of days"),
    ({"length": "-1m"}, "Line 2, length: '-1m' must be a number of days"),
    ({"length": "１４d"}, "Line 2, length: '１４d' must be a number of days"),
    ({"bound": "till"}, "Line 2, bound: 'till' must be one of from, until"),
    ({"shift": "city"}, "Line 2, shift: 'city' must be one of municipality, national, none"),
    ({"bound": "from"}, "Line 2, shift: must be none, since"),
    ({"length": "1m before"}, "Line 2, shift: must be none, since"),
    ({"length": "promptly"}, "Line 2, shift: must be none, since"),
    ({"earlier_of": "move.nothing"}, "Line 2, earlier_of: 'move.nothing' must be another"),
    ({"earlier_of": "move.arrival"}, "Line 2, earlier_of: 'move.arrival' must be another"),
    ({"basis": ""}, "Line 2, basis: '' must be filled"),
    ({"article": ""}, "Line 2, article: must be filled if the status is verified"),
    ({"status": "assumed"}, "Line 2, article: must be filled if the status is verified"),
    ({"status": "sure"}, "Line 2, status: 'sure' must be one of assumed, verified"),
]


@pytest.mark.parametrize(("row", "problem"), BAD)
def test_a_bad_row_is_refused_with_line_column_and_rule(row: dict[str, str], problem: str) -> None:
    assert [problem] == [found[: len(problem)] for found in problems(row)]


def test_all_problems_of_a_table_are_told_at_once() -> None:
    assert 3 == len(problems({"start": "today"}, OTHER | {"bound": "till", "shift": "city"}))


def test_an_id_is_used_once() -> None:
    assert ("Line 3, id: 'move.arrival' must be used once.",) == problems({}, {})


def test_whom_a_deadline_is_compared_with_names_nobody_and_is_counted() -> None:
    chain = problems({"earlier_of": "move.other"}, OTHER | {"earlier_of": "move.third"}, {"id": "move.third"})
    uncounted = problems({"earlier_of": "move.other"}, OTHER | {"length": "promptly", "shift": "none"})

    assert ["Line 2, earlier_of: 'move.other'"] * 2 == [each[0][:32] for each in (chain, uncounted)]


def test_a_table_without_its_columns_and_a_row_without_its_cells_are_refused() -> None:
    with pytest.raises(TableError, match="Line 1: the columns must be id, what"):
        parse("id,what\n")
    with pytest.raises(TableError, match="Line 2: a row has 12 cells, this one 2"):
        parse(table() + "a,b\n")


# What a municipality sets


def test_a_move_has_not_arrived_after_thirty_days_unless_the_municipality_sets_others() -> None:
    yokohama, ward, kawasaki = "141003", "141011", "141305"
    set_by = parse_local(f"{LOCAL}{yokohama},{NOT_ARRIVED},14d,運用,\n14,{NOT_ARRIVED},21d,運用,\n", load())
    found = [with_lengths(load(), set_by, city)[NOT_ARRIVED].length for city in (yokohama, kawasaki, "131016")]

    assert [Length(14, "d", False), Length(21, "d", False), Length(30, "d", False)] == found
    assert deadlines_of(MunicipalityCode(ward)) == deadlines_of(MunicipalityCode(yokohama)) == load()


def test_what_a_municipality_does_not_set_it_has_like_everybody() -> None:
    set_by = parse_local(f"{LOCAL}141003,{NOT_ARRIVED},14d,運用,\n", load())
    table = with_lengths(load(), set_by, "141003")

    assert {NOT_ARRIVED} == {name for name in table if table[name] != load()[name]}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("141003,move.arrival,21d,x,", "Line 2, deadline: 'move.arrival' must be assumed"),
        ("141003,single_parent.ends,21d,x,", "Line 2, deadline: 'single_parent.ends' must be assumed and counted"),
        ("141003,move.nothing,21d,x,", "Line 2, deadline: there is no deadline 'move.nothing'"),
        ("141003,move.not_arrived,21d before,x,", "Line 2, length: '21d before' must run the same way"),
        ("1,move.not_arrived,21d,x,", "Line 2, area: '1' must be"),
        ("141003,move.not_arrived,promptly,x,", "Line 2, length: 'promptly' must be"),
        ("141003,move.not_arrived,21d,,", "Line 2, basis: '' must be filled"),
    ],
)
def test_a_municipality_sets_no_length_that_a_statute_says(row: str, problem: str) -> None:
    with pytest.raises(TableError) as refused:
        parse_local(LOCAL + row + "\n", load())

    assert [problem] == [found[: len(problem)] for found in refused.value.problems]


def test_there_are_no_deadlines_of_nowhere() -> None:
    with pytest.raises(UnknownMunicipalityError):
        deadlines_of(MunicipalityCode("999999"))


README = Path(__file__).parents[4] / "processors/deadlines/README.md"


def test_each_deadline_of_a_move_has_a_row_or_a_reason_why_it_has_none() -> None:
    """D1 to D12 of the domain, as the table in the README has them."""
    rows = [
        line.split("|")[1:3] for line in README.read_text(encoding="utf-8").splitlines() if re.match(r"\| D\d", line)
    ]
    numbers = [int(number) for names, _ in rows for number in re.findall(r"D(\d+)", names)]
    told = {name for _, cell in rows for name in re.findall(r"`([a-z_.]+)`", cell)}
    without = [names.strip() for names, cell in rows if not re.search("`", cell)]

    assert [*range(1, 13)] == sorted(numbers)
    assert told <= load().keys()
    assert {name for name in load() if name.startswith("move.")} - told == {NOT_ARRIVED, "move.notice"}
    assert ["D7"] == without
