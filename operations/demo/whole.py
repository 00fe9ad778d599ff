"""A demonstration from the empty folder to the exit status."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from kairan.identifiers import InvalidIdentifierError
from kairan.municipalities import UnknownMunicipalityError
from kairan.register import Register
from kairan.settings import Settings
from operations import here
from operations.demo import fresh, reckoning, tales
from operations.demo.conduct import Options, Played, play
from operations.demo.counter import AtTheCounter
from operations.demo.report import Report
from operations.demo.screen import Screen
from operations.exit_codes import ExitCode
from operations.stack import local
from operations.stack.errors import StackError
from operations.stack.home import Home, Say


class Demonstration:
    """One run: set up, played, reckoned, taken down."""

    def __init__(
        self, settings: Settings, options: Options, shown: Screen, say: Say, clock: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._options = options
        self._screen = shown
        self._say = say
        self._clock = clock

    def run(self, to: Path | None, *, stays: bool) -> ExitCode:
        """The exit status tells whether anything was lost, doubled, out of order or disclosed."""
        begun = self._clock()
        self._begin(to)
        try:
            local.up(self._settings.home, here.register_in_force(self._settings), self._say)
            teller = AtTheCounter(tales.Teller(self._settings), self._settings)
            played = play(self._settings, self._options, self._screen, self._say, teller)
            report = self._reckon(played, begun)
            if to is not None:
                to.write_text(json.dumps(report.as_record(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            if stays:
                self._stay()
        finally:
            local.down(self._settings.home, self._say)
        return ExitCode.FAILED if report.failures() else ExitCode.FINE

    def _begin(self, to: Path | None) -> None:
        """Says what is wrong before anything is touched, then empties the folder."""
        given = here.addresses(self._settings)
        if given.environment():
            raise StackError("A demonstration needs servers of its own: unset KAIRAN_BOOTSTRAP and KAIRAN_POSTGRES.")
        if to is not None and (to.is_dir() or not to.parent.is_dir()):
            raise StackError(f"The report cannot be written to {to}: name a file in a folder that is there.")
        register = self._register()
        fresh.begin(Home(self._settings.home), self._say)
        register.save(self._settings.register_folder)

    def _register(self) -> Register:
        from sandbox import register  # noqa: PLC0415 - 0.2 s, not needed to say what is wrong

        if not self._options.municipalities:
            return register.default()
        try:
            return register.for_municipalities(self._options.municipalities)
        except (InvalidIdentifierError, UnknownMunicipalityError) as error:
            raise StackError(f"These municipalities make no register: {error}.") from error

    def _reckon(self, played: Played, begun: float) -> Report:
        self._say("counting: what every office must hold against what it holds …")
        report = reckoning.report(self._settings, self._options, played, lambda: self._clock() - begun)
        reckoning.show(report)
        return report

    def _stay(self) -> None:
        self._say(f"residents and desks: {Home(self._settings.home).remembered().front_door}")
        self._say("the stack is up; try `kairan trace`, `kairan explain`, `kairan status`. Ctrl-C ends it.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            self._say("ending …")
