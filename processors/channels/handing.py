"""
Messages handed to a channel one by one, and what came of each: what one of them raises is that one's outcome.

Who names which errors: a connector, what an address makes its libraries raise (gone, later) and that the other side is
away (``DownError``). What is left over a message are mistakes of ours: it is tried once more, and the second time it
has ``Failed``, while the others go on. A database's or a broker's error is of no message and ends the process, as
anywhere; so does a mistake that was made over none.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple, TypeVar

from connectors.notices.port import Channel, Message, Outcome
from kairan.logs import log
from kairan.process import place_of
from processors.runtime.process import MISTAKES

T = TypeVar("T")


class Failed(NamedTuple):
    """In the place of an outcome: twice nobody could word it or send it, by a mistake of ours."""


def handed_over(
    channel: Channel, waiting: Iterable[T], may_go: Callable[[T], bool], worded: Callable[[T], Message]
) -> Iterator[tuple[T, Outcome | Failed]]:
    """
    Of each that goes what came of it, in their order. ``may_go`` is asked when the channel wants the next, each time.

    Raises:
        DownError: no further one can be tried now.

    """
    rest, in_hand, tried = iter(waiting), list[T](), list[T]()
    while True:
        try:
            for outcome in channel.send(_messages(rest, in_hand, may_go, worded)):
                yield in_hand.pop(), outcome
        except MISTAKES as error:
            if not in_hand:
                raise
            each = in_hand.pop()
            if each in tried:
                _tell(error)
                yield each, Failed()
            else:
                tried.append(each)
                rest = chain([each], rest)
        else:
            return


def _messages(
    rest: Iterable[T], in_hand: list[T], may_go: Callable[[T], bool], worded: Callable[[T], Message]
) -> Iterator[Message]:
    for each in rest:
        if may_go(each):
            in_hand.append(each)
            yield worded(each)


def _tell(error: Exception) -> None:
    """Its class and place alone: its text may hold an address."""
    name = type(error).__name__
    log().error("a message cannot be sent", alarm="it is set aside", error=name, rule=place_of(error))
