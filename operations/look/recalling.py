"""
An event recalled: who has it without today's right to it, the annulments that go there, and what the receipts say.

First it is noted, then sent, then noted where: whoever dies in between sends again, and the inbox drops it.
"""

import getpass
from collections.abc import Sequence
from typing import NamedTuple

from kairan.identifiers import EventId
from kairan.keys import BusKeys
from kairan.postgres import Connection
from kairan.receipts import LogPosition
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import Outgoing, Position, Writer
from operations.look import databases, finding, reading, routing
from operations.look.errors import UnknownNameError
from operations.stack.errors import StackError
from processors.ledger import recalls as ledger
from processors.ledger.recalls import Annulment, Answer, Decision, Recalled
from processors.ledger.reconcile import Channel
from processors.routing import disclosing, recalls
from processors.routing.disclosing import Way
from processors.routing.editions import Receiver
from processors.routing.process import CANNOT_BE_ROUTED
from processors.routing.recalls import NotRecallableError, Recall, Wrong

PRINCIPAL = "routing"
_NOT_AGAIN = "The event cannot be routed again: {}."


class Found(NamedTuple):
    """What is wrong with an event now, and what became of its recall."""

    event_id: bytes
    recall: Recall
    answers: list[Answer]

    def outstanding(self) -> list[tuple[Receiver, str, str]]:
        """Receiver, business and rule of what can be recalled and was not yet."""
        known = {(each.channel, each.business) for each in self.answers}
        return [
            (wrong.receiver, business, rule)
            for wrong in self.recall.wrong
            for business, rule in wrong.businesses
            if wrong.is_reached and (Channel(*wrong.receiver), business) not in known
        ]


def find(settings: Settings, register: Register, event: str, instant: int) -> Found:
    """
    By the policy and register of this instant.

    Raises:
        UnknownNameError: nothing in the log is called so.
        StackError: what routing decided cannot be decided again.

    """
    found = finding.find(settings, register, event)
    if found.record is None or found.event_id is None:
        raise UnknownNameError(f"{event} is not in the log, so nobody was told of it.")
    bundle, keys = routing.bundle(settings), routing.keys(settings)
    routing.verify(settings, bundle, keys)
    try:
        recall = recalls.recall(found.record, bundle, instant)
    except CANNOT_BE_ROUTED as error:
        raise StackError(_NOT_AGAIN.format(type(error).__name__)) from error
    return Found(found.event_id, recall, answers(settings, found.event_id))


def send(settings: Settings, found: Found, why: str) -> int:
    """
    Notes and sends what is wrong, and what was noted before and has no answer; how many annulments.

    Raises:
        StackError: such an event is not recalled, or it cannot be written.

    """
    made = _made(found.recall, routing.keys(settings))
    with databases.opened(settings, databases.BUS, writes=True) as connection:
        if not is_kept(connection):
            raise StackError("The bus's database cannot keep a recall yet: run `kairan up`.")
        ledger.note(connection, made, Decision(why, getpass.getuser(), found.recall.instant))
        these = ledger.unanswered(connection, found.event_id)
        _send(settings, connection, these)
    return len(these)


def answers(settings: Settings, event_id: EventId | bytes | None = None) -> list[Answer]:
    """What the receipts say, of one event or of all that were ever recalled."""
    with databases.opened(settings, databases.BUS) as connection:
        return ledger.answers(connection, event_id) if is_kept(connection) else []


def is_kept(connection: Connection) -> bool:
    return databases.has(connection, "ledger.recalled")


def _made(recall: Recall, keys: BusKeys) -> list[Recalled]:
    try:
        return [row for wrong in recall.wrong if wrong.is_reached for row in _rows(recall, wrong, keys)]
    except NotRecallableError as error:
        raise StackError(f"The event is not recalled. {error}") from error
    except CANNOT_BE_ROUTED as error:
        raise StackError(_NOT_AGAIN.format(type(error).__name__)) from error


def _rows(recall: Recall, wrong: Wrong, keys: BusKeys) -> list[Recalled]:
    """One annulment for all businesses of a receiver that had the event."""
    event, sent = recall.event, recalls.write(recall, wrong, keys)
    at = LogPosition(event.lane, event.record.partition, event.record.offset)
    ref = keys.event_ref(wrong.receiver.member, keys.recall_id(event.id))
    person, delivery = sent.key or b"", sent.value or b""
    return [
        Recalled(event.id, Channel(*wrong.receiver), business, rule, ref, at, person, delivery)
        for business, rule in wrong.businesses
    ]


def _send(settings: Settings, connection: Connection, these: list[Annulment]) -> None:
    if not these:
        return
    with reading.writer(settings, PRINCIPAL, positions=True) as writer:
        positions = tell(these, routing.keys(settings), writer, Way("recall"))
    for each, position in zip(these, positions, strict=True):
        ledger.sent(connection, each, position.offset)


def tell(these: Sequence[Annulment], keys: BusKeys, writer: Writer, way: Way) -> Sequence[Position]:
    """Writes the annulments, and before them that they will be told (docs/adr/0037); their positions."""
    writer.send_all(_entry(each, keys, way) for each in these)
    writer.confirm()
    writer.send_all(_outgoing(each) for each in these)
    return writer.confirm()


def _entry(annulment: Annulment, keys: BusKeys, way: Way) -> Outgoing:
    receiver = Receiver(*annulment.channel)
    person = keys.handle_of(receiver.member, annulment.person)
    return disclosing.of_delivery(receiver, person, annulment.delivery, way)


def _outgoing(annulment: Annulment) -> Outgoing:
    return Outgoing(Receiver(*annulment.channel).topic, annulment.person, annulment.delivery)
