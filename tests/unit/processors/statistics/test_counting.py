"""What a record of the log is counted as."""

from typing import Any

import pytest

from kairan import wire
from kairan.partial_date import PartialDate
from kairan.stream import Incoming
from processors.statistics.counting import age, counted, month
from processors.statistics.datasets import UNKNOWN
from processors.statistics.reading import told
from tests.unit.processors.routing import world

FROM, TO = world.ICHIKAWA, world.EDOGAWA
UNSURE = {"value": "1980-05-00", "certain": False, "text": ""}
WOMAN = {"sex": "2", "arrival_kind": "証明書", "moved_in_date": world.day("2026-04-01")}


def arrival(body: dict[str, Any] | None = None, **stated: Any) -> Incoming:
    planned = {"planned_date": world.day("2026-03-31")}
    return world.moved_in(WOMAN | planned | (body or {}), **stated)


def places(record: Incoming) -> list[tuple[str, ...]]:
    said = told(record)
    cells = counted(said, "2026-04", hides=said.hides) if said else {}
    return [cell.place for cell in cells if cell.dataset not in ("bus-traffic", "migration-by-effect")]


def test_a_move_is_counted_from_where_the_arrival_says_to_where_it_was_registered() -> None:
    assert [(FROM, TO, "female", "45-49")] == places(arrival())


def test_the_cell_is_of_the_month_and_the_dataset() -> None:
    said = told(arrival())

    assert said is not None
    assert {("migration", "2026-04"): 1, ("migration-by-effect", "2026-04"): 1} == {
        cell[:2]: number for cell, number in counted(said, "2026-04", hides=False).items()
    }


def months(came: Any) -> list[str]:
    said = told(arrival({"moved_in_date": came}))
    cells = counted(said, "2026-05", hides=False) if said else {}
    return [cell.window for cell in cells if cell.dataset == "migration-by-effect"]


def test_by_effect_a_move_is_of_the_month_in_which_it_happened() -> None:
    assert ["2026-03"] == months(world.day("2026-03-31"))
    assert ["1980-05"] == months(UNSURE)


@pytest.mark.parametrize("came", [{"value": "2026-00-00", "certain": False, "text": ""}, None])
def test_by_effect_a_move_of_no_month_is_not_counted(came: Any) -> None:
    assert [] == months(came)


def test_by_effect_counts_no_other_moves_than_by_registration() -> None:
    said = told(arrival({"arrival_kind": "国外"}))

    assert {} == counted(said, "2026-04", hides=False) if said else False


@pytest.mark.parametrize(
    "uncounted",
    [
        arrival(municipalities=[world.municipality("destination", TO)]),
        arrival(municipalities=[world.municipality("origin", TO)]),
        arrival({"arrival_kind": "国外"}),
        arrival({"planned_date": world.day("2025-03-31")}),
    ],
    ids=["from nobody knows where", "inside one municipality", "from abroad", "after more than a year"],
)
def test_no_move_between_municipalities_is(uncounted: Incoming) -> None:
    assert [] == places(uncounted)


@pytest.mark.parametrize("left", [world.day("2025-04-01"), UNSURE, None], ids=["a year to the day", "unsure", "unsaid"])
def test_a_move_is_counted_unless_it_surely_took_more_than_a_year(left: Any) -> None:
    assert 1 == len(places(arrival({"planned_date": left})))


def test_a_move_that_began_on_a_leap_day_may_end_on_the_first_of_march() -> None:
    began = {"planned_date": world.day("2024-02-29")}

    assert 1 == len(places(arrival(began | {"moved_in_date": world.day("2025-02-28")})))
    assert [] == places(arrival(began | {"moved_in_date": world.day("2025-03-01")}))


@pytest.mark.parametrize("protection", ["protected", "unknown"])
def test_who_hides_or_may_hide_is_counted_without_municipalities(protection: str) -> None:
    assert [(UNKNOWN, UNKNOWN, "female", "45-49")] == places(arrival(protection=protection))
    assert [(UNKNOWN, "death", "male")] == places(world.record("vital.Died", {"sex": "1"}, protection=protection))


