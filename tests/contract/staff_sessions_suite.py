"""What staff's sessions keep, in memory as on PostgreSQL."""

import pytest

from gateway.desks.sessions import IDLE, LONGEST, Session, SessionStore, SignedIn
from gateway.desks.staff import Role, Staff
from gateway.sign_in.browser import digest
from gateway.sign_in.lasting import NOTED_EVERY, used

ONE, OTHER, THIRD, FOURTH = (each * 32 for each in (b"1", b"2", b"3", b"4"))
MEMBER, ELSEWHERE = "131237", "122033"
CLERK = Staff(MEMBER, Role.DESK, "0101", "f3a9")
NOW = 1_800_000_000_000


class StaffSessionsSuite:
    @pytest.fixture
    def store(self) -> SessionStore:
        raise NotImplementedError

    @pytest.mark.parametrize("role", Role)
    def test_a_session_is_found_by_its_key_alone_with_all_that_was_known_of_the_clerk(
        self, store: SessionStore, role: Role
    ) -> None:
        clerk = Staff(MEMBER, role, "0101", "f3a9")
        store.open(ONE, clerk, NOW)

        assert (Session(ONE, clerk, NOW, NOW), None) == (store.find(ONE, NOW), store.find(OTHER, NOW))

    def test_a_session_that_nobody_uses_ends(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)

        assert (True, False) == (bool(store.find(ONE, NOW + IDLE - 1)), bool(store.find(ONE, NOW + IDLE)))

    def test_a_session_that_is_used_lasts_until_the_working_day_ends(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)
        for now in range(NOW, NOW + LONGEST, IDLE - 1):
            store.note(ONE, now)

        assert store.find(ONE, NOW + LONGEST - 1)
        assert None is store.find(ONE, NOW + LONGEST)

    def test_a_session_that_has_ended_is_not_woken(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)
        store.note(ONE, NOW + IDLE)

        assert None is store.find(ONE, NOW + IDLE)

    def test_looking_at_a_session_does_not_prolong_it_and_a_page_does(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)
        store.find(ONE, NOW + NOTED_EVERY)
        found = used(store, ONE, NOW + NOTED_EVERY)
        again = store.find(ONE, NOW + NOTED_EVERY)

        assert (NOW, NOW + NOTED_EVERY) == (found and found.seen, again and again.seen)

    def test_a_session_that_is_closed_is_gone_and_no_other(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)
        store.open(OTHER, CLERK, NOW)
        store.close(ONE)

        assert (None, True) == (store.find(ONE, NOW), bool(store.find(OTHER, NOW)))

    def test_all_of_a_clerk_end_at_once_in_every_role_and_nobody_elses(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)
        store.open(OTHER, Staff(MEMBER, Role.OPERATOR, "0101", "another account"), NOW)
        store.open(THIRD, Staff(ELSEWHERE, Role.DESK, "0101", "f3a9"), NOW)
        store.open(FOURTH, Staff(MEMBER, Role.DESK, "0102"), NOW)

        assert [2, 0, 0] == [store.close_all(*each) for each in ((MEMBER, "0101"), (MEMBER, "0101"), (MEMBER, ""))]
        assert [False, False, True, True] == [bool(store.find(each, NOW)) for each in (ONE, OTHER, THIRD, FOURTH)]

    def test_sessions_that_have_ended_are_forgotten_at_the_next_sign_in(self, store: SessionStore) -> None:
        store.open(ONE, CLERK, NOW)
        store.open(OTHER, CLERK, NOW + IDLE)

        assert 1 == store.close_all(MEMBER, "0101")

    def test_a_browsers_secret_is_whose_session_it_opens_and_nothing_else_is(self, store: SessionStore) -> None:
        store.open(digest("secret"), CLERK, NOW)
        signed_in = SignedIn(store, lambda: NOW)

        assert [CLERK, None, None] == [signed_in.staff(token) for token in ("secret", "", digest("secret").hex())]
