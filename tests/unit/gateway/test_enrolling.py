"""A counter names somebody by its own member's pairwise id, and never by anything that others could use."""

import pytest

from gateway.residents.enrolling import Enrolment, Subject, enrol
from gateway.residents.testing import MemoryResidents
from kairan.keys import BusKeys, ForgedPairwiseIdError

KEYS = BusKeys(1, b"k" * 32)
HANDLE = KEYS.handle("131237", "0123")
ISSUER = "https://provider.example"


def test_whoever_was_enrolled_is_the_person_of_the_pairwise_id() -> None:
    residents = MemoryResidents()
    enrol(residents, KEYS, Enrolment("122033", KEYS.pairwise_id("122033", HANDLE), ISSUER, "aoi"))

    assert HANDLE == residents.behind(Subject.of(ISSUER, "aoi"))
    assert residents.behind(Subject.of(ISSUER, "ren")) is None


def test_the_pairwise_id_of_another_member_enrols_nobody() -> None:
    residents = MemoryResidents()
    with pytest.raises(ForgedPairwiseIdError):
        enrol(residents, KEYS, Enrolment("131237", KEYS.pairwise_id("122033", HANDLE), ISSUER, "aoi"))

    assert residents.behind(Subject.of(ISSUER, "aoi")) is None
