"""The policy's table: every row of ours can be read, and a bad one is refused with a sentence."""

import csv
import io

import pytest

from kairan import shapes
from processors.routing.policy import COLUMNS, Policy, PolicyError, load, parse

FIELDS = {"residence.MovedIn": {"name", "address", "birth_date", "amended"}, "vital.Died": {"name", "birth_date"}}
GOOD = {
    "event": "residence.MovedIn",
    "role": "own",
    "business": "024",
    "fields": "name address",
    "condition": "age<=74 or caseload",
    "duty": "law",
    "when_protected": "full_with_flag",
    "basis": "国民健康保険法",
    "article": "9条6項",
    "status": "verified",
    "note": "届出, みなし",
    "valid_from": "0",
}


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(GOOD | row for row in rows)
    return out.getvalue()


def problems(**row: str) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as refused:
        parse(table(row), FIELDS)
    return refused.value.problems


def read(*rows: dict[str, str]) -> Policy:
    return parse(table(*rows), FIELDS)


def test_every_row_of_the_policy_parses() -> None:
    assert 318 == len(load().rules)


def test_no_row_claims_an_article_without_a_source() -> None:
    assert [] == [rule.name for rule in load().rules if rule.article and rule.status != "verified"]


def test_no_row_lets_a_business_receive_its_own_event() -> None:
    stating = {type_: shapes.shape("event", type_).business for type_ in shapes.TYPES}

    assert [] == [rule for rule in load().rules if rule.role == "own" and rule.business == stating[rule.event]]


def test_before_a_departure_is_booked_only_resident_records_learn_where_somebody_wants_to_go() -> None:
    announced = ("residence.MoveOutApplied", "residence.VisitPlanned")

    assert [("residence.MoveOutApplied", "own", "001"), ("residence.VisitPlanned", "destination", "001")] == [
        rule.key for rule in load().rules if rule.event in announced
    ]


BAD = [
    ({"fields": "name shoe_size"}, "Line 2: residence.MovedIn has no field 'shoe_size'."),
    ({"event": "residence.Flew"}, "Line 2: there is no event 'residence.Flew'."),
    ({"condition": "age<=74 or rich"}, "Line 2: the condition language has no term 'rich'."),
    ({"condition": "fields_changed(koseki)"}, "Line 2: the condition asks for 'koseki', which residence.MovedIn"),
    ({"condition": "procedure=特例"}, "Line 2: the condition asks for 'procedure', which residence.MovedIn"),
    ({"business": "038"}, "Line 2: business is '038'"),
    ({"role": "neighbour"}, "Line 2: role is 'neighbour'"),
    ({"when_protected": ""}, "Line 2: when_protected is ''"),
    ({"duty": "nice"}, "Line 2: duty is 'nice'"),
    ({"status": "sure"}, "Line 2: status is 'sure'"),
    ({"valid_from": "-1"}, "Line 2: valid_from is not a number"),
]


def test_a_bad_row_is_refused_with_a_sentence() -> None:
    told = [(row, problem, problems(**row)) for row, problem in BAD]

    assert [] == [each for each in told if len(each[2]) != 1 or not each[2][0].startswith(each[1])]


def test_all_problems_are_told_at_once() -> None:
    assert 3 == len(problems(fields="shoe_size", duty="nice", business="000"))


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(PolicyError, match="columns"):
        parse("event,role\n", FIELDS)


def test_a_row_with_too_few_cells_is_refused() -> None:
    with pytest.raises(PolicyError, match="this one 2"):
        parse(table() + "a,b\n", FIELDS)


def test_a_later_row_replaces_an_earlier_one_from_its_instant() -> None:
    policy = read({}, {"fields": "name", "valid_from": "1000"})

    assert [("name", "address")] == [rule.fields for rule in policy.at(999).rules]
    assert [("name",)] == [rule.fields for rule in policy.at(1000).rules]
    assert ["own@1000"] == [rule.name for rule in policy.at(1000).rules]


def test_rows_of_the_same_instant_stand_side_by_side() -> None:
    assert 2 == len(read({}, {"condition": "always"}).at(0).rules)


def test_the_digest_changes_with_any_row_in_force_and_with_no_other() -> None:
    policy = read({}, {"valid_from": "1000"})

    assert read({}).at(0).digest == policy.at(0).digest
    assert policy.at(0).digest != policy.at(1000).digest
    assert read({}).digest != read({"note": "another"}).digest
    assert 8 == len(policy.digest)


def test_related_persons_are_granted_by_their_role() -> None:
    fields = {"vital.Died": {"name", "birth_date"}}
    row = {"event": "vital.Died", "condition": "always"}
    kinds = [parse(table(row | {"fields": f"name {grant}"}), fields) for grant in ("parents", "other", "related")]

    assert [{"parent"}, {"same_person"}, 8] == [
        kinds[0].rules[0].relations,
        kinds[1].rules[0].relations,
        len(kinds[2].rules[0].relations),
    ]
