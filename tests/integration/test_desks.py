"""The desks' stores on PostgreSQL, and the whole front door on the real servers."""

import json
import socket
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Event
from typing import NamedTuple

import httpx
import pytest
from psycopg.errors import CheckViolation
from psycopg.errors import ReadOnlySqlTransaction as ReadOnlyError

from gateway.desks import opening
from gateway.desks.asked import PostgresAsking
from gateway.desks.deciding import Decided, Reason
from gateway.desks.decisions import Decisions
from gateway.desks.development import DevelopmentSessions
from gateway.desks.enrolled import PostgresEnrolling
from gateway.desks.keeping import PostgresKeeping, Records
from gateway.desks.offices import PostgresOffices
from gateway.desks.opening import Residents
from gateway.desks.safe import Named, PostgresSafeChannels
from gateway.desks.session_tables import PostgresSessions
from gateway.desks.settling import Settling
from gateway.desks.staff import Page, Purpose, Role, Staff
from gateway.desks.standing import PostgresStanding
from gateway.desks.viewings import PostgresViewings, Viewing
from gateway.hiding import Leg, PostgresMoving
from gateway.residents.counter_tables import PostgresCounter
from gateway.sign_in.browser import digest
from gateway.sign_in.tables import PostgresAttempts
from kairan import wire
from kairan.identifiers import Handle, MunicipalityCode
from kairan.postgres import Connection, connect, migrations
from kairan.register import Register
from kairan.settings import Settings
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from processors.channels.addresses import Address
from processors.channels.naming import Naming
from processors.channels.tables import PostgresQueue
from processors.disclosures.store import Disclosures
from processors.moving.deciding import UndecidableError
from processors.notices import process as notices
from processors.notices.facts import Consent, Settled
from processors.notices.texts import Language
from processors.runtime import inputs
from tests.contract.desks_suite import ELSEWHERE, HOUSEHOLDS, ROWS, TASKS, AskingSuite, StandingSuite
from tests.contract.moving_suite import AOI, LEGS, REN, MovingSuite
from tests.contract.residents_suite import AttemptsSuite
from tests.contract.staff_sessions_suite import StaffSessionsSuite
from tests.unit.gateway.reading import Page as Html
from tests.unit.gateway.reading import faults
from tests.unit.processors.disclosures.world import entry
from tests.unit.processors.moving.story import A, B, C, declared, known

pytestmark = pytest.mark.stack
DATABASE = "desks"
CLERK = Staff("131237", Role.DESK, "101", "f3a9")
BOTH = known(declared(), declared("other", at=3, to=C))


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """A database of its own on the stack's server."""
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        for package in (
            "processors.runtime",
            "processors.channels",
            "processors.disclosures",
            "gateway.desks",
            "gateway.residents.migrations",
        ):
            migrations.apply(stack.dsn(DATABASE), package)
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection]:
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "truncate processes.standing, desks.viewing, desks.decision, desks.session, desks.attempt,"
            " desks.safe_channel, desks.settled, desks.enrolment, gateway.code, channels.address, channels.letter,"
            " channels.naming, processes.leap,"
            " disclosures.entry, disclosures.consumed"
        )
        yield connection


class Opening:
    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def __call__(self) -> AbstractContextManager[Connection]:
        return connect(self._dsn, autocommit=True)


class TestPostgresStanding(StandingSuite):
    @pytest.fixture
    def standing(self, dsn: str, connection: Connection) -> PostgresStanding:
        for row in ROWS:
            connection.execute(
                "insert into processes.standing values ('moving', %s, %s, %s, %s, %s)",
                (row.instance, row.item, row.step, sorted(row.desks), json.dumps(row.facts)),
            )
        its = ROWS[0]
        connection.execute(
            "insert into processes.standing values ('household', %s, '', 'Gathered', %s, %s)",
            (its.instance, sorted(its.desks), json.dumps(its.facts)),
        )
        return PostgresStanding(Opening(dsn))


