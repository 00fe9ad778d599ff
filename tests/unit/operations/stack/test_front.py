"""Where a stack's front door is, and when a development provider stands behind it."""

import stat
from pathlib import Path

import pytest

from kairan.settings import Settings
from operations import reach
from operations.stack import front, local
from operations.stack.home import Home, Noted

NOTHING: dict[str, str] = {}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def settled(home: Home, *, given: dict[str, str] = NOTHING, taken: frozenset[int] = frozenset()) -> Noted:
    return front.settle(home, is_local=True, given=given, free=lambda port: port not in taken)


def test_the_front_door_is_where_one_looks_first() -> None:
    assert 8080 == front.PREFERRED


def test_a_second_stack_has_a_door_of_its_own_and_finds_it_again(home: Home) -> None:
    first = settled(home, taken=frozenset({8080}))
    again = settled(home)

    assert 8080 != first.gateway_port
    assert (first.gateway_port, first.provider_port) == (again.gateway_port, again.provider_port)
    assert f"http://localhost:{first.gateway_port}" == again.front_door


def test_a_port_that_somebody_else_has_taken_meanwhile_is_left_to_him(home: Home) -> None:
    first = settled(home)
    again = settled(home, taken=frozenset({first.gateway_port, first.provider_port}))

    assert 8080 == first.gateway_port
    assert {first.gateway_port, first.provider_port}.isdisjoint({again.gateway_port, again.provider_port})


def test_the_servers_of_the_stack_keep_their_ports_though_they_do_not_run_yet(home: Home) -> None:
    noted = settled(home, taken=frozenset({8080}))
    ports = [noted.kafka_port, noted.controller_port, noted.postgres_port, noted.supervisor_port]

    assert 6 == len({*ports, noted.gateway_port, noted.provider_port})


def test_new_ports_are_new_for_the_door_too(home: Home) -> None:
    settled(home, taken=frozenset({8080}))
    home.prepare(new_ports=True)

    assert 8080 == settled(home).gateway_port


def test_the_provider_and_the_door_are_told_the_same(home: Home) -> None:
    noted, told = settled(home), front.environment(home, NOTHING)
    name = "KAIRAN_DEVELOPMENT_PROVIDER_"

    assert noted.provider == told["KAIRAN_SIGN_IN_ISSUER"] == told[f"{name}ISSUER"]
    assert told["KAIRAN_SIGN_IN_SECRET_FILE"] == told[f"{name}SECRET_FILE"]
    assert told["KAIRAN_SIGN_IN_CLIENT_ID"] == told[f"{name}CLIENT_ID"]
    assert f"{noted.front_door}/sign-in/done" == told[f"{name}BACK"]
    assert (str(noted.gateway_port), noted.front_door) == (
        told["KAIRAN_GATEWAY_PORT"],
        told["KAIRAN_GATEWAY_ORIGIN"],
    )
    assert f"{noted.front_door}/" == told["KAIRAN_NOTICES_PAGE"]


def test_the_secret_is_made_once_for_its_owner_alone(home: Home) -> None:
    settled(home)
    file = Path(front.environment(home, NOTHING)["KAIRAN_SIGN_IN_SECRET_FILE"])
    first = file.read_text(encoding="utf-8")
    settled(home)

    assert (0o600, first) == (stat.S_IMODE(file.stat().st_mode), file.read_text(encoding="utf-8"))
    assert len(first.strip()) > 40


@pytest.mark.parametrize(
    ("is_local", "given"), [(False, NOTHING), (True, {"KAIRAN_SIGN_IN_ISSUER": "https://provider.example"})]
)
def test_no_development_provider_runs_where_another_is_named_or_people_may_live(
    home: Home,
    is_local: bool,  # noqa: FBT001
    given: dict[str, str],
) -> None:
    settled(home)
    front.settle(home, is_local=is_local, given=given, free=lambda _: True)
    told = front.environment(home, given)

    assert "" == home.remembered().provider
    assert [] == [name for name in told if "PROVIDER" in name or "SIGN_IN" in name]


def test_what_the_environment_says_stays(home: Home) -> None:
    given = {"KAIRAN_GATEWAY_PORT": "8123", "KAIRAN_GATEWAY_ORIGIN": "https://kairan.example"}
    noted, told = settled(home, given=given), front.environment(home, given)

    assert (8123, "https://kairan.example") == (noted.gateway_port, noted.front_door)
    assert {*given}.isdisjoint(told)
    assert "https://kairan.example/sign-in/done" == told["KAIRAN_DEVELOPMENT_PROVIDER_BACK"]


def test_a_door_at_which_nobody_answers_is_not_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "START_SECONDS", -1)
    noted = settled(home)
    home.remember(gateway_port=1)

    assert not front.answers(noted.model_copy(update={"gateway_port": 1}))
    with pytest.raises(front.StackError, match=r"does not answer at http://localhost:8080. Its log: some\.log"):
        front.await_answer(home, Path("some.log"))


def test_status_says_where_the_door_is_once_it_was_open(home: Home) -> None:
    assert [] == [part for part in local.status(home.folder) if part.name == "front door"]
    settled(home)
    [door] = [part for part in local.status(home.folder) if part.name == "front door"]

    assert ("STOPPED", "http://localhost:8080", False) == (door.state, door.where, door.is_well())


def test_others_read_where_the_door_is(home: Home) -> None:
    settings = Settings(home=home.folder)
    assert "" == reach.front_door(settings)
    settled(home)

    assert "http://localhost:8080" == reach.front_door(Settings(home=home.folder))
