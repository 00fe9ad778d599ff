"""
Which clerk a provider's account is: what its signed token says, read by what was agreed with the provider. Pure.

Whatever is missing, doubled or unknown signs nobody in.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.desks.staff import Role, Staff
from gateway.sign_in.refusals import RefusedSignInError
from gateway.sign_in.way import Vouched

CLERK = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
"""A number or a code of the member's own: no e-mail address fits, nor a name in Japanese."""


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What was agreed with the provider.

    Args:
        member: the claim that says the code of the municipality; ``roles`` and ``clerk`` say the other two.
        groups: what each of the provider's groups is here; None: it says nothing about the desks.

    """

    groups: Mapping[str, Role | None]
    member: str = "member"
    roles: str = "roles"
    clerk: str = "clerk"


class RefusedAccountError(RefusedSignInError):
    """The provider vouches for somebody who is no clerk here, or not what she asked to be."""


def staff(vouched: Vouched, terms: Terms, members: Collection[str]) -> Staff:
    """
    The clerk, in the role that she asked for; ``members``: whose staff may sign in now.

    Raises:
        RefusedAccountError: its code names the rule.

    """
    said = vouched.claims
    return Staff(
        _member(_texts(said.get(terms.member)), members),
        _role(_texts(said.get(terms.roles)), terms.groups, vouched.to),
        _clerk(_texts(said.get(terms.clerk))),
        _subject(vouched.subject),
    )


def _texts(said: Any) -> list[str]:
    """A text or several; none where anything else stands among them."""
    several = said if isinstance(said, list) else [said]
    return several if all(isinstance(each, str) and each for each in several) else []


def _one(found: Collection[str], what: str) -> str:
    if len(set(found)) != 1:
        raise RefusedAccountError(f"several_{what}s" if found else f"no_{what}")
    return next(iter(found))


def _member(found: Collection[str], members: Collection[str]) -> str:
    member = _one(found, "member")
    if member not in members:
        raise RefusedAccountError("unknown_member")
    return member


def _role(found: Collection[str], groups: Mapping[str, Role | None], wanted: str) -> Role:
    if not found:
        raise RefusedAccountError("no_role")
    if not set(found) <= set(groups):
        raise RefusedAccountError("unknown_role")
    if wanted not in {groups[each] for each in found}:
        raise RefusedAccountError("role_not_granted")
    return Role(wanted)


def _clerk(found: Collection[str]) -> str:
    clerk = _one(found, "clerk")
    if not CLERK.fullmatch(clerk):
        raise RefusedAccountError("form_of_clerk")
    return clerk


def _subject(subject: str) -> str:
    """As OpenID Connect Core 2 has it: ASCII; kept for as long as the log of views."""
    if not (subject.isascii() and subject.isprintable()):
        raise RefusedAccountError("form_of_subject")
    return subject
