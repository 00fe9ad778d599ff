"""Who is meant."""

from typing import Any

import pytest

from kairan.partitioning import partition_of
from processors.admission import records
from processors.admission.facts import Entry, Question
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

MOVED_IN, DEPARTED, LOADED = "residence.MovedIn", "residence.MoveOutDeclared", "residence.RecordLoaded"
MOTHER, FATHER, CHILD = s.number(1), s.number(2), s.number(3)
AT_EDOGAWA = {MOTHER: s.number(11), FATHER: s.number(12), CHILD: s.number(13)}


def departs(world: World, *numbers: str) -> list[dict[str, Any]]:
    """Loads and declares the departure of these persons of 横浜市 to 江戸川区; the events of the departures."""
    for each in numbers:
        world.admit(s.statement(LOADED, atena_number=each))
    return [world.admit(s.statement(DEPARTED, atena_number=each, version=2))[0] for each in numbers]


def arrives(departure: dict[str, Any], atena_number: str, **bent: Any) -> bytes:
    pairwise_id = KEYS.pairwise_id(s.EDOGAWA, departure["subject"]["handle"])
    return s.arrival(atena_number=atena_number, pairwise_id=pairwise_id, **bent)


def open_departures(world: World, departure: dict[str, Any]) -> list[bool]:
    """Of each departure of this person: is it open?"""
    handle = departure["subject"]["handle"]
    facts = world.memory.recall(Question(frozenset(), frozenset(), frozenset({(s.EDOGAWA, handle)})))
    return [each.arrival is None for each in facts.departures[handle].values()]


def test_a_person_is_named_by_the_number_of_the_member_that_stated_it_first() -> None:
    (event,) = World().admit(s.statement(MOVED_IN))

    assert KEYS.handle(s.YOKOHAMA, MOTHER) == event["subject"]["handle"]


def test_the_log_never_holds_an_atena_number() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN, related=[{"role": "spouse", "atena_number": FATHER}]))

    assert not any(number.encode() in value for value in world.values() for number in (MOTHER, FATHER))


def test_an_event_lies_in_its_persons_partition() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN))
    handle = KEYS.handle(s.YOKOHAMA, MOTHER)

    assert [(handle, partition_of(handle))] == [(r.key, r.partition) for r in world.broker.records("life-events")]


def test_an_arrival_takes_the_handle_along() -> None:
    world = World()
    (departure,) = departs(world, MOTHER)

    (arrival,) = world.admit(arrives(departure, AT_EDOGAWA[MOTHER]))

    assert departure["subject"] == arrival["subject"]


def test_later_statements_need_no_pairwise_id() -> None:
    world = World()
    (departure,) = departs(world, MOTHER)
    world.admit(arrives(departure, AT_EDOGAWA[MOTHER]))

    (event,) = world.admit(
        s.statement("tax.ResidentTaxAssessed", municipality=s.EDOGAWA, atena_number=AT_EDOGAWA[MOTHER])
    )

    assert departure["subject"] == event["subject"]


def test_an_arrival_on_paper_starts_a_new_handle() -> None:
    world = World()
    departs(world, MOTHER)

    (arrival,) = world.admit(s.arrival(atena_number=AT_EDOGAWA[MOTHER]))

    assert KEYS.handle(s.EDOGAWA, AT_EDOGAWA[MOTHER]) == arrival["subject"]["handle"]


def test_a_departure_is_answered_once() -> None:
    world = World()
    (departure,) = departs(world, MOTHER)
    world.admit(arrives(departure, AT_EDOGAWA[MOTHER]))

    assert [False] == open_departures(world, departure)


def test_an_annulled_arrival_opens_the_departure_again() -> None:
    world = World()
    (departure,) = departs(world, MOTHER)
    (arrival,) = world.admit(arrives(departure, AT_EDOGAWA[MOTHER]))

    world.admit(
        s.arrival(
            atena_number=AT_EDOGAWA[MOTHER],
            version=2,
            change="annulled",
            corrects=arrival["id"],
            reason={"code": "28", "edition": "2024-07"},
        )
    )

    assert [True] == open_departures(world, departure)


