"""Corrections: the corrected facts decide who gets the new values, the former ones who loses what it holds."""

from collections.abc import Mapping
from typing import Any

from processors.routing.bundle import Bundle
from processors.routing.deliveries import due
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import (
    APPENDED,
    BUNDLE,
    DOMICILE,
    EDOGAWA,
    FIRST,
    HAYAMA,
    ICHIKAWA,
    KEYS,
    NAGANO,
    POLICY,
    SECOND,
    YOKOHAMA,
    Delivered,
    day,
    deliveries,
    former,
    full_body,
    handle,
    measure,
    measures,
    moved_in,
    municipality,
    record,
    register,
    to,
)

ADULT = {"birth_date": day("1980-05-05"), "resident_kind": "japanese"}
CHILD = {"birth_date": day("2015-05-05"), "resident_kind": "japanese"}


def corrected(*lineage: Mapping[str, Any], change: str = "corrected", **stated: Any) -> Any:
    plain = {"corrects": FIRST, "corrects_version": 2, "municipalities": DOMICILE, "lineage": list(lineage)}
    return moved_in(CHILD, change=change, **(plain | stated))


def annulled(found: list[Delivered]) -> list[Delivered]:
    return [each for each in found if each.envelope["corrects_ref"] and not each.told]


def of(identity: bytes, **facts: Any) -> dict[str, Any]:
    return former(id=identity, municipalities=DOMICILE, **(CHILD | facts))


def test_whoever_is_entitled_by_the_corrected_facts_gets_the_new_values() -> None:
    found = to(deliveries(corrected(of(FIRST))), EDOGAWA, "017")

    assert "address" in found.told
    assert ("corrected", KEYS.event_ref(EDOGAWA, FIRST), 2) == (
        found.envelope["change"],
        found.envelope["corrects_ref"],
        found.envelope["corrects_version"],
    )


def test_whoever_was_entitled_only_by_the_former_facts_gets_an_annulment_without_a_body() -> None:
    """A grown-up was a child all along: the electoral roll takes the person off again and learns nothing new."""
    found = deliveries(corrected(of(FIRST, **ADULT, effective=day("2026-03-01"))))
    (only,) = annulled(found)

    assert (["006"], "annulled", set()) == (only.businesses, only.envelope["change"], only.told)
    assert b"" == only.envelope["told"]
    assert KEYS.event_ref(EDOGAWA, FIRST) == only.envelope["corrects_ref"]
    assert (day("2026-03-01"), None) == (only.envelope["effective"], only.envelope["reason"])
    assert [] == only.envelope["municipalities"] + only.envelope["withheld"]
    assert (None, None) == (only.envelope["protection"], only.envelope["related"])
    assert "006" not in [b for each in found for b in each.businesses if each is not only]


def test_an_annulment_names_the_newest_former_record_that_entitled() -> None:
    lineage = (of(SECOND), of(FIRST, **ADULT))
    (only,) = annulled(deliveries(corrected(*lineage, corrects=SECOND)))

    assert (KEYS.event_ref(EDOGAWA, FIRST), 2) == (only.envelope["corrects_ref"], only.envelope["corrects_version"])


def test_a_registered_domicile_that_was_wrong_is_told_so() -> None:
    wrong = of(FIRST) | {"municipalities": [municipality("registered_domicile", YOKOHAMA)]}
    found = deliveries(corrected(wrong))

    assert ["004"] == to(annulled(found), YOKOHAMA, "004").businesses
    assert "koseki" in to(found, NAGANO, "004").told


def test_an_annulment_carries_the_restored_snapshot_to_those_entitled_and_a_reference_to_the_others() -> None:
    found = deliveries(corrected(of(FIRST, **ADULT), change="annulled"))

    assert {"annulled"} == {each.envelope["change"] for each in found}
    assert "address" in to(found, EDOGAWA, "017").told
    assert ["006"] == annulled(found)[0].businesses


def test_a_correction_of_a_record_older_than_the_bus_goes_to_those_entitled() -> None:
    found = deliveries(corrected(corrects=None))

    assert [] == annulled(found)
    assert [(None, 2)] == list({(e.envelope["corrects_ref"], e.envelope["corrects_version"]) for e in found})