class TestPostgresMoving(MovingSuite):
    @pytest.fixture
    def moving(self, connection: Connection) -> PostgresMoving:
        for number, leg in enumerate(LEGS):
            stand(connection, leg.person, number, {"groups": sorted(leg.groups), "hides": leg.hides})
        connection.execute(
            "insert into processes.standing values ('household', %s, '', 'Gathered', '{}', %s)",
            (bytes(16), json.dumps({"groups": ["131237:g"], "hides": True})),
        )
        return PostgresMoving(lambda: nullcontext(connection))

    @pytest.mark.parametrize("facts", [{}, {"groups": []}, {"hides": False}, {"groups": [], "hides": None}])
    def test_of_a_row_that_says_less_the_person_hides(self, connection: Connection, facts: dict[str, object]) -> None:
        """One of an older release, or one that could not be shown."""
        stand(connection, AOI, 1, facts)

        assert [Leg(AOI, frozenset(), hides=True)] == PostgresMoving(lambda: nullcontext(connection)).of([AOI])


def stand(connection: Connection, person: Handle, number: int, facts: dict[str, object], step: str = "unshown") -> None:
    connection.execute(
        "insert into processes.standing values ('moving', %s, %s, %s, '{}', %s)",
        (bytes(person), bytes([number]), step, json.dumps(facts)),
    )


def test_who_keeps_her_record_is_read_from_her_moves_and_from_who_stated_anything_of_her(
    dsn: str, connection: Connection
) -> None:
    hers = {"origin": A, "destination": B, "arrival": "00", "rival": None, "begun": 1}
    stand(connection, AOI, 1, hers, step="moved_in")
    stand(connection, REN, 1, {})
    written = [entry(AOI, municipality=B), entry(AOI, at=1, municipality=A), entry(AOI, at=2, business="010")]
    Disclosures(connection).apply(written)
    keeping = PostgresKeeping(Opening(dsn))

    assert Records([("moved_in", hers)], frozenset({A, B})) == keeping.of(AOI)
    assert Records([("unshown", {})], frozenset()) == keeping.of(REN)


class TestPostgresAsking(AskingSuite):
    @pytest.fixture
    def asking(self, dsn: str, connection: Connection) -> PostgresAsking:
        show = "insert into processes.standing values (%s, %s, %s, %s, %s, %s)"
        for its in (ELSEWHERE, *reversed(TASKS)):
            what = ([its.facts["office"]], json.dumps(its.facts))
            connection.execute(show, ("notices", its.instance, its.item, "task", *what))
            connection.execute(show, ("notices", its.instance, its.item[::-1] + b"n", "queued", *what))
        for number, (desk, apart) in enumerate(HOUSEHOLDS):
            facts = json.dumps(apart.facts)
            connection.execute(show, ("household", bytes([number]) * 16, b"", apart.kind, [desk], facts))
        return PostgresAsking(Opening(dsn))


class TestPostgresSessions(StaffSessionsSuite):
    @pytest.fixture
    def store(self, dsn: str, connection: Connection) -> PostgresSessions:
        return PostgresSessions(Opening(dsn))


class TestPostgresAttempts(AttemptsSuite):
    @pytest.fixture
    def attempts(self, dsn: str, connection: Connection) -> PostgresAttempts:
        return PostgresAttempts(Opening(dsn), "desks.attempt")


def test_a_view_is_a_line_with_numbers_and_codes(dsn: str, connection: Connection) -> None:
    viewing = Viewing(CLERK, Page.ARRIVALS, Purpose.RECEPTION, (b"1" * 16, b"2" * 16))
    PostgresViewings(Opening(dsn)).write(viewing)
    found = connection.execute(
        "select member, role, clerk, subject, page, purpose, procedures from desks.viewing"
    ).fetchall()

    assert [("131237", "desk", "101", "f3a9", "arrivals", "reception", [b"1" * 16, b"2" * 16])] == found


def test_what_was_done_is_in_the_desks_books_under_the_number_that_the_notices_are_told(
    dsn: str, connection: Connection
) -> None:
    broker = MemoryBroker({inputs.TOPIC: 1}, lambda: 7)

    @contextmanager
    def _writing() -> Iterator[MemoryWriter]:
        yield MemoryWriter(broker)

    Settling(Opening(dsn), _writing, lambda: 7)(TASKS[0], CLERK)
    [(number, clerk, subject, task)] = connection.execute("select number, clerk, subject, task from desks.settled")
    [letter] = MemoryReader(broker, "test", [inputs.TOPIC], from_start=True).poll(0, 9)
    [told] = inputs.read(notices.NAME, notices.WORDS, letter)

    assert ("101", "f3a9", TASKS[0].item) == (clerk, subject, task)
    assert (TASKS[0].instance, Settled(number, task, MunicipalityCode("131237"), 7)) == told


