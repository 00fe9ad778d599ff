"""
A demonstration begins with an empty stack, so that its figures are its own.

Only a folder that a demonstration made is emptied; downloads are kept.
"""

import shutil

from operations.stack import local
from operations.stack.errors import StackError
from operations.stack.home import Home, Say

MARK = "made-by-demo"
KEPT = {"cache", MARK}


def begin(home: Home, say: Say) -> None:
    """
    Empties the folder of an earlier demonstration and marks it as one.

    Raises:
        StackError: the folder holds a stack that no demonstration made, or one that runs.

    """
    mark = home.folder / MARK
    noted = home.noted()
    if noted is not None and not mark.exists():
        raise StackError(
            f"{home.folder} holds a stack that no demonstration made, and a demonstration empties its folder: "
            "set KAIRAN_HOME to another one, such as KAIRAN_HOME=.kairan-demo."
        )
    if any(part.state == "RUNNING" for part in local.status(home.folder)):
        raise StackError(
            f"A demonstration's stack still runs in {home.folder}: end it (Ctrl-C there, or `kairan down`), "
            "or set KAIRAN_HOME to another folder."
        )
    if noted is not None:
        say("clearing the data of the last demonstration …")
        if noted.postgres_place:
            shutil.rmtree(noted.postgres_place, ignore_errors=True)
        _empty(home)
    home.folder.mkdir(parents=True, exist_ok=True)
    mark.touch()


def keep(home: Home) -> None:
    """Whoever starts the stack by hand may work in it: no demonstration empties the folder any more."""
    (home.folder / MARK).unlink(missing_ok=True)


def _empty(home: Home) -> None:
    for found in home.folder.iterdir():
        if found.name not in KEPT:
            if found.is_dir() and not found.is_symlink():
                shutil.rmtree(found)
            else:
                found.unlink()
