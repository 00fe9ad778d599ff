"""One rule a test: what the bus remembers, and who is meant."""

from typing import Any

import pytest

from processors.admission.memory import DictMemory
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

MOVED_IN, DEPARTED, AMENDED = "residence.MovedIn", "residence.MoveOutDeclared", "residence.RecordAmended"
TAX = "tax.ResidentTaxAssessed"


def corrected(type_: str, corrects: bytes, version: int = 2, **bent: Any) -> bytes:
    bent = {"reason": {"code": "44", "edition": "2024-07"}, "change": "corrected"} | bent
    return s.statement(type_, version=version, corrects=corrects, **bent)


def pairwise_id(event: dict[str, Any], municipality: str = s.EDOGAWA) -> bytes:
    """What the departure's delivery tells the destination."""
    return KEYS.pairwise_id(municipality, event["subject"]["handle"])


def test_an_event_id_names_one_statement_for_ever() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN))

    world.admit(s.statement(MOVED_IN, notified=s.day(s.TODAY)))

    assert ["id.reused"] == world.codes()


def test_also_within_a_batch() -> None:
    world = World()

    events = world.admit(s.statement(MOVED_IN), s.statement(MOVED_IN, notified=s.day(s.TODAY)))

    assert (["id.reused"], 1) == (world.codes(), len(events))


def test_a_correction_names_an_event_that_was_admitted() -> None:
    world = World()

    world.admit(corrected(AMENDED, bytes(16)))

    assert ["corrects.unknown"] == world.codes()


def test_a_correction_of_a_record_older_than_the_bus_is_admitted() -> None:
    world = World()

    assert 1 == len(world.admit(s.statement(AMENDED, change="corrected", corrects_version=7)))


def test_a_source_corrects_only_its_own_events() -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN, atena_number=s.number(1)))
    departure = world.admit(s.statement(DEPARTED, version=2))[0]
    world.admit(s.arrival(pairwise_id=pairwise_id(departure)))

    world.admit(s.arrival(change="corrected", corrects=event["id"], version=2))

    assert ["corrects.other_source"] == world.codes()


def test_a_correction_is_about_the_same_person() -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN))

    world.admit(corrected(MOVED_IN, event["id"], atena_number=s.number(2)))

    assert ["corrects.other_subject"] == world.codes()


def test_a_correction_has_the_type_of_what_it_corrects() -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN))

    world.admit(corrected(AMENDED, event["id"]))

    assert ["corrects.other_type"] == world.codes()


@pytest.mark.parametrize("first", ["corrected", "annulled"])
@pytest.mark.parametrize("then", ["corrected", "annulled"])
def test_what_was_corrected_before_is_not_corrected_again(first: str, then: str) -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN))
    world.admit(corrected(MOVED_IN, event["id"], change=first))

    world.admit(corrected(MOVED_IN, event["id"], 3, change=then))

    assert ["corrects.superseded"] == world.codes()


def test_also_where_both_corrections_come_together() -> None:
    world = World()
    id_ = s.envelope(MOVED_IN)["id"]

    events = world.admit(s.statement(MOVED_IN), corrected(MOVED_IN, id_), corrected(MOVED_IN, id_, 3))

    assert (["corrects.superseded"], [1, 2]) == (world.codes(), [each["version"] for each in events])


def test_its_newest_correction_is_corrected_instead() -> None:
    world = World()
    (first,) = world.admit(s.statement(MOVED_IN))
    (second,) = world.admit(corrected(MOVED_IN, first["id"]))

    (third,) = world.admit(corrected(MOVED_IN, second["id"], 3))

    assert [second["id"], first["id"]] == [former["id"] for former in third["lineage"]]


def test_a_correction_that_was_refused_leaves_the_event_to_the_next() -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN))
    world.admit(corrected(MOVED_IN, event["id"], version=0))

    world.admit(corrected(MOVED_IN, event["id"], 3))

    assert ["number.out_of_range"] == world.codes()


def test_a_correction_that_comes_again_is_dropped_as_ever() -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN))
    world.admit(corrected(MOVED_IN, event["id"]))

    assert ([], []) == (world.admit(corrected(MOVED_IN, event["id"])), world.codes())


def test_who_reads_the_log_again_refuses_the_second_correction_too() -> None:
    world = World()
    (event,) = world.admit(s.statement(MOVED_IN))
    world.admit(corrected(MOVED_IN, event["id"]))

    world.memory = DictMemory()
    world.admission = world.process()
    world.admit(corrected(MOVED_IN, event["id"], 3))

    assert ["corrects.superseded"] == world.codes()


