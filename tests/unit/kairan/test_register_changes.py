"""A process ends when the register has become another one; one that breaks a rule is alarmed and passed over."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kairan.register import FILES, Channel, Register
from kairan.register_changes import LOOK_MILLISECONDS, Changes
from sandbox.register import for_municipalities

BEGAN = 1_000_000
REGISTER = for_municipalities(("143014", "131237"))


def more(valid_from: int = 2 * BEGAN) -> Register:
    row = Channel(member="143014", channel="new", title="New", valid_from=valid_from)
    return REGISTER.model_copy(update={"channels": (*REGISTER.channels, row)})


class Watched:
    """A folder with a register, and a clock that goes when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, BEGAN
        REGISTER.save(folder)
        self.changes = Changes(folder, lambda: self.now)

    def looked(self) -> bool:
        self.now += LOOK_MILLISECONDS
        return self.changes()

    def looked_twice(self) -> tuple[bool, bool]:
        return self.looked(), self.looked()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "register")


def test_what_nobody_touches_is_no_change(watched: Watched) -> None:
    assert (False, False) == watched.looked_twice()


def test_a_new_row_is_a_change_for_everybody_who_asks(watched: Watched) -> None:
    more().save(watched.folder)

    assert (False, True) == watched.looked_twice()
    assert watched.changes()
    assert watched.looked()


def test_it_is_looked_for_once_a_second(watched: Watched) -> None:
    more().save(watched.folder)
    watched.looked()

    assert not watched.changes()


def test_whoever_is_still_writing_is_waited_for(watched: Watched) -> None:
    more().save(watched.folder)
    assert not watched.looked()
    more(3 * BEGAN).save(watched.folder)

    assert (False, True) == watched.looked_twice()


def test_what_is_written_again_as_it_was_is_no_change_but_what_comes_after_it_is(watched: Watched) -> None:
    REGISTER.save(watched.folder)
    with capture_logs() as logs:
        assert (False, False) == watched.looked_twice()
    assert [] == logs

    more().save(watched.folder)
    assert (False, True) == watched.looked_twice()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (REGISTER.model_copy(update={"channels": REGISTER.channels[1:]}), "channels: a row was taken away or changed"),
        (more(BEGAN), "channels: a new row is valid from a time that is over"),
    ],
)
def test_a_register_that_breaks_a_rule_is_alarmed_once_and_the_former_one_stays(
    watched: Watched, changed: Register, rule: str
) -> None:
    changed.save(watched.folder)

    with capture_logs() as logs:
        assert (False, False, False, False) == (*watched.looked_twice(), *watched.looked_twice())
    assert [rule] == [each["rule"] for each in logs]

    more().save(watched.folder)
    assert (False, True) == watched.looked_twice()


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_changes_nothing(watched: Watched, name: str) -> None:
    (watched.folder / f"{name}.csv").write_text("no,register\n1,2\n")

    with capture_logs() as logs:
        assert (False, False) == watched.looked_twice()
    assert ["register refused"] == [each["event"] for each in logs]


def test_a_file_that_goes_changes_nothing(watched: Watched) -> None:
    (watched.folder / "channels.csv").unlink()

    assert (False, False) == watched.looked_twice()


def test_a_register_that_comes_is_a_change(tmp_path: Path) -> None:
    instants = iter(range(BEGAN, 10 * BEGAN, LOOK_MILLISECONDS))
    changes = Changes(tmp_path / "register", lambda: next(instants))
    REGISTER.save(tmp_path / "register")

    assert any(changes() for _ in range(4))
