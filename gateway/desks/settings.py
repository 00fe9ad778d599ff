"""Which provider staff sign in at, and what it says of them: from the environment (``KAIRAN_STAFF_…``)."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.desks.account import Terms
from gateway.desks.staff import Role
from gateway.sign_in.provider import Client, is_safe

PREFIX = "KAIRAN_STAFF_"
NOTHING = "none"
"""In the place of a role: the group says nothing about the desks."""
COLUMNS = ["group", "role"]


class StaffSettingError(Exception):
    """Staff's provider is named, and not as it must be; ``field`` and ``rule`` hold nothing of what was given."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class StaffSettings(BaseSettings):
    """
    ``secret_file``: a mounted file with the client's secret.

    ``roles_file``: a CSV file with a row for each of the provider's groups: ``group,role``; a role is ``desk``,
    ``protection``, ``operator``, or ``none``. ``…_claim``: names of claims in the ID token.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")
    issuer: str = ""
    client_id: str = "kairan-desks"
    scope: str = "openid"
    secret_file: Path | None = None
    roles_file: Path | None = None
    member_claim: str = "member"
    roles_claim: str = "roles"
    clerk_claim: str = "clerk"

    @property
    def is_given(self) -> bool:
        """Whether any of it is; a part is a mistake, and no reason to do without a provider."""
        return bool(self.model_fields_set)

    def client(self, redirect_uri: str) -> Client:
        """Raises StaffSettingError."""
        _require("issuer", is_safe(self.issuer), "an address by https, or on this machine")
        _require("client_id", bool(self.client_id), "a name")
        _require("scope", "openid" in self.scope.split(), "has openid among its words")
        secret = _text("secret_file", self.secret_file).strip()
        _require("secret_file", bool(secret), "a file that is not empty")
        return Client(self.issuer, self.client_id, redirect_uri, secret, self.scope)

    def terms(self) -> Terms:
        """Raises StaffSettingError."""
        named = {"member_claim": self.member_claim, "roles_claim": self.roles_claim, "clerk_claim": self.clerk_claim}
        for field, name in named.items():
            _require(field, bool(name), "a name")
        _require("…_claim", len(set(named.values())) == len(named), "three different names")
        groups = read_roles(_text("roles_file", self.roles_file))
        return Terms(groups, self.member_claim, self.roles_claim, self.clerk_claim)


def read_roles(text: str) -> Mapping[str, Role | None]:
    """What each group is, by a CSV file. Raises StaffSettingError, which names the line."""
    header, *lines = list(csv.reader(text.removeprefix("\ufeff").splitlines())) or [[]]
    _require("roles_file line 1", header == COLUMNS, "group,role")
    rows = list(_rows(lines))
    groups = dict(rows)
    _require("roles_file", len(groups) == len(rows), "each group in one line only")
    _require("roles_file", any(groups.values()), "a role for one group at least")
    return groups


def _rows(lines: list[list[str]]) -> Iterator[tuple[str, Role | None]]:
    for number, line in enumerate(lines, 2):
        where = f"roles_file line {number}"
        _require(where, len(line) == len(COLUMNS), "two columns")
        group, role = line
        _require(f"{where} group", bool(group) and group == group.strip(), "a name without spaces around it")
        _require(f"{where} role", role in {*Role, NOTHING}, f"one of {', '.join([*Role, NOTHING])}")
        yield group, None if role == NOTHING else Role(role)


def _text(field: str, path: Path | None) -> str:
    try:
        return path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        raise StaffSettingError(_named(field), "a file that can be read, in UTF-8") from None


def _require(field: str, holds: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise StaffSettingError(_named(field), rule)


def _named(field: str) -> str:
    """As the environment has it."""
    name, blank, rest = field.partition(" ")
    return f"{PREFIX}{name.upper()}{blank}{rest}"