def test_a_member_is_told_the_pairwise_ids_of_its_own_numbers_once() -> None:
    world = World()
    related = [{"role": "spouse", "atena_number": FATHER}]
    world.admit(s.statement(MOVED_IN, related=related))
    world.admit(s.statement("residence.RecordAmended", version=2, related=related))

    assert [
        {
            "pairwise_id": KEYS.pairwise_id(s.YOKOHAMA, KEYS.handle(s.YOKOHAMA, each)),
            "atena_number": each,
            "kind": "person",
        }
        for each in (MOTHER, FATHER)
    ] == world.records(f"subjects.{s.YOKOHAMA}")


def test_the_destination_is_told_its_number_of_who_arrived() -> None:
    world = World()
    (departure,) = departs(world, MOTHER)
    world.admit(arrives(departure, AT_EDOGAWA[MOTHER]))

    told = world.records(f"subjects.{s.EDOGAWA}")
    assert [(KEYS.pairwise_id(s.EDOGAWA, departure["subject"]["handle"]), AT_EDOGAWA[MOTHER])] == [
        (each["pairwise_id"], each["atena_number"]) for each in told
    ]


def family(departures: list[dict[str, Any]]) -> list[bytes]:
    """The arrivals of mother, father and child, each naming the others by 江戸川区's numbers."""
    numbers = list(AT_EDOGAWA.values())
    return [
        arrives(
            departure,
            number,
            related=[{"role": "spouse", "atena_number": other} for other in numbers if other != number],
        )
        for departure, number in zip(departures, numbers, strict=True)
    ]


def test_a_family_that_arrives_together_keeps_all_its_handles() -> None:
    """Each names the others before they are stated."""
    world = World()
    departures = departs(world, MOTHER, FATHER, CHILD)
    handles = {each["subject"]["handle"] for each in departures}

    arrivals = world.admit(*family(departures))

    assert [(handles, "none")] * 3 == [
        ({each["subject"]["handle"]} | {other["handle"] for other in each["related"]}, each["protection"])
        for each in arrivals
    ]


def test_of_a_family_that_arrives_in_parts_nobody_is_refused_and_the_first_hide() -> None:
    """Until the others are stated nobody can tell whether one of them is protected."""
    world = World()
    departures = departs(world, MOTHER, FATHER, CHILD)

    arrivals = [world.admit(each)[0] for each in family(departures)]

    assert [each["subject"] for each in departures] == [each["subject"] for each in arrivals]
    assert ["unknown", "unknown", "none"] == [each["protection"] for each in arrivals]


def test_being_named_as_related_is_no_history() -> None:
    world = World()
    (departure,) = departs(world, MOTHER)
    related = [{"role": "child", "atena_number": AT_EDOGAWA[MOTHER]}]
    world.admit(s.arrival(atena_number=s.number(20), related=related))

    (arrival,) = world.admit(arrives(departure, AT_EDOGAWA[MOTHER]))

    assert departure["subject"] == arrival["subject"]


@pytest.mark.parametrize("protection", ["unknown", "protected"])
def test_admission_only_makes_protection_stricter(protection: str) -> None:
    world = World()
    (departure,) = departs(world, MOTHER)
    related = [{"role": "spouse", "atena_number": AT_EDOGAWA[FATHER]}]

    (arrival,) = world.admit(arrives(departure, AT_EDOGAWA[MOTHER], related=related, protection=protection))

    assert protection == arrival["protection"]


def test_two_members_may_use_the_same_number_for_different_persons() -> None:
    first, second = World().admit(s.statement(LOADED), s.statement(LOADED, municipality=s.EDOGAWA))

    assert first["subject"] != second["subject"]


def named(world: World) -> list[tuple[str, bytes]]:
    """What 江戸川区 was told of its numbers, in order."""
    return [(each["atena_number"], each["pairwise_id"]) for each in world.records(f"subjects.{s.EDOGAWA}")]


