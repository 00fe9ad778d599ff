"""What an operator sees of a running bus, and what an operator can do."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from psycopg import sql

from connectors.postgres.offices import configure, schema
from kairan.postgres import connect
from kairan.settings import Settings
from operations import cli
from operations.demo import fresh
from operations.exit_codes import ExitCode
from operations.stack import local
from sandbox import run, stage, stories
from sandbox.stage import Stage, Story
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import CITY, WARD, Ask
from tests.journeys.life import Life

pytestmark = pytest.mark.stack
KNOWN = """
select count(*), count(*) filter (where fields ? 'address' and coalesce(protection, 'none') = 'none')
from {}.person where pairwise_id = %s"""
"""How many businesses know somebody; how many know where she lives, and not that she may be protected."""


@pytest.fixture
def parked(settings: Settings, bus: Bus) -> Iterator[Story]:
    """Somebody whose name an office cannot store, and a flag that has overtaken."""
    yield from told(settings, bus, stories.flag_overtakes)


@pytest.fixture
def doubted(settings: Settings, bus: Bus) -> Iterator[Story]:
    """The same person, but the flag was refused."""
    yield from told(settings, bus, stories.flag_refused)


def told(settings: Settings, bus: Bus, story: Callable[[Stage], Story]) -> Iterator[Story]:
    """Everything has come where it goes."""
    with closing(run.prepare(settings, seed=11, events=10)) as sandbox:
        its = story(stage.stage(settings, sandbox))
        bus.settle()
        yield its


def newest(ask: Ask) -> str:
    """The newest event that somebody was told of: of some facts nobody else learns."""
    _, events = ask("peek", "life-events", "--last", "40", "--json")
    ids = (str(event["content"]["id"]) for event in events)
    return next(each for each in ids if ask("explain", each, "--json")[1]["entitled"])


def test_the_way_of_an_event_is_told_from_its_registration_to_the_receipts(ask: Ask, nation: Life, bus: Bus) -> None:
    nation.go_on(5)
    bus.settle()

    status, way = ask("trace", newest(ask)[:12], "--json")

    assert (ExitCode.FINE, []) == (status, way["outstanding"])
    whole = {"registered", "mapped", "stated", "confirmed", "admitted", "delivered", "applied", "receipted"}
    assert whole == {step["what"] for step in way["steps"]} - {"answered"}  # if it is of a move
    assert 0 == way["steps"][0]["ms"]


def test_every_office_holds_exactly_what_is_explained(ask: Ask, nation: Life, bus: Bus) -> None:
    nation.go_on(5)
    bus.settle()

    status, answer = ask("explain", newest(ask), "--json")

    assert ExitCode.FINE == status
    assert answer["entitled"]
    for each in answer["entitled"]:
        assert ([], []) == (each["held"]["beyond"], each["held"]["lacking"])
        assert set(each["withheld"]) == set(each["held"]["withheld"])


def test_an_outbox_row_names_its_event(ask: Ask, nation: Life, bus: Bus) -> None:
    nation.go_on(2)
    bus.settle()
    _, way = ask("trace", newest(ask), "--json")
    member, sequence = way["steps"][0]["where"].removeprefix("core_").split(" outbox row ")

    assert (ExitCode.FINE, way) == ask("trace", f"{member}:{sequence}", "--json")


@pytest.mark.usefixtures("nation")
def test_what_is_held_is_known_to_everybody_until_it_goes_on(ask: Ask) -> None:
    for name in (WARD, f"{WARD}.insurance", "residence.MovedIn"):
        assert ExitCode.FINE == ask("hold", name)[0]

    _, held = ask("holds", "--json")
    assert {("member", WARD), ("channel", f"{WARD}.insurance"), ("type", "residence.MovedIn")} == {
        (each["kind"], each["name"]) for each in held
    }

    for name in (WARD, f"{WARD}.insurance", "residence.MovedIn"):
        assert ExitCode.FINE == ask("resume", name)[0]
    assert (ExitCode.FINE, []) == ask("holds", "--json")


@pytest.mark.usefixtures("nation")
def test_whoever_was_parked_goes_on_when_released(ask: Ask, settings: Settings, bus: Bus, parked: Story) -> None:
    assert parked.office is not None
    member, channel = parked.office
    status, waiting = ask("parked", "--json")
    assert ExitCode.LOOK == status
    assert {(member, channel, "character_set")} == {(e["member"], e["channel"], e["reason"]) for e in waiting}

    status, became = ask("parked", "release", f"{member}.{channel}", "--json")
    assert (ExitCode.LOOK, 0, 0) == (status, became["gone"], became["untried"])
    assert 0 < became["parked_again"] == became["marked"]

    with connect(settings.dsn(f"offices_{member}")) as connection:
        configure(connection, channel, "all")
    assert ExitCode.FINE == ask("parked", "release", f"{member}.{channel}", "--business", waiting[0]["business"])[0]
    bus.settle()
    _, left = ask("parked", "--json")
    assert waiting[0]["business"] not in {each["business"] for each in left}

    ask("parked", "release", f"{member}.{channel}")
    bus.settle()
    assert (ExitCode.FINE, []) == ask("parked", "--json")
    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]


@pytest.mark.usefixtures("nation")
def test_whoever_was_parked_goes_on_without_her_address_when_her_flag_was_refused(
    ask: Ask, settings: Settings, bus: Bus, doubted: Story
) -> None:
    assert doubted.office is not None
    member, channel = doubted.office
    _, waiting = ask("parked", "--json")
    with connect(settings.dsn(f"offices_{member}"), autocommit=True) as connection:
        configure(connection, channel, "all")
        _, became = ask("parked", "release", f"{member}.{channel}", "--json")
        assert 0 < became["stripped"] <= became["marked"]
        bus.settle()
        found = sql.SQL(KNOWN).format(sql.Identifier(schema(channel)))
        known, told_without_flag = connection.execute(found, (bytes.fromhex(waiting[0]["pairwise_id"]),)).fetchall()[0]

    assert 0 < known
    assert 0 == told_without_flag
    assert (ExitCode.FINE, []) == ask("parked", "--json")
    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]


@pytest.mark.usefixtures("nation")
def test_what_is_given_up_counts_apart_and_whoever_waits_behind_it_goes_on(
    ask: Ask, settings: Settings, bus: Bus, parked: Story, auditor: Auditor
) -> None:
    assert parked.office is not None
    member, channel = parked.office
    _, waiting = ask("parked", "--json")
    first = next(each for each in waiting if each["behind"])
    given_up = ("--person", first["pairwise_id"], "--business", first["business"], "--why", "on paper")
    _, said = ask("reconcile", "--json")
    before = said["excepted"].get("discarded", 0)

    assert ExitCode.FINE == ask("parked", "discard", f"{member}.{channel}", *given_up)[0]
    bus.settle()
    _, left = ask("parked", "--json")
    still = [each["behind"] for each in left if each["pairwise_id"] == first["pairwise_id"]]
    assert first["behind"] - 1 in still

    with connect(settings.dsn(f"offices_{member}")) as connection:
        configure(connection, channel, "all")
    ask("parked", "release", f"{member}.{channel}")
    bus.settle()
    status, said = ask("reconcile", "--wait", "10", "--json")
    assert (ExitCode.FINE, before + 1) == (status, said["excepted"]["discarded"])
    assert [] == auditor.found()


@pytest.mark.usefixtures("nation")
def test_every_topic_can_be_looked_at_and_no_event_shows_its_body(ask: Ask) -> None:
    _, topics = ask("topics", "--json")
    seen = [ask("peek", topic["name"], "--last", "3", "--json") for topic in topics]

    assert {ExitCode.FINE} == {status for status, _ in seen}
    shown = [each["content"] for _, records in seen for each in records if "subject" in each["content"]]
    assert shown
    assert all({"name", "birth_date", "address"}.isdisjoint(content) for content in shown)


@pytest.mark.usefixtures("bus")
def test_names_that_nothing_has_are_a_wrong_command_line(ask: Ask) -> None:
    for arguments in (
        ("peek", "life-event"),
        ("trace", "00000000"),
        ("trace", f"{CITY}:99999999"),
        ("explain", "no-event"),
        ("hold", "nobody"),
        ("resume", CITY),
        ("parked", "release", f"{CITY}.nowhere"),
        ("parked", "discard", f"{WARD}.insurance", "--person", "nobody", "--why", "on paper"),
        ("parked", "discard", f"{WARD}.insurance", "--person", "00" * 16),
        ("refusals", "--member", "999999"),
        ("policy", "--business", "999"),
    ):
        assert ExitCode.USAGE == ask(*arguments)[0]


@pytest.mark.usefixtures("ask", "bus")
def test_a_demonstration_leaves_the_stack_of_somebody_else_as_it_is(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    running = local.status(settings.home)

    assert ExitCode.FAILED == cli.run(["demo", "--exit"])
    assert "no demonstration made" in capsys.readouterr().err
    assert running == local.status(settings.home)


@pytest.mark.usefixtures("ask", "bus")
def test_a_second_demonstration_leaves_the_first_as_it_is(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    mark, running = settings.home / fresh.MARK, local.status(settings.home)
    mark.touch()
    try:
        assert ExitCode.FAILED == cli.run(["demo", "--exit"])
    finally:
        mark.unlink()
    assert "still runs" in capsys.readouterr().err
    assert running == local.status(settings.home)