def decisions(dsn: str, broker: MemoryBroker) -> Decisions:
    @contextmanager
    def _writing() -> Iterator[MemoryWriter]:
        yield MemoryWriter(broker)

    return Decisions(Opening(dsn), _writing, lambda: 7)


def test_a_decision_is_in_the_desks_books_under_the_number_that_the_procedure_is_told(
    dsn: str, connection: Connection
) -> None:
    broker = MemoryBroker({"process-inputs": 1})
    decisions(dsn, broker)(BOTH, Decided(b"1" * 16, declared().event, Reason.TWICE, CLERK))
    [record] = MemoryReader(broker, "test", ["process-inputs"], from_start=True).poll(1, 9)
    [(number, *written)] = connection.execute(
        "select number, clerk, subject, rejected, reason from desks.decision"
    ).fetchall()

    assert (b"1" * 16, ["101", "f3a9", declared().event, "declared_twice"]) == (record.key, written)
    assert number.hex().encode() in (record.value or b"")
    assert b"101" not in (record.value or b"").replace(number.hex().encode(), b"")


def test_what_cannot_be_decided_is_in_no_book(dsn: str, connection: Connection) -> None:
    with pytest.raises(UndecidableError):
        decisions(dsn, MemoryBroker({"process-inputs": 1}))(
            known(declared()), Decided(b"1" * 16, declared().event, Reason.TWICE, CLERK)
        )

    assert [] == connection.execute("select from desks.decision").fetchall()


def test_a_safe_channel_is_kept_with_who_named_it_or_not_at_all(dsn: str, connection: Connection) -> None:
    its = PostgresSafeChannels(("mail",), Opening(dsn), lambda: 7)
    her, named = Handle(b"h" * 16), Named("mail", {"mailbox": "safe@mail.example.jp"}, Language.KOREAN)
    its.name(CLERK, her, named)
    kept = connection.execute("select class, means, target, language, consented from channels.address").fetchall()
    with pytest.raises(TypeError):
        its.name(CLERK, her, named._replace(target={"mailbox": object()}))
    its.remove(CLERK, her)
    book = connection.execute("select clerk, subject, person, is_named from desks.safe_channel order by number")

    assert [("safe", "mail", {"mailbox": "safe@mail.example.jp"}, "ko", 7)] == kept
    assert [("101", "f3a9", her, True), ("101", "f3a9", her, False)] == book.fetchall()
    assert (0, 2) == tuple(
        connection.execute(f"select count(*) from channels.{each}").fetchall()[0][0]  # noqa: S608 - two tables of ours
        for each in ("address", "letter")
    )


def test_a_code_is_kept_with_who_handed_it_over_or_not_at_all(dsn: str, connection: Connection) -> None:
    ended: list[str] = []
    its = PostgresEnrolling(
        Opening(dsn), digest, [Noting(ended, "sessions"), Noting(ended, "streams")], lambda: 7, lambda: 9
    )
    her, counter = Handle(b"h" * 16), PostgresCounter(connection)
    code = its.issue(CLERK, her)
    kept = counter.issued(digest(code), 0)
    its.end(CLERK, her)
    book = connection.execute("select number, clerk, subject, person, what from desks.enrolment order by at").fetchall()

    assert kept
    assert (her, 7, False) == (kept.person, kept.at, kept.may_hide)
    assert [("101", "f3a9", her, "issued"), ("101", "f3a9", her, "ended")] == [tuple(row) for _, *row in book]
    assert (kept.act, None) == (book[0][0], counter.issued(digest(code), 0))
    assert [f"sessions {her.hex()}", f"streams {her.hex()}"] == ended
    assert code not in str(book)


def test_a_code_that_cannot_be_kept_is_in_no_book(dsn: str, connection: Connection) -> None:
    with pytest.raises(CheckViolation):
        PostgresEnrolling(Opening(dsn), lambda _: b"short", [], lambda: 7, lambda: 9).issue(CLERK, Handle(b"h" * 16))

    assert [] == connection.execute("select from desks.enrolment").fetchall()


