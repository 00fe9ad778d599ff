"""Whoever a story was about can sign in when it was told."""

from kairan.settings import Settings
from operations.demo.counter import AtTheCounter
from operations.look.errors import UnknownNameError
from sandbox.stage import Story

STORY = Story("a move", {"wife": ("131237", "1"), "child": ("131237", "2"), "husband": ("122033", "3")}, ())


class Counter:
    """Notes what happens in its order; no office knows the child."""

    def __init__(self) -> None:
        self.noted: list[object] = []

    def tell(self, number: int, story: Story) -> None:
        self.noted.append((number, story.title))

    def afterwards(self, story: Story) -> None:
        self.noted.append(story.title)

    def enrol(self, _: Settings, member: str, atena: str, name: str) -> None:
        if atena == "2":
            raise UnknownNameError("nobody")
        self.noted.append((member, atena, name))


def test_a_story_is_told_and_then_everybody_in_it_is_enrolled_whom_an_office_knows() -> None:
    counter = Counter()
    teller = AtTheCounter(counter, Settings(), counter.enrol)
    teller.tell(1, STORY)
    teller.afterwards(STORY)

    wife, husband = ("131237", "1", "a move: wife"), ("122033", "3", "a move: husband")
    assert [(1, "a move"), wife, husband, "a move"] == counter.noted
