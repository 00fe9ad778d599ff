"""Every address of the desks × everybody who may come: answered as the desks' README says."""

import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.routing import Route

from gateway import sessions
from gateway.desks import opening
from gateway.desks.routes import SIGN_IN
from gateway.desks.staff import Role
from tests.unit.gateway.desks.at_the_door import Counter
from tests.unit.gateway.desks.world import World, token
from tests.unit.gateway.door import ORIGIN, OWN, browser
from tests.unit.gateway.residing import Place, signed_in
from tests.unit.processors.moving.story import A, B, C, declared

README = Path(opening.__file__).with_name("README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(/desks[^`?]*)[^`]*` \| .+ \| (.+) \|$", re.MULTILINE)
WHOM: Mapping[str, str] = {address.replace("…", "{ref}"): whom for address, whom in ROW.findall(README)}
ANYBODY = {
    "/desks/sign-in": 200,
    "/desks/sign-in/start": 303,
    "/desks/sign-in/done": 403,
    "/desks/sign-out": 303,
    "/desks/signed-out": 200,
}
"""What whoever comes without an attempt of his own is answered there."""
MARK = "甲太郎"


class Scene:
    """Somebody has declared to leave A for B; C has no part in it."""

    def __init__(self) -> None:
        self.world = World()
        [self.row] = self.world.person("甲", declared())
        self.world.announce("甲", B)
        self.world.announce("甲", A)
        self.routes = opening.behind(Counter().door, self.world.desk(), ORIGIN)


FOUND = [route for route in Scene().routes if isinstance(route, Route)]
ROUTES = [(method, route.path) for route in FOUND for method in sorted(route.methods or ())]
NOBODY, RESIDENT = "nobody", "a resident"
CLERKS = [(member, role) for member in (B, C) for role in Role]
WHO = [NOBODY, RESIDENT, *CLERKS]


def roles(path: str) -> frozenset[str]:
    return frozenset(Role) if WHOM[path] == "all" else frozenset(WHOM[path].split(", "))


def expected(method: str, path: str, who: str | tuple[str, Role]) -> int:
    if WHOM[path] == "anybody":
        return ANYBODY[path]
    if isinstance(who, str):
        return 303
    member, role = who
    if role not in roles(path) or ("{ref}" in path and member == C):
        return 404
    return 422 if method == "POST" else 200


@pytest.mark.parametrize(("route", "who"), [*product(ROUTES, WHO)], ids=str)
def test_every_address_answers_everybody_as_the_readme_says(
    route: tuple[str, str], who: str | tuple[str, Role]
) -> None:
    (method, path), scene = route, Scene()
    session = {NOBODY: "", RESIDENT: signed_in(Place()).session}[who] if isinstance(who, str) else token(*who)
    member = B if isinstance(who, str) else who[0]
    at = browser(scene.routes, session)
    answer = at.request(
        method,
        path.format(ref=scene.world.ref(member, scene.row)),
        data={"csrf": form_token(session)} if method == "POST" else None,
        headers=OWN,
    )

    assert expected(method, path, who) == answer.status_code
    assert MARK not in answer.text or (member == B and answer.status_code in {200, 422})
    if WHOM[path] != "anybody" and isinstance(who, str):
        assert SIGN_IN == answer.headers["Location"]


def form_token(session: str) -> str:
    cookie = f"{sessions.COOKIE}={session}".encode() if session else b""
    return sessions.form_token(Request({"type": "http", "headers": [(b"cookie", cookie)]}))


def test_the_readme_names_every_address_of_the_desks_and_no_other() -> None:
    assert {path for _, path in ROUTES} == set(WHOM)


@pytest.mark.parametrize("path", [path for _, path in ROUTES if "{ref}" in path])
def test_the_own_address_of_a_procedure_is_nobody_elses(path: str) -> None:
    """What B calls it is no address at C, nor at A, which has a part in it itself."""
    scene = Scene()
    its = path.format(ref=scene.world.ref(B, scene.row))
    found = [browser(scene.routes, token(member, Role.PROTECTION)).get(its).status_code for member in (B, A, C)]

    assert [200, 404, 404] == found