HER, MAILBOX = Handle(b"h" * 16), {"mailbox": "hers@mail.example.jp"}


@pytest.fixture
def named(connection: Connection) -> PostgresQueue:
    """A mailbox, a browser and a safe channel of hers, a code that waits, and somebody else's mailbox."""
    queue = PostgresQueue(connection)
    for channel, means in (("mail", "mail"), ("push", "webpush"), ("safe", "mail")):
        queue.keep(Address(HER, channel, means, MAILBOX, Language.JAPANESE, 1))  # type: ignore[arg-type]
    queue.keep(Address(Handle(b"o" * 16), "mail", "mail", MAILBOX, Language.JAPANESE, 1))
    queue.put_naming(Naming(HER, "other@mail.example.jp", Language.JAPANESE, "01234567", 1))
    return queue


def test_with_an_enrolment_all_ends_that_was_named_on_her_pages(dsn: str, named: PostgresQueue) -> None:
    PostgresEnrolling(Opening(dsn), digest, [], lambda: 7, lambda: 9).end(CLERK, HER)
    said = [json.loads(wire.decode_record(each.value or b"")[1]["told"]) for _, each in named.pending(9)]

    assert (["safe"], None) == ([each.channel for each in named.of(HER)], named.naming(HER))
    assert 1 == len(named.of(Handle(b"o" * 16)))
    assert [notices.WORDS.to_json(Consent(channel, False, 9)) for channel in ("mail", "push")] == said


def test_what_a_page_names_while_its_session_is_ended_goes_as_well(dsn: str, named: PostgresQueue) -> None:
    class Late(Noting):
        def close_all(self, handles: Collection[Handle]) -> int:
            named.keep(Address(HER, "push", "webpush", {"endpoint": "late"}, Language.JAPANESE, 8))
            return super().close_all(handles)

    PostgresEnrolling(Opening(dsn), digest, [Late([], "sessions")], lambda: 7, lambda: 9).end(CLERK, HER)

    assert ["safe"] == [each.channel for each in named.of(HER)]


