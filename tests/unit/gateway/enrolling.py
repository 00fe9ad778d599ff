"""A counter of 甲's municipality and the residents' side before the same stores, and a stranger's telephone."""

import re
from functools import partial

from gateway.desks.staff import Role
from gateway.sign_in.browser import PENDING
from kairan.identifiers import Handle
from tests.unit.gateway.desks.world import World, handle
from tests.unit.gateway.door import OWN
from tests.unit.gateway.reading import Page as Html
from tests.unit.gateway.residing import NOW, Answer, Browser, Place
from tests.unit.processors.moving.story import A

DESK, NUMBER = "/desks/enrolment", "012345672"
HER = Handle(handle("甲"))
GIVEN = {"number": NUMBER, "again": NUMBER, "act": "issue", "confirmed": "yes"}
ENDED = GIVEN | {"act": "end"}
CODE = re.compile(r"<code class=\"code\">([^<]+)</code>")


class Hall:
    """甲 has always lived in A and is known there by a number; ``stranger`` is known to the provider alone."""

    def __init__(self) -> None:
        self.world, self.place = World(), Place()
        self.world.now = NOW
        self.world.number("甲", A, NUMBER)
        self.world.keeping.stated[HER] = frozenset({A})
        its, place = self.world.enrolling, self.place
        its.counter = place.counter
        its.queue = place.addresses.queue
        its.endings = [place.sessions, place.proxies, place.streams]

    def hide(self) -> None:
        """At both doors."""
        self.world.protection[HER] = "protected"
        self.place.hide(HER)
        self.place.guard.sweep()

    def at_desk(self, role: Role = Role.DESK, member: str = A, **given: str) -> Answer:
        door = self.world.browser(member, role)
        token = next(tag for tag in Html(door.get(DESK).text).of("input") if tag.attributes["name"] == "csrf")
        answer: Answer = door.post(DESK, data=given | {"csrf": token.attributes["value"]}, headers=OWN)
        return answer

    def code(self, role: Role = Role.DESK) -> str:
        [found] = CODE.findall(self.at_desk(role, **GIVEN).text)
        return str(found)

    def phone(self, name: str = "stranger") -> Browser:
        """Somebody has signed in, and is told to go to a counter."""
        browser = self.place.browser()
        assert "/enrol" == browser.sign_in(name).headers["Location"]
        return browser


def typed(browser: Browser, code: str, mine: str = "yes") -> Answer:
    return browser.post("/enrol", code=code, mine=mine)


def pending(browser: Browser) -> str:
    found = [each.value for each in browser.client.cookies.jar if each.name == PENDING]
    return found[-1] or "" if found else ""


enter = partial(Browser.sign_in, name="stranger")
"""She signs in."""
