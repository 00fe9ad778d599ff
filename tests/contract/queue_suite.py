"""What every queue of copies and addresses keeps; ``processors.channels`` runs on memory's as on PostgreSQL's."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kairan.identifiers import Handle
from kairan.stream import Incoming, Outgoing, TopicPartition
from processors.channels.addresses import Address
from processors.channels.naming import Naming
from processors.channels.queue import DAY, Copy, End, Key, Settled, Way
from processors.channels.sendings import Sending
from processors.channels.tables import PostgresQueue
from processors.channels.testing import MemoryQueue
from processors.notices.channels import QuietHours
from processors.notices.texts import Language

HANAKO, TARO = Handle(b"hanako-hanak" + bytes(4)), Handle(b"taro-taro-ta" + bytes(4))
ONE, TWO, THREE, FOUR = (bytes([number]) * 16 for number in (1, 2, 3, 4))
AT = TopicPartition("notice-sendings", 3)
MAILBOX = Address(HANAKO, "mail", "mail", {"mailbox": "hanako@mail.example.jp"}, Language.JAPANESE, 5, token="one")
NAMING = Naming(HANAKO, "hanako@mail.example.jp", Language.JAPANESE, "a", 7)
Store = MemoryQueue | PostgresQueue


class UndoneError(Exception):
    """Raised by a test inside a transaction."""


def sending(id_: bytes = ONE, **changed: object) -> Sending:
    its = Sending(id_, b"n" * 16, HANAKO, "mail", "tell", "", True, "", "", "", None, 100, 900)
    return replace(its, **changed)  # type: ignore[arg-type]


def copies(its: Sending, *numbers: int, means: Way = "mail", due: int = 100) -> list[Copy]:
    return [Copy(its, number, means, due) for number in numbers]


def put(queue: Store, its: Sending, *numbers: int, means: Way = "mail", due: int = 100) -> None:
    with queue.transaction():
        queue.put({its: copies(its, *numbers, means=means, due=due)})


def due(queue: Store, at: int = 100, means: Way = "mail") -> list[Key]:
    return [each.key for each in queue.due(means, at, 99)]


def settle(queue: Store, key: Key, end: End | None, at: int = 0, failures: int = 0) -> None:
    with queue.transaction():
        queue.settle([Settled(key, end, at, failures)], 100)


class QueueSuite:
    @pytest.fixture
    def queue(self) -> Store:
        raise NotImplementedError

    def test_what_is_due_by_these_means_comes_the_oldest_first(self, queue: Store) -> None:
        put(queue, sending(ONE), 1, due=300)
        put(queue, sending(TWO), 2, 1, due=200)
        put(queue, sending(THREE), 0, means="page")

        assert [] == due(queue, 199)
        assert [Key(TWO, 1), Key(TWO, 2)] == due(queue, 299)
        assert [Key(TWO, 1), Key(TWO, 2), Key(ONE, 1)] == due(queue, 300)
        assert [Key(TWO, 1)] == [each.key for each in queue.due("mail", 300, 1)]
        assert [Key(THREE, 0)] == due(queue, means="page")

    def test_what_is_worth_telling_for_fewer_days_comes_before_what_waits_longer(self, queue: Store) -> None:
        put(queue, sending(ONE, expires=100 + 8 * DAY), 1, due=100)
        put(queue, sending(TWO, expires=100 + 30 * DAY), 1, due=50)
        put(queue, sending(THREE, expires=200 + 2 * DAY), 1, due=200)
        put(queue, sending(FOUR, expires=150), 1, 2, due=300)

        assert [Key(TWO, 1), Key(ONE, 1)] == due(queue, 199)
        assert [Key(FOUR, 1), Key(FOUR, 2), Key(THREE, 1), Key(TWO, 1), Key(ONE, 1)] == due(queue, 300)
        assert [Key(FOUR, 1), Key(FOUR, 2), Key(THREE, 1)] == [each.key for each in queue.due("mail", 300, 3)]

    def test_what_is_put_off_to_its_last_day_goes_first_then(self, queue: Store) -> None:
        put(queue, sending(ONE, expires=100 + 3 * DAY), 1, due=100)
        put(queue, sending(TWO, expires=100 + 2 * DAY), 1, due=100)
        settle(queue, Key(ONE, 1), None, 100 + 3 * DAY - 1, 1)

        assert [Key(TWO, 1)] == due(queue, 100)
        assert [Key(ONE, 1), Key(TWO, 1)] == due(queue, 100 + 3 * DAY)

    def test_a_copy_comes_with_all_that_was_asked_and_where_it_goes(self, queue: Store) -> None:
        queue.keep(replace(MAILBOX, quiet=QuietHours(22, 6)))
        [address] = queue.of(HANAKO)
        asked = sending(text="N1a", office="131016", business="001", is_hint=False, language="ja")
        put(queue, asked, address.number)

        assert [Copy(asked, address.number, "mail", 100, 0, address)] == queue.due("mail", 100, 9)

    def test_a_sending_that_is_known_is_not_queued_again(self, queue: Store) -> None:
        put(queue, sending(), 1)
        settle(queue, Key(ONE, 1), "delivered")
        put(queue, sending(), 1, 2)

        assert [] == due(queue)

    def test_what_ended_is_not_due_and_what_is_put_off_is_due_then(self, queue: Store) -> None:
        put(queue, sending(), 0, 1)
        settle(queue, Key(ONE, 1), "gone")
        settle(queue, Key(ONE, 0), None, 400, 3)

        assert (False, True) == (queue.waits(Key(ONE, 1)), queue.waits(Key(ONE, 0)))
        assert [] == due(queue, 399)
        [found] = queue.due("mail", 400, 9)
        assert (Key(ONE, 0), 400, 3) == (found.key, found.due, found.failures)

    def test_what_has_ended_stays_so_but_what_was_delivered_was_delivered(self, queue: Store) -> None:
        put(queue, sending(), 1)
        with queue.transaction():
            queue.take_back(b"n" * 16, 100)
        settle(queue, Key(ONE, 1), None, 400, 3)

        assert [] == due(queue, 999)
        settle(queue, Key(ONE, 1), "gone")
        assert [frozenset({"withdrawn"})] == list(queue.ended([ONE]).values())
        settle(queue, Key(ONE, 1), "delivered")
        assert [frozenset({"delivered"})] == list(queue.ended([ONE]).values())

    def test_a_sending_has_ended_when_nothing_of_it_waits(self, queue: Store) -> None:
        put(queue, sending(ONE), 1, 2)
        put(queue, sending(TWO))
        settle(queue, Key(ONE, 1), "delivered")

        assert {sending(TWO): frozenset()} == queue.ended([ONE, TWO])
        settle(queue, Key(ONE, 2), "gone")
        assert {sending(ONE): frozenset({"delivered", "gone"})} == queue.ended([ONE])
        assert {} == queue.ended([THREE])

    def test_what_is_closed_has_ended_once_unless_it_was_delivered_after_all(self, queue: Store) -> None:
        put(queue, sending(), 1)
        settle(queue, Key(ONE, 1), "hidden")
        with queue.transaction():
            queue.close({ONE: "hidden"}, 100)

        assert {} == queue.ended([ONE])
        settle(queue, Key(ONE, 1), "delivered")
        assert [sending()] == list(queue.ended([ONE]))
        with queue.transaction():
            queue.close({ONE: "delivered"}, 100)
        assert {} == queue.ended([ONE])

    def test_what_is_taken_back_waits_no_more_and_other_notices_do(self, queue: Store) -> None:
        put(queue, sending(ONE), 1, 2)
        put(queue, sending(TWO, notice=b"o" * 16), 1)
        with queue.transaction():
            taken = queue.take_back(b"n" * 16, 100)

        assert ([ONE], [Key(TWO, 1)]) == (taken, due(queue))
        assert [] == queue.take_back(b"n" * 16, 100)

    def test_of_who_hides_only_what_goes_by_her_safe_channel_stays(self, queue: Store) -> None:
        put(queue, sending(ONE), 1)
        put(queue, sending(TWO, handle=TARO), 2)
        put(queue, sending(THREE, channel="safe"), 3)
        with queue.transaction():
            dropped = queue.hide([HANAKO], 100)

        assert ([ONE], [Key(TWO, 2), Key(THREE, 3)]) == (dropped, due(queue))

    def test_what_is_worth_nothing_any_more_is_given_up_and_kept(self, queue: Store) -> None:
        put(queue, sending(ONE), 1)
        put(queue, sending(TWO, expires=901), 1)
        put(queue, sending(THREE), 0, means="page")
        with queue.transaction():
            given_up = queue.expire("mail", 900)

        assert ([ONE], [Key(TWO, 1)]) == (given_up, due(queue, 900))
        assert {sending(ONE): frozenset({"expired"})} == queue.ended([ONE])

    def test_addresses_are_reached_by_person_and_class_while_they_are_wanted(self, queue: Store) -> None:
        phone = replace(MAILBOX, channel="push", means="webpush", target={"endpoint": "x"}, token="two")
        for each in (MAILBOX, phone, replace(MAILBOX, target={"mailbox": "b"}, consented=None, token="three")):
            queue.keep(each)
        found = queue.reach([(HANAKO, "mail"), (HANAKO, "push"), (TARO, "mail"), (HANAKO, "mail")])

        assert {
            (HANAKO, "mail"): ["one"], (HANAKO, "push"): ["two"], (TARO, "mail"): [],
        } == {key: tokens(its) for key, its in found.items()}  # fmt: skip
        assert ["one", "two", "three"] == tokens(queue.of(HANAKO))

    def test_an_address_that_is_named_anew_keeps_its_number_and_its_token(self, queue: Store) -> None:
        queue.keep(MAILBOX)
        [first] = queue.of(HANAKO)
        queue.lose(first.number, 100)

        assert {(HANAKO, "mail"): []} == queue.reach([(HANAKO, "mail")])
        queue.keep(replace(MAILBOX, language=Language.KOREAN, consented=7, quiet=QuietHours(1, 2), token="other"))
        changed = replace(first, language=Language.KOREAN, consented=7, quiet=QuietHours(1, 2))
        assert [changed] == queue.of(HANAKO)
        assert (changed, None) == (queue.by_token("one"), queue.by_token("other"))

    @pytest.mark.parametrize("token", ["", "\0", "one\0", "é", "x" * 10_000])
    def test_what_stood_in_no_letter_is_nobodys_token(self, queue: Store, token: str) -> None:
        queue.keep(MAILBOX)

        assert queue.by_token(token) is None

    def test_of_an_address_that_is_forgotten_nothing_stays_and_its_copies_go_nowhere(self, queue: Store) -> None:
        queue.keep(MAILBOX)
        [address] = queue.of(HANAKO)
        put(queue, sending(), address.number)
        waited = queue.waits(Key(ONE, address.number))
        queue.forget(address.number)

        assert (True, False) == (waited, queue.waits(Key(ONE, address.number)))
        assert ([], [None]) == (queue.of(HANAKO), [each.address for each in queue.due("mail", 100, 9)])

    def test_a_naming_is_its_persons_only_one_until_it_is_forgotten(self, queue: Store) -> None:
        queue.put_naming(NAMING)
        queue.put_naming(tried := replace(NAMING, tries=2, language=Language.KOREAN, code="b", asked=8))
        queue.put_naming(other := replace(NAMING, handle=TARO, asked=5))

        assert ([other, tried], tried) == (queue.unsent(9), queue.naming(HANAKO))
        queue.put_naming(replace(tried, is_sent=True))
        assert [other] == queue.unsent(9)
        queue.forget_naming(HANAKO)
        assert (None, other) == (queue.naming(HANAKO), queue.naming(TARO))

    def test_a_letter_that_is_put_off_is_tried_then_and_keeps_no_other_one_waiting(self, queue: Store) -> None:
        queue.put_naming(later := replace(NAMING, due=20, failures=3))
        queue.put_naming(other := replace(NAMING, handle=TARO, asked=8))

        assert ([other], [later, other]) == (queue.unsent(19), queue.unsent(20))

    def test_a_copy_that_failed_has_ended(self, queue: Store) -> None:
        put(queue, sending(), 1)
        settle(queue, Key(ONE, 1), "failed")

        assert ([], {sending(): frozenset({"failed"})}) == (due(queue, 899), queue.ended([ONE]))

    def test_namings_of_some_time_ago_are_forgotten(self, queue: Store) -> None:
        queue.put_naming(NAMING)
        queue.put_naming(newer := replace(NAMING, handle=TARO, asked=8))
        queue.forget_namings(7)

        assert (None, newer) == (queue.naming(HANAKO), queue.naming(TARO))

    def test_who_asks_is_counted_since_then(self, queue: Store) -> None:
        counted = [
            queue.note_asked(who, at, at - 10) for who, at in ((HANAKO, 1), (TARO, 2), (HANAKO, 10), (HANAKO, 11))
        ]

        assert [1, 1, 2, 2] == counted

    def test_who_agreed_has_agreed_since_the_first_time(self, queue: Store) -> None:
        before = queue.agreed(HANAKO)
        for since in (5, 7):
            queue.set_agreed(HANAKO, since)

        assert (None, 5, None) == (before, queue.agreed(HANAKO), queue.agreed(TARO))
        queue.set_agreed(HANAKO, None)
        assert None is queue.agreed(HANAKO)

    def test_the_key_of_pushes_is_that_of_who_sends_them_now(self, queue: Store) -> None:
        before = queue.push_key()
        for each in ("one", "two"):
            queue.set_push_key(each)

        assert ("", "two") == (before, queue.push_key())

    def test_letters_are_pending_in_order_until_they_are_marked(self, queue: Store) -> None:
        its = [Outgoing("process-inputs", HANAKO, bytes([number])) for number in range(3)]
        with queue.transaction():
            queue.post(its)
        numbers = [number for number, _ in queue.pending(2)]
        queue.mark(numbers, [])

        assert (2, its[2:]) == (len(numbers), [letter for _, letter in queue.pending(9)])

    def test_it_knows_how_far_was_read(self, queue: Store) -> None:
        with queue.transaction():
            queue.advance({AT: 5})
            queue.advance({AT: 7, TopicPartition("notice-sendings", 0): 1})

        assert {AT: 7, TopicPartition("notice-sendings", 0): 1} == queue.positions()

    def test_what_is_undone_leaves_nothing(self, queue: Store) -> None:
        with pytest.raises(UndoneError):
            self.undo_all(queue)

        assert ([], [], {}, [], {}) == (
            due(queue), queue.pending(9), queue.positions(), queue.of(HANAKO), queue.ended([ONE]),
        )  # fmt: skip
        assert (None, None, 1) == (queue.naming(HANAKO), queue.agreed(HANAKO), queue.note_asked(HANAKO, 6, 0))

    def undo_all(self, queue: Store) -> None:
        with queue.transaction():
            queue.keep(MAILBOX)
            queue.put_naming(NAMING)
            queue.set_agreed(HANAKO, 5)
            queue.note_asked(HANAKO, 5, 0)
            queue.put({sending(): copies(sending(), 1)})
            queue.settle([Settled(Key(ONE, 1), "delivered")], 100)
            queue.close({ONE: "delivered"}, 100)
            queue.post([Outgoing("process-inputs", HANAKO, b"value")])
            queue.set_aside(Incoming(*AT, 3, 0, None, b"?"), "ValueError")
            queue.advance({AT: 4})
            raise UndoneError


def tokens(addresses: Sequence[Address]) -> list[str]:
    return [each.token for each in addresses]
