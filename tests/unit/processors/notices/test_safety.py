"""What no rule, setting or consent lifts: the dead, the protected, perpetrators, and dates that nobody is sure of."""

from dataclasses import replace

import pytest

from kairan.partial_date import PartialDate
from processors.notices.conditions import parse
from processors.notices.facts import Consent, Input, Perpetrator
from processors.notices.notices import HINT_ONLY, NoticeId, Send, Status, Why, Withdraw
from processors.notices.rules import Rules
from processors.notices.saga import decider
from tests.unit.processors.notices.world import (
    CHILD,
    MORNING,
    NOT_HIDDEN,
    OTHER,
    PARTIES,
    RULES,
    SHE,
    WILLING,
    after,
    all_said,
    came,
    event,
    fact,
    kinds,
    on,
    protected,
    queued,
    receipt,
    safe,
    said,
    sent,
    status,
    tasks,
)

BIRTH = fact("vital.Born", 2, about=CHILD)
"""Calls for N8 (she is the recipient), N9b and N10 (she is the guardian)."""
ARRIVAL = fact("residence.MovedIn", flags="is_head")
"""Calls for N36a and N37a."""
HER_DEATH = fact("vital.Died", 9, parties={})
NAMED = Perpetrator("141003:7", lasts=True, at=MORNING)
HOME: list[Input] = [*NOT_HIDDEN, *WILLING]


def test_a_death_stops_whatever_was_queued_in_the_same_decision() -> None:
    stopped = said(*HOME, ARRIVAL, BIRTH, when=HER_DEATH)

    assert queued(all_said(*HOME, ARRIVAL, BIRTH)) == {rule for kind, rule in kinds(stopped) if kind == "Withdraw"}
    assert {Why.DIED, Why.ADDRESSEE_DIED} == {each.why for each in stopped if isinstance(each, Withdraw)}
    assert [] == sent(stopped)
    assert Status.STOPPED is status("N36a", *HOME, ARRIVAL, HER_DEATH)


def test_after_a_death_nothing_is_sent_to_the_dead() -> None:
    told = [
        each
        for later in (ARRIVAL, BIRTH, *WILLING, receipt("N36a", "push", is_delivered=False), came(10**9))
        for each in sent(said(*HOME, HER_DEATH, when=later))
    ]

    assert [] == told


def test_what_was_for_somebody_who_has_died_goes_to_staff() -> None:
    assert ("N8", Why.ADDRESSEE_DIED) in tasks(said(*HOME, BIRTH, when=HER_DEATH))


def test_the_death_of_a_child_stops_what_parents_would_be_told_of_it() -> None:
    death = fact("vital.Died", 9, about=CHILD, parties={"notifier": frozenset({OTHER})})

    assert {"Withdraw"} == {kind for kind, _ in kinds(said(*HOME, BIRTH, when=death))}
    assert set() == queued(all_said(*HOME, death, BIRTH))


def test_a_death_that_is_annulled_lets_the_notices_hold_again() -> None:
    back = fact("vital.Died", 10, change="annulled", corrects=HER_DEATH.event)

    assert ("Queue", "N36a") in kinds(said(*HOME, ARRIVAL, HER_DEATH, when=back))


def test_heirs_are_told_through_the_notifier_and_by_nobody_else() -> None:
    death = fact("vital.Died", about=OTHER, parties={**PARTIES, "notifier": frozenset({CHILD})})

    assert set() == queued(all_said(*HOME, death))
    assert "N17a" in queued(all_said(*HOME, fact("vital.Died", about=OTHER)))


def test_a_death_without_a_known_notifier_is_told_to_staff() -> None:
    assert ("N17a", Why.NOBODY_NAMED) in tasks(said(*NOT_HIDDEN, when=HER_DEATH))


@pytest.mark.parametrize("standing", ["protected", "unknown"])
def test_all_channels_of_a_protected_person_stay_off_until_a_safe_one_is_named(standing: str) -> None:
    hidden = protected(0, SHE, standing)

    assert [] == sent(all_said(*WILLING, hidden, fact("residence.MovedIn", flags="is_head", protection=standing)))
    assert {("N36a", "safe"), ("N37a", "safe")} == set(sent(said(*WILLING, hidden, ARRIVAL, when=safe(20))))


