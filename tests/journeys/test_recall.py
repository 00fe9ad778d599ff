"""A wrong row of the register sends events where they do not belong; put right, they are called back."""

import time
from typing import Any

import pytest
from psycopg import sql

from kairan.keys import BusKeys
from kairan.postgres import connect
from kairan.register import Performer
from kairan.settings import Settings
from operations.exit_codes import ExitCode
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus, await_true
from tests.journeys.conftest import TOWN, WARD, Ask
from tests.journeys.life import Life

pytestmark = pytest.mark.stack
ASTRAY = ("023", "024", "025", "026")
CHANNEL = f"{WARD}.insurance"
SOON_SECONDS = 12
"""Rows are valid from a time to come, at which every process has ended because of them and come back."""


def declare(settings: Settings, bus: Bus, member: str, channel: str) -> None:
    """From soon on this channel performs the town's insurances; returns when it does."""
    register, since = settings.register(), time.time_ns() // 1_000_000 + SOON_SECONDS * 1000
    rows = tuple(
        Performer(municipality=TOWN, business=business, member=member, channel=channel, valid_from=since)
        for business in ASTRAY
    )
    register.model_copy(update={"performers": register.performers + rows}).save(settings.home / "register")
    await_true(lambda: {death.name for death in bus.deaths} == {*bus.names}, SOON_SECONDS, lambda: str(bus.deaths))
    assert {0} == {death.code for death in bus.deaths}
    bus.deaths.clear()
    time.sleep(max(since - time.time_ns() // 1_000_000, 0) / 1000)


@pytest.fixture
def astray(ask: Ask, settings: Settings, bus: Bus, nation: Life) -> list[str]:
    """Events that went to the wrong channel, which is put right by now."""
    nation.pass_tax_runs()
    bus.settle()
    declare(settings, bus, *CHANNEL.split("."))
    nation.go_on(60)
    bus.settle()
    declare(settings, bus, TOWN, "town-office")
    _, events = ask("peek", "life-events", "--last", "60", "--json")
    return [each["content"]["id"] for each in events if each["content"]["source"]["municipality"] == TOWN]


def wrong(ask: Ask, event: str) -> list[dict[str, Any]]:
    _, told = ask("recall", event, "--json")
    return [each for each in told["wrong"] if each["channel"] == CHANNEL]


class Desk:
    """What the ward's insurance knows of whom an event is about."""

    def __init__(self, settings: Settings, event: str, business: str) -> None:
        self._settings = settings
        self._event, self._business = bytes.fromhex(event), business
        self._keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")

    def knows(self) -> dict[str, Any]:
        query = "select p.fields from insurance.received r join insurance.person p using (business, pairwise_id)"
        return self._ask(query + " where r.event_ref = %s and r.business = %s")

    def told(self) -> int:
        """How many deliveries of this person it ever got."""
        query = "select count(*) from insurance.received t join insurance.received r using (business, pairwise_id)"
        return self._ask(query + " where r.event_ref = %s and r.business = %s")

    def _ask(self, query: str) -> Any:
        ref = self._keys.event_ref(WARD, self._event)
        with connect(self._settings.dsn(f"offices_{WARD}")) as connection:
            row = connection.execute(sql.SQL(query), (ref, self._business)).fetchone()
        assert row is not None
        return row[0]


def test_what_went_astray_is_called_back_and_everybody_answers(
    ask: Ask, settings: Settings, bus: Bus, astray: list[str], auditor: Auditor
) -> None:
    event, business, desk = next(
        (event, each["business"], desk)
        for event in astray
        for each in wrong(ask, event)
        if (desk := Desk(settings, event, each["business"])).told() == 1
    )
    assert desk.knows()
    assert ExitCode.LOOK == ask("recall", event)[0]
    assert [] == auditor.found()

    _, told = ask("recall", event, "--why", "the register named the wrong office", "--json")
    assert 1 == told["sent"]
    bus.settle()

    status, told = ask("recall", event, "--json")
    assert (ExitCode.FINE, []) == (status, told["wrong"])
    assert business in {each["business"] for each in told["recalled"]}
    assert all(each["answered"] and each["channel"] == CHANNEL for each in told["recalled"])
    assert {} == desk.knows()
    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]
    assert [] == auditor.found()

    assert 0 == ask("recall", event, "--why", "once more", "--json")[1]["sent"]
    assert ExitCode.FINE == ask("refill", CHANNEL, "--json")[0]
    bus.settle()
    assert {} == desk.knows()
    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]
    assert [] == auditor.found()


@pytest.mark.usefixtures("nation")
def test_an_event_that_is_where_it_belongs_is_called_back_from_nobody(ask: Ask, bus: Bus) -> None:
    bus.settle()
    _, (event,) = ask("peek", "life-events.bulk", "--last", "1", "--json")

    status, told = ask("recall", event["content"]["id"], "--why", "by mistake", "--json")
    assert (ExitCode.FINE, 0, [], []) == (status, told["sent"], told["wrong"], told["recalled"])


@pytest.mark.usefixtures("bus", "nation")
def test_what_is_not_in_the_log_is_a_wrong_command_line(ask: Ask) -> None:
    assert ExitCode.USAGE == ask("recall", "00000000", "--why", "nobody knows it")[0]
