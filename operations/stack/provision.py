"""Topics, principals and rights on the broker: as the table and the register say, applied by difference."""

import math
import time
from collections.abc import Callable

from kairan.register import Register
from kairan.topics import Durability
from operations.stack import safety
from operations.stack.admin import Admin
from operations.stack.changes import Changes, difference, wanted
from operations.stack.errors import StackError
from operations.stack.home import Say
from operations.stack.principals import ADMIN, Principals

SETTLE_SECONDS = 20


def open_admin(principals: Principals, bootstrap: str) -> tuple[Admin, Durability]:
    """
    The administrator's connection to a broker that is safe enough, and the copies that it keeps.

    Raises:
        StackError: it is not safe, or does not let us in.

    """
    admin = Admin(principals.client(ADMIN))
    settings = admin.broker_settings()
    safety.require_safe(bootstrap, settings)
    return admin, safety.durability(settings)


def differences(admin: Admin, register: Register, durability: Durability, principals: Principals) -> Changes:
    """What ``apply`` would do; a principal whose password is lost is admitted anew."""
    changes = difference(admin.layout(), wanted(register, durability))
    lost = {name for name in wanted(register, durability).principals if not principals.has(name)}
    return changes._replace(admit=tuple(sorted({*changes.admit, *lost})))


def apply(admin: Admin, register: Register, durability: Durability, principals: Principals, say: Say) -> Changes:
    """
    Does what differs and returns it when the broker shows it; doing it twice changes nothing.

    Raises:
        StackError: a topic has other partitions, or the broker does not settle.

    """
    admin.await_served()
    changes = _settled(lambda: differences(admin, register, durability, principals))
    if changes.unlike:
        raise StackError("\n".join(line for line in changes.sentences() if line.startswith("!")))
    if not changes.is_empty():
        say(f"making {len(changes.create)} topics, {len(changes.admit)} principals, {len(changes.grant)} rights …")
        _do(admin, changes, register, durability, principals)
        _await_shown(admin, register, durability, principals)
        admin.await_served(wanted(register, durability).partitions)
    return changes


def _do(admin: Admin, changes: Changes, register: Register, durability: Durability, principals: Principals) -> None:
    admin.create(changes.create, wanted(register, durability).partitions, durability)
    admin.configure(changes.configure, changes.reset)
    passwords = {name: principals.draw(name) for name in changes.admit}
    admin.admit(passwords)
    for name, password in passwords.items():
        principals.keep(name, password)
    admin.revoke(changes.revoke)
    admin.grant(changes.grant)


def _settled(look: Callable[[], Changes]) -> Changes:
    """What is seen twice: a broker that still loads shows less than it has."""
    seen = look()
    while not seen.is_empty() and seen != (again := _after(0.1, look)):
        seen = again
    return seen


def _after(seconds: float, look: Callable[[], Changes]) -> Changes:
    time.sleep(seconds)
    return look()


def _await_shown(admin: Admin, register: Register, durability: Durability, principals: Principals) -> None:
    """The broker is asked until it shows what was made; it may take its time as long as it gets further."""
    fewest, until = math.inf, 0.0
    while not (left := differences(admin, register, durability, principals)).is_empty():
        if (missing := len(left.sentences())) < fewest:
            fewest, until = missing, time.monotonic() + SETTLE_SECONDS
        if time.monotonic() > until:
            raise StackError(f"The broker does not show what was made: {'; '.join(left.sentences()[:3])} …")
        time.sleep(0.1)