def test_of_a_departure_that_was_corrected_only_the_newest_is_open() -> None:
    """Two corrections side by side would have left it open to two destinations."""
    world = World()
    (first,) = world.admit(s.statement(DEPARTED))
    (second,) = world.admit(corrected(DEPARTED, first["id"]))
    undecided = s.body(DEPARTED, planned_destination=None)
    bent: dict[str, Any] = {"change": "corrected", "corrects": second["id"], "municipalities": []}
    world.admit(s.encoded(DEPARTED, s.envelope(DEPARTED, version=3, **bent), undecided))

    world.admit(s.arrival(pairwise_id=pairwise_id(first)))

    assert ["subject.no_open_departure"] == world.codes()


def test_a_forged_pairwise_id_is_refused() -> None:
    world = World()

    world.admit(s.arrival(pairwise_id=bytes(range(16))))

    assert ["subject.pairwise_forged"] == world.codes()


def test_another_municipalitys_pairwise_id_is_forged() -> None:
    world = World()
    (departure,) = world.admit(s.statement(DEPARTED))

    world.admit(s.arrival(pairwise_id=pairwise_id(departure, s.NAGANO)))

    assert ["subject.pairwise_forged"] == world.codes()


def test_an_arrival_answers_a_departure_to_this_municipality() -> None:
    world = World()
    nagano = s.DESTINATION | {"municipality": s.NAGANO}
    parties = [{"role": "destination", "code": s.NAGANO, "ward": None}]
    departed = s.statement(DEPARTED, s.body(DEPARTED, planned_destination=nagano), municipalities=parties)
    (departure,) = world.admit(departed)

    world.admit(s.arrival(pairwise_id=pairwise_id(departure)))

    assert ["subject.no_open_departure"] == world.codes()


@pytest.mark.parametrize("change", ["corrected", "annulled"])
def test_a_departure_that_was_taken_back_is_not_open(change: str) -> None:
    world = World()
    (departure,) = world.admit(s.statement(DEPARTED))
    undecided = s.body(DEPARTED, planned_destination=None)
    taken_back = s.encoded(
        DEPARTED,
        s.envelope(DEPARTED, version=2, change=change, corrects=departure["id"], municipalities=[]),
        undecided,
    )
    world.admit(taken_back)

    world.admit(s.arrival(pairwise_id=pairwise_id(departure)))

    assert ["subject.no_open_departure"] == world.codes()


def test_a_number_with_history_stays_with_its_person() -> None:
    world = World()
    (departure,) = world.admit(s.statement(DEPARTED))
    world.admit(s.statement(TAX, municipality=s.EDOGAWA, atena_number=s.number(5)))

    world.admit(s.arrival(atena_number=s.number(5), pairwise_id=pairwise_id(departure)))

    assert ["subject.other_history"] == world.codes()


def test_who_arrives_under_a_number_with_a_measure_says_so() -> None:
    world = World()
    (departure,) = world.admit(s.statement(DEPARTED))
    world.admit(s.statement("protection.ProtectionChanged", municipality=s.EDOGAWA, atena_number=s.number(5)))

    world.admit(s.arrival(atena_number=s.number(5), pairwise_id=pairwise_id(departure)))

    assert ["subject.other_measure"] == world.codes()


def test_a_returning_person_keeps_the_former_number() -> None:
    world = World()
    (departure,) = world.admit(s.statement(DEPARTED))
    world.admit(s.arrival(atena_number=s.number(5), pairwise_id=pairwise_id(departure)))
    back = [
        {"role": "origin", "code": s.EDOGAWA, "ward": None},
        {"role": "destination", "code": s.YOKOHAMA, "ward": None},
    ]
    planned = s.DESTINATION | {"municipality": s.YOKOHAMA}
    world.admit(
        s.statement(
            DEPARTED,
            s.body(DEPARTED, planned_destination=planned),
            municipality=s.EDOGAWA,
            atena_number=s.number(5),
            municipalities=back,
        )
    )
    own = KEYS.pairwise_id(s.YOKOHAMA, departure["subject"]["handle"])

    world.admit(s.arrival(s.YOKOHAMA, s.EDOGAWA, atena_number=s.number(9), pairwise_id=own))
    refused = world.codes()
    events = world.admit(s.arrival(s.YOKOHAMA, s.EDOGAWA, atena_number=s.number(1), version=3, pairwise_id=own))

    assert (["subject.other_number"], departure["subject"]) == (refused, events[0]["subject"])
