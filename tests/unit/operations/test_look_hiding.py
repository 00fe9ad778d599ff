"""Whom a release must strip: everybody whom routing hides by now, by whatever way it learned of it."""

import pytest

from kairan.identifiers import PairwiseId
from kairan.keys import BusKeys
from kairan.wire import decode_record
from operations.look import hiding
from operations.stack.errors import StackError
from processors.routing.protection import ProtectionState
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

FLAG, LINKED = "protection.ProtectionChanged", "identity.SubjectsLinked"


def pairwise_id(number: int) -> PairwiseId:
    """As the offices of 横浜市 know whom it calls so."""
    return KEYS.pairwise_id(s.YOKOHAMA, KEYS.handle(s.YOKOHAMA, s.number(number)))


def hides(world: World, person: bytes) -> bool:
    """By what admission has written until now."""
    state = ProtectionState()
    for record in world.broker.records("protection"):
        state.take(*decode_record(record.value or b""))
    return hiding.by(lambda: state, KEYS, s.YOKOHAMA).hides(person)


def test_whoever_has_no_measure_keeps_what_was_granted() -> None:
    world = World()
    world.admit(s.statement("residence.RecordLoaded"))

    assert not hides(world, pairwise_id(1))


def test_a_flag_that_was_refused_hides_although_no_office_was_told_of_it() -> None:
    world = World()
    world.admit(s.statement("residence.RecordLoaded"))

    assert [] == world.admit(s.statement(FLAG, version=2, protection="none"))
    assert hides(world, pairwise_id(1))
    assert not hides(world, pairwise_id(2))


def test_a_link_with_a_protected_person_hides() -> None:
    world = World()
    world.admit(s.statement(FLAG, atena_number=s.number(2)))
    assert not hides(world, pairwise_id(1))

    world.admit(s.statement(LINKED, version=2))
    assert hides(world, pairwise_id(1))


def test_of_names_that_another_key_made_nobody_can_tell_who_hides() -> None:
    with pytest.raises(StackError, match="did not make the names"):
        hiding.by(ProtectionState, BusKeys(1, bytes(32)), s.YOKOHAMA).hides(pairwise_id(1))


def test_it_is_asked_when_somebody_is_released_and_not_before() -> None:
    """What is stored between the command and its lock counts, too."""
    asked: list[ProtectionState] = []

    def _state() -> ProtectionState:
        asked.append(ProtectionState())
        return asked[-1]

    hidden = hiding.by(_state, KEYS, s.YOKOHAMA)
    assert [] == asked

    assert not hidden.hides(pairwise_id(1))
    assert 1 == len(asked)
