from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from kairan import codes
from kairan.free_text import codes_of
from kairan.identifiers import AtenaNumber
from kairan.number_guard import is_plain_identifier
from kairan.partial_date import PartialDate
from sandbox import bad_inputs, register
from sandbox.acts import Act
from sandbox.calendar import moving_weight
from sandbox.moving import CARD
from sandbox.plan import Options, plan
from tests.unit.sandbox.nations import SEEDS, TODAY, lived, moved, steps_of, texts

PLANNED = ("planned_date", "planned_destination")
HISTORY = ("book", "announced", "restore", "resident_history")


def _options(seed: int = 7, facts: int = 120, **more: Any) -> Options:
    return Options(seed=seed, members=register.DEFAULT, facts=facts, today=TODAY, **more)


def test_the_same_seed_gives_the_same_acts() -> None:
    assert plan(_options(bad_inputs=5)) == plan(_options(bad_inputs=5))


def test_another_seed_gives_other_acts() -> None:
    assert plan(_options(seed=7)) != plan(_options(seed=8))


@pytest.mark.parametrize("facts", [90, 200])
def test_exactly_so_many_facts_are_registered_as_were_asked_for(facts: int) -> None:
    planned = plan(_options(facts=facts))

    assert facts == sum(act.facts for act in (*planned.loads, *planned.acts))


def test_a_further_nation_in_the_same_databases_has_numbers_of_its_own() -> None:
    first, second = (_numbers(plan(_options(run=run)).acts) for run in (0, 1))

    assert set() == first & second


def test_a_nation_of_two_villages_lives_too() -> None:
    members = register.for_municipalities(["143014", "122033"]).municipalities()
    planned = plan(
        Options(seed=1, members=tuple(member.code for member in members), facts=100, today=TODAY, bad_inputs=3)
    )

    assert 100 == sum(act.facts for act in (*planned.loads, *planned.acts))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_versions_of_a_record_follow_one_another_without_a_gap(seed: int) -> None:
    last: dict[tuple[str, str], int] = {}
    for act, step in steps_of(lived(seed).acts, *HISTORY):
        if step.values.get("stage") == "provisional":
            continue
        key = act.member, step.values["atena_number"]
        assert last.get(key, 0) + 1 == step.values["version"]
        last[key] = step.values["version"]


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_a_resident_at_one_place_at_most(seed: int) -> None:
    found = lived(seed)
    residents = {key for key, states in _states(found.acts).items() if states[-1] == "resident"}

    assert {(record.member, record.atena) for record in found.draw.nation.home.values()} == residents


@pytest.mark.parametrize("seed", SEEDS)
def test_only_a_planned_departure_lies_in_the_future(seed: int) -> None:
    for _, step in steps_of(lived(seed).acts):
        effective = step.values.get("effective")
        if effective and not (step.values.get("reason") in {"21", "22"} and "closing" not in _particulars(step.values)):
            assert PartialDate.from_record(effective).earliest <= TODAY


@pytest.mark.parametrize("seed", SEEDS)
def test_no_form_holds_an_individual_number(seed: int) -> None:
    for _, step in steps_of(lived(seed).acts):
        found = [text for text in texts(dict(step.values)) if codes_of(text)]
        assert found == []


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_of_a_members_own_is_plain_and_so_no_text(seed: int) -> None:
    named = ("group_id", "procedure_id", "measure_id", "number")
    values = [step.values for _, step in steps_of(lived(seed).acts)]
    numbers = {value for each in values for name in named if (value := each.get(name)) is not None}
    numbers |= {each["household"]["number"] for each in values if each.get("household")}

    assert {"M", "G", "S", "T", "0"} <= {number[0] for number in numbers}
    assert [] == [number for number in numbers if not is_plain_identifier(number)]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_is_valid_and_every_reason_is_on_the_list(seed: int) -> None:
    for _, step in steps_of(lived(seed).acts, *HISTORY):
        assert AtenaNumber.parse(step.values["atena_number"])
        assert step.values["reason"] in codes.REASONS


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arrival_waits_for_the_announcement_of_a_departure_that_was_declared_before(seed: int) -> None:
    declared: set[tuple[str, str]] = set()
    for act in lived(seed).acts:
        if act.what == "declared":
            declared |= {(step.values["procedure_id"], _planned_date(step.values)) for step in act.steps}
        if act.waits and act.waits.of == "announcement":
            assert {
                (step.values["procedure_id"], act.waits.day) for step in act.steps if step.into == "announced"
            } <= declared


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_has_as_many_records_as_it_says(seed: int) -> None:
    for act in lived(seed).acts:
        grouped = [
            step.values for step in act.steps if step.into in {"book", "announced"} and step.values.get("group_id")
        ]
        sizes = Counter(values["group_id"] for values in grouped)
        assert {values["group_id"]: values["group_size"] for values in grouped} == sizes


@pytest.mark.parametrize("seed", SEEDS)
def test_related_persons_of_an_announced_arrival_have_arrived_before(seed: int) -> None:
    for act in lived(seed).acts:
        arrived: set[str] = set()
        for step in act.steps:
            if step.into == "announced":
                assert {each["atena_number"] for each in step.values["related"]} <= arrived
                arrived.add(step.values["atena_number"])


