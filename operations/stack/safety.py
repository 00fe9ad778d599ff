"""
A broker that is not on this machine must keep what it acknowledges, and keep strangers out.

Decided from its settings before anything is sent there.
"""

import ipaddress
from collections.abc import Mapping

from kairan.topics import Durability
from operations.stack.errors import StackError

Settings = Mapping[str, str]


def is_local(bootstrap: str) -> bool:
    """Whether all addresses are on this machine."""
    return all(_is_loopback(address.strip().rpartition(":")[0].strip("[]")) for address in bootstrap.split(","))


def durability(settings: Settings) -> Durability:
    """The copies this broker makes of a new topic, and how many of them must acknowledge."""
    return Durability(int(settings["default.replication.factor"]), int(settings["min.insync.replicas"]))


def problems(settings: Settings) -> list[str]:
    """Each unsafe setting, in a sentence."""
    copies = durability(settings)
    found = {
        f"default.replication.factor is {copies.replicas}: one lost disk loses facts; set it to 3": copies.replicas < 2,
        f"min.insync.replicas is {copies.in_sync}: a fact could be acknowledged by one disk; set it to 2": (
            copies.in_sync < 2
        ),
        "unclean.leader.election.enable is on: acknowledged facts can vanish; switch it off": (
            settings.get("unclean.leader.election.enable") == "true"
        ),
        "auto.create.topics.enable is on: a misspelt topic swallows facts; switch it off": (
            settings.get("auto.create.topics.enable") == "true"
        ),
        "authorizer.class.name is empty: everyone reads everything; name an authorizer": (
            not settings.get("authorizer.class.name")
        ),
    }
    return [sentence for sentence, holds in found.items() if holds]


def require_safe(bootstrap: str, settings: Settings) -> None:
    """
    Lets a broker on this machine pass, and any other only with safe settings.

    Raises:
        StackError: with every problem.

    """
    if not is_local(bootstrap) and (found := problems(settings)):
        raise StackError(f"The broker at {bootstrap} is not safe for residents' facts: " + "; ".join(found) + ".")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
