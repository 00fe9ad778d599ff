"""What the log's records tell for notices."""

from datetime import date
from typing import Any

import pytest

from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.measures import Measure
from kairan.partial_date import InvalidDateError, PartialDate
from kairan.stream import Incoming
from processors.notices.facts import Doubted, Measured, Period, Protection, Stated
from processors.notices.kinds import KINDS
from processors.notices.reading import of_protection, told
from processors.notices.rules import load
from processors.notices.triggers import BY_ITSELF, CARRIED, FLAGS, triggers_of
from tests.unit.processors.notices import play
from tests.unit.processors.routing import world

WARD, CITY, TOWN = (MunicipalityCode(code) for code in (world.EDOGAWA, world.ICHIKAWA, world.HAYAMA))
SHE, HEAD, MOTHER, FATHER = (Handle(world.handle(number)) for number in (1, 2, 3, 4))
ON, LATER = world.day("2026-04-09"), world.day("2026-04-12")
DAY = PartialDate("2026-04-09", certain=True)
PLAYED = world.APPENDED + 7
FORMER = bytes(15) + b"\x11"


def read(type_: str, body: dict[str, Any] | None = None, **stated: Any) -> Stated | Protection | None:
    return told(world.record(type_, play.body(type_, **(body or {})), **stated), PLAYED)


def fact(type_: str, body: dict[str, Any] | None = None, **stated: Any) -> Stated:
    found = read(type_, body, **stated)
    assert isinstance(found, Stated)
    return found


def flags(type_: str, body: dict[str, Any] | None = None, **stated: Any) -> set[str]:
    return set(fact(type_, body, **stated).resident.flags)


def test_a_fact_is_of_its_event_and_happened_when_the_sandbox_says_so() -> None:
    found = fact("residence.MovedIn", effective=ON, notified=LATER)

    assert (EventId(bytes(15) + b"\x01"), PLAYED, "residence.MovedIn") == (found.event, found.at, found.trigger)
    assert (SHE, "none", WARD) == (found.about, found.protection, found.source)
    assert (DAY, PartialDate("2026-04-12", certain=True)) == (found.effective, found.notified)


def test_a_departure_tells_where_to_by_which_way_and_the_planned_day() -> None:
    to_town = [world.municipality("destination", TOWN)]
    found = fact("residence.MoveOutDeclared", {"planned_date": ON, "procedure": "特例"}, municipalities=to_town)

    assert (WARD, TOWN, {"planned_departure": DAY}) == (found.origin, found.destination, found.days)
    assert {"by_card"} == found.resident.flags


@pytest.mark.parametrize(
    ("procedure", "flag"), [("証明書", {"on_paper"}), ("準ずる証明書", {"on_paper"}), ("東京都", set()), (None, set())]
)
def test_a_departure_is_by_card_or_on_paper_only_if_it_says_so(procedure: str | None, flag: set[str]) -> None:
    assert flag == flags("residence.MoveOutDeclared", {"procedure": procedure})


def test_a_departure_abroad_is_one_by_its_reason() -> None:
    assert "abroad" in flags("residence.MoveOutDeclared", reason={"code": "22", "edition": "1"})
    assert "abroad" not in flags("residence.MoveOutDeclared", reason={"code": "21", "edition": "1"})


def test_an_arrival_tells_where_from_and_the_days_that_deadlines_count_from() -> None:
    from_city = [world.municipality("origin", CITY)]
    found = fact(
        "residence.MovedIn", {"moved_in_date": ON, "planned_date": None}, municipalities=from_city, notified=LATER
    )

    assert (CITY, WARD) == (found.origin, found.destination)
    assert {"moved_in": DAY, "arrival_notified": PartialDate("2026-04-12", certain=True)} == found.days


@pytest.mark.parametrize(
    ("kind", "continued", "is_said"),
    [
        ("特例", False, True),
        ("特例", True, False),
        ("特例", None, False),
        ("証明書", False, False),
        ("国外", False, False),
    ],
)
def test_a_card_is_not_continued_only_where_the_arrival_was_by_card(
    kind: str, *, continued: bool | None, is_said: bool
) -> None:
    """Of whoever came on paper or from abroad nobody knows whether there is a card."""
    said = flags("residence.MovedIn", {"arrival_kind": kind, "card_continued": continued})

    assert is_said == ("card_not_continued" in said)


def test_a_closing_tells_the_day_of_departure_when_it_is_confirmed() -> None:
    assert {"departed": DAY} == fact("residence.MoveOutConfirmed", {"confirmed_date": ON}).days
    assert {} == fact("residence.MoveOutConfirmed", {"confirmed_date": None}).days