def test_temporary_lifts_provisional_records_and_unchanged_resends_are_no_facts() -> None:
    acts = [act for seed in SEEDS for act in lived(seed).acts]
    silent = {act.what for act in acts if act.facts == 0}

    assert silent <= {"lift", "provisional", "arrival notice resent"}
    assert silent


def test_about_one_fact_in_twenty_corrects_or_annuls() -> None:
    live = [act for seed in SEEDS for act in lived(seed).acts if act.on != TODAY]
    wrong = sum(act.facts for act in live if {"corrected", "annulled", "cancelled"} & set(act.what.split()))

    assert 0.02 <= wrong / sum(act.facts for act in live) <= 0.1


def test_more_people_move_in_march_and_april_than_in_any_other_months() -> None:
    year = [date(2025, 1, 1) + timedelta(days=passed) for passed in range(365)]
    weights: Counter[int] = Counter()
    for day in year:
        weights[day.month] += round(moving_weight(day) * 100)

    assert [3, 4] == [month for month, _ in weights.most_common(2)]


def test_all_that_can_happen_to_a_move_happens() -> None:
    acts = moved(7).acts
    whats = {act.what for act in acts}

    assert {"declared", "arrival", "arrival notified", "closed", "confirmed", "departure cancelled"} <= whats
    assert {"arrival notice resent", "arrival annulled", "departure annulled"} <= whats
    assert {"announcement", "notice", "annulled notice"} == {act.waits.of for act in acts if act.waits}


def test_whoever_comes_back_gets_his_old_number() -> None:
    numbers: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for act, step in steps_of(moved(7).acts, "announced", "book"):
        if step.values["reason"] == "01":
            name, birth_date = step.values["name"]["text"], step.values["birth_date"]["value"]
            numbers[act.member, name, birth_date].append(step.values["atena_number"])

    assert any(len(issued) > 1 for issued in numbers.values())
    assert {1} == {len(set(issued)) for issued in numbers.values()}


def test_the_origin_confirms_where_they_really_went_beside_where_they_had_planned_to_go() -> None:
    confirmed = [_particulars(step.values) for act, step in steps_of(moved(7).acts, "book") if act.what == "confirmed"]

    assert all("planned_destination" in told and "confirmed_destination" in told for told in confirmed)
    assert any(_municipality(told, "planned") != _municipality(told, "confirmed") for told in confirmed)


def test_every_class_of_bad_input_is_drawn() -> None:
    kinds = [*bad_inputs.CLERKS, *bad_inputs.RELAYS]

    assert kinds == [bad.kind for bad in plan(_options(bad_inputs=len(kinds))).bad]


def test_whose_record_becomes_wrong_is_left_alone_by_life() -> None:
    planned = plan(_options(bad_inputs=12))
    spoilt = {(bad.member, number) for bad in planned.bad if bad.act for number in _numbers((bad.act,))}

    residents = {(act.member, step.values["atena_number"]) for act, step in steps_of(planned.acts, *HISTORY)}
    assert set() == spoilt & residents


def _numbers(acts: tuple[Act, ...]) -> set[str]:
    return {step.values["atena_number"] for _, step in steps_of(acts, "book", "announced", "tax_assessment")}


def _states(acts: tuple[Act, ...]) -> dict[tuple[str, str], list[str]]:
    """The resident state of each record, version by version, as the core system would have it."""
    states: dict[tuple[str, str], list[str]] = defaultdict(list)
    for act, step in steps_of(acts, *HISTORY):
        values, before = step.values, states[act.member, step.values["atena_number"]]
        if values.get("stage") == "provisional":
            continue
        carried = before[-1] if before else "resident"
        if step.into == "restore":
            carried = before[values["cancels_version"] - 2] if values["cancels_version"] > 1 else before[-1]
        before.append(values.get("resident_state", carried))
    return states


def _particulars(values: Any) -> dict[str, Any]:
    found: dict[str, Any] = values.get("particulars") or {}
    return found


def _planned_date(values: Any) -> str:
    planned: str = _particulars(values)["planned_date"]["value"]
    return date.fromisoformat(planned).isoformat()


def _municipality(particulars: dict[str, Any], which: str) -> str:
    code: str = particulars[f"{which}_destination"]["municipality"]
    return code


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_applies_online_leaves_by_card_on_the_day_and_to_the_place_applied_for(seed: int) -> None:
    applied = dict[tuple[str, str], dict[str, Any]]()
    for act, step in steps_of(moved(seed).acts, "application", "book"):
        whose = act.member, step.values["atena_number"]
        if step.into == "application":
            applied[whose] = {name: step.values.get(name) for name in PLANNED} | applied.get(whose, {})
        elif (particulars := _particulars(step.values)).get("procedure") and (its := applied.pop(whose, None)):
            assert its == {name: particulars[name] for name in PLANNED}
            assert CARD == particulars["procedure"]

    assert {} == applied


@pytest.mark.parametrize("seed", SEEDS)
def test_an_application_is_mended_or_withdrawn_by_its_next_word(seed: int) -> None:
    words: dict[tuple[str, str], list[int]] = {}
    for act, step in steps_of(moved(seed).acts, "application"):
        versions = words.setdefault((act.member, step.values["atena_number"]), [])
        named = step.values.get("corrects_version") or step.values.get("cancels_version")
        assert named in (None, *versions[-1:])
        versions.append(step.values["version"])

    assert [list(range(1, len(each) + 1)) for each in words.values()] == list(words.values())
    assert words
