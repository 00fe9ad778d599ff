"""An edition: the rows of policy and register that are in force during a stretch of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kairan import topics
from kairan.register import Register
from processors.routing.conditions import Office
from processors.routing.policy import Policy, Rule

RECEIVING = frozenset({"active", "draining"})
"""A member that drains still receives what the law gives it, until it has left; one that is only prepared does not."""


class Receiver(NamedTuple):
    """Who gets a delivery: a member, through one of its channels."""

    member: str
    channel: str

    @property
    def topic(self) -> str:
        return topics.name(topics.DELIVERIES, self.member, self.channel)


@dataclass(frozen=True, eq=False)
class Edition:
    """Equal to itself only: one object stands for each stretch of time."""

    policy: Policy
    register: Register

    def performer(self, municipality: str, business: str) -> Receiver | None:
        """Who performs this business of this municipality, whether or not it is on the bus."""
        return self._performers.get((municipality, business))

    def reaches(self, receiver: Receiver) -> bool:
        """Is its member on the bus?"""
        return receiver in self._channels and receiver.member in self._receiving

    def office(self, rule: Rule, municipality: str) -> Office:
        """No channel declares its caseload yet: it counts as holding everybody for duties, nobody for requests."""
        requested = (municipality, rule.business) in self._requested
        return Office(requested, holds_everybody=rule.duty != "conditional")

    @cached_property
    def digests(self) -> bytes:
        """Of policy and register, 8 bytes each, as a delivery states them."""
        return self.policy.digest + self.register.digest()

    @cached_property
    def _performers(self) -> Mapping[tuple[str, str], Receiver]:
        return {(row.municipality, row.business): Receiver(row.member, row.channel) for row in self.register.performers}

    @cached_property
    def _channels(self) -> frozenset[Receiver]:
        return frozenset(Receiver(row.member, row.channel) for row in self.register.channels)

    @cached_property
    def _receiving(self) -> frozenset[str]:
        return frozenset(member.code for member in self.register.members if member.state in RECEIVING)

    @cached_property
    def _requested(self) -> frozenset[tuple[str, str]]:
        return frozenset((row.municipality, row.business) for row in self.register.requests)
