"""What 申請管理 was told becomes statements of its own business."""

from typing import Any

import pytest

from connectors.source import Change
from producers.statement import Statement
from tests.unit.producers.changes import HAYAMA, NAGANO, TSURUMI, YOKOHAMA, Json, a_day, decoded, problems, stated

APPLIED, VISIT = "residence.MoveOutApplied", "residence.VisitPlanned"
TO_TSURUMI = {"municipality": TSURUMI, "ward": None, "address": "神奈川県横浜市", "country": None}
OF_MOVE: Json = {"kind": "move_out", "stage": "applied", "planned_date": a_day("2026-04-09"), "mover_scope": "全部"}
OF_VISIT: Json = {"kind": "visit", "visit_date": a_day("2026-04-10")}


def an_application(*, named: Json | None = None, protected: bool = False, by: str = NAGANO, **items: Any) -> Change:
    application = {
        "atena_number": "100000000012",
        "version": 1,
        "stage": None,
        "corrects_version": None,
        "cancels_version": None,
        "received": a_day("2026-04-03"),
        "registered": "2026-04-03T10:00:00+09:00",
        "receipt_number": "A-1",
        "pairwise_id": None,
        "name": {"text": "辻󠄀 花子", "kana": "ツジ ハナコ", "kana_confirmed": True},
        "birth_date": a_day("1950-00-00", certain=False),
        "origin": None,
        "planned_destination": TO_TSURUMI,
        "planned_date": None,
        "mover_scope": None,
        "visit_date": None,
    } | items
    payload = {"municipality": by, "application": application, "protected": protected, "named": named}
    return Change("application", payload)


def parties(found: Statement) -> list[tuple[str, str, str | None]]:
    return [(each["role"], each["code"], each["ward"]) for each in found.envelope["municipalities"]]


def test_an_application_is_stated_by_029_and_says_where_to_and_when() -> None:
    found = stated(an_application(**OF_MOVE))

    assert (APPLIED, "created", "029") == (found.type, found.envelope["change"], found.envelope["source"]["business"])
    assert {"stage": "applied", "planned_date": a_day("2026-04-09"), "mover_scope": "全部"} == {
        name: found.body[name] for name in ("stage", "planned_date", "mover_scope")
    }
    assert a_day("2026-04-03") == found.envelope["effective"]
    assert "A-1" == found.envelope["correlation"]


@pytest.mark.parametrize("of", [OF_MOVE, OF_VISIT])
def test_a_ward_is_its_city_in_the_fields_and_among_the_parties(of: Json) -> None:
    found = stated(an_application(**of))

    assert TO_TSURUMI | {"municipality": YOKOHAMA, "ward": TSURUMI} == found.body["planned_destination"]
    assert [("origin", NAGANO, None), ("destination", YOKOHAMA, TSURUMI)] == parties(found)


def test_a_visit_tells_its_day_and_nothing_of_the_departure() -> None:
    found = stated(an_application(**OF_VISIT))

    assert VISIT == found.type
    assert {"name", "birth_date", "visit_date", "planned_destination"} == set(found.body)


def test_the_counter_states_a_visit_of_whom_the_departure_announced() -> None:
    found = stated(an_application(**OF_VISIT, by=YOKOHAMA, origin=HAYAMA, pairwise_id="\\x" + "ab" * 16))

    assert b"\xab" * 16 == found.envelope["subject"]["pairwise_id"]
    assert [("origin", HAYAMA, None), ("destination", YOKOHAMA, TSURUMI)] == parties(found)


@pytest.mark.parametrize(("protected", "told"), [(True, "protected"), (False, "unknown")])
def test_029_never_says_that_nobody_is_protected(protected: bool, told: str) -> None:  # noqa: FBT001 - a case
    assert told == stated(an_application(**OF_MOVE, protected=protected)).envelope["protection"]


@pytest.mark.parametrize("of", [OF_MOVE, OF_VISIT])
def test_what_is_returned_or_put_off_corrects_what_it_names(of: Json) -> None:
    first = stated(an_application(**of))
    named = {"version": 1, "published": True}
    found = stated(an_application(**(of | {"version": 2, "corrects_version": 1}), named=named))

    assert ("corrected", first.envelope["id"], 1) == tuple(
        found.envelope[name] for name in ("change", "corrects", "corrects_version")
    )


def test_who_withdraws_tells_no_place_and_no_day_but_the_same_parties() -> None:
    named = {"version": 1, "published": True}
    found = stated(an_application(**(OF_MOVE | {"version": 2, "cancels_version": 1}), named=named))

    assert ("annulled", {}) == (found.envelope["change"], found.body)
    assert parties(found) == parties(stated(an_application(**OF_MOVE)))
    assert stated(an_application(**OF_MOVE)).envelope["id"] == found.envelope["corrects"]


def test_what_was_never_published_is_named_by_its_version_alone() -> None:
    named = {"version": 1, "published": False}
    found = stated(an_application(**(OF_MOVE | {"version": 2, "corrects_version": 1}), named=named))

    assert (None, 1) == (found.envelope["corrects"], found.envelope["corrects_version"])


def test_what_the_resident_wrote_of_a_place_is_searched_for_an_individual_number() -> None:
    with_number = TO_TSURUMI | {"address": "123456789018"}

    found = problems(an_application(**(OF_MOVE | {"planned_destination": with_number})))

    assert [("individual_number.found", "planned_destination.address")] == found


@pytest.mark.parametrize(("of", "type_"), [(OF_MOVE, APPLIED), (OF_VISIT, VISIT)])
def test_what_is_sent_arrives_as_it_was_stated(of: Json, type_: str) -> None:
    envelope, body = decoded(an_application(**of))

    assert type_ == envelope["type"]
    assert stated(an_application(**of)).body == body


def test_what_029_does_not_do_cannot_be_stated() -> None:
    assert [("change.malformed", "application.kind")] == problems(an_application(kind="relocation"))