def test_an_end_that_cannot_take_all_back_is_in_no_book(
    dsn: str, connection: Connection, named: PostgresQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _broken(*_: object) -> None:
        raise OSError

    ended: list[str] = []
    monkeypatch.setattr(PostgresQueue, "forget", _broken)
    with pytest.raises(OSError):  # noqa: PT011 - it says nothing
        PostgresEnrolling(Opening(dsn), digest, [Noting(ended, "sessions")], lambda: 7, lambda: 9).end(CLERK, HER)

    assert (3, []) == (len(named.of(HER)), connection.execute("select from desks.enrolment").fetchall())
    assert [] == ended


def test_in_a_sandbox_that_leapt_the_notices_hear_it_at_their_own_time_and_a_code_lasts_by_the_clock(
    stack: Settings, dsn: str, connection: Connection, named: PostgresQueue
) -> None:
    """Her consent would otherwise be older than what she had given."""
    leap = 10**12
    connection.execute("insert into processes.leap values (0, %s)", (leap,))
    its = opening.desk(stack, DevelopmentSessions(stack, "http://localhost"), Opening(dsn), Residents(frozenset))
    its.enrolling.issue(CLERK, HER)
    [(issued,)] = connection.execute("select issued from gateway.code").fetchall()
    its.enrolling.end(CLERK, HER)
    told = [json.loads(wire.decode_record(each.value or b"")[1]["told"])["at"] for _, each in named.pending(9)]

    assert [True, True] == [leap < each - issued < leap + 60_000 for each in told]


class Noting(NamedTuple):
    """What somebody has open."""

    told: list[str]
    name: str

    def people(self) -> frozenset[Handle]:
        return frozenset()

    def close_all(self, handles: Collection[Handle]) -> int:
        self.told.extend(f"{self.name} {each.hex()}" for each in handles)
        return len(handles)


RECEIVED = """
insert into resident_record.received (
    event_ref, business, pairwise_id, type, change, version, source_municipality, protection, effective, registered,
    admitted, envelope, body, withheld, rule, decided_by, lane, partition, log_offset, topic_offset)
values (%s, '001', %s, 'residence.MoveOutDeclared', 'created', 1, %s, 'unknown', '2026-04-01', now(), 1, '{}',
    '{"name": {"text": "甲", "kana": null}}', '[]', '', '', 'live', 0, 1, 1)"""


@pytest.fixture
def person(stack: Settings) -> Iterator[bytes]:
    """Announced to 市川市 as one of whom nobody knows whether she hides; she lived there before."""
    its = b"7" * 16
    with connect(stack.dsn(f"offices_{B}"), autocommit=True) as office:
        office.execute("insert into public.subject values (%s, '0123', 'person')", (its,))
        office.execute(RECEIVED, (its, its, CLERK.member))
        try:
            yield its
        finally:
            office.execute("delete from public.subject where pairwise_id = %s", (its,))
            office.execute("delete from resident_record.received where pairwise_id = %s", (its,))


def test_an_office_tells_who_was_announced_and_under_which_numbers(
    stack: Settings, register: Register, person: bytes
) -> None:
    offices = PostgresOffices(stack, lambda: register)
    announced = offices.announced(B, [person, b"8" * 16])
    told = announced[person]

    assert [person] == list(announced)
    assert ("0123", CLERK.member, "unknown") == (told.atena_number, told.origin, told.protection)
    assert "甲" == told.body["name"]["text"]
    assert "甲" not in repr(told)
    assert {person: "0123"} == offices.numbers(B, [person, b"8" * 16])
    assert {} == offices.announced(B, [b"8" * 16])
    assert ([person], []) == (offices.people(B, "0123"), offices.people(B, "012"))


def test_an_office_is_only_read(stack: Settings, register: Register) -> None:
    with pytest.raises(ReadOnlyError), PostgresOffices(stack, lambda: register).reading(B) as office:
        office.execute("delete from public.subject")


def test_an_office_of_nobody_is_not_asked(stack: Settings, register: Register) -> None:
    offices = PostgresOffices(stack, lambda: register)

    assert ({}, {}) == (offices.announced("011002", [b"7" * 16]), offices.numbers("011002", [b"7" * 16]))
    assert [] == offices.people("011002", "0123")


@pytest.fixture
def front_door(stack: Settings) -> Iterator[httpx.Client]:
    """The process itself; a clerk of 江戸川区 is signed in."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    origin = f"http://localhost:{port}"
    environment = {
        "KAIRAN_HOME": str(stack.home.absolute()), "KAIRAN_GATEWAY_PORT": str(port), "KAIRAN_GATEWAY_ORIGIN": origin,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    command = [sys.executable, "-m", "gateway"]
    with subprocess.Popen(command, env=environment) as process, httpx.Client(base_url=origin) as client:
        try:
            await_answer(process, client)
            sign_in(client, origin)
            yield client
        finally:
            process.terminate()
            process.wait(60)


def await_answer(process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    while process.poll() is None:
        try:
            client.get("/health")
        except httpx.ConnectError:
            Event().wait(0.1)
        else:
            return
    raise AssertionError("the front door ended by itself")


def sign_in(client: httpx.Client, origin: str) -> None:
    """Outside a browser nobody takes localhost for a safe place: the cookie is handed over by hand."""
    fields = Html(client.get("/desks/sign-in").text).of("input")
    csrf = next(tag.attributes["value"] for tag in fields if tag.attributes["name"] == "csrf")
    given = {"csrf": csrf, "member": "131237", "role": "desk", "clerk": "101"}
    answer = client.post("/desks/sign-in", data=given, headers={"Origin": origin})
    client.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]


def test_a_clerk_opens_every_list_on_the_real_servers(front_door: httpx.Client, stack: Settings) -> None:
    for page in ("", "/arrivals", "/departures", "/late", "/conflicts", "/load", "/enrolment"):
        answer = front_door.get(f"/desks{page}")

        assert 200 == answer.status_code
        assert [] == faults(answer.text)
    with connect(stack.dsn("kairan"), autocommit=True) as bus:
        seen = bus.execute("select page from desks.viewing order by number").fetchall()

    assert ["home", "arrivals", "departures", "late", "conflicts", "load", "enrolment"] == [
        page for (page,) in seen[-7:]
    ]


def test_a_procedure_of_nobody_is_not_there(front_door: httpx.Client) -> None:
    assert 404 == front_door.get(f"/desks/procedures/{'0' * 64}").status_code
