"""Where a command works: the settings of this environment, its servers elsewhere, its register."""

import datetime as dt

from pydantic import ValidationError

from kairan import register
from kairan.register import Register
from kairan.settings import Settings
from operations.stack.errors import StackError, disk_explained
from operations.stack.local import Addresses


def settings() -> Settings:
    """
    The settings of this environment.

    Raises:
        StackError: a variable makes no sense.

    """
    try:
        return Settings()
    except ValidationError as error:
        raise StackError(f"The environment's KAIRAN_… variables make no sense: {_first(error)}.") from error


def addresses(of: Settings) -> Addresses:
    """Servers that the environment names; they replace the local ones."""
    return Addresses(of.bootstrap, of.postgres)


def now() -> int:
    """The clock in milliseconds since 1970 UTC, as the register counts."""
    return int(dt.datetime.now(dt.UTC).timestamp() * 1000)


def starting_register(of: Settings) -> Register:
    """For a start: the rows in force; on the first one the sandbox's are written there before."""
    folder = of.register_folder
    if not folder.exists():
        from sandbox.register import default  # noqa: PLC0415 - 0.2 s, needed on the first start only

        with disk_explained(of.home):
            default().save(folder)
    return register_in_force(of)


def declared_register(of: Settings) -> Register:
    """
    All rows of this home's register.

    Raises:
        StackError: nothing was ever started here, or a row makes no sense.

    """
    folder = of.register_folder
    if not folder.exists():
        raise StackError(f"Nothing was ever started in {of.home}: run `kairan up`.")
    try:
        return register.load(folder)
    except (ValidationError, FileNotFoundError) as error:
        problem = _first(error) if isinstance(error, ValidationError) else error.filename
        raise StackError(f"The register in {folder} cannot be read: {problem}.") from error


def register_in_force(of: Settings) -> Register:
    return declared_register(of).at(now())


def _first(error: ValidationError) -> str:
    """Where the first problem lies and what it is; the value is left out."""
    problem = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
