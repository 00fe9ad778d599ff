"""Routing's own decision about a record, asked again: the same code, the rows of its append time."""

from pathlib import Path

from kairan import topics, wire
from kairan.keys import BusKeys
from kairan.settings import Settings
from kairan.stream import Incoming
from operations.look import reading
from operations.stack.errors import StackError
from processors.routing import deliveries, policy
from processors.routing.bundle import Bundle, BundleError
from processors.routing.deliveries import Explanation
from processors.routing.editions import Receiver
from processors.routing.policy import PolicyError
from processors.routing.protection import ProtectionState


def bundle(settings: Settings) -> Bundle:
    """
    Policy and register of this home.

    Raises:
        StackError: they cannot be used; each problem is a sentence.

    """
    try:
        return Bundle(policy.load(), settings.register())
    except (PolicyError, BundleError) as error:
        raise StackError(f"Policy and register cannot be used together:\n{error}") from error


def keys(settings: Settings) -> BusKeys:
    """
    The bus's keys, which only ``kairan up`` makes.

    Raises:
        StackError: there are none.

    """
    path = Path(settings.home) / "keys" / "bus.key"
    if not path.exists():
        raise StackError(f"The bus has no key in {path.parent}: run `kairan up` first.")
    return BusKeys.load_or_create(path)


def explain(settings: Settings, record: Incoming) -> Explanation:
    """With the protection state of now, as a replay would."""
    return deliveries.explain(record, protection(settings), bundle(settings))


def protection(settings: Settings) -> ProtectionState:
    """All measures and links: whose measure hides a person only the links tell."""
    state = ProtectionState()
    with reading.reader(settings, "protection", [topics.name(topics.PROTECTION)]) as reader:
        for record in reading.everything(reader):
            if record.value is not None:
                state.take(*wire.decode_record(record.value))
    return state


def considered(explained: Explanation) -> set[Receiver]:
    """Everyone whom a rule could have given something, whether or not it did."""
    by_rules = {each.candidate.receiver for each in explained.decisions if each.candidate.receiver is not None}
    return by_rules | {each.receiver for each in explained.annulments}
