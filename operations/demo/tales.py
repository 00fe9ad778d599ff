"""How a story is told in the terminal: what was registered, and what came of it, with the operator's own commands."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from kairan import municipalities
from kairan.settings import Settings
from operations.commands.explain import explain
from operations.commands.notices import show as notices
from operations.commands.parked import show as parked
from operations.commands.procedures import procedures
from operations.commands.refusals import quarantine, refusals
from operations.commands.trace import trace
from operations.demo import hiding, phones
from operations.look.times import moment
from operations.output import text
from sandbox.stage import Fact, Story


class Teller:
    """Tells stories on a running stack."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def tell(self, number: int, story: Story) -> None:
        """After it has had its effects."""
        text(f"\n[bold]Story {number}: {story.title}[/]")
        for _, together in groupby(story.facts, key=lambda fact: (fact.what, fact.member)):
            text(_line(list(together)))
        text("")
        _SHOWN[number](self._settings, story)

    def afterwards(self, story: Story) -> None:
        """After an office that parked somebody was repaired and released them."""
        text("\nThe office got its font and let the parked person go on; now:")
        _show(story, "relocated", trace)


def _line(facts: Sequence[Fact]) -> str:
    """What one clerk registered at once; of several persons the last is followed."""
    last = facts[-1]
    where = f"{last.what} at {last.member} {municipalities.find(last.member).name}"
    persons = f", {len(facts)} facts, the last" if len(facts) > 1 else ""
    named = f"event {last.event_id.hex()}" if last.event_id else f"refused: {', '.join(last.refused)}"
    return f"  {where}{persons}: {named}"


def _show(story: Story, what: str, command: Callable[[str], object]) -> None:
    """Runs a command for the last fact of that act."""
    fact = [each for each in story.facts if each.what == what][-1]
    name = fact.event_id.hex() if fact.event_id else f"{fact.member}:{fact.sequence}"
    text(f"$ kairan {getattr(command, '__name__', '')} {name}")
    command(name)


def _move(_: Settings, story: Story) -> None:
    _show(story, "arrival", trace)
    _show(story, "arrival notified", explain)
    text("Both municipalities' part of it is one procedure:")
    _show(story, "arrival", procedures)


def _annulled(_: Settings, story: Story) -> None:
    text("The 転入 is annulled by an event that names it; so is the 消除 that the origin had booked on its notice:")
    _show(story, "departure annulled", trace)


def _tax(_: Settings, story: Story) -> None:
    _show(story, "assessed", explain)


def _overtakes(_: Settings, story: Story) -> None:
    text("An office's font lacks a character of the name: it parks the person. The flag came last and was applied:")
    _show(story, "protection begun", trace)
    text("$ kairan parked")
    parked()


def _number(_: Settings, story: Story) -> None:
    _show(story, "individual number in an address", trace)
    text("Refused before it was sent: no topic holds its bytes. The planted bad inputs that a broken relay sent:")
    text("$ kairan refusals")
    refusals()
    text("$ kairan quarantine")
    quarantine(last=5)


def _old(_: Settings, story: Story) -> None:
    text("The bus has never heard of the record that is corrected: the event names its version instead of an event.")
    _show(story, "old record corrected", trace)


def _weeks(settings: Settings, story: Story) -> None:
    text("Applied for online, and the visit announced. Three arrived before the planned day; one 転入 was annulled:")
    _show(story, "departure annulled", procedures)
    text("The grandmother has not come. Her move waits; the planned day is over, and then her card lapses soon:")
    _show(story, "declared", procedures)
    text("Her day to be registered by card is fourteen days behind the planned one (N2). It is on her page;")
    text("her phone told when she left, and tells once more five days before: a hint, for others may see it.")
    for each in phones.shown(settings, *story.people["grandmother"]):
        text(f"  {moment(each.at)}  {each.title}  {each.body}")
    text("$ kairan notices")
    notices()


def _stays(settings: Settings, story: Story) -> None:
    text("Whoever tells this story knows where they went; of those below nobody does. They were protected before they")
    text("left: the origin's offices learn that they have gone, and not where they are.")
    _show(story, "confirmed", explain)
    text(hiding.in_words(settings, story))
    text("Nor is whoever runs the bus told:")
    _show(story, "confirmed", procedures)


_SHOWN: Mapping[int, Callable[[Settings, Story], None]] = {
    1: _move,
    2: _annulled,
    3: _tax,
    4: _overtakes,
    5: _number,
    6: _old,
    7: _weeks,
    8: _stays,
}
"""By the number of the story in ``sandbox.stories.STORIES``; behind them those of ``sandbox.weeks``."""
