"""
A safe channel (安全な連絡先) of a protected person, named by her 支援措置責任者, who has spoken with her.

Until there is one she is told nothing at all. Only the municipality that keeps her resident record now names it or
takes it back: where she came from knows her number as well, and would silence her, or read what she is told. Whoever is
not found, does not hide, or lives elsewhere is answered as who does: a number that was tried tells nothing of anybody.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

from connectors.notices.mail import is_mailbox
from gateway.desks import looking
from gateway.desks.keeping import keeper
from gateway.desks.looking import Desk
from gateway.desks.safe import Named
from gateway.desks.staff import Staff
from processors.channels.addresses import Means
from processors.notices.texts import Language

NUMBER = re.compile(r"[0-9A-Za-z]{1,15}")
Given: TypeAlias = Mapping[str, str]
Fault = Literal["number", "again", "act", "means", "mailbox", "language", "confirmed"]


def faults(given: Given, means: tuple[Means, ...]) -> tuple[Fault, ...]:
    """By the names of the form's fields; the number is asked for twice, for nobody is told whose it is."""
    is_named = given.get("act") == "name"
    found: dict[Fault, bool] = {
        "number": NUMBER.fullmatch(given.get("number", "")) is None,
        "again": given.get("again") != given.get("number"),
        "act": given.get("act") not in {"name", "remove"},
        "means": is_named and given.get("means") not in means,
        "mailbox": is_named and given.get("means") == "mail" and not is_mailbox(given.get("mailbox", "")),
        "language": is_named and given.get("language") not in set(Language),
        "confirmed": given.get("confirmed") != "yes",
    }
    return tuple(name for name, is_one in found.items() if is_one)


def carry_out(desk: Desk, staff: Staff, given: Given) -> None:
    """Of a form without faults; whatever comes of it, nothing is told."""
    person = looking.person(desk, staff.member, given["number"])
    if person is None or keeper(desk.keeping.of(person)) != staff.member:
        return
    if given["act"] == "remove":
        desk.safe.remove(staff, person)
    elif desk.hiding([person]):
        desk.safe.name(staff, person, _named(given))


def _named(given: Given) -> Named:
    means = cast("Means", given["means"])
    target = {"mailbox": given["mailbox"]} if means == "mail" else {"user": f"simulated-{secrets.token_hex(8)}"}
    return Named(means, target, Language(given["language"]))
