"""Whoever a story was about is enrolled when it was told: somebody who looks around can sign in as any of them."""

from collections.abc import Callable
from contextlib import suppress

from kairan.settings import Settings
from operations import enrolling
from operations.demo.conduct import Teller
from operations.look.errors import UnknownNameError
from sandbox.stage import Story


class AtTheCounter:
    """A teller behind another one; ``enrol``: see ``operations.enrolling``."""

    def __init__(
        self, told: Teller, settings: Settings, enrol: Callable[[Settings, str, str, str], object] = enrolling.enrol
    ) -> None:
        self._told = told
        self._settings = settings
        self._enrol = enrol

    def tell(self, number: int, story: Story) -> None:
        self._told.tell(number, story)
        for who, (member, atena) in story.people.items():
            with suppress(UnknownNameError):  # no office was told of her
                self._enrol(self._settings, member, atena, f"{story.title}: {who}")

    def afterwards(self, story: Story) -> None:
        self._told.afterwards(story)
