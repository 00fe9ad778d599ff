"""What the envelope and the fact's own fields say of an 異動."""

from tests.unit.producers.changes import (
    ICHIKAWA,
    NAGANO,
    TSURUMI,
    YOKOHAMA,
    a_change,
    a_day,
    a_record,
    an_address,
    decoded,
    names,
    problems,
    stated,
)

PLANNED = {"municipality": ICHIKAWA, "ward": None, "address": "市川一丁目", "country": None}


def test_the_envelope_says_what_the_row_says() -> None:
    envelope, _ = decoded(
        a_change(
            group_id="G1",
            group_size=3,
            procedure_id="P1",
            protection="unknown",
            pairwise_id="\\x" + "ab" * 16,
            related=[{"role": "spouse", "atena_number": "100000000020"}],
        )
    )

    assert envelope["source"] == {"municipality": YOKOHAMA, "business": "001"}
    subject = {"kind": "person", "atena_number": "100000000012", "pairwise_id": bytes([0xAB] * 16)}
    assert subject == envelope["subject"]
    assert envelope["group"] == {"id": "G1", "size": 3}
    assert ("P1", "unknown", 0) == (envelope["correlation"], envelope["protection"], envelope["resend"])
    assert envelope["related"] == [{"role": "spouse", "atena_number": "100000000020"}]
    assert envelope["effective"] == a_day("2026-04-01")
    assert envelope["notified"] == a_day("2026-04-03")


def test_the_time_of_registration_is_in_whole_milliseconds() -> None:
    envelope, _ = decoded(a_change(registered="2026-04-03T10:11:12.345999+09:00"))

    assert envelope["registered"] == 1775178672345


def test_every_item_of_the_record_arrives() -> None:
    _, body = decoded(a_change())
    record = a_record()

    snapshot = {name: record[name] for name in ("name", "birth_date", "sex", "address", "household", "koseki")}
    assert snapshot == {name: body[name] for name in snapshot}


def test_a_group_of_items_without_any_is_no_group() -> None:
    _, body = decoded(a_change(address=dict.fromkeys(an_address("1")), alias={"text": None, "kana": None}))

    assert (None, None) == (body["address"], body["alias"])


def test_an_arrival_names_origin_destination_and_registered_domicile_as_cities() -> None:
    parties = [{"role": "origin", "code": "122033"}, {"role": "registered_domicile", "code": TSURUMI}]
    envelope, _ = decoded(a_change(parties=parties))

    assert envelope["municipalities"] == [
        {"role": "origin", "code": ICHIKAWA, "ward": None},
        {"role": "registered_domicile", "code": YOKOHAMA, "ward": TSURUMI},
        {"role": "destination", "code": YOKOHAMA, "ward": TSURUMI},
    ]


def test_a_party_stands_once_in_a_role() -> None:
    parties = [{"role": "destination", "code": YOKOHAMA}]
    envelope, _ = decoded(a_change(parties=parties))

    assert envelope["municipalities"] == [{"role": "destination", "code": YOKOHAMA, "ward": TSURUMI}]


def test_an_unknown_code_of_a_party_is_left_for_admission_to_refuse() -> None:
    envelope, _ = decoded(a_change(parties=[{"role": "origin", "code": "１２２０３３"}]))

    assert envelope["municipalities"][0]["code"] == "１２２０３３"


def test_a_departure_is_told_to_the_planned_destination() -> None:
    particulars = {
        "planned_destination": PLANNED | {"municipality": TSURUMI},
        "procedure": "特例",
        "mover_scope": "全部",
    }
    envelope, body = decoded(a_change(reason="21", particulars=particulars))

    assert {"role": "destination", "code": YOKOHAMA, "ward": TSURUMI} in envelope["municipalities"]
    assert PLANNED | {"municipality": YOKOHAMA, "ward": TSURUMI} == body["planned_destination"]
    assert body["planned_date"] == a_day("2026-04-01")


def test_a_destination_that_the_clerk_names_is_the_only_one() -> None:
    particulars = {"planned_destination": PLANNED}
    change = a_change(reason="21", particulars=particulars, parties=[{"role": "destination", "code": NAGANO}])
    envelope, _ = decoded(change)

    assert [NAGANO] == [each["code"] for each in envelope["municipalities"] if each["role"] == "destination"]


