"""From the door to the list and out again, on PostgreSQL, with the development provider."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from gateway.residents import opening
from gateway.residents.enrolling import Subject
from gateway.residents.room import Room
from gateway.residents.tables import PostgresResidents
from gateway.residents.testing import MemoryAddresses, MemoryDisclosures
from gateway.sign_in.settings import SignInSettings, UnsafeProviderError
from kairan import wire
from kairan.keys import BusKeys
from kairan.postgres import connect, migrations
from kairan.postgres.pool import pool
from kairan.settings import Settings
from kairan.stream import Outgoing
from kairan.testing.broker import MemoryBroker, MemoryReader
from processors.routing.measures import TOPIC, Measures
from sandbox.development_provider import DevelopmentProvider, NotASandboxError
from tests.unit.gateway.residing import AOI, BACK, CLIENT, ISSUER, ORIGIN, Browser, answer, provider

pytestmark = pytest.mark.stack
DATABASE = "door"
KEYS = BusKeys(1, b"k" * 32)


class OnPostgres(NamedTuple):
    room: Room
    provider: DevelopmentProvider
    broker: MemoryBroker


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        for package in ("processors.runtime", "gateway.residents.migrations"):
            migrations.apply(stack.dsn(DATABASE), package)
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


@pytest.fixture
def place(dsn: str) -> Iterator[OnPostgres]:
    broker, its = MemoryBroker({TOPIC: 1}), provider(lambda: opening.now() // 1000)
    measures = Measures(MemoryReader(broker, "gateway", [TOPIC], from_start=True))
    disclosures = MemoryDisclosures(opening.now)
    with pool(dsn, 2) as opened:
        room = opening.room(opened, measures, opening.Entrance(CLIENT, KEYS.code), MemoryAddresses(), disclosures)
        room.door.provider.http = httpx.Client(transport=httpx.MockTransport(partial(answer, its)))
        PostgresResidents(opened).bind(Subject.of(ISSUER, "aoi"), AOI)
        yield OnPostgres(room, its, broker)


def test_somebody_signs_in_sees_her_pages_and_signs_out(place: OnPostgres) -> None:
    browser = Browser(place)
    browser.sign_in()
    pages = ("/my", "/my/notices", "/my/move", "/my/received", "/my/channels", "/my/proxies", "/my/calendar.ics")

    assert [200] * 7 == [browser.get(page).status_code for page in pages]
    assert {AOI} == place.room.sessions.people()
    browser.post("/sign-out")
    assert (303, frozenset()) == (browser.get("/my").status_code, place.room.sessions.people())


def test_a_measure_ends_what_she_has_open_at_the_next_look(place: OnPostgres) -> None:
    browser = Browser(place)
    browser.sign_in()
    record = {
        "handle": AOI, "municipality": "131016", "measure": "m1", "version": 1, "kind": "1", "registered": 0,
    }  # fmt: skip
    place.broker.append(Outgoing(TOPIC, b"key", wire.encode_record("kairan.bus.Measure", record)))
    ended = place.room.guard.sweep()

    assert (1, 303, "/enrol") == (ended, browser.get("/my").status_code, browser.sign_in().headers["Location"])


def test_the_development_provider_refuses_servers_that_may_be_of_real_residents() -> None:
    for named in (Settings(postgres="host=db"), Settings(bootstrap="kafka:9092")):
        with pytest.raises(NotASandboxError):
            DevelopmentProvider(named, ISSUER, "kairan", BACK, [], lambda: 0, "secret")


def test_a_provider_is_named_by_the_environment_and_reached_safely(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("secret\n", encoding="utf-8")

    assert CLIENT == SignInSettings(issuer=ISSUER, client_id="kairan", secret_file=file).client(ORIGIN)
    with pytest.raises(UnsafeProviderError):
        SignInSettings(issuer="http://provider.example", secret_file=file).client(ORIGIN)