def test_a_relocation_tells_its_day() -> None:
    assert {"relocated": DAY} == fact("residence.Relocated", {"relocated_date": ON}).days


def test_a_birth_tells_its_day_and_who_the_parents_are() -> None:
    found = fact("vital.Born", {"birth_date": ON}, effective=ON, related=play.related(head=2, parent=3))

    assert {"born": DAY} == found.days
    assert {"head": frozenset({HEAD}), "guardian": frozenset({MOTHER})} == found.parties


def test_a_death_tells_its_day_and_whether_a_head_died_and_no_notifier() -> None:
    found = fact("vital.Died", {"death_date": ON, "was_head": True}, related=play.related(spouse=2))

    assert ({"died": DAY}, {"was_head"}, {}) == (found.days, set(found.resident.flags), dict(found.parties))
    assert set() == flags("vital.Died", {"was_head": False})


def test_a_head_is_whom_the_household_calls_so() -> None:
    household = {"number": "7", "head_name": "secret", "relationship": "世帯主"}
    found = fact("residence.MovedIn", {"household": household})

    assert ({"is_head"}, {"head": frozenset({SHE})}) == (set(found.resident.flags), dict(found.parties))
    assert set() == flags("residence.MovedIn", {"household": household | {"relationship": "妻"}})
    assert set() == flags("residence.MovedIn", {"household": None})


def test_everybody_is_known_whom_the_record_names() -> None:
    assert {MOTHER, FATHER} == fact("vital.Born", related=play.related(parent=3, child=4)).related


def test_both_parents_and_the_legal_representative_of_a_minor_are_guardians() -> None:
    parents = [*play.related(parent=3), *play.related(parent=4, legal_representative=2, child=9, spouse=9)]
    grown_up, minor, unsure = (
        fact("residence.MovedIn", {"birth_date": born}, related=parents).parties
        for born in (world.day("1980-05-05"), world.day("2016-05-05"), None)
    )

    assert {} == grown_up
    assert {"guardian": frozenset({HEAD, MOTHER, FATHER})} == minor == unsure


def test_the_recipient_is_whom_the_event_names() -> None:
    assert {"recipient": frozenset({HEAD})} == fact("vital.Born", related=play.related(recipient=2)).parties


@pytest.mark.parametrize(
    ("kind", "category", "expected"),
    [
        ("japanese", None, ("japanese", set())),
        ("foreign", "中長期在留者", ("foreign", set())),
        ("foreign", "特別永住者", ("foreign", {"special_permanent"})),
        ("foreign", "出生による経過滞在者", (None, set())),
        ("foreign", None, (None, set())),
    ],
)
def test_a_foreign_resident_is_of_the_class_that_the_record_tells(
    kind: str, category: str | None, expected: tuple[str | None, set[str]]
) -> None:
    status = None if category is None else world.full_body("vital.Born")["foreign_status"] | {"category": category}
    found = fact("vital.Born", {"resident_kind": kind, "foreign_status": status}).resident

    assert expected == (found.kind, set(found.flags))


def test_entitlements_are_told_as_periods() -> None:
    periods = dict.fromkeys(("late_elderly", "care", "pension", "child_allowance"))
    ended = {"entitlements": {"nhi": None, **periods, "care": {"start": "2020-01-01", "end": "2021-01-01"}}}

    assert {"nhi": Period(date(2020, 1, 1))} == fact("residence.MovedIn").resident.entitlements
    assert {"care": Period(date(2020, 1, 1), date(2021, 1, 1))} == fact("vital.Died", ended).resident.entitlements


def test_an_error_of_a_period_tells_no_value() -> None:
    with pytest.raises(InvalidDateError) as refused:
        told(world.record("residence.MovedIn", world.full_body("residence.MovedIn")), PLAYED)

    assert "東京" not in str(refused.value)


def test_a_date_is_told_without_its_words() -> None:
    unsure = {"value": "1950-00-00", "certain": False, "text": "昭和25年頃"}

    assert PartialDate("1950-00-00", certain=False) == fact("vital.Died", {"birth_date": unsure}).resident.born


@pytest.mark.parametrize("change", ["corrected", "annulled"])
def test_a_correction_names_what_it_corrects(change: str) -> None:
    found = fact("residence.MovedIn", change=change, corrects=FORMER)

    assert (change, EventId(FORMER)) == (found.change, found.corrects)


STANDS = Protection(SHE, "protected", PLAYED)