def test_what_is_due_includes_the_annulments() -> None:
    event = corrected(of(FIRST, **ADULT))
    routed = {(each.topic, business) for each in deliveries(event) for business in each.businesses}

    assert routed == {(f"deliveries.{d.member}.{d.channel}", d.business) for d in due(event, BUNDLE, KEYS)}
    assert {KEYS.event_ref(EDOGAWA, bytes(15) + b"\x01"), KEYS.event_ref(NAGANO, bytes(15) + b"\x01")} == {
        each.event_ref for each in due(event, BUNDLE, KEYS)
    }


def seals_taken_over(*moves: tuple[int, str, str]) -> Bundle:
    """印鑑登録 of 江戸川区 goes from its own desk to these channels of other members, one after the other."""
    plain = register()
    rows = [
        plain.performers[1].model_copy(
            update={"municipality": EDOGAWA, "business": "002", "member": m, "channel": c, "valid_from": valid_from}
        )
        for valid_from, m, c in moves
    ]
    return Bundle(POLICY, plain.model_copy(update={"performers": (*plain.performers, *rows)}))


def died_not(*lineage: Mapping[str, Any]) -> Any:
    return record("vital.Died", full_body("vital.Died"), change="annulled", corrects=FIRST, lineage=list(lineage))


def test_whoever_was_entitled_when_the_former_record_was_registered_is_told_too() -> None:
    """印鑑登録 was taken over by another member between the death and its annulment; when it came nobody knows."""
    event = died_not(former(id=FIRST, registered=499))
    found = deliveries(event, bundle=seals_taken_over((500, HAYAMA, "desk")))

    assert ["002"] == to(annulled(found), EDOGAWA, "002").businesses
    assert "death_date" in to(found, HAYAMA, "002").told


def test_whoever_was_entitled_when_the_former_record_was_admitted_is_told_and_nobody_before() -> None:
    """Registered while the desk was its own, admitted when 葉山町 had taken over, annulled when 市川市 had."""
    event = died_not(former(id=FIRST, registered=499, admitted=501))
    found = deliveries(event, bundle=seals_taken_over((500, HAYAMA, "desk"), (1000, ICHIKAWA, "desk")))

    assert ["002"] == to(annulled(found), HAYAMA, "002").businesses
    assert "death_date" in to(found, ICHIKAWA, "002").told
    assert [] == [each for each in annulled(found) if each.topic.startswith(f"deliveries.{EDOGAWA}.")]


def test_a_former_receiver_that_has_left_gets_nothing() -> None:
    wrong = of(FIRST) | {"municipalities": [municipality("registered_domicile", YOKOHAMA)]}

    assert [] == annulled(deliveries(corrected(wrong), bundle=Bundle(POLICY, register({YOKOHAMA: "left"}))))


def test_an_annulment_does_not_tell_a_masked_office_who_stated_it() -> None:
    declared = record(
        "residence.MoveOutConfirmed",
        full_body("residence.MoveOutConfirmed"),
        change="annulled",
        corrects=FIRST,
        corrects_version=2,
        lineage=[
            former(
                id=FIRST,
                municipalities=[municipality("registered_domicile", NAGANO)],
                reason={"code": "22", "edition": "2024-07"},
            )
        ],
    )
    sources = [
        to(annulled(deliveries(declared, state)), NAGANO, "004").envelope["source"]
        for state in (ProtectionState(), measures(measure("1")))
    ]

    assert [{"municipality": EDOGAWA, "business": "001"}, None] == sources


def test_a_double_in_the_log_is_routed_again_under_the_same_reference() -> None:
    once = deliveries(moved_in())
    again = deliveries(moved_in()._replace(offset=9999, timestamp=APPENDED + 5))

    assert [(e.key, e.envelope["event_ref"], e.businesses) for e in once] == [
        (e.key, e.envelope["event_ref"], e.businesses) for e in again
    ]
    assert handle(1) not in b"".join(each.value for each in again)