def test_staff_is_asked_where_a_protected_person_has_no_safe_channel() -> None:
    assert ("N36a", Why.NO_SAFE_CHANNEL) in tasks(said(protected(), when=ARRIVAL))


def test_what_waited_for_a_safe_channel_waits_no_longer_when_there_is_one() -> None:
    waiting = after(*WILLING, protected(), ARRIVAL)
    named = decider(RULES).evolve(waiting, safe(20))

    assert {Why.NO_SAFE_CHANNEL} == {entry.why for entry in waiting.entries.values()}
    assert {None} == {entry.why for entry in named.entries.values()}


def test_whoever_was_never_heard_of_counts_as_protected() -> None:
    assert [] == sent(all_said(*WILLING, protected(-1, CHILD, "none"), BIRTH))


def test_consent_does_not_open_a_channel_of_a_protected_person() -> None:
    assert [] == sent(said(protected(), ARRIVAL, when=Consent("push", is_given=True, at=MORNING + 20)))


def test_protection_that_begins_shuts_every_channel_but_the_safe_one() -> None:
    assert [] == sent(said(*NOT_HIDDEN, ARRIVAL, protected(5), when=Consent("push", is_given=True, at=MORNING + 20)))


def test_the_page_is_shut_for_the_protected_and_for_the_dead() -> None:
    assert [True, False, False, False] == [
        after(*history).is_page_open
        for history in ([*HOME, ARRIVAL], [protected(), ARRIVAL], [protected(), safe(), ARRIVAL], [*HOME, HER_DEATH])
    ]


def test_a_safe_channel_that_is_taken_back_is_used_no_more() -> None:
    taken_back = safe(3, is_named=False)

    assert [] == sent(said(protected(), safe(2), taken_back, when=ARRIVAL))


def test_what_went_by_the_safe_channel_is_not_told_elsewhere_when_the_protection_has_ended() -> None:
    ended = protected(30, SHE, "none")

    assert [] == sent(said(*WILLING, protected(), safe(), ARRIVAL, when=ended))


def test_a_fact_that_says_protected_hides_before_its_measure_is_heard_of() -> None:
    told = all_said(*HOME, fact("residence.MovedIn", flags="is_head", protection="protected"))

    assert [] == sent(told)


def test_a_fact_that_says_none_does_not_lift_a_measure() -> None:
    assert [] == sent(all_said(*WILLING, protected(), ARRIVAL))


def test_a_protected_child_is_told_of_to_nobody_who_is_not_reached_safely() -> None:
    hidden = protected(0, CHILD)

    assert set() == queued(all_said(*HOME, hidden, BIRTH))
    assert ("N8", Why.HIDDEN) in tasks(all_said(*HOME, hidden, BIRTH))
    assert ("N8", "safe") in sent(all_said(hidden, protected(), safe(), BIRTH))


def test_a_child_that_becomes_protected_takes_back_what_was_told_of_it() -> None:
    outputs = said(*HOME, BIRTH, when=protected(30, CHILD))

    assert {Why.HIDDEN} == {each.why for each in outputs if isinstance(each, Withdraw)}
    assert "N41" not in queued(outputs)


def test_a_perpetrator_is_told_nothing_of_any_relative() -> None:
    assert set() == queued(all_said(*HOME, NAMED, BIRTH))
    assert ("N8", Why.PERPETRATOR) in tasks(all_said(*HOME, NAMED, BIRTH))
    assert [] == sent(all_said(protected(), safe(), protected(0, CHILD), NAMED, BIRTH))


def test_a_perpetrator_is_told_what_is_his_own() -> None:
    assert "N36a" in queued(all_said(*HOME, NAMED, ARRIVAL))


def test_whoever_is_named_as_perpetrator_loses_what_was_queued_about_relatives() -> None:
    assert ("Withdraw", "N8") in kinds(said(*HOME, BIRTH, when=NAMED))


