"""The table of rules: every row of ours can be read, a bad one is refused with a sentence, and what law says holds."""

import csv
import io

import pytest

from kairan import shapes
from processors.notices.rules import COLUMNS, RulesError, load, parse
from processors.notices.triggers import TRIGGERS, triggers_of

GOOD = {
    "id": "N5",
    "trigger": "residence.MovedIn",
    "condition": "child_of_allowance",
    "kind": "duty",
    "audience": "recipient",
    "office": "source",
    "business": "027",
    "deadline": "allowance.claim_by_arrival",
    "tell": "",
    "remind": "3",
    "channels": "page push",
    "ended_by": "residence.MoveOutDeclared",
    "basis": "児童手当法",
    "article": "8条3項",
    "status": "verified",
    "note": "",
}


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(GOOD | row for row in rows)
    return out.getvalue()


def problems(*rows: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(RulesError) as refused:
        parse(table(*rows))
    return refused.value.problems


BAD = [
    ({"id": "M5"}, "Line 2, rule M5, id: it must be N1"),
    ({"trigger": "residence.Flew"}, "Line 2, rule N5, trigger: 'residence.Flew' must be one of"),
    ({"condition": "child_of_allowance and rich"}, "Line 2, rule N5, condition: there is no term 'rich'."),
    ({"condition": "entitled(rice)"}, "Line 2, rule N5, condition: nobody is entitled to 'rice'."),
    ({"kind": "order"}, "Line 2, rule N5, kind: 'order' must be one of"),
    ({"audience": "neighbour"}, "Line 2, rule N5, audience: 'neighbour' must be one of"),
    ({"office": "court"}, "Line 2, rule N5, office: 'court' must be one of"),
    ({"business": "038"}, "Line 2, rule N5, business: '038' must be one of"),
    ({"remind": "-3"}, "Line 2, rule N5, remind: it must be a number of days."),
    ({"tell": "soon"}, "Line 2, rule N5, tell: it must be a number of days."),
    ({"channels": "page pigeon"}, "Line 2, rule N5, channels: 'pigeon' must be one of"),
    ({"ended_by": "time"}, "Line 2, rule N5, ended_by: 'time' must be one of"),
    ({"status": "assumed"}, "Line 2, rule N5, article: it is named where it was read (verified)"),
    ({"article": ""}, "Line 2, rule N5, article: it is named where it was read (verified)"),
    ({"deadline": ""}, "Line 2, rule N5, deadline: whatever is told before a day needs one."),
    ({"kind": "guide", "ended_by": ""}, "Line 2, rule N5, ended_by: a guide needs the event that shows it done."),
    ({"channels": "safe"}, "Line 2, rule N5, channels: the audience safe_channel has the class safe"),
    ({"audience": "safe_channel"}, "Line 2, rule N5, channels: the audience safe_channel has the class safe"),
    ({"channels": ""}, "Line 2, rule N5, channels: residents are told by some class, staff by none."),
    ({"audience": "staff"}, "Line 2, rule N5, channels: residents are told by some class, staff by none."),
]


def test_a_bad_row_is_refused_with_a_sentence_that_names_line_rule_and_column() -> None:
    told = [(row, problem, problems(row)) for row, problem in BAD]

    assert [] == [each for each in told if len(each[2]) != 1 or not each[2][0].startswith(each[1])]


def test_all_problems_are_told_at_once() -> None:
    assert 3 == len(problems({"kind": "order"}, {"id": "N6", "office": "court", "business": "000"}))


def test_a_rule_stands_there_once() -> None:
    assert ("Rule N5, id: it stands there twice.",) == problems({}, {})


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(RulesError, match="columns"):
        parse("id,trigger\n")


def test_a_row_with_too_few_cells_is_refused() -> None:
    with pytest.raises(RulesError, match="this one 2"):
        parse(table() + "N1,b\n")


def test_each_row_of_the_domain_has_its_rule() -> None:
    assert [f"N{number}" for number in range(1, 42)] == list(dict.fromkeys(rule.row for rule in load().rules))


def test_what_is_told_after_a_withdrawal_is_called_for_by_no_fact() -> None:
    withdrawal = load().of_withdrawal

    assert withdrawal is not None
    assert withdrawal not in [rule for rules in load().by_trigger.values() for rule in rules]
    assert parse(table({})).of_withdrawal is None


SHOWS_DONE = {
    "N1": "residence.MovedIn",
    "N2": "residence.MovedIn",
    "N4": "residence.Relocated",
    "N6": "residence.MoveOutDeclared",
    "N7": "vital.Born",
    "N12": "vital.Died",
    "N19": "residence.MovedIn",
    "N22": "residence.MovedIn",
    "N29": "state.divorced",
}
"""The fact that cannot be without the duty having been done."""


def test_a_duty_that_an_event_shows_to_be_done_is_a_guide_before_it() -> None:
    guides = [rule for rule in load().rules if rule.row in SHOWS_DONE and rule.id != "N29b"]

    assert {"guide"} == {rule.kind for rule in guides}
    assert [] == [rule.id for rule in guides if SHOWS_DONE[rule.row] not in rule.ended_by]
    assert [] == [rule.id for rule in guides if rule.trigger == SHOWS_DONE[rule.row]]


def test_a_guide_belongs_to_a_plan_or_to_a_departure_that_lies_ahead() -> None:
    triggers = {rule.trigger for rule in load().rules if rule.kind == "guide"}

    assert {"residence.MoveOutDeclared"} == {each for each in triggers if not each.startswith("plan.")}


def test_nothing_is_told_after_a_death_but_to_the_notifier() -> None:
    assert {"notifier", "heirs_through_notifier"} == {
        rule.audience for rule in load().rules if rule.trigger == "vital.Died"
    }


def test_what_tells_of_welfare_or_illness_stands_on_the_page_alone() -> None:
    private = ("N21", "N30a", "N30b", "N31", "N38")

    assert {("page",)} == {load().by_id[rule].channels for rule in private}


def test_what_waits_for_consent_is_what_may_be_applied_for() -> None:
    assert {"N30a", "N38"} == {rule.id for rule in load().rules if rule.kind == "benefit"}


UNREAD = {
    "N3a",
    "N3b",
    "N8",
    "N9b",
    "N10a",
    "N10b",
    "N10c",
    "N15b",
    "N17b",
    "N17d",
    "N18",
    "N22",
    "N24b",
    "N28",
    "N30b",
    "N31",
}
UNREAD |= {"N33", "N34a", "N34b", "N36a", "N36b", "N37b", "N38", "N39", "N40", "N41"}


def test_what_was_not_read_in_a_statute_stays_assumed_and_names_no_article() -> None:
    assert {rule.id for rule in load().rules if rule.status == "assumed"} == UNREAD


def test_the_rules_name_the_deadlines_that_somebody_has_to_count() -> None:
    assert {"move.arrival", "allowance.claim_by_arrival"} < load().deadlines
    assert "" not in load().deadlines


def test_a_rule_is_concerned_by_what_calls_for_it_and_what_ends_it_also_where_a_record_carries_it() -> None:
    for rule in load().rules:
        kinds = rule.ended_by | {rule.trigger}
        concerned = {name for name in (*shapes.TYPES, *TRIGGERS) if not kinds.isdisjoint(triggers_of(name))}

        assert concerned == rule.concerned
