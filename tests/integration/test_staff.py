"""Staff's way in and out: the gateway's own process, an OpenID provider over HTTP, sessions on PostgreSQL."""

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import uvicorn

from gateway import sessions
from kairan.postgres import connect
from kairan.settings import Settings
from operations.cli import run
from operations.exit_codes import ExitCode
from sandbox.development_provider import Clerk, DevelopmentProvider
from tests.unit.gateway.reading import Page, faults

pytestmark = pytest.mark.stack
WARD, CITY, ELSEWHERE = "131237", "122033", "011002"
DESK = Clerk.of(WARD, "0101", "window")
BOTH = Clerk.of(CITY, "0202", "window", "guardians")
STRANGER = Clerk.of(WARD, "0909", "window", "choir")
GUEST = Clerk.of(ELSEWHERE, "0808", "window")
ROLES = "group,role\nwindow,desk\nguardians,protection\nmachines,operator\n"
SECRET = "of the client"


class House(NamedTuple):
    """A front door that stands, and its log."""

    origin: str
    issuer: str
    log: Path
    settings: Settings


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def provider(origin: str) -> Iterator[str]:
    """Its issuer."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    its = DevelopmentProvider(
        Settings(bootstrap=None, postgres=None), issuer, "kairan-desks", f"{origin}/desks/sign-in/done",
        [DESK, BOTH, STRANGER, GUEST], lambda: time.time_ns() // 10**9, SECRET,
        signed_out_uri=f"{origin}/desks/sign-in",
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(its.app(), "127.0.0.1", port, log_config=None, access_log=False))
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield issuer
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def house(stack: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("staff")
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    (folder / "roles.csv").write_text(ROLES, encoding="utf-8")
    origin, log = f"http://localhost:{free_port()}", folder / "log"
    with provider(origin) as issuer, log.open("wb") as written:
        environment = {
            "KAIRAN_HOME": str(stack.home.absolute()), "KAIRAN_GATEWAY_PORT": str(urlsplit(origin).port),
            "KAIRAN_GATEWAY_ORIGIN": origin, "KAIRAN_STAFF_ISSUER": issuer,
            "KAIRAN_STAFF_SECRET_FILE": str(folder / "secret"), "KAIRAN_STAFF_ROLES_FILE": str(folder / "roles.csv"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }  # fmt: skip
        with subprocess.Popen([sys.executable, "-m", "gateway"], env=environment, stderr=written) as process:
            try:
                await_answer(process, origin)
                yield House(origin, issuer, log, stack)
            finally:
                process.terminate()
                process.wait(60)


def await_answer(process: subprocess.Popen[bytes], origin: str) -> None:
    while process.poll() is None:
        try:
            httpx.get(f"{origin}/health")
        except httpx.ConnectError:
            Event().wait(0.1)
        else:
            return
    raise AssertionError("the front door ended by itself")


class Browser:
    """Somebody's. Outside a real one nobody takes localhost for a safe place: it keeps the cookies by hand."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.cookies: dict[str, str] = {}
        self.client = httpx.Client()

    def get(self, path: str) -> httpx.Response:
        return self._kept(self.client.get(self._at(path), headers=self._headers()))

    def post(self, path: str, **fields: str) -> httpx.Response:
        found = Page(self.get("/desks").text).of("input")
        csrf = next(tag.attributes["value"] for tag in found if tag.attributes["name"] == "csrf")
        headers = self._headers() | {"Origin": self.house.origin}
        return self._kept(self.client.post(self._at(path), data={"csrf": csrf, **fields}, headers=headers))

    def sign_in(self, clerk: Clerk, role: str = "desk") -> httpx.Response:
        """Over the provider and back."""
        return self.get(self.chosen(self.get(f"/desks/sign-in/start?as={role}").headers["Location"], clerk))

    def chosen(self, address: str, clerk: Clerk) -> str:
        """Where the provider sends this browser back, when this account is chosen on its page."""
        asked = dict(parse_qsl(urlsplit(address).query))
        page = self.client.get(address)

        assert clerk.subject in page.text
        there = f"{self.house.issuer}/authorize"
        return self.client.post(there, data=asked | {"subject": clerk.subject}).headers["Location"]

    def _at(self, path: str) -> str:
        return path if path.startswith("http") else self.house.origin + path

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        for each in answer.headers.get_list("set-cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return answer


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    its = Browser(house)
    with closing(its.client):
        yield its


def test_a_clerk_signs_in_at_the_provider_looks_and_signs_out_there_too(browser: Browser, house: House) -> None:
    asked = browser.get("/desks")
    answer = browser.sign_in(DESK)
    seen = browser.get("/desks/arrivals")
    out = browser.post("/desks/sign-out")
    led = browser.get(out.headers["Location"])
    there = led.headers["Refresh"].removeprefix("0; url=")
    back = browser.client.get(there)

    assert [(303, "/desks/sign-in"), (303, "/desks")] == [
        (each.status_code, each.headers["Location"]) for each in (asked, answer)
    ]
    assert 200 == seen.status_code
    assert "職員番号 0101" in seen.text
    assert [] == faults(led.text)
    assert {} == browser.cookies
    assert there.startswith(f"{house.issuer}/sign-out?")
    assert (303, f"{house.origin}/desks/sign-in") == (back.status_code, back.headers["Location"])


def test_a_view_is_written_down_with_the_account_and_the_purpose(browser: Browser, house: House) -> None:
    browser.sign_in(BOTH, "protection")
    before = views(house, BOTH)
    browser.get("/desks/late")

    assert [(CITY, "protection", "0202", "late", "search")] == [*(views(house, BOTH) - before).elements()]


def views(house: House, clerk: Clerk) -> Counter[tuple[str, ...]]:
    with connect(house.settings.dsn("kairan"), autocommit=True) as bus:
        asked = "select member, role, clerk, page, purpose from desks.viewing where subject = %s"
        return Counter(bus.execute(asked, (clerk.subject,)).fetchall())


@pytest.mark.parametrize(
    ("clerk", "role", "code"),
    [
        (STRANGER, "desk", "unknown_role"),
        (GUEST, "desk", "unknown_member"),
        (DESK, "operator", "role_not_granted"),
    ],
)
def test_whom_the_provider_knows_and_we_do_not_stays_outside_and_the_log_has_the_rule_alone(
    browser: Browser, house: House, clerk: Clerk, role: str, code: str
) -> None:
    answer = browser.sign_in(clerk, role)
    logged = house.log.read_text(encoding="utf-8")

    assert (403, 303) == (answer.status_code, browser.get("/desks").status_code)
    assert f'"code": "{code}"' in logged
    assert not [each for each in (clerk.subject, clerk.name, str(clerk.claims["clerk"])) if each in logged]


def test_an_attempt_waits_apart_from_residents_and_is_gone_with_its_answer(browser: Browser, house: House) -> None:
    def waiting() -> int:
        with connect(house.settings.dsn("kairan"), autocommit=True) as bus:
            return len(bus.execute("select from desks.attempt where target = 'operator'").fetchall())

    address = browser.get("/desks/sign-in/start?as=operator").headers["Location"]
    begun = waiting()
    browser.get(browser.chosen(address, DESK))

    assert (1, 0) == (begun, waiting())


@pytest.mark.parametrize("asked", ["client_id=another", "post_logout_redirect_uri=https://elsewhere.example"])
def test_the_provider_sends_nobody_elsewhere_after_the_sign_out(browser: Browser, house: House, asked: str) -> None:
    right = {"client_id": "kairan-desks", "post_logout_redirect_uri": f"{house.origin}/desks/sign-in"}
    wrong = right | dict(parse_qsl(asked))

    assert [303, 400] == [
        browser.client.get(f"{house.issuer}/sign-out", params=each).status_code for each in (right, wrong)
    ]


def test_what_a_browser_has_is_nowhere_in_the_database(browser: Browser, house: House) -> None:
    browser.sign_in(DESK)
    with connect(house.settings.dsn("kairan"), autocommit=True) as bus:
        rows = str(bus.execute("select session::text from desks.session").fetchall())

    assert browser.get("/desks").status_code == 200
    assert DESK.subject in rows
    assert browser.cookies[sessions.COOKIE] not in rows
    assert browser.cookies[sessions.COOKIE].encode().hex() not in rows


def test_an_operator_ends_what_a_clerk_has_open_on_every_device(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAIRAN_HOME", str(house.settings.home))
    other, somebody_else = Browser(house), Browser(house)
    for each, clerk in ((browser, DESK), (other, DESK), (somebody_else, BOTH)):
        each.sign_in(clerk)
    ended = run(["staff", "end", "0101", "--member", WARD])

    assert [303, 303, 200] == [each.get("/desks").status_code for each in (browser, other, somebody_else)]
    assert (ExitCode.FINE, ExitCode.LOOK) == (ended, run(["staff", "end", "0101", "--member", WARD]))
    assert ExitCode.USAGE == run(["staff", "end", "0101", "--member", ELSEWHERE])
    assert "kairan members" in capsys.readouterr().err
    for each in (other, somebody_else):
        each.client.close()
