"""What every store of codes and of sign-ins that wait keeps, and what holds at a counter on either."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from gateway.residents import codes, enrolling
from gateway.residents.enrolling import (
    LASTS,
    NOBODY,
    TRIES,
    TRIES_OF_PLACE,
    Bound,
    Counter,
    Enrolments,
    Issued,
    Subject,
)
from gateway.residents.tables import PostgresResidents
from gateway.residents.testing import MemoryResidents
from gateway.sign_in.browser import digest
from kairan.identifiers import Handle

AOI, REN = Handle(b"a" * 16), Handle(b"r" * 16)
NOW = 1_800_000_000_000
KEY, OTHER = b"1" * 32, b"2" * 32
HERS, HIS = Subject.of("https://one.example", "aoi"), Subject.of("https://one.example", "ren")
CODE, ANOTHER = codes.new("131237"), codes.new("131237")
ELSEWHERE = codes.new("122033")
ACT = b"n" * 16
Wait = Callable[..., None]


def issued(person: Handle = AOI, code: str = CODE, at: int = NOW, *, may_hide: bool = False) -> Issued:
    return Issued(person, digest(code), ACT, at, may_hide)


class CounterSuite:
    """``counter`` writes who somebody is where ``residents`` looks."""

    @pytest.fixture
    def counter(self) -> Counter:
        raise NotImplementedError

    @pytest.fixture
    def residents(self) -> MemoryResidents | PostgresResidents:
        raise NotImplementedError

    @pytest.fixture
    def its(self, counter: Counter) -> Enrolments:
        return Enrolments(lambda: nullcontext(counter), digest)

    def test_who_brings_her_code_is_the_person_whom_it_was_issued_for(
        self, its: Enrolments, counter: Counter, residents: MemoryResidents | PostgresResidents
    ) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued())
        before = residents.behind(HERS)

        assert (None, AOI) == (before, its.person(CODE, NOW))
        assert Bound(HERS, AOI) == its.bring(KEY, codes.shown(CODE), NOW, hides=False)
        assert (AOI, None) == (residents.behind(HERS), residents.behind(HIS))

    def test_a_code_is_good_once_and_so_is_a_sign_in(self, its: Enrolments, counter: Counter) -> None:
        its.wait(KEY, HERS, NOW)
        its.wait(OTHER, HIS, NOW)
        enrolling.issue(counter, issued())
        its.bring(KEY, CODE, NOW, hides=False)

        assert ("gone", "wrong", False) == (
            its.bring(KEY, CODE, NOW, hides=False),
            its.bring(OTHER, CODE, NOW, hides=False),
            its.waits(KEY, NOW),
        )
        assert NOBODY == its.person(CODE, NOW)

    def test_a_new_code_makes_the_older_one_void(self, its: Enrolments, counter: Counter) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued())
        enrolling.issue(counter, issued(code=ANOTHER, at=NOW + 1))

        assert "wrong" == its.bring(KEY, CODE, NOW + 1, hides=False)
        assert Bound(HERS, AOI) == its.bring(KEY, ANOTHER, NOW + 1, hides=False)

    def test_two_codes_of_two_persons_stand_beside_each_other(self, its: Enrolments, counter: Counter) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued())
        enrolling.issue(counter, issued(REN, ANOTHER))

        assert Bound(HERS, AOI) == its.bring(KEY, CODE, NOW, hides=False)
        assert REN == its.person(ANOTHER, NOW)

    def test_a_code_ends_by_time(self, its: Enrolments, counter: Counter) -> None:
        enrolling.issue(counter, issued())
        its.wait(KEY, HERS, NOW + LASTS - 1)

        assert (AOI, NOBODY) == (its.person(CODE, NOW + LASTS - 1), its.person(CODE, NOW + LASTS))
        assert "wrong" == its.bring(KEY, CODE, NOW + LASTS, hides=False)

    def test_a_sign_in_waits_for_so_long_and_in_its_own_browser(self, its: Enrolments, counter: Counter) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued(at=NOW + 1))

        assert [True, False, False] == [
            its.waits(KEY, NOW + LASTS - 1), its.waits(KEY, NOW + LASTS), its.waits(OTHER, NOW),
        ]  # fmt: skip
        assert ["gone", "gone"] == [its.bring(each, CODE, NOW + LASTS, hides=False) for each in (KEY, OTHER)]

    def test_a_subject_waits_in_one_browser_the_one_where_it_signed_in_last(self, its: Enrolments) -> None:
        its.wait(KEY, HERS, NOW)
        its.wait(OTHER, HERS, NOW)
        its.wait(OTHER, HERS, NOW)

        assert (False, True) == (its.waits(KEY, NOW), its.waits(OTHER, NOW))

    def test_who_leaves_waits_no_more(self, its: Enrolments) -> None:
        its.wait(KEY, HERS, NOW)
        its.wait(OTHER, HIS, NOW)
        its.leave(KEY)

        assert (False, True) == (its.waits(KEY, NOW), its.waits(OTHER, NOW))

    def test_five_wrong_codes_end_it_for_a_while_however_often_the_subject_signs_in(
        self, its: Enrolments, counter: Counter
    ) -> None:
        enrolling.issue(counter, issued())
        its.wait(KEY, HERS, NOW)
        its.wait(OTHER, HIS, NOW)
        said = [its.bring(KEY, wrong, NOW, hides=False) for wrong in (ANOTHER, "", "?", ELSEWHERE, ANOTHER)]
        its.wait(KEY, HERS, NOW + 1)

        assert (["wrong"] * TRIES, "over") == (said, its.bring(KEY, CODE, NOW + 1, hides=False))
        assert Bound(HIS, AOI) == its.bring(OTHER, CODE, NOW + 1, hides=False)

    def test_they_are_forgotten_after_a_while(self, its: Enrolments, counter: Counter) -> None:
        its.wait(KEY, HERS, NOW)
        for _ in range(TRIES):
            its.bring(KEY, ANOTHER, NOW, hides=False)
        later = NOW + LASTS
        its.wait(KEY, HERS, later)
        enrolling.issue(counter, issued(at=later))

        assert (0, Bound(HERS, AOI)) == (
            counter.wrong(HERS.counted, NOW - 1), its.bring(KEY, CODE, later, hides=False),
        )  # fmt: skip

    def test_at_one_municipality_so_many_are_wrong_and_no_more_whoever_tries(
        self, its: Enrolments, counter: Counter
    ) -> None:
        enrolling.issue(counter, issued())
        enrolling.issue(counter, issued(REN, ELSEWHERE))
        for number in range(TRIES_OF_PLACE):
            its.wait(KEY, Subject.of("https://one.example", f"guesser {number}"), NOW)
            its.bring(KEY, ANOTHER, NOW, hides=False)
        its.wait(KEY, HERS, NOW)

        assert "over" == its.bring(KEY, CODE, NOW, hides=False)
        assert Bound(HERS, REN) == its.bring(KEY, ELSEWHERE, NOW, hides=False)

    def test_who_may_not_try_is_refused_before_anything_is_asked_and_who_may_is_not(self, its: Enrolments) -> None:
        before = its.refused(KEY, CODE, NOW)
        its.wait(KEY, HERS, NOW)
        waits = its.refused(KEY, CODE, NOW)
        for _ in range(TRIES):
            its.bring(KEY, ANOTHER, NOW, hides=False)

        assert ("gone", None, "over") == (before, waits, its.refused(KEY, CODE, NOW))

    def test_a_guess_where_no_sign_in_waits_holds_nobody_up(
        self, its: Enrolments, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is counted nowhere: a thousand of them would take the lock of all a thousand times."""
        locked: list[bool] = []
        monkeypatch.setattr(counter, "transaction", lambda: nullcontext(locked.append(True)))
        said = [its.bring(KEY, CODE, NOW, hides=False)]
        its.wait(KEY, HERS, NOW)
        locked.clear()

        assert (["gone"], "wrong", [True]) == (said, its.bring(KEY, CODE, NOW, hides=False), locked)

    @pytest.mark.parametrize("hides", [False, True])
    def test_no_code_changes_who_somebody_is_and_what_is_ended_is_free_again(
        self, its: Enrolments, counter: Counter, residents: MemoryResidents | PostgresResidents, *, hides: bool
    ) -> None:
        residents.bind(HERS, REN)
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued(may_hide=True))
        said = its.bring(KEY, CODE, NOW, hides=hides)
        before = residents.behind(HERS), counter.wrong(HERS.counted, NOW - 1)
        enrolling.end(counter, REN)
        enrolling.issue(counter, issued())

        assert ("wrong", (REN, 1)) == (said, before)
        assert Bound(HERS, AOI) == its.bring(KEY, CODE, NOW, hides=False)

    def test_who_is_enrolled_once_more_as_herself_is_enrolled(
        self, its: Enrolments, counter: Counter, residents: MemoryResidents | PostgresResidents
    ) -> None:
        residents.bind(HERS, AOI)
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued())

        assert Bound(HERS, AOI) == its.bring(KEY, CODE, NOW, hides=False)

    def test_of_whoever_hides_by_now_a_desks_code_is_good_for_nothing_also_when_she_hides_no_more(
        self, its: Enrolments, counter: Counter, residents: MemoryResidents | PostgresResidents
    ) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued())

        assert "wrong" == its.bring(KEY, CODE, NOW, hides=True)
        assert "wrong" == its.bring(KEY, CODE, NOW, hides=False)
        assert residents.behind(HERS) is None

    def test_whom_the_one_responsible_enrolled_while_she_hides_is_told_the_same_and_is_known(
        self, its: Enrolments, counter: Counter, residents: MemoryResidents | PostgresResidents
    ) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(counter, issued(may_hide=True))

        assert ("wrong", AOI) == (its.bring(KEY, CODE, NOW, hides=True), residents.behind(HERS))
        assert (True, NOBODY) == (its.waits(KEY, NOW), its.person(CODE, NOW))
        assert [1, 1] == [counter.wrong(each, NOW - 1) for each in (HERS.counted, CODE[: codes.PLACE])]

    def test_what_is_ended_ends_for_every_subject_of_hers_and_for_a_code_that_she_has(
        self, its: Enrolments, counter: Counter, residents: MemoryResidents | PostgresResidents
    ) -> None:
        for subject, person in ((HERS, AOI), (Subject.of("https://other.example", "aoi"), AOI), (HIS, REN)):
            residents.bind(subject, person)
        enrolling.issue(counter, issued())
        enrolling.issue(counter, issued(REN, ANOTHER))
        enrolling.end(counter, AOI)

        assert [None, None, REN] == [
            residents.behind(each) for each in (HERS, Subject.of("https://other.example", "aoi"), HIS)
        ]
        assert (NOBODY, REN) == (its.person(CODE, NOW), its.person(ANOTHER, NOW))
