"""A mailbox is hers when she has brought the code that was sent there; until then nothing is told there."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from connectors.notices.mail import letter as as_mail
from connectors.notices.port import DELIVERED, GONE, DownError, Later, Message, Outcome
from kairan import wire
from kairan.identifiers import Handle
from kairan.measures import Standing
from processors.channels import naming
from processors.channels.confirming import Confirming, letter
from processors.channels.naming import A_DAY, DAY, LASTS, TRIES, Naming
from processors.channels.testing import MemoryQueue
from processors.notices import process
from processors.notices.facts import Consent, Input
from processors.notices.texts import Language
from tests.unit.processors.channels.world import HANAKO, MORNING, TARO, address

ASKED = Naming(HANAKO, "hanako-canary@mail.example.jp", Language.ENGLISH, "01234567", MORNING)
CODE = ASKED.code


def asked() -> MemoryQueue:
    queue = MemoryQueue()
    assert naming.ask(queue, ASKED)
    return queue


def heard(queue: MemoryQueue) -> list[Input]:
    letters = [wire.decode_record(letter.value or b"")[1] for _, letter in queue.pending(99)]
    return [process.WORDS.from_json(json.loads(each["told"])) for each in letters]


def test_what_is_asked_for_is_no_address_and_no_consent() -> None:
    queue = asked()

    assert ([], []) == (queue.of(HANAKO), heard(queue))


def test_who_brings_the_code_has_named_the_mailbox_and_nothing_else_stays_of_it() -> None:
    queue = asked()
    outcome = naming.bring(queue, HANAKO, CODE, MORNING + 5)
    [address] = queue.of(HANAKO)

    assert ("named", {"mailbox": ASKED.mailbox}, MORNING + 5) == (outcome, address.target, address.consented)
    assert ([Consent("mail", True, MORNING + 5)], None) == (heard(queue), queue.naming(HANAKO))
    assert "over" == naming.bring(queue, HANAKO, CODE, MORNING + 6)


def test_a_code_is_good_for_who_asked_alone() -> None:
    queue = asked()

    assert ("over", []) == (naming.bring(queue, TARO, CODE, MORNING), queue.of(TARO))


@pytest.mark.parametrize(("later", "outcome"), [(LASTS - 1, "named"), (LASTS, "over")])
def test_a_code_is_good_for_half_an_hour(later: int, outcome: str) -> None:
    assert outcome == naming.bring(asked(), HANAKO, CODE, MORNING + later)


def test_after_five_wrong_codes_the_right_one_is_worth_nothing() -> None:
    queue = asked()
    tried = [naming.bring(queue, HANAKO, wrong, MORNING) for wrong in ("", "1234567", "012345678", "99999999", "é")]

    assert (["wrong"] * (TRIES - 1) + ["over"], "over") == (tried, naming.bring(queue, HANAKO, CODE, MORNING))
    assert ([], []) == (queue.of(HANAKO), heard(queue))


def test_who_asks_anew_has_one_code_the_newest() -> None:
    queue = asked()
    naming.ask(queue, replace(ASKED, code="76543210", asked=MORNING + 1))

    assert ["wrong", "named"] == [naming.bring(queue, HANAKO, each, MORNING + 2) for each in (CODE, "76543210")]


def test_nobody_has_more_than_five_letters_sent_in_a_day_and_others_are_not_hindered() -> None:
    queue = MemoryQueue()
    took = [naming.ask(queue, replace(ASKED, asked=MORNING + each)) for each in range(A_DAY + 1)]

    assert ([True] * A_DAY + [False], True) == (took, naming.ask(queue, replace(ASKED, handle=TARO)))
    assert naming.ask(queue, replace(ASKED, asked=MORNING + DAY + A_DAY))


def test_what_nobody_confirmed_is_gone_when_its_time_is_over() -> None:
    queue = asked()
    naming.ask(queue, replace(ASKED, handle=TARO, asked=MORNING + LASTS))

    assert (None, True) == (queue.naming(HANAKO), queue.naming(TARO) is not None)


def test_all_that_was_named_on_her_pages_is_taken_back_at_once_and_a_code_that_waits() -> None:
    queue = asked()
    for each in (address(), address(channel="push", means="line"), address(channel="push", means="webpush")):
        queue.keep(each)
    queue.keep(address(channel="safe", means="portal"))
    queue.keep(address(TARO))
    naming.take_all_back(queue, HANAKO, 9)

    assert [{"to": "hanako's portal"}] == [each.target for each in queue.of(HANAKO)]
    assert [{"to": "taro's mail"}] == [each.target for each in queue.of(TARO)]
    assert [Consent("mail", False, 9), Consent("push", False, 9)] == heard(queue)
    assert (None, "over") == (queue.naming(HANAKO), naming.bring(queue, HANAKO, CODE, 10))


def test_of_who_named_nothing_nothing_is_taken_back() -> None:
    queue = MemoryQueue()
    naming.take_all_back(queue, HANAKO, 9)

    assert [] == heard(queue)


def test_a_code_has_eight_digits_and_is_another_each_time() -> None:
    codes = {naming.new_code() for _ in range(9)}

    assert 9 == len(codes)
    assert all(re.fullmatch("[0-9]{8}", each) for each in codes)


def test_nothing_of_a_mailbox_or_a_code_is_written_where_it_is_printed() -> None:
    assert not re.search("canary|01234567", repr(ASKED))


@pytest.mark.parametrize("is_given", [True, False])
def test_consent_to_benefits_is_heard_once_and_since_when(*, is_given: bool) -> None:
    queue = MemoryQueue()
    naming.agree(queue, HANAKO, 3, is_given=True)
    naming.agree(queue, HANAKO, 5, is_given=is_given)
    naming.agree(queue, HANAKO, 7, is_given=is_given)
    told = [Consent("benefits", True, 3), *([] if is_given else [Consent("benefits", False, 5)])]

    assert (told, 3 if is_given else None) == (heard(queue), queue.agreed(HANAKO))
    assert None is queue.agreed(TARO)


class Answering:
    """A mail server that answers each letter so; the last answer again and again."""

    def __init__(self, *answers: Outcome | None) -> None:
        self.answers, self.sent = list(answers), list[Message]()

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer is None:
                raise DownError("down")
            self.sent.append(message)
            yield answer


def confirming(queue: MemoryQueue, channel: Answering, hers: Standing = "none") -> Confirming:
    def _standing(person: Handle) -> Standing:
        return hers if person == HANAKO else "none"

    return Confirming(channel, queue, _standing, lambda: MORNING)


@pytest.mark.parametrize("answer", [DELIVERED, GONE])
def test_a_letter_goes_once_and_a_mailbox_that_is_not_there_looks_alike(answer: Outcome) -> None:
    queue, channel = asked(), Answering(answer)
    its = confirming(queue, channel)

    assert [False, False] == [its.once(), its.once()]
    assert ([ASKED.mailbox], replace(ASKED, is_sent=True)) == (
        [each.target["mailbox"] for each in channel.sent], queue.naming(HANAKO),
    )  # fmt: skip


def test_who_is_not_reached_now_is_tried_again_alone_and_hinders_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, tried, pauses = [MORNING], list[tuple[str, int]](), list[float]()

    class Full(Answering):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for message in messages:
                tried.append((message.target["mailbox"], (clock[0] - MORNING) // 1000))
                yield Later() if message.target["mailbox"] == ASKED.mailbox else DELIVERED

    def _passes() -> bool:
        clock[0] += 1000
        return clock[0] - MORNING > 1_000_000

    queue = asked()
    monkeypatch.setattr("processors.channels.confirming.pause", lambda seconds, _: pauses.append(seconds))
    monkeypatch.setattr("processors.channels.confirming.POLL_SECONDS", 0)
    its = Confirming(Full(DELIVERED), queue, lambda _: "none", lambda: clock[0])
    its.once()
    naming.ask(queue, replace(ASKED, handle=TARO, mailbox="taro@mail.example.jp"))
    its.keep(_passes)

    assert [1] == [at for mailbox, at in tried if mailbox != ASKED.mailbox]
    assert [0, 2, 6, 14, 30, 62, 126, 254, 510, 810] == [at for mailbox, at in tried if mailbox == ASKED.mailbox]
    assert [] == pauses


def test_no_mailbox_is_tried_before_its_server_wants_to_be() -> None:
    queue = asked()
    confirming(queue, Answering(Later(600))).once()

    assert replace(ASKED, due=MORNING + 600_000, failures=1) == queue.naming(HANAKO)


def test_a_mailbox_of_which_nobody_can_make_a_letter_is_tried_twice_and_looks_like_one_that_went() -> None:
    queue = asked()
    naming.ask(queue, replace(ASKED, handle=TARO, mailbox="taro@mail.example.jp"))
    tried = list[str]()

    class Stumbling(Answering):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for message in messages:
                tried.append(message.target["mailbox"])
                if message.target["mailbox"] == ASKED.mailbox:
                    raise ValueError(ASKED.mailbox)
                yield DELIVERED

    its = confirming(queue, Stumbling(DELIVERED))

    assert [False, False] == [its.once(), its.once()]
    assert [ASKED.mailbox] * 2 + ["taro@mail.example.jp"] == tried
    assert replace(ASKED, is_sent=True) == queue.naming(HANAKO)


def test_while_the_server_is_down_the_letters_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = list[float]()
    monkeypatch.setattr("processors.channels.confirming.pause", lambda seconds, _: pauses.append(seconds))
    confirming(asked(), Answering(None)).keep(lambda: len(pauses) == 9)

    assert [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0] == pauses


def test_a_server_that_is_down_loses_no_letter() -> None:
    queue, channel = asked(), Answering(None, DELIVERED)
    its = confirming(queue, channel)

    assert [True, False, False] == [its.once(), its.once(), its.once()]
    assert 1 == len(channel.sent)


@pytest.mark.parametrize("hers", ["protected", "unknown"])
def test_who_hides_or_may_hide_is_sent_nothing_be_it_that_she_asked_before(hers: Standing) -> None:
    queue, channel = asked(), Answering(DELIVERED)
    confirming(queue, channel, hers).once()

    assert ([], None) == (channel.sent, queue.naming(HANAKO))


def test_a_code_that_is_too_old_is_sent_to_nobody() -> None:
    queue, channel = MemoryQueue(), Answering(DELIVERED)
    naming.ask(queue, replace(ASKED, asked=MORNING - LASTS))
    confirming(queue, channel).once()

    assert ([], None) == (channel.sent, queue.naming(HANAKO))


def test_a_code_asked_for_while_the_former_letter_went_is_sent_as_well() -> None:
    queue = asked()
    its = confirming(queue, Answering(DELIVERED))
    newer = replace(ASKED, code="76543210")
    naming.ask(queue, newer)
    its._note(ASKED, DELIVERED)

    assert newer == queue.naming(HANAKO)


@pytest.mark.parametrize("language", list(Language))
def test_the_letter_says_the_code_and_nothing_else_of_anybody(language: Language) -> None:
    its = letter(replace(ASKED, language=language))
    made = as_mail(its, ASKED.mailbox, "notices@city.example.jp").as_string()
    body = its.title + its.body

    assert (1, "", "") == (body.count(CODE), its.link, its.stop)
    assert not re.search(f"hanako|http|{HANAKO.hex()}|@", body)
    assert "List-Unsubscribe" not in made
    assert HANAKO.hex() not in made


def test_of_two_letters_to_one_mailbox_each_has_an_id_of_its_own() -> None:
    assert letter(ASKED).id == letter(ASKED).id
    assert letter(ASKED).id != letter(replace(ASKED, code="76543210")).id
