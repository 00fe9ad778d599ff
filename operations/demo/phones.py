"""A resident of the sandbox wants to be told on her phone: by the simulator of マイナポータル, which writes a file."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from kairan.identifiers import Handle
from kairan.keys import BusKeys
from kairan.settings import Settings
from operations.look import databases, travelling
from operations.look.times import milliseconds
from processors.channels import addresses
from processors.channels.addresses import Address
from processors.channels.tables import PostgresQueue
from processors.notices.texts import Language


class Shown(NamedTuple):
    """What stood on a phone, and on which day of the procedures' clock (milliseconds since 1970 UTC)."""

    at: int
    title: str
    body: str


def wants(settings: Settings, member: str, atena: str) -> None:
    """Of somebody whom this member states first; her number stands for her account there."""
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    handle = Handle(keys.handle(member, atena))
    at = milliseconds(travelling.time(settings))
    account = {"user": _account(member, atena)}
    with databases.opened(settings, databases.BUS, writes=True) as connection:
        her = Address(handle, "push", "portal", account, Language.JAPANESE, at)
        addresses.name(PostgresQueue(connection), her, at)


def shown(settings: Settings, member: str, atena: str) -> Sequence[Shown]:
    """The oldest first."""
    path = settings.home / "simulators" / "portal.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    told = [each for each in map(json.loads, lines) if each["user"] == _account(member, atena)]
    return [Shown(each["at"], each["title"], each["body"]) for each in told]


def _account(member: str, atena: str) -> str:
    return f"{member}:{atena}"
