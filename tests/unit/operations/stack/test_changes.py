"""The difference between what a broker has and what the table wants."""

import pytest

from kairan.register import Channel, Member, Register
from kairan.rights import Right
from kairan.topics import Durability
from operations.stack.changes import Layout, difference, wanted

REGISTER = Register(
    members=(Member(code="131016", name="千代田区", kind="municipality", state="active"),),
    channels=(Channel(member="131016", channel="nhi", title="国保"),),
    performers=(),
)
WANT = wanted(REGISTER, Durability(1, 1))
NOTHING = Layout({}, {}, frozenset(), frozenset())
STRANGE = Right("somebody", "READ", "TOPIC", "theirs")


def test_an_empty_broker_gets_everything() -> None:
    changes = difference(NOTHING, WANT)

    assert WANT.partitions.keys() == changes.create.keys()
    assert WANT.principals == set(changes.admit)
    assert WANT.rights == changes.grant


def test_a_broker_that_follows_the_table_is_left_alone() -> None:
    changes = difference(WANT, WANT)

    assert changes.is_empty()
    assert [] == changes.sentences()


def test_a_changed_setting_is_put_right_and_a_foreign_one_taken_back() -> None:
    was = WANT.configs["holds"]
    found = WANT._replace(configs={**WANT.configs, "holds": {**was, "segment.bytes": "1", "flush.ms": "7"}})

    changes = difference(found, WANT)

    assert {"holds": {"segment.bytes": was["segment.bytes"]}} == changes.configure
    assert {"holds": ("flush.ms",)} == changes.reset


def test_partitions_are_never_changed_but_complained_about() -> None:
    changes = difference(WANT._replace(partitions={**WANT.partitions, "life-events": 12}), WANT)

    assert {"life-events": (12, 24)} == changes.unlike
    assert "life-events has 12 partitions where the table says 24" in changes.sentences()[0]


@pytest.mark.parametrize("principal", ["channel-131016-nhi", "source-999999", "routing"])
def test_a_right_that_the_table_does_not_give_to_our_principal_is_taken_away(principal: str) -> None:
    extra = Right(principal, "READ", "TOPIC", "in.131016")

    assert {extra} == difference(WANT._replace(rights=WANT.rights | {extra}), WANT).revoke


def test_a_right_from_one_host_only_is_not_ours_either() -> None:
    extra = Right("routing", "WRITE from 10.0.0.1", "TOPIC", "life-events")

    assert {extra} == difference(WANT._replace(rights=WANT.rights | {extra}), WANT).revoke


def test_topics_and_rights_of_others_are_left_alone() -> None:
    found = WANT._replace(
        partitions={**WANT.partitions, "theirs": 3, "__consumer_offsets": 1},
        configs={**WANT.configs, "theirs": {}},
        rights=WANT.rights | {STRANGE},
    )

    changes = difference(found, WANT)

    assert changes.is_empty()
    assert ("theirs",) == changes.unknown
    assert ["? topic theirs is not in the table; left alone"] == changes.sentences()
