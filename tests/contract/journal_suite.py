"""What every journal keeps; ``processors.runtime`` runs on the one in memory as on PostgreSQL's."""

import json

import pytest

from kairan.stream import Outgoing, Position, TopicPartition
from processors.runtime.process import Due, Journal, Row, Shown, Stand, TakenError
from processors.runtime.tables import PostgresJournal
from processors.runtime.testing import MemoryJournal

ONE, TWO = b"1" * 16, b"2" * 16
AT, BESIDE = TopicPartition("life-events", 0), TopicPartition("life-events", 1)
PLACE = Position("life-events", 0, 7)
BEFORE, HERE, THERE = Position(*AT, 2), Position(*AT, 3), Position(*BESIDE, 7)
HOME = Shown(b"home", "declared", frozenset({"131237", "122033"}), {"days": [1, None], "where": {"name": "都"}})
AWAY = Shown(b"away", "moved in", frozenset(), {})
FIRST, SECOND = '{"word": "Asked", "number": 1}', '{"word": "Asked", "number": 2}'


class UndoneError(Exception):
    """Raised by a test inside a transaction."""


def plain(due: list[Due]) -> list[tuple[bytes, int, object]]:
    return [(each.instance, each.due, json.loads(each.told)) for each in due]


class JournalSuite:
    @pytest.fixture
    def journal(self) -> MemoryJournal | PostgresJournal:
        raise NotImplementedError

    def test_a_history_is_what_was_told_in_order(self, journal: Journal) -> None:
        with journal.transaction():
            journal.append([Row(ONE, 1, FIRST, (), PLACE), Row(TWO, 1, SECOND, (FIRST, SECOND), PLACE)])
            journal.append([Row(ONE, 2, SECOND, (FIRST,), PLACE)])
        found = journal.histories([ONE, b"3" * 16])

        assert {ONE: [1, 2], b"3" * 16: []} == {
            each: [json.loads(told or "")["number"] for told in lines] for each, lines in found.items()
        }

    def test_of_whom_the_first_lines_are_known_only_those_behind_are_read(self, journal: Journal) -> None:
        rows = [
            Row(each, version, FIRST if version == 1 else SECOND, (), PLACE)
            for each in (ONE, TWO)
            for version in (1, 2)
        ]
        with journal.transaction():
            journal.append(rows)
        found = journal.histories([ONE, TWO, b"3" * 16], {ONE: 1, TWO: 2})

        assert {ONE: [2], TWO: [], b"3" * 16: []} == {
            each: [json.loads(told or "")["number"] for told in lines] for each, lines in found.items()
        }
        assert [1, 2] == [json.loads(told or "")["number"] for told in journal.histories([TWO], {ONE: 2})[TWO]]

    def test_what_changed_nothing_is_a_line_and_no_part_of_what_is_replayed(self, journal: Journal) -> None:
        with journal.transaction():
            journal.append([Row(ONE, 1, FIRST, None, PLACE), Row(ONE, 2, SECOND, (), PLACE)])
        passed, told = journal.histories([ONE])[ONE]

        assert (None, 2) == (passed, json.loads(told or "")["number"])

    def test_a_line_tells_what_was_sent_and_which_record_it_was_told_by(self, journal: Journal) -> None:
        rows = [
            Row(ONE, 1, FIRST, None, PLACE),
            Row(ONE, 2, FIRST, (), PLACE._replace(offset=8)),
            Row(ONE, 3, SECOND, (SECOND, FIRST), PLACE._replace(offset=9)),
        ]
        with journal.transaction():
            journal.append(rows)
        found = journal.lines([ONE, TWO])

        assert ([], [1, 2, 3], [7, 8, 9]) == (
            found[TWO], [row.version for row in found[ONE]], [row.at.offset for row in found[ONE]],
        )  # fmt: skip
        assert [None, [], [2, 1]] == [
            None if row.sent is None else [json.loads(each)["number"] for each in row.sent] for row in found[ONE]
        ]

    def test_a_version_is_written_once(self, journal: Journal) -> None:
        with journal.transaction():
            journal.append([Row(ONE, 1, FIRST, (), PLACE)])
        with pytest.raises(TakenError), journal.transaction():
            journal.append([Row(TWO, 1, FIRST, (), PLACE), Row(ONE, 1, SECOND, (), PLACE)])

        assert [] == journal.histories([TWO])[TWO]

    def test_a_position_moves_from_where_it_stood(self, journal: Journal) -> None:
        with journal.transaction():
            journal.advance({}, {AT: Stand(5, 50)})
        with journal.transaction():
            journal.advance({AT: Stand(5, 0)}, {AT: Stand(7, 70), BESIDE: Stand(2, 20)})

        assert {AT: Stand(7, 70), BESIDE: Stand(2, 20)} == journal.stands()

    @pytest.mark.parametrize("before", [{}, {AT: Stand(4, 50)}, {AT: Stand(6, 50)}])
    def test_a_position_that_somebody_else_moved_is_taken(
        self, journal: Journal, before: dict[TopicPartition, Stand]
    ) -> None:
        with journal.transaction():
            journal.advance({}, {AT: Stand(5, 50)})
        with pytest.raises(TakenError), journal.transaction():
            journal.advance(before, {BESIDE: Stand(1, 10), AT: Stand(8, 80)})

        assert {AT: Stand(5, 50)} == journal.stands()

    def test_what_is_undone_leaves_nothing(self, journal: MemoryJournal | PostgresJournal) -> None:
        with pytest.raises(UndoneError):
            self.undo_all(journal)

        assert ({ONE: []}, [], [], frozenset(), {}, {ONE: []}) == (
            journal.histories([ONE]), journal.due(9, 9), journal.pending(9), journal.held([ONE]), journal.stands(),
            journal.shown([ONE]),
        )  # fmt: skip

    def undo_all(self, journal: MemoryJournal | PostgresJournal) -> None:
        with journal.transaction():
            journal.append([Row(ONE, 1, FIRST, (), PLACE)])
            journal.set_timers({ONE: [Due(ONE, 1, FIRST)]})
            journal.post([Outgoing("procedures", ONE, b"value")])
            journal.show({ONE: [HOME]})
            journal.hold(ONE, Position(*AT, 3))
            journal.advance({}, {AT: Stand(4, 40)})
            raise UndoneError

    def test_timers_are_due_in_order_and_those_of_an_instance_are_replaced(self, journal: Journal) -> None:
        with journal.transaction():
            journal.set_timers({ONE: [Due(ONE, 30, FIRST), Due(ONE, 10, SECOND)], TWO: [Due(TWO, 20, FIRST)]})

        assert [(ONE, 10), (TWO, 20)] == [each[:2] for each in journal.due(20, 9)]
        assert [(ONE, 10)] == [each[:2] for each in journal.due(99, 1)]
        with journal.transaction():
            journal.set_timers({ONE: [Due(ONE, 40, SECOND)]})
        assert [(TWO, 20, json.loads(FIRST)), (ONE, 40, json.loads(SECOND))] == plain(journal.due(99, 9))

    def test_a_timer_that_was_asked_for_is_due_again_only_at_another_time(self, journal: Journal) -> None:
        with journal.transaction():
            journal.set_timers({ONE: [Due(ONE, 10, FIRST)]})
        journal.asked(journal.due(10, 9))
        with journal.transaction():
            journal.set_timers({ONE: [Due(ONE, 10, FIRST)]})

        assert [] == journal.due(99, 9)
        with journal.transaction():
            journal.set_timers({ONE: [Due(ONE, 50, FIRST)]})
        assert [(ONE, 50, json.loads(FIRST))] == plain(journal.due(99, 9))

    def test_a_timer_that_was_set_anew_while_it_was_asked_for_is_still_due(self, journal: Journal) -> None:
        """Who fires it is slower than who takes it: else it would be marked for good, and never come again."""
        with journal.transaction():
            journal.set_timers({ONE: [Due(ONE, 10, FIRST)]})
        in_hand = journal.due(10, 9)
        for timers in ([], [Due(ONE, 10, FIRST)]):
            with journal.transaction():
                journal.set_timers({ONE: timers})
        journal.asked(in_hand)

        assert in_hand == journal.due(99, 9)

    def test_letters_are_pending_in_order_until_they_are_marked(self, journal: MemoryJournal | PostgresJournal) -> None:
        with journal.transaction():
            journal.post([Outgoing("procedures", ONE, b"1"), Outgoing("procedures", TWO, b"2")])
            journal.post([Outgoing("procedures", ONE, b"3")])
        first = journal.pending(2)
        journal.mark([row for row, _ in first], [Position("procedures", 0, 0), Position("procedures", 0, 1)])

        assert [b"1", b"2"] == [letter.value for _, letter in first]
        assert [b"3"] == [letter.value for _, letter in journal.pending(9)]

    def test_what_instances_show_is_kept_by_item(self, journal: Journal) -> None:
        with journal.transaction():
            journal.show({ONE: [HOME, AWAY], TWO: [HOME._replace(kind="prepared")]})

        assert {ONE: [AWAY, HOME], TWO: [HOME._replace(kind="prepared")], b"3" * 16: []} == journal.shown(
            [ONE, TWO, b"3" * 16]
        )

    @pytest.mark.parametrize(
        "now",
        [
            [],
            [AWAY],
            [HOME, AWAY],
            [HOME._replace(kind="prepared")],
            [HOME._replace(desks=frozenset({"131237"}))],
            [HOME._replace(facts={"days": [1, 2]})],
        ],
    )
    def test_what_an_instance_shows_now_is_all_that_it_shows(self, journal: Journal, now: list[Shown]) -> None:
        with journal.transaction():
            journal.show({ONE: [HOME], TWO: [HOME]})
        with journal.transaction():
            journal.show({ONE: now})

        assert {ONE: sorted(now), TWO: [HOME]} == journal.shown([ONE, TWO])

    def test_who_is_held_is_named(self, journal: Journal) -> None:
        with journal.transaction():
            journal.hold(ONE, HERE)

        assert frozenset({ONE}) == journal.held([ONE, TWO])

    def test_what_waits_is_named_in_the_order_in_which_it_came_each_once(self, journal: Journal) -> None:
        with journal.transaction():
            for at in (THERE, HERE, THERE, BEFORE):
                journal.hold(ONE, at)
            journal.hold(TWO, HERE)

        assert [THERE, HERE, BEFORE] == journal.waiting(ONE)

    def test_what_is_released_waits_no_longer_and_the_rest_keeps_its_order(self, journal: Journal) -> None:
        with journal.transaction():
            for at in (THERE, HERE, BEFORE):
                journal.hold(ONE, at)
            journal.hold(TWO, HERE)
            journal.release(ONE, HERE)
            journal.hold(ONE, THERE)

        assert ([THERE, BEFORE], [HERE]) == (journal.waiting(ONE), journal.waiting(TWO))
        with journal.transaction():
            journal.release(ONE, THERE)
            journal.release(ONE, BEFORE)
        assert ([], frozenset({TWO})) == (journal.waiting(ONE), journal.held([ONE, TWO]))

    def test_everybody_who_is_held_is_named_first_who_came_first(self, journal: Journal) -> None:
        with journal.transaction():
            for instance, at in ((TWO, HERE), (ONE, BEFORE), (TWO, THERE)):
                journal.hold(instance, at)

        assert [TWO, ONE] == journal.all_held()
