"""The table of topics: every row is complete, and rights follow from it alone."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.postgres.outbox import LONGEST_NUMBER
from connectors.source import LARGEST_STATEMENT
from kairan import rights, shapes, topics
from kairan.partitioning import LOG_PARTITIONS
from kairan.register import Channel, Member, Register
from kairan.rights import Right
from kairan.topics import Durability, Kind

COUNTED = {topics.STATISTICS_PERSONS, topics.STATISTICS_CELLS}
"""Each record lies in the partition of the log that it was counted from."""
OF_PERSONS = {topics.PROTECTION, topics.PROCESS_INPUTS, topics.NOTICE_SENDINGS, topics.DISCLOSURES, *COUNTED}
AS_THE_LOG = {topics.LIFE_EVENTS, topics.LIFE_EVENTS_BULK, *OF_PERSONS}
CODES = st.lists(st.sampled_from(["131016", "131237", "141003", "143014", "140007"]), min_size=1, unique=True)
CHANNELS = st.lists(st.sampled_from(["nhi", "tax", "tax-2", "resident-record"]), unique=True)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    codes = draw(CODES)
    members = [
        Member(code=code, name=code, kind="municipality" if draw(st.booleans()) else "performer", state="active")
        for code in codes
    ]
    channels = [Channel(member=code, channel=its, title=its) for code in codes for its in draw(CHANNELS)]
    return Register(members=tuple(members), channels=tuple(channels), performers=())


TWO = Register(
    members=(
        Member(code="131016", name="千代田区", kind="municipality", state="active"),
        Member(code="140007", name="神奈川県", kind="performer", state="active"),
    ),
    channels=(
        Channel(member="131016", channel="nhi", title="国保"),
        Channel(member="131016", channel="nhi-2", title="国保 2"),
        Channel(member="140007", channel="welfare", title="福祉"),
    ),
    performers=(),
)


def readers(topic: str) -> set[str]:
    return {right.principal for right in rights.rights(TWO) if right[1:4] == ("READ", "TOPIC", topic)}


def writers(topic: str) -> set[str]:
    return {right.principal for right in rights.rights(TWO) if right[1:4] == ("WRITE", "TOPIC", topic)}


def test_every_topic_has_a_key_a_shape_an_owner_readers_and_a_reason() -> None:
    assert [] == [
        kind for kind in topics.TABLE if not all([kind.key, kind.shape, kind.writers, kind.readers, kind.why])
    ]


def test_every_topic_carries_shapes_of_the_contract() -> None:
    carried = {name for kind in topics.TABLE for name in kind.shape.split(", ")}
    records = carried - {"kairan.statement.*", "kairan.event.*", "kairan.delivery.*"}

    assert records == {shapes.record_shape(name).full_name for name in records}


def test_partitions_are_the_logs_where_a_person_is_the_key_of_all_or_the_log_is_counted_and_one_elsewhere() -> None:
    expected = {kind.pattern: LOG_PARTITIONS if kind in AS_THE_LOG else 1 for kind in topics.TABLE}

    assert expected == {kind.pattern: kind.partitions for kind in topics.TABLE}


def test_every_topic_has_one_kind_of_writer_but_for_what_processes_are_told() -> None:
    assert [topics.PROCESS_INPUTS] == [kind for kind in topics.TABLE if len(kind.writers) != 1]


def test_whoever_writes_down_what_desks_decide_reads_and_writes_nothing_else() -> None:
    its = {right for right in rights.rights(TWO) if right.principal == "desk" and right.resource == "TOPIC"}

    assert {rights.Right("desk", "WRITE", "TOPIC", "process-inputs")} == its


def test_only_what_nothing_else_tells_is_kept_for_ever() -> None:
    kept = [kind for kind in topics.TABLE if kind.days == topics.FOREVER]

    assert [topics.LIFE_EVENTS, topics.LIFE_EVENTS_BULK, topics.DISCLOSURES, topics.PROCESS_INPUTS] == kept
    writers = [("admission",), ("admission",), ("routing",), ("moving", "notices", "channels", "desk")]
    assert writers == [kind.writers for kind in kept]


def test_names_follow_the_pattern() -> None:
    assert "in.131016.bulk" == topics.name(topics.IN_BULK, "131016")
    assert "deliveries.131016.nhi" == topics.name(topics.DELIVERIES, "131016", "nhi")
    assert "life-events" == topics.name(topics.LIFE_EVENTS)


def test_a_performer_has_deliveries_but_states_nothing() -> None:
    names = {topic.name for topic in topics.topics(TWO)}

    assert {"deliveries.140007.welfare", "subjects.140007", "receipts.140007"} <= names
    assert {"in.140007", "in.140007.bulk", "refusals.140007"}.isdisjoint(names)


def test_a_channel_reads_its_own_deliveries_and_nobody_elses() -> None:
    assert {"channel-131016-nhi", "operator"} == readers("deliveries.131016.nhi")
    assert {"routing"} == writers("deliveries.131016.nhi")


def test_a_source_writes_its_own_statements_and_nobody_elses() -> None:
    assert {"source-131016"} == writers("in.131016")
    assert {"admission", "operator"} == readers("in.131016")


def test_the_names_of_a_members_subjects_are_read_by_that_member_only() -> None:
    theirs = {"source-131016", "channel-131016-nhi", "channel-131016-nhi-2"}

    assert theirs | {"admission", "operator"} == readers("subjects.131016")


def test_no_receiver_reads_the_log() -> None:
    assert {"admission", "routing", "moving", "notices", "statistics", "operator"} == readers("life-events")


def test_a_group_of_a_longer_name_is_not_covered_by_a_shorter_one() -> None:
    its = {
        right for right in rights.rights(TWO) if right.principal == "channel-131016-nhi" and right.resource == "GROUP"
    }

    assert {
        Right("channel-131016-nhi", "READ", "GROUP", "channel-131016-nhi"),
        Right("channel-131016-nhi", "READ", "GROUP", "channel-131016-nhi.", prefixed=True),
    } == its
    assert "channel-131016-nhi.sink" == topics.group("channel-131016-nhi", "sink")


def test_a_member_that_left_keeps_its_topics_and_loses_its_rights() -> None:
    gone = TWO.model_copy(update={"members": (TWO.members[0].model_copy(update={"state": "left"}), TWO.members[1])})

    assert topics.topics(TWO) == topics.topics(gone)
    assert not any("131016" in who.name for who in rights.principals(gone))


def test_every_log_position_is_stamped_by_the_broker() -> None:
    stamps = {topics.configs(kind, Durability())["message.timestamp.type"] for kind in topics.TABLE}

    assert {"LogAppendTime"} == stamps


@pytest.mark.parametrize("kind", [topics.IN, topics.IN_BULK], ids=lambda kind: kind.pattern)
def test_a_batch_of_statements_holds_the_largest_one_and_little_more(kind: Kind) -> None:
    """Gzip unfolds to 1,032 times its size, more than any other codec without a limit."""
    most = int(topics.configs(kind, Durability())["max.message.bytes"])

    assert LARGEST_STATEMENT + 2 * LONGEST_NUMBER < most
    assert most * 1_032 < 75_000_000


def test_production_keeps_what_two_disks_acknowledged() -> None:
    production = topics.configs(topics.LIFE_EVENTS, Durability(replicas=3, in_sync=2))

    assert "2" == production["min.insync.replicas"]
    assert "false" == production["unclean.leader.election.enable"]
    assert ("-1", "delete") == (production["retention.ms"], production["cleanup.policy"])


@given(registers())
def test_only_bus_principals_have_rights_on_topics_of_two_members(register: Register) -> None:
    members_of: dict[str, set[str]] = {}
    of = {topic.name: topic.member for topic in topics.topics(register)}
    for right in rights.rights(register):
        if right.resource == "TOPIC" and of[right.name]:
            members_of.setdefault(right.principal, set()).add(of[right.name])

    assert all(len(found) == 1 or who in rights.BUS for who, found in members_of.items())


@given(registers())
def test_no_topic_and_no_principal_is_named_twice(register: Register) -> None:
    names = Counter(topic.name for topic in topics.topics(register))
    who = Counter(principal.name for principal in rights.principals(register))

    assert 1 == max(names.values())
    assert 1 == max(who.values())
    assert all(rights.is_ours(name) for name in who)
