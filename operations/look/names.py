"""What a name on the command line stands for; of a name that stands for nothing, which ones are near."""

from collections.abc import Collection
from difflib import get_close_matches

from kairan import shapes, topics
from kairan.codes import BUSINESSES
from kairan.holds import Hold
from kairan.identifiers import InvalidIdentifierError, PairwiseId
from kairan.register import Register
from operations.look.errors import UnknownNameError

_SHOWN = 3


def topic(register: Register, name: str) -> str:
    return _one_of("topic", name, [each.name for each in topics.topics(register)], "`kairan topics --all` lists them")


def member(register: Register, name: str) -> str:
    return _one_of("member", name, [each.code for each in register.members], "`kairan members` lists them")


def municipality(register: Register, name: str) -> str:
    """A member with a core system."""
    codes = [each.code for each in register.municipalities()]
    return _one_of("municipality", name, codes, "`kairan members` lists them")


def event_type(name: str) -> str:
    return _one_of("event", name, shapes.TYPES, "`docs/glossary.md` lists them")


def business(name: str) -> str:
    return _one_of("business", name, list(BUSINESSES), "`kairan policy` names those that receive anything")


def pairwise_id(text: str) -> PairwiseId:
    try:
        return PairwiseId.parse_hex(text)
    except InvalidIdentifierError as error:
        raise UnknownNameError(
            f"This is no pairwise id: {error}. `kairan parked` shows whose deliveries wait."
        ) from None


def channel(register: Register, name: str) -> tuple[str, str]:
    """Member and channel of ``131237.insurance``."""
    _one_of("channel", name, channels(register), "`kairan members` lists them")
    of, _, its = name.partition(".")
    return of, its


def held(register: Register, name: str) -> Hold:
    """What ``kairan hold`` is to stop: a member's code, a member's channel or a type of event."""
    if name in {each.code for each in register.members}:
        return Hold("member", name)
    if name in channels(register):
        return Hold("channel", name)
    if name in shapes.TYPES:
        return Hold("type", name)
    known = [*(each.code for each in register.members), *channels(register), *shapes.TYPES]
    raise _unknown("channel, event or member", name, known, "`kairan members` lists members and channels")


def channels(register: Register) -> list[str]:
    return [f"{each.member}.{each.channel}" for each in register.channels]


def _one_of(what: str, name: str, known: Collection[str], where: str) -> str:
    if name in known:
        return name
    raise _unknown(what, name, known, where)


def _unknown(what: str, name: str, known: Collection[str], where: str) -> UnknownNameError:
    near = get_close_matches(name, known, _SHOWN)
    advice = f"Did you mean {' or '.join(near)}?" if near else f"{where[0].upper()}{where[1:]}."
    return UnknownNameError(f"There is no {what} {name!r}. {advice}")
