"""What is sent in place of a flag that no statement can say: it hides its person, and holds no text (ADR 21)."""

from typing import Any

import pytest

from connectors.source import Change, Mapped, Unmappable
from producers.mapping import mapper
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World
from tests.unit.producers.changes import KEY, YOKOHAMA, a_change
from tests.unit.producers.test_other_changes import a_measure

NUMBER = s.number(1)
SECRET = f"センター {s.PLANTED}"


def a_flag(**items: Any) -> Change:
    return a_measure(**({"atena_number": NUMBER, "safe_contact": SECRET} | items))


def doubt(change: Change) -> Mapped | None:
    found = mapper(YOKOHAMA, KEY)(change)
    assert isinstance(found, Unmappable)
    return found.doubt


def hidden(change: Change) -> list[tuple[str, int, str]]:
    """Measures that admission tells of this person."""
    sent, world = doubt(change), World()
    assert sent is not None
    world.admit(sent.value, topic=sent.topic)
    assert [] == world.events()
    told = [each for each in world.records("protection") if each["handle"] == KEYS.handle(YOKOHAMA, NUMBER)]
    return [(each["measure"], each["version"], each["kind"]) for each in told]


def test_a_flag_that_the_relay_refuses_hides_the_person() -> None:
    assert [("R8-1", 2, "unknown")] == hidden(a_flag(version=2))


def test_it_is_refused_by_a_reason_of_its_own() -> None:
    sent, world = doubt(a_flag()), World()
    assert sent is not None
    world.admit(sent.value, topic=sent.topic)

    assert "measure.untold" in world.codes()


def test_it_has_the_id_of_the_fact_in_whose_place_it_goes() -> None:
    well, sent = mapper(YOKOHAMA, KEY)(a_measure(atena_number=NUMBER)), doubt(a_flag())

    assert isinstance(well, Mapped)
    assert sent is not None
    assert well.event_id == sent.event_id


def test_it_holds_no_text_of_the_measure() -> None:
    sent = doubt(a_flag(category="配偶者暴力"))

    assert sent is not None
    assert not any(text.encode() in sent.value for text in (SECRET, s.PLANTED, "配偶者暴力", "申出者"))


def test_the_same_row_gives_the_same_bytes() -> None:
    assert doubt(a_flag()) == doubt(a_flag())


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ({"measure_id": f"{s.PLANTED[:4]}-{s.PLANTED[4:8]}-{s.PLANTED[8:]}"}, ("", 0)),
        ({"measure_id": "支援措置"}, ("", 0)),
        ({"measure_id": None}, ("", 0)),
        ({"version": "1"}, ("R8-1", 0)),
        ({"version": 2**40}, ("R8-1", 0)),
        ({"registered": "infinity"}, ("R8-1", 1)),
        ({"human_end": "yes"}, ("R8-1", 1)),
        ({"safe_contact": "あ" * 60_000}, ("R8-1", 1)),
    ],
)
def test_what_is_readable_is_told_and_nothing_else(items: dict[str, Any], told: tuple[str, int]) -> None:
    assert [(*told, "unknown")] == hidden(a_flag(**items))


@pytest.mark.parametrize(
    "payload",
    [
        *({}, {"measure": None}, {"measure": []}, [1]),
        *({"measure": {"atena_number": number}} for number in (1, "1" * 100_000)),
    ],
)
def test_where_the_record_names_nobody_the_rows_own_number_does(payload: Any) -> None:
    assert [("", 0, "unknown")] == hidden(Change("support_measure", payload, NUMBER))


@pytest.mark.parametrize("number", ["", "\ud800", "1" * 70_000])
def test_a_row_without_a_readable_number_is_only_refused(number: str) -> None:
    assert doubt(Change("support_measure", {}, number)) is None


def test_no_other_record_is_stated_in_doubt() -> None:
    assert doubt(a_change(sex=1)) is None


def test_a_measure_whose_time_cannot_be_read_is_answered_by_nothing_earlier() -> None:
    sent, world = doubt(a_flag(measure_id="？", registered="?")), World()
    assert sent is not None
    world.admit(sent.value, topic=sent.topic)

    (told,) = world.records("protection")
    assert s.REGISTERED < told["registered"] <= world.clock