def test_who_hides_inside_one_municipality_is_not_counted_either() -> None:
    own = [world.municipality("origin", TO)]

    assert [] == places(arrival(municipalities=own, protection="protected"))


@pytest.mark.parametrize(("type_", "change"), [("vital.Born", "birth"), ("vital.Died", "death")])
def test_a_birth_and_a_death_are_counted_where_they_were_registered(type_: str, change: str) -> None:
    assert [(TO, change, "male")] == places(world.record(type_, {"sex": "1"}))


@pytest.mark.parametrize("sex", ["0", "9", None])
def test_a_sex_that_is_neither_is_unknown(sex: str | None) -> None:
    assert [(TO, "birth", UNKNOWN)] == places(world.record("vital.Born", {"sex": sex}))


def household(relationship: str | None, former: str | None = None, reason: str = "50", **stated: Any) -> Incoming:
    now, before = ({"number": "1", "head_name": "山田", "relationship": each} for each in (relationship, former))
    body = {"household": now, "previous_household": before if former else None}
    return world.record("residence.RecordAmended", body, **({"reason": {"code": reason, "edition": ""}} | stated))


@pytest.mark.parametrize(
    ("reason", "relationship", "former", "expected"),
    [
        ("50", "02", "20", "formed"),
        ("50", "12", "02", None),
        ("51", "20", "02", "dissolved"),
        ("51", "02", "20", None),
        ("51", "20", None, None),
        ("52", "20", "20", "changed"),
        ("53", "02", "12", "head-changed"),
        ("53", "12", "02", None),
        ("50", None, None, None),
        ("43", "02", "02", None),
    ],
)
def test_a_household_is_counted_once_at_its_head(
    reason: str, relationship: str | None, former: str | None, expected: str | None
) -> None:
    assert ([(TO, expected)] if expected else []) == places(household(relationship, former, reason))


def test_who_hides_is_counted_in_a_household_of_nobody_knows_where() -> None:
    assert [(UNKNOWN, "formed")] == places(household("02", protection="protected"))


def test_what_corrects_a_household_is_of_the_kind_that_the_first_record_says() -> None:
    lineage = [world.former(reason={"code": "44", "edition": ""}), world.former(reason={"code": "53", "edition": ""})]
    correction = {"change": "corrected", "corrects": world.FIRST, "lineage": lineage}

    assert [(TO, "head-changed")] == places(household("02", reason="44", **correction))


def test_no_name_is_read_of_a_household() -> None:
    assert "山田" not in repr(told(household("02", "20")))


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        (None, UNKNOWN),
        (-1, "0-10"),
        (100_000, "0-10"),
        (100_001, "10-100"),
        (10_000_000, "700-1000"),
        (10_000_001, "1000+"),
    ],
)
def test_an_assessment_is_counted_by_the_band_of_the_income(income: int | None, expected: str) -> None:
    assert [(TO, expected)] == places(world.record("tax.ResidentTaxAssessed", {"income_total": income}))


def test_whose_tax_hides_is_counted_in_her_band_without_a_municipality() -> None:
    assert [(UNKNOWN, UNKNOWN)] == places(world.record("tax.ResidentTaxAssessed", protection="protected"))


def traffic(record: Incoming) -> list[tuple[str, ...]]:
    said = told(record)
    cells = counted(said, "2026-04", hides=said.hides) if said else {}
    return [cell.place for cell in cells if cell.dataset == "bus-traffic"]


@pytest.mark.parametrize(
    ("type_", "event"),
    [
        ("residence.Relocated", "relocated"),
        ("residence.RecordAmended", "amended"),
        ("residence.MoveOutApplied", "move-applied"),
        ("residence.VisitPlanned", "visit-planned"),
    ],
)
def test_traffic_is_of_kinds_that_nothing_else_counts_and_of_nobody_who_hides(type_: str, event: str) -> None:
    assert [(TO, event)] == traffic(world.record(type_))
    assert [] == traffic(world.record(type_, protection="protected"))
    assert [] == traffic(world.record(type_, protection="unknown"))