def test_what_was_stated_under_a_measure_stays_with_staff_after_its_end() -> None:
    ended = Perpetrator(NAMED.measure, lasts=False, at=MORNING + 50)
    later = fact("vital.Born", 100, about=CHILD)

    assert set() == queued(all_said(*HOME, NAMED, BIRTH, ended))
    assert "N8" in queued(said(*HOME, NAMED, BIRTH, ended, when=later))


def test_a_withdrawal_is_not_told_to_a_perpetrator_either() -> None:
    annulled = fact("vital.Born", 40, about=CHILD, change="annulled", corrects=BIRTH.event)

    assert [] == sent(said(*HOME, BIRTH, NAMED, when=annulled))


UNSURE = PartialDate.parse("2026-04-00", certain=False)


def test_an_uncertain_day_is_staffs_to_count() -> None:
    told = all_said(*HOME, fact("plan.relocation", effective=UNSURE))

    assert [("N4", Why.UNCERTAIN_DAY)] == tasks(told)
    assert set() == queued(told)


def test_an_age_that_follows_from_an_uncertain_date_is_staffs_to_judge() -> None:
    told = all_said(*HOME, fact("residence.MovedIn", kind="japanese", born=on("2009-00-00")))

    assert ("N26", Why.UNCERTAIN_FACTS) in tasks(told)
    assert "N26" not in queued(told)


def test_an_undecided_destination_is_staffs_to_judge() -> None:
    undecided = fact("residence.MoveOutDeclared", flags="on_paper", destination=None)

    assert [("N1b", Why.UNCERTAIN_FACTS)] == tasks(all_said(*HOME, undecided))


def test_an_office_that_is_not_known_yet_is_staffs_to_name() -> None:
    there = next(rule for rule in RULES.rules if rule.office == "destination")
    anybody = Rules((replace(there, trigger="plan.relocation", condition=parse("always")),))
    told = decider(anybody).decide(after(*HOME), fact("plan.relocation", destination=None, rules=anybody))

    assert [(there.id, Why.UNCERTAIN_FACTS)] == tasks(told)


def test_staff_is_asked_once() -> None:
    assert [] == tasks(said(protected(), ARRIVAL, came(5), when=ARRIVAL))


def test_benefits_are_shown_by_consent_alone_and_as_what_may_be_applied_for() -> None:
    assessed = fact("tax.ResidentTaxAssessed", flags="tax_exempt")
    consent, no_more = (Consent("benefits", is_given=given, at=MORNING + 50 + given) for given in (True, False))

    assert set() == queued(all_said(*NOT_HIDDEN, assessed))
    assert {"N38"} == queued(said(*NOT_HIDDEN, assessed, when=consent))
    assert [("Withdraw", "N38")] == kinds(
        said(*NOT_HIDDEN, assessed, Consent("benefits", is_given=True, at=MORNING), when=no_more)
    )


def test_a_push_or_mail_tells_that_there_is_something_and_not_what() -> None:
    sendings = [each for each in all_said(*HOME, ARRIVAL, BIRTH) if isinstance(each, Send)]

    assert {"push", "mail", "page"} == {each.sending.channel for each in sendings}
    assert {"hint"} == {each.tells for each in sendings if each.sending.channel in HINT_ONLY}
    assert {"all"} == {each.tells for each in sendings if each.sending.channel not in HINT_ONLY}


def test_no_consent_is_older_than_its_withdrawal_of_the_same_moment() -> None:
    both = [Consent("push", is_given=given, at=MORNING) for given in (True, False)]

    assert [] == [each for each in sent(all_said(*NOT_HIDDEN, *both, ARRIVAL)) if each[1] == "push"]
    assert [] == [each for each in sent(all_said(*NOT_HIDDEN, *reversed(both), ARRIVAL)) if each[1] == "push"]


def test_a_notice_has_its_id_from_person_rule_and_fact() -> None:
    ids = [NoticeId.of(*each) for each in ((SHE, "N8", event(1)), (CHILD, "N8", event(1)), (SHE, "N8", event(2)))]

    assert 4 == len({*ids, NoticeId.of(SHE, "N9b", event(1))})
    assert ids[0] == NoticeId.of(SHE, "N8", event(1))
