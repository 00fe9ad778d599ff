"""Each rule of the table: facts that call for its notice, and facts that do not."""

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from processors.notices.facts import Fact, Party, Period
from processors.notices.notices import Why
from tests.unit.processors.notices.world import (
    CHILD,
    DAY,
    ICHIKAWA,
    KAWASAKI,
    NOT_HIDDEN,
    OTHER,
    RULES,
    SHE,
    WILLING,
    YOKOHAMA,
    all_said,
    came,
    fact,
    on,
    protected,
    queued,
    safe,
    sent,
    tasks,
)

OPEN = Period(date(2020, 1, 1))
OVER = Period(date(2020, 1, 1), date(2021, 1, 1))


def leaving(**said: Any) -> Fact:
    """From 横浜市 to 市川市, in another prefecture."""
    return fact("residence.MoveOutDeclared", **({"origin": YOKOHAMA, "destination": ICHIKAWA} | said))


def within_the_prefecture(**said: Any) -> Fact:
    return leaving(destination=KAWASAKI, **said)


def arrived(**said: Any) -> Fact:
    return fact("residence.MovedIn", **said)


def born(**said: Any) -> Fact:
    return fact("vital.Born", about=CHILD, **said)


def died(**said: Any) -> Fact:
    return fact("vital.Died", about=OTHER, **said)


def child(trigger: str, birth: str, **said: Any) -> Fact:
    return fact(trigger, about=CHILD, born=on(birth), **said)


def plan(name: str, **said: Any) -> Fact:
    return fact(f"plan.{name}", **said)


def state(name: str, **said: Any) -> Fact:
    return fact(f"state.{name}", **said)


def aged(birth: str, flags: str = "is_resident") -> Fact:
    """The age may be attained on the eve of the birthday, which is the day of the fact."""
    return state("age_reached", born=on(birth), flags=flags)


def before_school(birth: str) -> Fact:
    return child("state.school_entry", birth, effective=on("2026-03-31"), flags="is_resident")


def stays(flags: str) -> Fact:
    return state("stay_ending", kind="foreign", flags=flags)