@pytest.mark.parametrize(
    "counted_elsewhere",
    [arrival(), world.record("vital.Born"), world.record("vital.Died"), household("02"), household("12")],
    ids=["an arrival", "a birth", "a death", "a household", "a member of one"],
)
def test_what_others_count_with_those_who_hide_is_no_traffic(counted_elsewhere: Incoming) -> None:
    """Their difference would be the number of those who hide."""
    assert [] == traffic(counted_elsewhere)


def plan(day: Any, destination: str | None, **stated: Any) -> list[tuple[str, ...]]:
    parties = [world.municipality("destination", destination)] if destination else []
    said = told(world.record("residence.MoveOutDeclared", {"planned_date": day}, municipalities=parties, **stated))
    cells = counted(said, "2026-04", hides=said.hides) if said else {}
    return [tuple(cell) for cell in cells]


def test_an_arrival_is_expected_in_the_month_for_which_it_is_planned() -> None:
    assert [("expected-arrivals", "2026-05", (FROM,))] == plan(world.day("2026-05-31"), FROM)


@pytest.mark.parametrize("protection", ["protected", "unknown"])
def test_nobody_who_hides_or_may_hide_is_expected_anywhere(protection: str) -> None:
    assert [] == plan(world.day("2026-05-31"), FROM, protection=protection)


@pytest.mark.parametrize(
    ("day", "destination"),
    [(None, FROM), (world.day("2026-05-31"), None), (world.day("2026-05-31"), TO)],
    ids=["nobody knows when", "nobody knows where", "to where she is"],
)
def test_who_goes_nowhere_or_never_is_not_expected(day: Any, destination: str | None) -> None:
    assert [] == plan(day, destination)


def test_the_age_of_an_uncertain_day_of_birth_is_unknown() -> None:
    assert [(FROM, TO, "female", UNKNOWN)] == places(arrival({"birth_date": UNSURE}))
    assert [(FROM, TO, "female", UNKNOWN)] == places(arrival({"birth_date": None}))


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2021-04-02", "2026-04-01", "0-4"),
        ("2021-04-01", "2026-04-01", "5-9"),
        ("1996-02-29", "2026-02-28", "25-29"),
        ("1926-04-02", "2026-04-01", "95-99"),
        ("1926-04-01", "2026-04-01", "100+"),
        ("1900-01-01", "2026-04-01", "100+"),
        ("2026-04-02", "2026-04-01", UNKNOWN),
    ],
)
def test_ages_are_classes_of_five_years_by_birthdays(born: str, on: str, expected: str) -> None:
    assert expected == age(PartialDate(born, certain=True), PartialDate(on, certain=True))


def test_the_age_on_an_uncertain_day_is_unknown() -> None:
    assert UNKNOWN == age(PartialDate("1980-05-05", certain=True), PartialDate("2026-04-00", certain=False))


def test_a_month_is_japans() -> None:
    midnight = 1_774_969_200_000  # 2026-04-01T00:00 in Japan, 15:00 of 31 March in UTC

    assert "2026-03" == month(midnight - 1)
    assert "2026-04" == month(midnight)


@pytest.mark.parametrize("type_", ["residence.MoveInNotified", "residence.MoveOutConfirmed", "residence.RecordLoaded"])
def test_other_events_tell_nothing(type_: str) -> None:
    assert told(world.record(type_)) is None


@pytest.mark.parametrize(
    "stated",
    [
        {"change": "ended"},
        {"change": "corrected"},
        {"change": "annulled"},
        {"subject": {"kind": "area", "handle": bytes(16)}},
    ],
    ids=["ended", "older than the bus", "older than the bus, annulled", "no person"],
)
def test_what_ends_or_is_older_than_the_bus_or_is_of_no_person_tells_nothing(stated: dict[str, Any]) -> None:
    assert told(arrival(**stated)) is None


def test_an_annulment_takes_back_whatever_it_shows() -> None:
    said = told(arrival(change="annulled", corrects=world.FIRST))

    assert said is not None
    assert (True, world.FIRST, "") == (said.is_annulled, said.corrects, said.sex)


def test_bytes_that_are_no_event_are_an_error() -> None:
    with pytest.raises(wire.NotFramedError):
        told(arrival()._replace(value=b"no event"))
