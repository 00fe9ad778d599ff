"""What the residents' stores keep: ``gateway.residents`` runs on those in memory as on PostgreSQL's."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.residents.enrolling import Subject
from gateway.residents.ports import CHOSEN, Addresses, Choice, Feedback
from gateway.residents.proxies import INVITED_MILLISECONDS, VIEWS_SHOWN, Proxies, Proxy
from gateway.residents.sessions import IDLE, LONGEST, Session, Sessions
from gateway.residents.tables import PostgresResidents
from gateway.residents.testing import MemoryResidents
from gateway.sign_in.attempts import MILLISECONDS, Attempt, Attempts
from gateway.sign_in.lasting import NOTED_EVERY, used
from kairan import wire
from kairan.identifiers import Handle
from processors.channels.addresses import Address, Wish
from processors.channels.tables import PostgresQueue
from processors.channels.testing import MemoryQueue
from processors.notices import process
from processors.notices.channels import QuietHours
from processors.notices.facts import Consent, Input
from processors.notices.notices import NoticeId
from processors.notices.texts import Language

ONE, OTHER = b"1" * 32, b"2" * 32
AOI, REN, MIO = Handle(b"a" * 16), Handle(b"r" * 16), Handle(b"m" * 16)
NOW = 1_800_000_000_000
TODAY, LAST = date(2027, 1, 15), date(2027, 6, 30)
ASKED = Proxy(b"p" * 16, AOI, None, frozenset({"duties", "notices"}), LAST, NOW)
NOTICE = NoticeId(b"n" * 16)
MAILBOX = Address(AOI, "mail", "mail", {"mailbox": "aoi@mail.example.jp"}, Language.JAPANESE, NOW, token="one")
PHONE = Address(AOI, "push", "webpush", {"endpoint": "one"}, Language.JAPANESE, NOW, token="phone")
ATTEMPT = Attempt("state", "nonce", "verifier", "notices", NOW)


class SessionsSuite:
    @pytest.fixture
    def sessions(self) -> Sessions:
        raise NotImplementedError

    def test_a_session_is_found_by_its_key_alone(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)

        assert (Session(ONE, AOI, NOW, NOW), None) == (sessions.find(ONE, NOW), sessions.find(OTHER, NOW))

    def test_of_many_sessions_those_that_last_are_found_at_once(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.open(OTHER, REN, NOW + 1)
        sessions.act_for(OTHER, AOI)
        keys = [ONE, OTHER, b"3" * 32]

        assert {each: sessions.find(each, NOW) for each in (ONE, OTHER)} == sessions.lasting(keys, NOW + 1)
        assert [OTHER] == list(sessions.lasting(keys, NOW + IDLE))
        assert {} == sessions.lasting([], NOW)

    def test_a_session_that_nobody_uses_ends(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)

        assert (True, False) == (bool(sessions.find(ONE, NOW + IDLE - 1)), bool(sessions.find(ONE, NOW + IDLE)))

    def test_a_session_that_is_used_lasts_until_its_longest(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        for now in range(NOW, NOW + LONGEST, IDLE - 1):
            sessions.note(ONE, now)

        assert sessions.find(ONE, NOW + LONGEST - 1)
        assert None is sessions.find(ONE, NOW + LONGEST)

    def test_a_session_that_has_ended_is_not_woken(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.note(ONE, NOW + IDLE)

        assert None is sessions.find(ONE, NOW + IDLE)

    def test_looking_at_a_session_does_not_prolong_it_and_a_page_does(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.find(ONE, NOW + NOTED_EVERY)
        found = used(sessions, ONE, NOW + NOTED_EVERY)
        again = sessions.find(ONE, NOW + NOTED_EVERY)

        assert (NOW, NOW + NOTED_EVERY) == (found and found.seen, again and again.seen)

    def test_a_session_that_is_closed_is_gone(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.open(OTHER, AOI, NOW)
        sessions.close(ONE)

        assert (None, True) == (sessions.find(ONE, NOW), bool(sessions.find(OTHER, NOW)))

    def test_all_sessions_of_a_person_are_closed_at_once_and_those_of_her_proxies_too(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.open(OTHER, REN, NOW)
        sessions.act_for(OTHER, AOI)

        assert {AOI, REN} == sessions.people()
        assert 2 == sessions.close_all([AOI])
        assert (None, None, frozenset()) == (sessions.find(ONE, NOW), sessions.find(OTHER, NOW), sessions.people())

    def test_closing_nobodys_sessions_closes_none(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)

        assert (0, 0) == (sessions.close_all([]), sessions.close_all([REN]))
        assert sessions.find(ONE, NOW)

    def test_acting_for_somebody_ends_as_it_begins(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.act_for(ONE, REN)
        acting = sessions.find(ONE, NOW)
        sessions.act_for(ONE, None)
        again = sessions.find(ONE, NOW)

        assert acting
        assert again
        assert (REN, AOI, None) == (acting.shown, again.shown, again.acting_for)

    def test_who_has_sessions_that_ended_is_forgotten_at_the_next_sign_in(self, sessions: Sessions) -> None:
        sessions.open(ONE, AOI, NOW)
        sessions.open(OTHER, REN, NOW + IDLE)

        assert {REN} == sessions.people()


class AttemptsSuite:
    @pytest.fixture
    def attempts(self) -> Attempts:
        raise NotImplementedError

    def test_an_attempt_is_taken_once(self, attempts: Attempts) -> None:
        attempts.put(ONE, ATTEMPT)

        assert (None, ATTEMPT, None) == (attempts.take(OTHER), attempts.take(ONE), attempts.take(ONE))

    def test_an_attempt_that_is_too_old_is_forgotten(self, attempts: Attempts) -> None:
        attempts.put(ONE, ATTEMPT)
        attempts.put(OTHER, Attempt("state", "nonce", "verifier", "notices", NOW + MILLISECONDS + 1))

        assert (None, True) == (attempts.take(ONE), bool(attempts.take(OTHER)))


class ResidentsSuite:
    @pytest.fixture
    def residents(self) -> MemoryResidents | PostgresResidents:
        raise NotImplementedError

    def test_a_subject_is_somebody_at_one_provider_only(self, residents: MemoryResidents | PostgresResidents) -> None:
        residents.bind(Subject.of("https://one.example", "aoi"), AOI)
        residents.bind(Subject.of("https://other.example", "aoi"), REN)

        assert [AOI, REN, None] == [
            residents.behind(Subject.of(f"https://{each}.example", "aoi")) for each in ("one", "other", "third")
        ]
        assert None is residents.behind(Subject.of("https://one.example", "ren"))

    def test_who_is_enrolled_again_is_whom_the_counter_named_last(
        self, residents: MemoryResidents | PostgresResidents
    ) -> None:
        residents.bind(Subject.of("https://one.example", "aoi"), AOI)
        residents.bind(Subject.of("https://one.example", "aoi"), REN)

        assert REN == residents.behind(Subject.of("https://one.example", "aoi"))


class ProxiesSuite:
    @pytest.fixture
    def proxies(self) -> Proxies:
        raise NotImplementedError

    @pytest.fixture
    def asked(self, proxies: Proxies) -> Proxy:
        proxies.ask(ASKED, ONE)
        return ASKED

    def test_an_invitation_is_open_until_it_is_confirmed_or_too_old(self, proxies: Proxies, asked: Proxy) -> None:
        late = NOW + INVITED_MILLISECONDS

        assert (asked, asked) == (proxies.invited(ONE, NOW), proxies.invited(ONE, late - 1))
        assert (None, None) == (proxies.invited(OTHER, NOW), proxies.invited(ONE, late))
        assert [False, False, True, False] == [
            proxies.confirm(*each) for each in ((ONE, REN, late), (ONE, AOI, NOW), (ONE, REN, NOW), (ONE, MIO, NOW))
        ]
        assert None is proxies.invited(ONE, NOW)

    def test_a_proxy_holds_between_two_in_one_direction_until_its_last_day(
        self, proxies: Proxies, asked: Proxy
    ) -> None:
        before = proxies.between(REN, AOI, TODAY)
        proxies.confirm(ONE, REN, NOW)
        held = replace(asked, proxy=REN)

        assert (None, held, held) == (before, proxies.between(REN, AOI, TODAY), proxies.between(REN, AOI, LAST))
        assert (None, None) == (proxies.between(AOI, REN, TODAY), proxies.between(REN, AOI, LAST + timedelta(1)))

    def test_of_two_between_the_same_the_newest_holds(self, proxies: Proxies, asked: Proxy) -> None:
        newer = replace(asked, id=b"q" * 16, scopes=frozenset({"move"}), asked=NOW + 1)
        proxies.ask(newer, OTHER)
        proxies.confirm(ONE, REN, NOW)
        proxies.confirm(OTHER, REN, NOW + 1)

        assert replace(newer, proxy=REN) == proxies.between(REN, AOI, TODAY)

    def test_both_see_it_and_nobody_else(self, proxies: Proxies, asked: Proxy) -> None:
        waiting = [proxies.of(each, TODAY) for each in (AOI, REN)]
        proxies.confirm(ONE, REN, NOW)
        held = [replace(asked, proxy=REN)]

        assert [[asked], []] == waiting
        assert [held, held, [], []] == [
            proxies.of(*each) for each in ((AOI, TODAY), (REN, TODAY), (MIO, TODAY), (AOI, LAST + timedelta(1)))
        ]

    @pytest.mark.parametrize("who", [AOI, REN])
    def test_either_ends_it_for_good(self, proxies: Proxies, asked: Proxy, who: Handle) -> None:
        proxies.confirm(ONE, REN, NOW)
        ended = [proxies.end(asked.id, each, NOW) for each in (MIO, who, who)]

        assert [False, True, False] == ended
        assert (None, [], frozenset()) == (proxies.between(REN, AOI, TODAY), proxies.of(AOI, TODAY), proxies.people())

    def test_an_invitation_that_was_taken_back_is_confirmed_by_nobody(self, proxies: Proxies, asked: Proxy) -> None:
        proxies.end(asked.id, AOI, NOW)

        assert (None, False) == (proxies.invited(ONE, NOW), proxies.confirm(ONE, REN, NOW))

    @pytest.mark.parametrize(("handles", "count"), [([AOI], 1), ([REN], 1), ([MIO], 0), ([], 0)])
    def test_all_of_a_persons_end_at_once_on_whichever_side(
        self, proxies: Proxies, asked: Proxy, handles: list[Handle], count: int
    ) -> None:
        proxies.confirm(ONE, REN, NOW)

        assert ({AOI, REN}, count) == (proxies.people(), proxies.close_all(handles))
        assert (asked.id in [each.id for each in proxies.of(AOI, TODAY)]) == (count == 0)

    def test_whose_last_day_is_over_leaves_the_guard_nothing_to_look_at(self, proxies: Proxies, asked: Proxy) -> None:
        proxies.ask(replace(asked, id=b"q" * 16, represented=MIO, until=LAST + timedelta(1)), OTHER)
        proxies.confirm(ONE, REN, NOW)
        ended = [proxies.expire(LAST), proxies.expire(LAST + timedelta(1)), proxies.expire(LAST + timedelta(1))]

        assert ([0, 1, 0], {MIO}) == (ended, proxies.people())

    def test_what_was_opened_is_told_to_whose_it_was_also_after_the_end(self, proxies: Proxies, asked: Proxy) -> None:
        proxies.confirm(ONE, REN, NOW)
        proxies.note(asked.id, "duties", NOW)
        proxies.note(asked.id, "move", NOW + 1)
        proxies.end(asked.id, AOI, NOW)

        assert ([("move", NOW + 1), ("duties", NOW)], []) == (proxies.views(AOI), proxies.views(REN))

    def test_of_what_was_opened_the_newest_are_told(self, proxies: Proxies, asked: Proxy) -> None:
        for at in range(VIEWS_SHOWN + 1):
            proxies.note(asked.id, "move", NOW + at)

        assert [("move", NOW + at) for at in range(VIEWS_SHOWN, 0, -1)] == proxies.views(AOI)


class FeedbackSuite:
    @pytest.fixture
    def feedback(self) -> Feedback:
        raise NotImplementedError

    def test_the_last_word_on_a_notice_counts_and_is_its_persons(self, feedback: Feedback) -> None:
        feedback.say(AOI, NOTICE, "helped", NOW)
        feedback.say(AOI, NOTICE, "wrong", NOW + 1)

        assert ({NOTICE: "wrong"}, {}) == (feedback.of(AOI), feedback.of(REN))


class AddressesSuite:
    """``store``: beneath ``addresses``, where tests put what pages do not write, and read what the notices hear."""

    @pytest.fixture
    def store(self) -> PostgresQueue | MemoryQueue:
        raise NotImplementedError

    @pytest.fixture
    def addresses(self, store: PostgresQueue | MemoryQueue) -> Addresses:
        raise NotImplementedError

    def test_who_has_named_nothing_has_agreed_to_nothing_and_cannot(self, addresses: Addresses) -> None:
        addresses.choose(AOI, "mail", Wish(True, Language.ENGLISH), NOW)

        assert [Choice(each) for each in CHOSEN] == addresses.of(AOI)

    def test_what_she_has_named_is_hers_and_a_mailbox_is_not_written_out(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        named(store, MAILBOX)
        [_, mail, *_] = addresses.of(AOI)

        assert ("a…@mail.example.jp", "mail", NOW) == (mail.named[0].shown, mail.named[0].means, mail.since)
        assert [Choice(each) for each in CHOSEN] == addresses.of(REN)
        assert "aoi" not in repr(mail)

    def test_a_class_is_agreed_to_since_its_first_address(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        named(store, replace(PHONE, consented=NOW + 5))
        named(store, replace(PHONE, target={"endpoint": "other"}, consented=NOW, token="two"))
        named(store, replace(PHONE, target={"endpoint": "third"}, consented=None, token="three"))
        [push, *_] = addresses.of(AOI)

        assert (NOW, [NOW + 5, NOW, None]) == (push.since, [each.since for each in push.named])

    def test_who_wants_no_more_is_told_no_more_and_the_notices_hear_of_it_once(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        named(store, MAILBOX)
        for at in (NOW + 1, NOW + 2):
            addresses.choose(AOI, "mail", Wish(False, Language.ENGLISH), at)
        [_, off, *_] = addresses.of(AOI)
        addresses.choose(AOI, "mail", Wish(True, Language.ENGLISH), NOW + 3)

        assert (None, True, NOW + 3) == (off.since, off.has_address, addresses.of(AOI)[1].since)
        assert [Consent("mail", False, NOW + 1), Consent("mail", True, NOW + 3)] == heard(store)

    def test_language_and_hours_are_those_of_every_address_of_the_class_and_the_consent_stays_as_old(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        named(store, MAILBOX)
        named(store, PHONE)
        before = addresses.of(AOI)[0]
        addresses.choose(AOI, "mail", Wish(True, Language.KOREAN, QuietHours(20, 7)), NOW + 9)
        [push, mail, *_] = addresses.of(AOI)

        assert (NOW, Language.KOREAN, 20, 7) == (mail.since, mail.language, mail.quiet_from, mail.quiet_to)
        assert (before, [], Language.JAPANESE, 21, 8) == (
            push, heard(store), push.language, push.quiet_from, push.quiet_to,
        )  # fmt: skip

    def test_a_consent_to_one_means_is_none_to_another(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        """The notices know classes: they hear of it where a class begins to reach her, or reaches her no more."""
        named(store, replace(PHONE, consented=None))
        addresses.name(replace(PHONE, means="line", target={"user": "x"}, token="two"), NOW + 1)
        [push, _, line, portal] = addresses.of(AOI)
        addresses.choose(AOI, "push", Wish(True, Language.ENGLISH), NOW + 2)
        addresses.choose(AOI, "line", Wish(False, Language.ENGLISH), NOW + 3)
        [push_after, _, line_after, _] = addresses.of(AOI)
        addresses.choose(AOI, "push", Wish(False, Language.ENGLISH), NOW + 4)

        assert (None, NOW, None) == (push.since, line.since, portal.since)
        assert (NOW + 2, None) == (push_after.since, line_after.since)
        assert [Consent("push", True, NOW + 1), Consent("push", False, NOW + 4)] == heard(store)

    def test_an_address_at_which_nobody_is_stays_gone_whatever_is_chosen(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        named(store, MAILBOX)
        [kept] = store.of(AOI)
        store.lose(kept.number, NOW)
        addresses.choose(AOI, "mail", Wish(True, Language.ENGLISH), NOW + 1)
        [_, mail, *_] = addresses.of(AOI)

        assert (None, True, []) == (mail.since, mail.named[0].is_gone, heard(store))

    def test_one_click_takes_the_address_away_and_tells_nothing_of_whose_it_was(
        self, addresses: Addresses, store: PostgresQueue | MemoryQueue
    ) -> None:
        named(store, MAILBOX)
        known = [addresses.knows(each) for each in ("one", "other", "")]
        stopped = [addresses.unsubscribe(each, NOW + 1) for each in ("other", "one", "one")]

        assert ([True, False, False], [False, True, False]) == (known, stopped)
        assert ([], [Consent("mail", False, NOW + 1)]) == (store.of(AOI), heard(store))

    def test_no_click_ends_a_safe_channel(self, addresses: Addresses, store: PostgresQueue | MemoryQueue) -> None:
        named(store, safe := replace(MAILBOX, channel="safe", token="safe"))

        assert (False, False) == (addresses.knows("safe"), addresses.unsubscribe("safe", NOW + 1))
        assert [safe.target] == [each.target for each in store.of(AOI)]


def named(store: PostgresQueue | MemoryQueue, address: Address) -> None:
    with store.transaction():
        store.keep(address)


def heard(store: PostgresQueue | MemoryQueue) -> list[Input]:
    """What waits to be told to the notices."""
    letters = [wire.decode_record(letter.value or b"")[1] for _, letter in store.pending(99)]
    return [process.WORDS.from_json(json.loads(each["told"])) for each in letters]