@pytest.mark.parametrize("change", ["corrected", "annulled", "ended"])
def test_of_what_changes_a_record_older_than_the_bus_only_the_protection_is_told(change: str) -> None:
    assert STANDS == read("residence.MovedIn", change=change, corrects_version=3, protection="protected")


@pytest.mark.parametrize(
    "type_",
    ["residence.MoveInNotified", "residence.RecordAmended", "residence.RecordLoaded"],
)
def test_of_events_that_call_for_no_notice_only_the_protection_is_told(type_: str) -> None:
    """Nor of a record of somebody who is no resident, or is not said to be one."""
    assert STANDS == read(type_, protection="protected")


RESIDENT = {"resident_state": "resident"}
OF_RESIDENTS = [*(BY_ITSELF), "residence.MovedIn", "residence.Relocated", "vital.Born"]


@pytest.mark.parametrize("type_", OF_RESIDENTS)
def test_of_a_resident_it_is_told_by_which_days_what_lies_ahead_is_counted(type_: str) -> None:
    days = fact(type_, RESIDENT | {"birth_date": world.day("2020-05-05")}).days

    assert {"born": "2020-05-05", "school_year_starts": "2027-04-01", "period_of_stay_ends": "2026-04-01"}.items() <= {
        (name, day.value) for name, day in days.items()
    }
    assert {"is_resident", "stay_ends"} <= flags(type_, RESIDENT)


@pytest.mark.parametrize("type_", ["residence.MoveOutDeclared", "residence.MoveOutConfirmed", "vital.Died"])
def test_of_whoever_leaves_nothing_lies_ahead(type_: str) -> None:
    found = fact(type_, RESIDENT)

    assert set() == {"born", "school_year_starts", "period_of_stay_ends"} & found.days.keys()
    assert set() == {"is_resident", "stay_ends"} & found.resident.flags


def test_of_a_birth_date_that_is_not_sure_no_day_is_counted() -> None:
    unsure = {"value": "1950-00-00", "certain": False, "text": ""}

    assert {"period_of_stay_ends"} == fact("residence.RecordLoaded", RESIDENT | {"birth_date": unsure}).days.keys()
    assert {"period_of_stay_ends"} == fact("residence.RecordLoaded", RESIDENT | {"birth_date": None}).days.keys()


@pytest.mark.parametrize(("expiry", "is_said"), [("2026-04-08", False), ("2026-04-09", True), (None, False)])
def test_a_stay_that_is_over_does_not_end_any_more(expiry: str | None, *, is_said: bool) -> None:
    status = world.full_body("vital.Born")["foreign_status"] | {"expiry": world.day(expiry) if expiry else None}

    assert is_said == ("stay_ends" in flags("residence.MovedIn", RESIDENT | {"foreign_status": status}, effective=ON))


@pytest.mark.parametrize("change", ["corrected", "annulled"])
@pytest.mark.parametrize("type_", sorted(BY_ITSELF))
def test_what_corrects_a_record_is_told_though_she_is_no_resident_by_it(type_: str, change: str) -> None:
    found = fact(type_, {"resident_state": "moved_out"}, change=change, corrects=FORMER)

    assert (change, EventId(FORMER)) == (found.change, found.corrects)


@pytest.mark.parametrize(
    ("notifier", "spouses", "told"),
    [
        ("夫", [2], {HEAD}),
        ("妻", [2], {HEAD}),
        ("配偶者", [2], {HEAD}),
        ("子", [2], set()),
        (None, [2], set()),
        ("夫", [], set()),
        ("夫", [2, 3], set()),
    ],
)
def test_who_notified_a_death_is_known_where_it_was_the_husband_or_wife(
    notifier: str | None, spouses: list[int], told: set[Handle]
) -> None:
    """Of a child nobody knows which; of two spouses, one of whom is a mistake, neither."""
    by = {"name": world.full_body("vital.Died")["notifier"]["name"], "relationship": notifier}
    named = [each for number in spouses for each in play.related(spouse=number)]
    found = fact("vital.Died", {"notifier": by}, related=[*named, *play.related(child=9)])

    assert told == found.parties.get("notifier", frozenset())


def test_an_application_tells_where_to_and_of_nobody_else() -> None:
    places = [world.municipality("origin", WARD), world.municipality("destination", TOWN)]
    named = {"municipalities": places, "protection": "unknown", "related": play.related(head=2, parent=3)}
    found = fact("residence.MoveOutApplied", **named)

    assert ("unknown", WARD, TOWN, {}, {}, frozenset()) == (
        found.protection, found.origin, found.destination, found.days, found.parties, found.related
    )  # fmt: skip


