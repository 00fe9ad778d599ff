"""What processes read of the register: the rows in force, not every row that was ever declared."""

from pathlib import Path

import pytest

from connectors.postgres.__main__ import receiving
from kairan.register import Channel, Member, MemberState, Register
from kairan.settings import Settings
from processors.ledger.__main__ import receipts
from producers.__main__ import stating


def a_member(code: str, state: MemberState, valid_from: int = 0) -> Member:
    return Member(code=code, name=code, kind="municipality", state=state, valid_from=valid_from)


def a_channel(member: str, channel: str, valid_from: int = 0) -> Channel:
    return Channel(member=member, channel=channel, title=channel, valid_from=valid_from)


DECLARED = Register(
    members=(
        a_member("131016", "active"),
        a_member("131016", "draining", 1000),
        a_member("141003", "active"),
        a_member("141003", "left", 1000),
        a_member("122033", "active", 2000),
    ),
    channels=(
        a_channel("131016", "nhi"),
        a_channel("131016", "nhi", 1000),
        a_channel("131016", "tax", 2000),
        a_channel("141003", "nhi"),
        a_channel("122033", "nhi", 2000),
    ),
    performers=(),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    DECLARED.save(tmp_path / "register")
    return Settings(home=tmp_path)


def test_of_two_rows_of_one_member_the_later_one_is_in_force_from_its_instant_on(settings: Settings) -> None:
    states = [
        [member.state for member in settings.register_in_force(instant).members if member.code == "131016"]
        for instant in (999, 1000)
    ]

    assert [["active"], ["draining"]] == states


def test_a_member_with_two_rows_states_and_is_noted_once(settings: Settings) -> None:
    in_force = settings.register_in_force(999)

    assert ["131016", "141003"] == sorted(stating(in_force))
    assert ["receipts.131016", "receipts.141003"] == sorted(receipts(in_force))


def test_a_member_that_left_neither_states_nor_receives_nor_is_noted(settings: Settings) -> None:
    in_force = settings.register_in_force(1000)

    assert ["131016"] == stating(in_force)
    assert [("131016", "nhi")] == receiving(in_force)
    assert ["receipts.131016"] == receipts(in_force)


def test_a_row_of_the_future_is_not_in_force_yet(settings: Settings) -> None:
    assert [("131016", "nhi"), ("141003", "nhi")] == receiving(settings.register_in_force(999))
    assert [("122033", "nhi"), ("131016", "nhi"), ("131016", "tax")] == receiving(settings.register_in_force(2000))
