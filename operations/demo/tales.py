"""How a story is told in the terminal: who, what was registered, and what came of it."""

from kairan.settings import Settings
from operations.output import text
from sandbox.stage import Fact, Story


class Teller:
    """Tells stories on a running stack."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def tell(self, number: int, story: Story) -> None:
        """After it has had its effects."""
        text(f"\n[bold]Story {number}: {story.title}[/]")
        for fact in story.facts:
            text(_line(fact))


def _line(fact: Fact) -> str:
    named = f"event {fact.event_id.hex()}" if fact.event_id else f"refused: {', '.join(fact.refused)}"
    return f"  {fact.what} at {fact.member}  {named}"