def test_what_corrects_an_application_that_is_older_than_the_bus_tells_nothing() -> None:
    """Not even of protection: 029 does not know that somebody needs none."""
    assert read("residence.MoveOutApplied", change="corrected", corrects_version=3, protection="unknown") is None


def of_measure(version: int, end: str = "2027-03-31", kind: str = "1", name: str = "M1", **stated: Any) -> Stated:
    period = {"start": ON, "end": world.day(end)}
    its = {"measure": {"id": name, "version": version, "kind": kind}, "period": period}
    return fact("protection.ProtectionChanged", its, protection="protected", related=play.related(child=2), **stated)


def test_a_version_of_a_measure_takes_the_place_of_the_one_before_it() -> None:
    first, second, others = of_measure(1), of_measure(2), of_measure(2, name="M2")

    assert ("created", "corrected", first.event) == (first.change, second.change, second.corrects)
    assert others.corrects not in (first.event, second.event)
    assert ({"protection_ends": PartialDate("2027-03-31", certain=True)}, {}, frozenset()) == (
        first.days, first.parties, first.related
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "end", "lasts"),
    [("1", "2027-03-31", True), ("2", "2027-03-31", True), ("3", "2027-03-31", False), ("1", "9999-12-31", False)],
)
def test_a_measure_lasts_to_its_last_day_if_it_has_one(kind: str, end: str, *, lasts: bool) -> None:
    assert lasts == ("measure_lasts" in of_measure(1, end, kind).resident.flags)


def test_the_end_of_a_measure_is_a_version_of_it() -> None:
    assert "corrected" == of_measure(2, kind="3", change="ended").change


def test_a_measure_that_is_annulled_or_not_told_tells_the_protection_alone() -> None:
    unsaid = {"measure": None, "period": None}
    flag = "protection.ProtectionChanged"

    assert STANDS == read(flag, unsaid, protection="protected")
    assert STANDS == read(flag, change="annulled", corrects=FORMER, protection="protected")


def test_what_the_tax_office_knows_is_not_looked_at() -> None:
    assert read("tax.ResidentTaxAssessed", protection="unknown") is None


def test_corporations_and_areas_are_told_nothing() -> None:
    assert read("residence.MovedIn", subject=play.subject(1, "corporation")) is None


def test_a_double_in_the_log_is_the_same_fact() -> None:
    record = world.moved_in()
    double = Incoming(*record[:2], 99, record.timestamp + 1, *record[4:])

    assert told(record, PLAYED) == told(double, PLAYED)


def test_a_measure_is_told_of_its_person() -> None:
    measure = Measure(WARD, "M1", 2, "3", world.APPENDED + 2)

    assert Measured(SHE, measure, PLAYED) == of_protection(play.measure("3", version=2), PLAYED)


def test_a_link_and_a_claim_are_doubts_about_the_one_who_is_to_tell_the_other() -> None:
    assert Doubted(SHE, PLAYED, HEAD) == of_protection(play.link(1, 2), PLAYED)
    assert Doubted(SHE, PLAYED, HEAD, is_claim=True) == of_protection(play.claim(1, 2), PLAYED)


def test_a_record_without_a_value_takes_no_measure_away() -> None:
    assert of_protection(Incoming("protection", 0, 0, 0, b"", None), PLAYED) is None


NOT_TOLD = {
    *("two_remain", "household_in_nhi", "care_certified", "pension_unconfirmed", "seal_registered", "by_court"),
    *("returns_to_former_surname", "has_child", "has_pupil", "child_rearing_allowance", "tax_exempt"),
    "asked_to_be_told",
}


def test_the_flags_that_no_record_tells_are_those_of_the_readme() -> None:
    everything: set[str] = {"abroad", "by_card", "on_paper", "card_not_continued", "is_head", "was_head"}
    ahead = {"is_resident", "stay_ends", "measure_lasts"}

    assert NOT_TOLD == FLAGS.keys() - everything - ahead - {"special_permanent"}


def test_the_triggers_that_no_record_tells_or_carries_are_plans_states_and_the_tax() -> None:
    told = {each for type_ in KINDS for each in triggers_of(type_)}
    silent = {rule.trigger for rule in load().rules} - told

    assert {"tax.ResidentTaxAssessed"} == {each for each in silent if not each.startswith(("plan.", "state."))}
    assert set() == {"plan.move", "state.stay_ending", "state.age_reached"} & silent


def test_what_carries_a_plan_or_a_state_is_read() -> None:
    assert set() == CARRIED.keys() - KINDS.keys()
