"""Envelopes that are judged once are judged as if each were judged anew."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kairan import decoder, shapes
from kairan.shapes import TYPES
from processors.admission.days import Days
from processors.admission.reasons import Problem
from processors.admission.rules import envelope as rules
from processors.admission.rules.alike import MOST, Alike
from processors.admission.statement import Sender, Statement
from tests.unit.processors.admission import statements as s

ACTIVE = Sender(s.YOKOHAMA, "active", "m11w2-7")
SENDERS = st.sampled_from([ACTIVE, ACTIVE._replace(state="prepared"), ACTIVE._replace(municipality=s.EDOGAWA)])
LINES = [{"role": role, "code": code, "ward": ward} for role, code, ward in (
    ("destination", s.YOKOHAMA, None), ("destination", s.YOKOHAMA, s.TSURUMI), ("origin", "999999", None),
    ("origin", s.EDOGAWA, None), ("", s.EDOGAWA, None), ("registered_domicile", s.NAGANO, s.TSURUMI),
)]  # fmt: skip
PEOPLE = [{"role": role, "atena_number": its} for role in ("spouse", "nobody") for its in (s.number(2), "17")]
DAYS = [s.day(s.TODAY), s.day("2026-10-30"), s.day("2026-02-30"), s.day("2026-02-00", certain=False), s.day("")]
BENDS: dict[str, list[Any]] = {
    "type": ["vital.Died", "nothing"],
    "source": [{"municipality": m, "business": b} for m in (s.YOKOHAMA, s.EDOGAWA, "1") for b in ("001", "017", "x")],
    "subject": [
        {"kind": kind, "atena_number": its, "pairwise_id": pairwise}
        for kind in ("person", "area")
        for its in (s.number(1), s.number(3), "0", "9" * 20)
        for pairwise in (None, bytes(16))
    ],
    "version": [0, 1, 7, 2**31, 2**31 + 1],
    "reason": [None, *({"code": c, "edition": e} for c in ("01", "43", "99") for e in ("2024-07", "1999-01"))],
    "change": ["created", "corrected", "annulled", "ended"],
    "corrects": [None, bytes(16), bytes(range(16))],
    "corrects_version": [None, 1, 2],
    "protection": ["none", "unknown", "protected"],
    "municipalities": [[], LINES[:1], LINES[1:2], LINES[2:], LINES[:1] * 2, LINES[:1] * 33],
    "related": [[], PEOPLE[:1], PEOPLE[1:2], PEOPLE[2:], PEOPLE[:1] * 65],
    "effective": DAYS,
    "notified": [None, *DAYS],
    "registered": [s.REGISTERED, s.REGISTERED + 3_600_000, -(2**60)],
    "group": [None, {"id": "", "size": 1}, {"id": "G", "size": 0}, {"id": "G", "size": 2}],
    "correlation": [None, "1", "p" * 200],
    "causation": [None, bytes(16)],
    "resend": [0, 1, -1],
}


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(BENDS)), max_size=3, unique=True))
    return {name: draw(st.sampled_from(BENDS[name])) for name in names}


def plainly(statement: Statement) -> list[Problem]:
    return [found for rule in (rules.party, rules.change, rules.relations) for found in rule(statement)]


def read(type_: str, sender: Sender, **bends: Any) -> tuple[Statement, bytes, tuple[int, ...]]:
    shape, value = shapes.shape("statement", type_), s.statement(type_, **bends)
    envelope, body, boundaries, _ = decoder.decode(shape, value)
    days = Days(date.fromisoformat(s.TODAY), envelope["effective"]["value"])
    return Statement(shape, envelope, body, sender, days, s.REGISTERED), value, boundaries


@given(st.lists(st.tuples(st.sampled_from(TYPES), SENDERS, bent()), min_size=1, max_size=10))
def test_an_envelope_is_judged_as_by_the_rules_whatever_was_judged_before(
    stated: list[tuple[str, Sender, dict[str, Any]]],
) -> None:
    alike = Alike()
    for type_ in TYPES:
        alike.problems_of(*read(type_, ACTIVE))

    for type_, sender, bends in stated:
        statement, value, boundaries = read(type_, sender, **bends)
        expected = plainly(statement)
        assert expected == alike.problems_of(statement, value, boundaries)
        assert expected == alike.problems_of(statement, value, boundaries)


def test_what_is_wrong_is_not_remembered_and_what_is_right_only_so_often() -> None:
    """Whoever states what is wrong could fill a memory with anything."""
    alike = Alike()
    for number in range(20):
        alike.problems_of(*read("vital.Died", ACTIVE, source={"municipality": f"{number:06d}", "business": "001"}))
    assert set() == alike._sound

    statement, value, boundaries = read("vital.Died", ACTIVE)
    for number in range(MOST + 2):
        sender = ACTIVE._replace(state="active" if number % 2 else "draining")
        days = statement.days._replace(today=date.fromordinal(740_000 + number))
        alike.problems_of(statement._replace(sender=sender, days=days), value, boundaries)
    assert 2 == len(alike._sound)
