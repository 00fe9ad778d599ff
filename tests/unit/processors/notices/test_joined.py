"""Who hides by the measures of somebody else: by letters alone the same as routing knows by all records."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import wire
from kairan.identifiers import Handle
from kairan.stream import Incoming
from processors.notices import feeds
from processors.notices.facts import Doubted, Input, Protection, Stood
from processors.notices.joined import Joined, joined
from processors.notices.known import Known, note
from processors.notices.notices import Answer, TakeBack, Warn
from processors.notices.reading import of_protection
from processors.notices.rules import load
from processors.notices.saga import State, decider
from processors.notices.showing import TASK, shows
from tests.unit.processors.notices.play import Play, body, claim, event, link, measure, related, subject
from tests.unit.processors.routing import world
from tests.unit.processors.routing.test_protection import ANYTHING, PEOPLE, shape_of, standings

HANDLES = [Handle(world.handle(person)) for person in PEOPLE]
RULES = load()
PROCESS = decider(RULES)
SHE, NUMBER, THIRD, FATHER = 1, 2, 3, 4


class Post:
    """Letters between instances, in any order and some of them twice; nothing else of the process."""

    def __init__(self, chance: Any) -> None:
        self._chance = chance
        self._waiting: list[Doubted | Stood] = []
        self.states = {each: self._born(each) for each in HANDLES}

    def take(self, record: dict[str, Any]) -> None:
        stated = wire.encode_record(shape_of(record), record)
        told = of_protection(Incoming(feeds.PROTECTION, 0, 0, 0, b"", stated), 1)
        assert told is not None
        self._tell(told.person, told)

    def deliver(self, at_most: int | None = None) -> None:
        while self._waiting and at_most != 0:
            letter = self._waiting.pop(self._chance.randrange(len(self._waiting)))
            for _ in range(self._chance.choice((1, 1, 2))):
                self._tell(letter.person, letter)
            at_most = at_most - 1 if at_most else None

    @property
    def hidden(self) -> list[bool]:
        return [self.states[each].known.hides(each) for each in HANDLES]

    def _tell(self, to: Handle, told: Input) -> None:
        for said in PROCESS.decide(self.states[to], told):
            self._waiting += [said.doubted] if isinstance(said, Warn) else []
            self._waiting += [said.stood] if isinstance(said, Answer) else []
        self.states[to] = PROCESS.evolve(self.states[to], told)

    def _born(self, person: Handle) -> State:
        return PROCESS.replay([Protection(person, "none", 0)])


@given(ANYTHING, st.randoms(use_true_random=False))
def test_in_the_end_exactly_those_hide_whom_routing_hides(records: list[dict[str, Any]], chance: Any) -> None:
    post = Post(chance)
    for record in records:
        post.take(record)
        post.deliver(at_most=chance.randrange(1, 4))
    post.deliver()

    assert [each != "none" for each in standings(*records)] == post.hidden


@given(ANYTHING, st.randoms(use_true_random=False))
def test_after_each_record_too_once_its_letters_are_there(records: list[dict[str, Any]], chance: Any) -> None:
    post = Post(chance)
    for count, record in enumerate(records, 1):
        post.take(record)
        post.deliver()

        assert [each != "none" for each in standings(*records[:count])] == post.hidden


@pytest.mark.parametrize("is_claim", [False, True])
def test_until_the_other_has_answered_she_hides(*, is_claim: bool) -> None:
    told = [Protection(HANDLES[0], "none", 0), Doubted(HANDLES[0], 1, HANDLES[1], is_claim=is_claim)]

    assert PROCESS.replay(told).known.hides(HANDLES[0])


def test_a_doubt_that_names_nobody_stays() -> None:
    """So former releases wrote to the other side."""
    known = note(Known(), Doubted(HANDLES[0], 1))

    assert known.joined.hides
    assert [] == list(known.joined.told(HANDLES[0], 0, 1, hides=False))


def test_who_is_joined_with_herself_waits_for_nobody() -> None:
    assert Joined() == joined(Joined(), Doubted(HANDLES[0], 1, HANDLES[0]))


def test_a_former_word_that_comes_late_and_her_own_change_nothing() -> None:
    she, other = HANDLES[:2]
    newer, older = (Stood(she, other, "own", version, 5, hides=version < 3) for version in (3, 2))

    assert joined(joined(Joined(), newer), older) == joined(Joined(), newer) == joined(joined(Joined(), older), newer)
    assert Joined() == joined(Joined(), Stood(she, she, "own", 9, 5, hides=True))


def test_no_instance_hears_of_a_measure_of_another() -> None:
    play = Play().come(measure("1", NUMBER), link(SHE, NUMBER), claim(NUMBER, THIRD))
    letters = b"".join(each.value or b"" for each in play.letters).decode(errors="replace")

    assert '"Stood"' in letters
    assert [] == [each for each in ("Measured", '"M1"', "protected", world.EDOGAWA) if each in letters]


def leaving(number: int = 1, **stated: Any) -> Incoming:
    told = body("residence.MoveOutDeclared", procedure="特例", planned_date=world.day("2026-01-20"))
    places = [world.municipality("origin", world.EDOGAWA), world.municipality("destination", world.HAYAMA)]
    about = {"subject": subject(SHE), "id": event(number), "municipalities": places}
    return world.record("residence.MoveOutDeclared", told, **(about | stated))


def arriving() -> Incoming:
    told = body("residence.MovedIn", arrival_kind="特例", card_continued=False)
    return leaving_later(world.record("residence.MovedIn", told, subject=subject(SHE), id=event(9)))


def leaving_later(record: Incoming, by: int = 10**6) -> Incoming:
    return record._replace(timestamp=record.timestamp + by)


def page(play: Play) -> set[str]:
    return {str(each.facts["rule"]) for each in shows(play.state(SHE), RULES) if each.kind != TASK}


def test_a_refused_arrival_with_her_pairwise_id_does_not_silence_her() -> None:
    """Its number claims her; nothing was ever stated of the number. Then it is stated well."""
    play = Play().come(leaving())
    before = page(play)
    play.come(leaving_later(claim(NUMBER, SHE), 1000))

    assert before
    assert before == page(play)
    assert "N3b" in page(play.come(arriving()))


def test_what_was_taken_back_for_a_flag_of_the_number_is_shown_again_when_it_ends() -> None:
    play = Play().come(leaving())
    before = page(play)
    play.come(*(leaving_later(each, 1000) for each in (measure("1", NUMBER), claim(NUMBER, SHE))))

    assert [TakeBack] == sorted({type(each) for each in play.told(SHE) if isinstance(each, TakeBack)}, key=str)
    assert set() == page(play)
    assert before == page(play.come(leaving_later(measure("3", NUMBER, version=2), 2000)))


def test_a_flag_of_her_own_hides_her_whatever_the_number_says() -> None:
    flags = [measure("1", SHE), claim(NUMBER, SHE), measure("3", NUMBER, version=2)]

    assert set() == page(Play().come(leaving(), *flags, arriving()))


def test_a_parent_hears_of_her_again_too() -> None:
    father = world.record(
        "residence.RecordAmended", body("residence.RecordAmended"), subject=subject(FATHER), id=event(90)
    )
    child = {"subject": subject(SHE), "id": event(1), "related": related(parent=FATHER)}
    born = body("vital.Born", birth_date=world.day("2025-12-20"), household=None)
    play = Play().come(father, world.record("vital.Born", born, effective=world.day("2025-12-20"), **child))
    before = play.standing(FATHER)
    play.come(*(leaving_later(each, 1000) for each in (measure("1", NUMBER), link(NUMBER, SHE))))

    assert before
    assert {} == play.standing(FATHER)
    assert before == play.come(leaving_later(measure("3", NUMBER, version=2), 2000)).standing(FATHER)
