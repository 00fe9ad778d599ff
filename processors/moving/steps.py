"""Where a move stands: read from its facts, in this order of precedence."""

from collections.abc import Sequence
from enum import StrEnum

from kairan.identifiers import MunicipalityCode
from kairan.remembering import kept_with_it
from processors.moving.facts import (
    Annulment,
    Application,
    Arrival,
    Closing,
    ConflictKind,
    Departure,
    Fact,
    Notice,
    Outcome,
    Receiver,
    TimerName,
    Visit,
)
from processors.moving.moves import Move

RESIDENT_RECORD = "001"


class Step(StrEnum):
    """domain table of the moving procedure (⊕), with the readings of docs/adr/0027."""

    APPLIED = "applied"
    RETURNED = "returned"
    DECLARED = "declared"
    CERT_SENT = "certificate sent"
    PREPARED = "prepared"
    LAPSED = "lapsed"
    MOVED_IN = "moved in"
    NOTIFIED = "notified"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    CONFLICT = "conflict"


ENDED = frozenset({Step.COMPLETED, Step.CANCELLED})


@kept_with_it
def step(move: Move) -> Step:
    if conflict(move):
        return Step.CONFLICT
    if _is_being_undone(move):
        return Step.CANCELLING
    if _is_off(move):
        return Step.CANCELLED
    if is_registered(move):
        return Step.CONFIRMED if is_expected(move) else Step.COMPLETED
    return _under_way(move)


def conflict(move: Move) -> ConflictKind | None:
    """What only a human can decide; a decision rejects one of the facts that cannot stand together."""
    if sum(chain.stands for chain in move.of(Departure)) > 1:
        return ConflictKind.TWO_DESTINATIONS
    if move.rival or is_back_at_the_origin(move):
        return ConflictKind.TWO_RECORDS
    if move.newest(Notice) and not move.of(Arrival, Departure, Closing):
        return ConflictKind.UNKNOWN_PERSON
    return None


def deciders(move: Move) -> Sequence[MunicipalityCode]:
    """
    Whose desks decide the conflict (docs/adr/0050): whoever stated what contradicts itself, or keeps a record.

    A place that was only named once sees its own side alone, and could not know between what it decides.
    """
    match conflict(move):
        case None:
            named = set[MunicipalityCode | None]()
        case ConflictKind.TWO_DESTINATIONS:
            named = {_origin_of(chain.newest) for chain in move.of(Departure) if chain.stands}
        case ConflictKind.UNKNOWN_PERSON:
            named = {_origin_of(chain.newest) for chain in move.of(Notice) if chain.stands}
        case ConflictKind.TWO_RECORDS:
            named = {move.origin, move.destination, move.rival}
    return sorted(code for code in named if code is not None)


def _origin_of(fact: Fact) -> MunicipalityCode | None:
    origin: MunicipalityCode | None = getattr(fact, "origin", None)
    return origin


def is_back_at_the_origin(move: Move) -> bool:
    """After the arrival the origin took its departure or closing back, and has not closed its record since."""
    arrived = max((chain.root.when for chain in move.of(Arrival) if chain.stands), default=None)
    if arrived is None:
        return False
    closing = move.newest(Closing)
    taken = [chain.last.when for chain in move.of(Departure, Closing) if chain.is_annulled]
    late = [when for when in taken if when > arrived]
    return bool(late) and not (closing and closing.when > max(late))


def is_nowhere(move: Move) -> bool:
    """The origin closed its record, and what it did so for stands no more: nobody keeps this person (half moved)."""
    closing = move.newest(Closing)
    if closing is None or move.newest(Arrival) or move.has_moved_on:
        return False
    if move.of(Arrival) and closing.is_confirmed:
        return True
    return bool(move.of(Departure)) and move.newest(Departure) is None


def is_elsewhere(move: Move) -> bool:
    """Arrived elsewhere than the planned municipality was told; whoever told it has to take that back (C5)."""
    departure, arrival = move.newest(Departure), move.newest(Arrival)
    if departure is None or arrival is None or not departure.by_card:
        return False
    return departure.destination not in (None, arrival.destination)


def is_expected(move: Move) -> bool:
    """An office has not answered, or the planned municipality still waits for somebody who lives elsewhere."""
    return any(move.unanswered) or is_elsewhere(move)


def _is_being_undone(move: Move) -> bool:
    """Somebody has yet to undo, to annul what was decided against, or to take back what told of an arrival."""
    if any(isinstance(fact, Annulment) for fact, _ in move.unanswered):
        return True
    if is_nowhere(move) or any(chain.is_rejected for chain in move.chains):
        return True
    return bool(move.of(Arrival)) and move.newest(Arrival) is None and move.newest(Notice) is not None


def _is_off(move: Move) -> bool:
    """All was taken back, or nobody will arrive any more, or nobody resubmitted."""
    if move.newest(Arrival):
        return False
    if move.death or not any(chain.stands for chain in move.chains):
        return True
    if move.newest(Departure) or move.newest(Notice) or move.newest(Closing):
        return False
    if move.of(Departure):
        return True  # whoever had booked it took it back: what was applied for and announced goes with it
    application = move.newest(Application)
    if application is None:
        return bool(move.of(Application))
    return application.is_returned and bool(move.came(TimerName.RESUBMISSION, application.event))


def is_registered(move: Move) -> bool:
    """Both registers are as they should be, as far as both are on the bus."""
    arrival, closing, departure = move.newest(Arrival), move.newest(Closing), move.newest(Departure)
    if arrival and (arrival.origin is None or not arrival.is_from_member):
        return True
    if closing is None:
        return False
    if arrival:
        return closing.is_confirmed and _is_booked(move, closing)
    return bool(departure is None or move.is_abroad or (closing.is_confirmed and not departure.is_to_member))


def _is_booked(move: Move, closing: Closing) -> bool:
    """The notice of this very arrival; if it was sent again, the origin has booked that."""
    notice = move.newest(Notice)
    arrival = move.newest(Arrival)
    if notice is None or arrival is None or notice.destination != arrival.destination:
        return False
    is_resent = len(move.of(Notice)) > 1 or any(len(chain.said) > 1 for chain in move.of(Notice))
    return not is_resent or closing.when > notice.when


def _under_way(move: Move) -> Step:
    if arrival := move.newest(Arrival):
        notice = move.newest(Notice)
        return Step.NOTIFIED if notice and notice.destination == arrival.destination else Step.MOVED_IN
    if move.newest(Notice):
        return Step.NOTIFIED
    departure = move.newest(Departure)
    if departure is None:
        application = move.newest(Application)
        return Step.RETURNED if application and application.is_returned else Step.APPLIED
    return _left(move, departure)


def _left(move: Move, departure: Departure) -> Step:
    """Declared at the origin, and nobody has arrived."""
    if move.came(TimerName.CARD_LAPSE, departure.event):
        return Step.LAPSED
    if not departure.by_card or departure.destination is None or not departure.is_to_member:
        return Step.DECLARED
    answer = move.answers.get((departure.event, Receiver(departure.destination, RESIDENT_RECORD)))
    is_prepared = (answer and answer.outcome is Outcome.APPLIED) or move.newest(Visit) is not None
    return Step.PREPARED if is_prepared else Step.CERT_SENT