LATE = on("2026-04-09")
CASES = {
    "N1a": (plan("move"), plan("move", flags="abroad")),
    "N1b": (leaving(flags="on_paper"), leaving(flags="by_card")),
    "N2": (leaving(flags="by_card"), leaving(flags="by_card abroad", destination=None)),
    "N3a": (leaving(flags="by_card"), leaving(flags="on_paper")),
    "N3b": (arrived(flags="card_not_continued"), arrived(flags="by_card")),
    "N4": (plan("relocation"), fact("residence.Relocated")),
    "N5": (child("residence.MovedIn", "2008-04-02"), child("residence.MovedIn", "2008-04-01")),
    "N6": (plan("move", entitlements={"child_allowance": OPEN}), plan("move", entitlements={"child_allowance": OVER})),
    "N7": (plan("birth"), born()),
    "N8": (born(), born(change="annulled")),
    "N9a": (born(flags="household_in_nhi"), born()),
    "N9b": (born(), plan("birth")),
    "N10a": (born(), plan("birth")),
    "N10b": (born(), plan("birth")),
    "N10c": (born(), plan("birth")),
    "N10d": (born(), plan("birth")),
    "N10e": (born(), plan("birth")),
    "N11a": (born(kind="foreign", flags="special_permanent"), born(kind="foreign")),
    "N11b": (born(kind="foreign"), born(kind="foreign", flags="special_permanent")),
    "N12": (plan("death"), died()),
    "N13": (died(flags="was_head two_remain"), died(flags="was_head")),
    "N14a": (died(entitlements={"nhi": OPEN}), died(entitlements={"nhi": OVER})),
    "N14b": (died(entitlements={"care": OPEN}), died()),
    "N15a": (died(notified=LATE), died(notified=on("2026-04-08"))),
    "N15b": (died(notified=LATE), died(notified=on("2026-04-08"))),
    "N16a": (died(entitlements={"nhi": OPEN}), died(entitlements={"late_elderly": OPEN})),
    "N16b": (died(entitlements={"late_elderly": OPEN}), died(entitlements={"nhi": OPEN})),
    "N17a": (died(), plan("death")),
    "N17b": (died(), plan("death")),
    "N17c": (died(), plan("death")),
    "N17d": (died(), plan("death")),
    "N18": (died(), plan("death")),
    "N19a": (leaving(entitlements={"nhi": OPEN}), within_the_prefecture(entitlements={"nhi": OPEN})),
    "N19b": (within_the_prefecture(entitlements={"nhi": OPEN}), leaving(entitlements={"nhi": OPEN})),
    "N20a": (state("insurance_left"), state("insurance_joined")),
    "N20b": (state("insurance_joined", entitlements={"nhi": OPEN}), state("insurance_joined")),
    "N21": (arrived(flags="care_certified"), arrived()),
    "N22": (leaving(entitlements={"late_elderly": OPEN}), within_the_prefecture(entitlements={"late_elderly": OPEN})),
    "N23": (
        arrived(born=on("1990-01-01"), flags="pension_unconfirmed"),
        arrived(born=on("1990-01-01")),
    ),
    "N24a": (child("residence.MovedIn", "2016-05-05"), child("residence.MovedIn", "2023-05-05")),
    "N24b": (child("residence.Relocated", "2016-05-05"), child("residence.Relocated", "2010-04-01")),
    "N25a": (before_school("2020-04-01"), before_school("2019-04-01")),
    "N25b": (before_school("2025-12-31"), before_school("2020-00-00")),
    "N26": (arrived(kind="japanese", born=on("1990-01-01")), arrived(kind="foreign", born=on("1990-01-01"))),
    "N27": (
        fact("residence.MoveOutConfirmed", kind="japanese", born=on("2008-04-02")),
        fact("residence.MoveOutConfirmed", kind="japanese", born=on("2008-04-03")),
    ),
    "N28": (leaving(flags="seal_registered"), leaving()),
    "N29a": (plan("divorce", flags="by_court"), plan("divorce")),
    "N29b": (state("divorced", flags="returns_to_former_surname"), state("divorced")),
    "N30a": (state("divorced", flags="has_child"), state("divorced")),
    "N30b": (state("divorced", flags="has_child"), state("divorced")),
    "N31": (state("married", flags="child_rearing_allowance"), state("married")),
    "N32a": (leaving(kind="foreign"), leaving(kind="japanese")),
    "N32b": (leaving(kind="foreign", flags="special_permanent"), leaving(kind="foreign")),
    "N32c": (plan("relocation", kind="foreign"), plan("relocation")),
    "N32d": (plan("relocation", kind="foreign", flags="special_permanent"), plan("relocation", kind="foreign")),
    "N33": (stays(flags="is_resident stay_ends"), stays(flags="is_resident")),
    "N34a": (leaving(flags="abroad", destination=None), leaving()),
    "N34b": (
        leaving(flags="abroad", kind="japanese", born=on("1990-01-01")),
        leaving(flags="abroad", kind="japanese", born=on("1950-01-01")),
    ),
    "N34c": (
        leaving(flags="abroad", kind="japanese", born=on("1990-01-01")),
        leaving(flags="abroad", kind="foreign", born=on("1990-01-01")),
    ),
    "N35a": (aged("1961-04-03"), aged("1961-04-02")),
    "N35b": (aged("1951-04-02"), aged("1951-04-01")),
    "N35c": (aged("2006-04-03"), aged("2006-00-00")),
    "N35d": (aged("1986-04-03"), aged("2010-04-03", flags="")),
    "N36a": (arrived(flags="is_head"), arrived()),
    "N36b": (fact("residence.Relocated", flags="is_head"), fact("residence.Relocated")),
    "N37a": (arrived(flags="is_head"), arrived()),
    "N37b": (arrived(born=on("2010-04-02")), arrived(born=on("2010-04-03"))),
    "N38": (fact("tax.ResidentTaxAssessed", flags="tax_exempt"), fact("tax.ResidentTaxAssessed")),
    "N39": (state("measure_ending", flags="measure_lasts"), fact("protection.ProtectionChanged")),
    "N40": (state("certificate_issued", flags="asked_to_be_told"), state("certificate_issued")),
}


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_is_due_by_its_facts_and_by_no_others(rule: str) -> None:
    due, not_due = CASES[rule]

    assert rule in queued(all_said(*NOT_HIDDEN, *WILLING, due))
    assert rule not in queued(all_said(*NOT_HIDDEN, *WILLING, not_due))


def test_the_school_is_told_by_the_board_of_education_n24c() -> None:
    arrival = arrived(born=on("2016-05-05"), parties={"guardian": frozenset({OTHER})})

    assert ("N24c", Why.FOR_STAFF) in tasks(all_said(*NOT_HIDDEN, arrival))
    assert set() == queued(all_said(*NOT_HIDDEN, arrival))
    assert "N24c" not in dict(tasks(all_said(*NOT_HIDDEN, arrived(born=on("1990-01-01")))))


def test_what_was_told_of_a_departure_is_withdrawn_when_it_is_cancelled_n41() -> None:
    cancelled = leaving(number=2, change="annulled", corrects=leaving().event)

    assert "N41" in queued(all_said(*NOT_HIDDEN, leaving(flags="on_paper"), cancelled))
    assert "N41" not in queued(all_said(*NOT_HIDDEN, leaving(flags="on_paper")))


def test_a_protected_person_is_told_of_the_end_of_her_measure_by_her_safe_channel_alone_n39() -> None:
    told = all_said(protected(), safe(), state("measure_ending", number=5, flags="measure_lasts"), came(14 * DAY))

    assert ["N39"] == sorted(queued(told))
    assert [("N39", "safe")] == sent(told)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in RULES.rules} == {*CASES, "N24c", "N41"}
    assert {f"N{number}" for number in range(1, 42)} == {rule.row for rule in RULES.rules}


def test_no_notice_goes_to_whom_the_fact_does_not_name() -> None:
    """Her instance hears of a fact in which she has another part."""
    another = {party: frozenset({OTHER}) for party in get_args(Party)}
    facts = [replace(due, parties=another) for due, _ in CASES.values() if due.about != SHE]

    assert [set()] * len(facts) == [queued(all_said(*NOT_HIDDEN, *WILLING, each)) for each in facts]
