"""Whoever gets an event has to answer it; who is on the bus is told by the register of its time."""

import pytest

from kairan.identifiers import MunicipalityCode
from kairan.stream import Incoming
from processors.moving.entitled import ByRouting, NotRoutedError
from processors.moving.facts import Receiver
from tests.unit.processors.routing import world
from tests.unit.processors.routing.world import BUNDLE, EDOGAWA, KEYS

ENTITLED = ByRouting(BUNDLE, KEYS)


@pytest.mark.parametrize("record", [world.moved_in(), world.departure()], ids=["arrival", "departure"])
def test_whoever_gets_a_delivery_is_waited_for(record: Incoming) -> None:
    delivered = {
        Receiver(each.topic.split(".")[1], business)
        for each in world.deliveries(record)
        for business in each.businesses
    }

    assert delivered
    assert delivered == ENTITLED.awaited(record)


def test_whoever_cannot_be_routed_waits_here_too() -> None:
    record = world.moved_in()

    with pytest.raises(NotRoutedError):
        ENTITLED.awaited(record._replace(value=(record.value or b"")[:-1]))


def test_a_households_name_tells_nothing_of_what_a_member_calls_it() -> None:
    code = MunicipalityCode(EDOGAWA)
    name = ENTITLED.group(code, "山本花子")

    assert name == ENTITLED.group(code, "山本花子") != ENTITLED.group(code, "山本太郎")
    assert "山本" not in name


def test_a_municipality_is_a_member_where_its_resident_record_is_reached() -> None:
    assert ENTITLED.is_member(MunicipalityCode(EDOGAWA), world.APPENDED)
    assert not ENTITLED.is_member(MunicipalityCode("011002"), world.APPENDED)
