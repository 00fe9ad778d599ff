"""
The auditor: what every back office must hold, computed from the core systems, the policy and the register alone.

It shares no code with what it checks: no routing, no mapping, no wire. Of the bus's keys it uses one thing, the
reference that each member has of an event.
"""

from collections.abc import Collection
from math import inf

from kairan.keys import BusKeys
from kairan.settings import NotSetUpError, Settings
from sandbox.checker import applications, databases, decisions, forms, law, residents
from sandbox.checker.comparison import Planted, Rules, compare
from sandbox.checker.core import Core, refusals, sendings
from sandbox.checker.facts import Fact
from sandbox.checker.findings import FAULTS, Finding, Findings, Latency
from sandbox.checker.performers import Performers

__all__ = ["FAULTS", "Finding", "Findings", "Latency", "Planted", "check", "registered"]


def check(settings: Settings, planted: Collection[Planted] = frozenset(), *, latency_until: float = inf) -> Findings:
    """
    Reads every member's databases and compares; meant for a bus at rest, what is still on its way counts as lost.

    ``planted``: outbox rows that were meant to be refused; they are not among the events registered.
    ``latency_until``: only facts registered before (milliseconds since 1970 UTC) count for the latency.
    """
    register = settings.register()
    keys = _keys(settings)
    offices = databases.offices(settings, register)
    cores = databases.cores(settings, register)
    return compare(
        [fact for core in cores for fact in registered(core)],
        offices,
        Rules(law.read(), Performers(register), keys.event_ref),
        planted=frozenset(planted),
        refused=refusals(cores),
        latency_until=latency_until,
        recalled=databases.recalled(settings),
    )


def registered(core: Core) -> list[Fact]:
    """Everything that a core system registered and must publish."""
    sent, read = sendings(core), forms.legible(core)
    return [*residents.registered(read, sent), *decisions.registered(read, sent), *applications.registered(read, sent)]


def _keys(settings: Settings) -> BusKeys:
    path = settings.home / "keys" / "bus.key"
    if not path.exists():
        raise NotSetUpError(f"No key of the bus in {path.parent}: run `kairan up` first.")
    return BusKeys.load_or_create(path)
