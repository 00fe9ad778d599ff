"""Routing's own decision about a record, asked again: the same code, the rows of its append time."""

from pathlib import Path

from kairan import keychecks, topics, wire
from kairan.keychecks import OtherKeyError
from kairan.keys import BusKeys
from kairan.settings import Settings
from kairan.stream import Incoming
from operations.look import reading
from operations.stack.errors import StackError
from processors.routing import deliveries, policy
from processors.routing.bundle import Bundle, BundleError
from processors.routing.deliveries import Explanation
from processors.routing.editions import Receiver
from processors.routing.notes import BackdatedError, Note
from processors.routing.policy import PolicyError
from processors.routing.process import CANNOT_BE_ROUTED
from processors.routing.protection import ProtectionState

LANES = {topics.name(topics.LIFE_EVENTS): "live", topics.name(topics.LIFE_EVENTS_BULK): "bulk"}


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
    The bus's keys, which its processes make when they first start.

    Raises:
        StackError: there are none.

    """
    path = Path(settings.home) / "keys" / "bus.key"
    if not path.exists():
        raise StackError(_without_key(settings, path))
    return BusKeys.load_or_create(path)


def _without_key(settings: Settings, path: Path) -> str:
    if settings.bootstrap is None and not settings.noted:
        return f"Nothing was ever started in {settings.home}: run `kairan up`."
    return (
        f"The bus has no key: {path} is not there. If its processes never ran, `kairan up` makes one; if they did, put "
        "the copy that you keep of it back there, because with another key nothing it wrote can be recomputed."
    )


def verify(settings: Settings, bundle: Bundle, keys: BusKeys) -> None:
    """
    Whether what is decided with these is what routing decided: the same rows, the same key.

    Raises:
        StackError: it is not.

    """
    try:
        for lane in LANES.values():
            Note(settings.home / "routing" / f"{lane}.json", bundle).verify()
        with reading.reader(settings, "keys", [keychecks.TOPIC]) as reader:
            is_known = keychecks.verify(reader, keys)
    except (BackdatedError, OtherKeyError) as error:
        raise StackError(f"Nothing is routed again: {error}") from error
    if not is_known:
        raise StackError("The log knows no key of this version: it was written with another one, or is empty.")


def explain(settings: Settings, record: Incoming) -> Explanation:
    """
    With the protection state of now, as a replay would.

    Raises:
        StackError: it cannot be routed.

    """
    try:
        return deliveries.explain(record, protection(settings), bundle(settings))
    except CANNOT_BE_ROUTED as error:
        raise StackError("This event cannot be routed by this release: `kairan unrouted` shows why.") from error


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
