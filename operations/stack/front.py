"""
The front door of a stack: its address, and the development provider behind it.

What the environment says of either is left as it is; where it names a provider of residents, or servers elsewhere, no
development provider runs.
"""

import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from operations.stack import ports
from operations.stack.errors import StackError
from operations.stack.home import Home, Noted, write_secret

PREFERRED = 8080
CLIENT = "kairan"
START_SECONDS = 120
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 1
HOST = "http://localhost"


def settle(
    home: Home, *, is_local: bool, given: Mapping[str, str] = os.environ, free: Callable[[int], bool] = ports.comes_free
) -> Noted:
    """
    Chooses the ports and remembers them: those of the last start, others where somebody else has taken one.

    Args:
        home: of the stack.
        is_local: all servers are this stack's own.
        given: the environment.
        free: whether a port can be had.

    """
    noted = home.remembered()
    servers = (noted.kafka_port, noted.controller_port, noted.postgres_port, noted.supervisor_port)
    wanted = (noted.gateway_port, PREFERRED)
    port = int(given.get("KAIRAN_GATEWAY_PORT", 0)) or _port(home, wanted, (*servers, noted.provider_port), free)
    has_provider = is_local and "KAIRAN_SIGN_IN_ISSUER" not in given
    behind = _port(home, (noted.provider_port,), (*servers, port), free) if has_provider else 0
    if has_provider and not _secret(home).exists():
        write_secret(_secret(home), secrets.token_hex(24) + "\n")
    return home.remember(
        gateway_port=port,
        provider_port=behind or noted.provider_port,
        front_door=given.get("KAIRAN_GATEWAY_ORIGIN", f"{HOST}:{port}"),
        provider=f"{HOST}:{behind}" if behind else "",
    )


def environment(home: Home, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the processes are told of it, as it was settled."""
    from gateway.sign_in.settings import BACK  # noqa: PLC0415 - 0.3 s, needed for a start only

    noted = home.remembered()
    told = {
        "KAIRAN_GATEWAY_PORT": str(noted.gateway_port),
        "KAIRAN_GATEWAY_ORIGIN": noted.front_door,
        "KAIRAN_NOTICES_PAGE": f"{noted.front_door}/",
    }
    if noted.provider:
        sign_in = {"ISSUER": noted.provider, "CLIENT_ID": CLIENT, "SECRET_FILE": str(_secret(home))}
        told |= {f"KAIRAN_SIGN_IN_{name}": its for name, its in sign_in.items()}
        behind = sign_in | {"BACK": noted.front_door + BACK}
        told |= {f"KAIRAN_DEVELOPMENT_PROVIDER_{name}": its for name, its in behind.items()}
    return {name: its for name, its in told.items() if name not in given}


def answers(noted: Noted) -> bool:
    """Whether somebody would be answered there now."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{noted.gateway_port}/health", timeout=ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def await_answer(home: Home, log: Path) -> None:
    """Raises StackError: it does not answer in time, and where the log is that says why."""
    noted, until = home.remembered(), time.monotonic() + START_SECONDS
    while not answers(noted):
        if time.monotonic() > until:
            raise StackError(f"The front door does not answer at {noted.front_door}. Its log: {log}")
        time.sleep(LOOK_SECONDS)


def _port(home: Home, wanted: tuple[int, ...], taken: tuple[int, ...], free: Callable[[int], bool]) -> int:
    """``taken``: by servers of this stack, whether they run already or not."""
    found = next((port for port in wanted if port and port not in taken and free(port)), None)
    return found or ports.choose(home.folder, 1, lambda port: port not in (*taken, *wanted) and ports.is_free(port))[0]


def _secret(home: Home) -> Path:
    return home.folder / "sign-in" / "secret"
