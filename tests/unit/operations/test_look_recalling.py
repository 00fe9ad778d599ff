"""A recall is written down before it is told, as everything is."""

from kairan import wire
from kairan.testing import MemoryBroker, MemoryWriter
from operations.look import recalling
from processors.ledger.recalls import Annulment
from processors.ledger.reconcile import Channel
from processors.routing import disclosing, recalls
from processors.routing.disclosing import Way
from processors.routing.editions import Receiver
from tests.unit.processors.routing.world import BUNDLE, EDOGAWA, KEYS, handle, moved_in

DESK = Receiver(EDOGAWA, "desk")


def annulment() -> Annulment:
    event = moved_in()
    wrong = recalls.Wrong(DESK, (("010", "own"),), is_reached=True)
    found = recalls.recall(event, BUNDLE, event.timestamp)._replace(wrong=(wrong,))
    sent = recalls.write(found, wrong, KEYS)
    return Annulment(found.event.id, Channel(*DESK), sent.key or b"", sent.value or b"")


def test_an_annulment_follows_its_entry() -> None:
    ticks = iter(range(100))
    bus = MemoryBroker({disclosing.TOPIC: 1, DESK.topic: 1}, lambda: next(ticks))
    its = annulment()
    positions = recalling.tell([its], KEYS, MemoryWriter(bus), Way("recall"))
    ((entry,), (told,)) = bus.records(disclosing.TOPIC), bus.records(DESK.topic)

    assert [told.at] == list(positions)
    assert (its.person, its.delivery) == (told.key, told.value)
    assert (handle(1), "recall") == (entry.key, wire.decode_record(entry.value or b"")[1]["way"])
    assert entry.timestamp < told.timestamp
