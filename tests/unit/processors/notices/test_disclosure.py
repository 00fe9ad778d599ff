"""Through the whole process: who hides is told by no channel but a safe one, and no text of a record goes on."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import shapes
from kairan.stream import Incoming
from processors.notices.facts import Consent, Fact, Input, Protection
from processors.notices.kinds import KINDS
from processors.notices.notices import Send
from processors.notices.triggers import HERS_ALONE
from tests.unit.processors.notices.play import Play, body, event, measure, passed_on, related, sent, subject
from tests.unit.processors.notices.test_each_rule import CASES
from tests.unit.processors.notices.world import CHILD, MORNING, OTHER, SHE, WILLING, all_said, came, safe
from tests.unit.processors.routing import world

LIVE = [type_ for type_ in shapes.TYPES if shapes.shape("event", type_).lane == "live"]
STANDINGS = ("protected", "unknown")
HIDDEN, OTHERS = 1, (2, 3)
CANARY = "絶対に漏れない"
KEPT = {"value", "start", "end"}
"""Fields of dates, which are no texts."""
COUNT = iter(range(1_000_000))
EVERYBODY: list[Input] = [Protection(person, "none", MORNING - 1) for person in (SHE, CHILD, OTHER)]


def changed(fact: Fact, standing: Any) -> Fact:
    return Fact(**{name: getattr(fact, name) for name in Fact.__slots__} | {"protection": standing})


def channels(outputs: Iterable[Any]) -> set[str]:
    return {each.sending.channel for each in outputs if isinstance(each, Send)}


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("rule", CASES)
def test_of_whoever_hides_no_rule_tells_by_a_channel_that_is_not_safe(rule: str, standing: Any) -> None:
    """She has agreed to everything; before and after she names a safe channel, and much later."""
    fact = changed(CASES[rule][0], standing)
    agreed: list[Input] = [*EVERYBODY, *WILLING, Consent("page", is_given=True, at=MORNING)]

    assert channels(all_said(*agreed, fact, safe(20), came(10**11))) <= {"safe"}
    assert channels(all_said(*agreed, safe(-1), fact, came(10**11))) <= {"safe"}


def records(type_: str, **stated: Any) -> list[Incoming]:
    """Of one who hides, all about her; named are two who do not."""
    named = {"subject": subject(HIDDEN), "related": related(parent=2, head=3, recipient=2, spouse=3), "id": event(1)}
    places = [world.municipality("origin", world.EDOGAWA), world.municipality("destination", world.HAYAMA)]
    minor = {"birth_date": world.day("2020-05-05"), "resident_state": "resident"}
    said = {name: value for name, value in minor.items() if name in body(type_)}
    return [world.record(type_, body(type_, **said), municipalities=places, **(named | stated))]


def known() -> list[Incoming]:
    """Of the two others 001 has spoken."""
    amended = "residence.RecordAmended"
    return [world.record(amended, body(amended), subject=subject(each), id=event(90 + each)) for each in OTHERS]


@pytest.mark.parametrize("type_", LIVE)
@pytest.mark.parametrize("standing", STANDINGS)
def test_of_whoever_hides_no_record_of_any_shape_tells_by_any_channel(type_: str, standing: str) -> None:
    play = Play().come(*known(), *records(type_, protection=standing)).reach(10**15)

    assert ([], []) == (sent(play.everything()), passed_on(play))


def test_the_same_records_are_told_of_whoever_does_not_hide() -> None:
    plays = {type_: Play().come(*known(), *records(type_)).reach(10**15) for type_ in KINDS}

    assert {"residence.MovedIn", "vital.Born", "residence.Relocated"} <= {
        type_ for type_, play in plays.items() if sent(play.everything())
    }
    assert HERS_ALONE == {type_ for type_, play in plays.items() if not passed_on(play)}


@pytest.mark.parametrize("type_", LIVE)
@pytest.mark.parametrize("kind", ["1", "2", "unknown"])
def test_in_whatever_order_measure_and_record_come_nothing_is_told_afterwards(type_: str, kind: str) -> None:
    for order in permutations([*records(type_), measure(kind, HIDDEN)]):
        play = Play().come(*known(), *order)
        before = len(sent(play.everything()))
        again = records(type_, id=event(2), version=4)
        play.come(*again, *known()).reach(10**15)

        assert before == len(sent(play.everything()))
        assert {} == {rule: day for each in OTHERS for rule, day in play.standing(each).items()}


@pytest.mark.parametrize("type_", LIVE)
def test_no_text_of_a_record_stands_in_what_is_told(type_: str) -> None:
    texts = canaries(body(type_))
    named = {"related": related(parent=2, head=3), "protection": "none"}
    head = {"household": {**texts["household"], "relationship": "世帯主"}} if "household" in texts else {}
    play = Play().come(*known(), world.record(type_, texts | head, **named)).reach(10**15)

    assert CANARY not in everywhere(play)
    assert play.rows


def everywhere(play: Play) -> str:
    """What stands in the journal, and what left."""
    written = json.dumps(play.rows, ensure_ascii=False, default=bytes.hex)
    return written + "".join((each.value or b"").decode(errors="replace") for each in play.letters)


@pytest.mark.parametrize("type_", [each for each in LIVE if "birth_date" in body(each)])
@given(born=st.dates(date(1920, 1, 1), date(2025, 12, 31)))
def test_no_birth_date_and_no_entitlement_stands_in_what_is_told(type_: str, born: date) -> None:
    """A child is born on the day of effect."""
    nhi = {"start": "2019-03-07", "end": "2031-11-23"}
    entitlements = {**dict.fromkeys(body(type_).get("entitlements", ())), "nhi": nhi}
    said = {"entitlements": entitlements} if "entitlements" in body(type_) else {}
    told = body(type_, birth_date=world.day(born.isoformat()), **said)
    stated: dict[str, Any] = {"effective": world.day(born.isoformat())} if type_ == "vital.Born" else {}
    record = world.record(type_, told, related=related(parent=2, head=3), protection="none", **stated)
    written = everywhere(Play().come(*known(), record))

    assert [] == [day for day in (born.isoformat(), *nhi.values()) if day in written]
    assert type_ not in ("vital.Born", "residence.MovedIn") or '"due": "' in written or '"calls": {"' in written


def canaries(value: Any, name: str = "") -> Any:
    match value:
        case str() if name not in KEPT:
            return f"{CANARY}{next(COUNT)}"
        case Mapping():
            return {key: canaries(each, key) for key, each in value.items()}
        case list():
            return [canaries(each) for each in value]
    return value


def test_the_canary_is_in_every_text_of_a_body() -> None:
    assert {"a": [{"value": "2026-04-01"}], "b": None} == canaries({"a": [{"value": "2026-04-01"}], "b": None})
    assert CANARY in canaries({"name": {"text": "x"}})["name"]["text"]
