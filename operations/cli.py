"""``kairan``: one command line for whoever runs, watches or explains the bus."""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from kairan.settings import NotSetUpError
from operations.commands import stack
from operations.exit_codes import ExitCode
from operations.stack.errors import StackError

app = App(name="kairan", help="The exchange bus between municipalities.", help_format="markdown")
app.command(stack.up)
app.command(stack.down)


def run(arguments: Sequence[str]) -> int:
    """What ``main`` does, with the exit status as its answer."""
    try:
        answer = app(arguments, exit_on_error=False, result_action="return_value")
    except CycloptsError:
        return ExitCode.USAGE
    except (StackError, NotSetUpError) as error:
        print(f"kairan: {error}", file=sys.stderr)
        return ExitCode.FAILED
    return ExitCode.FINE if answer is None else ExitCode(answer)


def main() -> None:
    sys.exit(run(sys.argv[1:]))