def test_a_closed_departure_is_told_to_the_confirmed_destination() -> None:
    particulars = {
        "closing": {"removed_date": a_day("2026-08-30"), "stage": "confirmed"},
        "planned_destination": PLANNED,
        "confirmed_destination": PLANNED | {"municipality": NAGANO},
        "confirmed_date": a_day("2026-08-30"),
    }
    envelope, body = decoded(a_change(reason="21", particulars=particulars, resident_state="moved_out"))

    assert [NAGANO] == [each["code"] for each in envelope["municipalities"] if each["role"] == "destination"]
    assert (ICHIKAWA, NAGANO) == (
        body["planned_destination"]["municipality"],
        body["confirmed_destination"]["municipality"],
    )


def test_the_reason_tells_how_somebody_arrived_where_the_clerk_does_not() -> None:
    assert ["国外", "職権"] == [stated(a_change(reason=reason)).body["arrival_kind"] for reason in ("02", "06")]


def test_a_relocation_remembers_what_was_left() -> None:
    before = a_record(address=an_address("1-2"), household={"number": "500000"})
    _, body = decoded(a_change(reason="41", version=2, previous=before, address=an_address("9-9")))

    assert body["previous_address"]["lot"] == "1-2"
    assert body["previous_household"]["number"] == "500000"
    assert body["scope"] == {"kind": "転居", "former_ward": None, "new_ward": None}


def test_who_moves_with_the_household_leaves_none() -> None:
    _, body = decoded(a_change(reason="41", version=2, previous=a_record(), address=an_address("9-9")))

    assert body["previous_household"] is None


def test_an_amendment_names_the_fields_that_changed() -> None:
    household = {"number": "500001", "head_name": "山田 太郎", "relationship": "20"}
    _, body = decoded(a_change(reason="53", version=2, previous=a_record(), household=household, sex="1"))

    assert body["amended"] == ["sex", "household"]
    assert body["previous_household"] == a_record()["household"]


def test_an_amendment_of_an_unknown_record_names_all_that_is_there() -> None:
    _, body = decoded(a_change(reason="43", version=7))

    assert "former_surname" not in body["amended"]
    assert {"name", "address", "household", "koseki"} < set(body["amended"])


def test_an_amendment_names_the_relations_that_changed() -> None:
    head, child = (
        {"role": "head", "atena_number": "000000000000019"},
        {"role": "child", "atena_number": "000000000000027"},
    )
    _, turned = decoded(
        a_change(reason="50", version=2, previous=a_record(related=[head, child]), related=[child, head])
    )
    _, less = decoded(a_change(reason="50", version=2, previous=a_record(related=[head, child]), related=[child]))

    assert ([], ["related"]) == (turned["amended"], less["amended"])


def test_a_mistake_in_the_former_record_does_not_keep_its_amendment_from_being_stated() -> None:
    _, body = decoded(a_change(reason="43", version=2, previous=a_record(name=None)))

    assert "name" in body["amended"]


def test_a_reading_of_which_nothing_is_said_is_not_confirmed() -> None:
    _, body = decoded(a_change(reason="03", name={"text": "未定", "kana": None, "kana_confirmed": None}))

    assert {"text": "未定", "kana": None, "kana_confirmed": False} == body["name"]


def test_a_death_carries_day_and_notifier_and_no_cause() -> None:
    notifier = {"name": {"text": "山田 太郎"}, "relationship": "20"}
    change = a_change(reason="23", version=2, effective=a_day("2026-05-00", certain=False), particulars={
        "was_head": True, "notifier": notifier,
    })  # fmt: skip
    _, body = decoded(change)

    assert a_day("2026-05-00", certain=False) == body["death_date"]
    assert body["notifier"] == {
        "name": {"text": "山田 太郎", "kana": None, "kana_confirmed": False},
        "relationship": "20",
    }


def test_particulars_that_the_type_does_not_have_are_refused() -> None:
    change = a_change(reason="23", version=2, particulars={"was_head": True, "cause": "病死"})

    assert [("change.malformed", "record.particulars")] == problems(change)


def test_a_correction_states_the_corrected_particulars() -> None:
    change = a_change(
        reason="44",
        version=2,
        corrects_version=1,
        named=names(1, "01"),
        particulars={"moved_in_date": a_day("2026-03-31"), "arrival_kind": "証明書"},
    )
    _, body = decoded(change)

    assert (a_day("2026-03-31"), "証明書") == (body["moved_in_date"], body["arrival_kind"])
