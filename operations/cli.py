"""``kairan``: one command line for whoever runs, watches or explains the bus."""

import importlib.metadata
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from operations.commands.clock import clock
from operations.commands.contract import contract
from operations.commands.decide import decide
from operations.commands.demo import demo
from operations.commands.enrol import enrol
from operations.commands.explain import explain
from operations.commands.holds import hold, holds, resume
from operations.commands.members import members
from operations.commands.notices import notices
from operations.commands.parked import parked
from operations.commands.peek import peek
from operations.commands.policy import policy
from operations.commands.procedures import procedures
from operations.commands.rebuild import rebuild
from operations.commands.recall import recall
from operations.commands.reconcile import reconcile
from operations.commands.refill import refill
from operations.commands.refusals import quarantine, refusals
from operations.commands.stack import down, env, status, up
from operations.commands.staff import staff
from operations.commands.statistics import statistics
from operations.commands.topics import topics
from operations.commands.trace import trace
from operations.commands.unrouted import unrouted
from operations.exit_codes import ExitCode
from operations.look.errors import UnknownNameError
from operations.stack.errors import StackError

app = App(
    name="kairan",
    help="The exchange bus between municipalities.",
    help_format="markdown",
    version=lambda: importlib.metadata.version("kairan"),
)
app.command(up)
app.command(down)
app.command(status)
app.command(demo)
app.command(env)
app.command(members)
app.command(topics)
app.command(peek)
app.command(trace)
app.command(explain)
app.command(policy)
app.command(refusals)
app.command(quarantine)
app.command(unrouted)
app.command(parked)
app.command(procedures)
app.command(decide)
app.command(notices)
app.command(staff)
app.command(statistics)
app.command(reconcile)
app.command(refill)
app.command(recall)
app.command(rebuild)
app.command(hold)
app.command(resume)
app.command(holds)
app.command(enrol)
app.command(clock)
app.command(contract)


def run(arguments: Sequence[str]) -> int:
    """What ``main`` does, with the exit status as its answer."""
    try:
        answer = app(arguments, exit_on_error=False, result_action="return_value")
    except CycloptsError:
        return ExitCode.USAGE
    except UnknownNameError as error:
        print(f"kairan: {error}", file=sys.stderr)
        return ExitCode.USAGE
    except _told_in_a_sentence() as error:
        print(f"kairan: {error}", file=sys.stderr)
        return ExitCode.FAILED
    return ExitCode.FINE if answer is None else ExitCode(answer)


def _told_in_a_sentence() -> tuple[type[Exception], ...]:
    """What a person can mend; anything else is our fault and shows its traceback. Imported when it happened only."""
    from kairan.settings import NotSetUpError  # noqa: PLC0415 - 0.3 s

    return (StackError, NotSetUpError)


def main() -> None:
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads, `head` for one, has read enough; what is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ExitCode.FINE
    sys.exit(status)
