"""What the stack remembers, and what it says when it cannot begin."""

import errno
import fcntl
import stat
from pathlib import Path

import pytest

from operations.stack import home as its
from operations.stack.accounts import Account, reaches
from operations.stack.errors import StackError, disk_explained
from operations.stack.home import Home, held, write_secret


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def silent(_line: str) -> None:
    pass


def test_what_is_chosen_on_the_first_start_stays(home: Home) -> None:
    home.prepare()
    first = home.remembered()

    home.prepare()

    assert first == home.remembered()
    assert 4 == len({first.kafka_port, first.controller_port, first.postgres_port, first.supervisor_port})


def test_new_ports_change_nothing_but_ports(home: Home) -> None:
    home.prepare()
    first = home.remembered()

    home.prepare(new_ports=True)

    assert first.cluster == home.remembered().cluster
    assert first.postgres_password == home.remembered().postgres_password


def test_a_home_where_nothing_was_started_says_so(home: Home) -> None:
    with pytest.raises(StackError, match="run `kairan up`"):
        home.remembered()


def test_too_small_a_disk_is_refused_before_anything_is_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(its, "ROOM_FOR_FIRST", 10**18)

    with pytest.raises(StackError, match=r"MB are free .*set KAIRAN_HOME to another disk"):
        home.prepare()

    assert home.noted() is None


def test_only_the_first_start_needs_room_for_the_servers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.prepare()
    monkeypatch.setattr(its, "ROOM_FOR_FIRST", 10**18)
    with pytest.raises(StackError, match="the first start needs"):
        home.prepare()  # nothing has come up here yet

    home.remember(bootstrap="127.0.0.1:1")
    home.prepare()
    monkeypatch.setattr(its, "ROOM_AFTERWARDS", 10**18)
    with pytest.raises(StackError, match="this start needs"):
        home.prepare()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "is full: free some space"), (errno.EDQUOT, "is full"), (errno.EROFS, "set KAIRAN_HOME")],
)
def test_a_disk_that_fails_is_said_in_a_sentence(number: int, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=sentence), disk_explained(tmp_path):
        raise OSError(number, "…")


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "home"

    with pytest.raises(StackError, match="cannot be made: set KAIRAN_HOME"), disk_explained(place):
        place.mkdir()


def test_an_error_that_is_not_the_disks_is_not_explained_away(tmp_path: Path) -> None:
    with pytest.raises(ChildProcessError), disk_explained(tmp_path):
        raise OSError(errno.ECHILD, "…")


def test_a_second_command_waits_and_says_what_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(its, "WAIT_SECONDS", 0)
    lines: list[str] = []
    with (tmp_path / "lock").open("a") as first:
        fcntl.flock(first, fcntl.LOCK_EX)

        with pytest.raises(StackError, match="Another kairan command has held"), held(tmp_path / "lock", lines.append):
            pass

    assert ["another kairan command is at work here; waiting for it …"] == lines


def test_a_lock_is_free_again_after_its_command(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path / "lock", silent):
            pass

    assert (tmp_path / "lock").exists()


def test_a_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("old")

    write_secret(tmp_path / "secret", "new")

    assert 0o600 == stat.S_IMODE((tmp_path / "secret").stat().st_mode)
    assert ["secret"] == [path.name for path in tmp_path.iterdir()]


def test_a_closed_folder_on_the_way_is_not_reached(tmp_path: Path) -> None:
    (tmp_path / "closed" / "inside").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    stranger, owner = Account(54_321, 54_321), Account(tmp_path.stat().st_uid, tmp_path.stat().st_gid)

    assert not reaches(stranger, tmp_path / "closed" / "inside")
    assert reaches(owner, tmp_path / "closed" / "inside") or not reaches(owner, tmp_path)