def twice(departure: dict[str, Any]) -> list[bytes]:
    """Two arrivals of one person under two numbers, each naming the other as spouse."""
    first, second = AT_EDOGAWA[MOTHER], AT_EDOGAWA[FATHER]
    return [
        arrives(departure, number, related=[{"role": "spouse", "atena_number": other}], group={"id": "g", "size": 2})
        for number, other in ((first, second), (second, first))
    ]


def test_one_person_gets_one_number_whoever_names_the_other() -> None:
    """Both of a household carry one pairwise id by mistake: the first keeps it, and hides for the other."""
    world = World()
    (departure,) = departs(world, MOTHER)

    (arrival,) = world.admit(*twice(departure))

    assert (["subject.other_number"], "unknown") == (world.codes(), arrival["protection"])
    assert departure["subject"]["handle"] not in {each["handle"] for each in arrival["related"]}
    assert 2 == len({number for number, _ in named(world)}) == len({pairwise_id for _, pairwise_id in named(world)})


def test_who_names_both_numbers_of_one_person_hides_and_gives_neither_away() -> None:
    world = World()
    father, mother = departs(world, FATHER, MOTHER)
    numbers = [s.number(21), s.number(22)]
    related = [{"role": "child", "atena_number": each} for each in numbers]

    first, second = world.admit(
        arrives(father, AT_EDOGAWA[FATHER], related=related), *(arrives(mother, each) for each in numbers)
    )

    assert ("unknown", mother["subject"]) == (first["protection"], second["subject"])
    assert mother["subject"]["handle"] not in {each["handle"] for each in first["related"]}
    assert ["subject.other_number"] == world.codes()


def test_the_first_statement_of_a_number_tells_who_is_named_by_it() -> None:
    """A later one of the same batch has no pairwise id any more."""
    world = World()
    mother, father = departs(world, MOTHER, FATHER)
    related = [{"role": "spouse", "atena_number": AT_EDOGAWA[FATHER]}]
    amended = s.statement("residence.RecordAmended", municipality=s.EDOGAWA, atena_number=AT_EDOGAWA[FATHER], version=2)

    first, *_ = world.admit(
        arrives(mother, AT_EDOGAWA[MOTHER], related=related), arrives(father, AT_EDOGAWA[FATHER]), amended
    )

    assert ([father["subject"]["handle"]], "none") == (
        [each["handle"] for each in first["related"]],
        first["protection"],
    )


def test_a_measure_alone_does_not_tell_who_is_named() -> None:
    """Her own arrival may still bring another handle along."""
    world = World()
    (mother,) = departs(world, MOTHER)
    flag = s.statement("protection.ProtectionChanged", municipality=s.EDOGAWA, atena_number=AT_EDOGAWA[FATHER])
    related = [{"role": "spouse", "atena_number": AT_EDOGAWA[FATHER]}]

    arrival = world.admit(arrives(mother, AT_EDOGAWA[MOTHER], related=related), flag)[0]

    assert "unknown" == arrival["protection"]


def test_topics_that_tell_of_one_person_under_two_numbers_stop_no_start(capsys: pytest.CaptureFixture[str]) -> None:
    """The newest number has the person, as in the compacted topic and in the member's own map."""
    world = World()
    (departure,) = departs(world, MOTHER)
    pairwise_id = KEYS.pairwise_id(s.EDOGAWA, departure["subject"]["handle"])
    for number in (AT_EDOGAWA[MOTHER], AT_EDOGAWA[FATHER]):
        entry = Entry(s.EDOGAWA, number, departure["subject"]["handle"])
        world.broker.append(records.entry(pairwise_id, entry))

    world.admission = world.process()

    facts = world.memory.recall(
        Question(frozenset(), frozenset((s.EDOGAWA, each) for each in AT_EDOGAWA.values()), frozenset())
    )
    expected = [None, departure["subject"]["handle"], None]
    assert expected == [facts.handle(s.EDOGAWA, each) for each in AT_EDOGAWA.values()]
    assert "under two numbers" in capsys.readouterr().out
