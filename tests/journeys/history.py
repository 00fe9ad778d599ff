"""A short history that touches every promise: moves with and without protection, corrections, a tax, three measures."""

from typing import Any

from tests.unit.processors.admission import statements as s
from tests.unit.processors.routing.world import KEYS

MOTHER, CHILD, NEIGHBOUR = s.number(1), s.number(2), s.number(3)
ARRIVED_MOTHER, ARRIVED_CHILD, ARRIVED_NEIGHBOUR = s.number(11), s.number(12), s.number(13)
HIDEOUT, ELSEWHERE = "隠里町四丁目", "普通町一丁目"
DESTINATION = {"role": "destination", "code": s.EDOGAWA, "ward": None}
ORIGIN = {"role": "origin", "code": s.YOKOHAMA, "ward": None}
FLAG = "protection.ProtectionChanged"


def history() -> list[list[bytes]]:
    """
    In stretches: the clerk at the destination waits for what the bus brings.

    Clerks who know of no measure state none of the mother: the bus must know better. Of her child they do not know.
    """
    return [
        [s.statement("residence.RecordLoaded", atena_number=each) for each in (MOTHER, CHILD, NEIGHBOUR)],
        [measure(1, "1"), measure(2, "3"), measure(3, "2")],
        [leaves(MOTHER), leaves(CHILD, "unknown"), leaves(NEIGHBOUR), tax(MOTHER, HIDEOUT), tax(NEIGHBOUR, ELSEWHERE)],
        [
            arrives(MOTHER, ARRIVED_MOTHER, HIDEOUT),
            arrives(CHILD, ARRIVED_CHILD, HIDEOUT, "unknown"),
            arrives(NEIGHBOUR, ARRIVED_NEIGHBOUR, ELSEWHERE),
            notice(ARRIVED_MOTHER, HIDEOUT),
            notice(ARRIVED_CHILD, HIDEOUT, "unknown"),
            notice(ARRIVED_NEIGHBOUR, ELSEWHERE),
        ],
        [
            amends(ARRIVED_NEIGHBOUR, 2),
            amends(ARRIVED_NEIGHBOUR, 3),
            amends(ARRIVED_NEIGHBOUR, 4, change="corrected", of=3),
        ],
    ]


def measure(version: int, kind: str) -> bytes:
    """A version of the mother's one measure, ended in between by mistake and taken up again."""
    decision = {"date": s.day(s.TODAY), "human_end": kind == "3"}
    body = s.body(FLAG, measure={"id": "S-1", "version": version, "kind": kind}, decision=decision)
    return s.statement(
        FLAG,
        body,
        version=version,
        atena_number=MOTHER,
        change="ended" if kind == "3" else "created",
        protection="none" if kind == "3" else "protected",
    )


def measure_there() -> bytes:
    """One of the same name that the destination issues, of which all former municipalities are told."""
    body = s.body(FLAG, measure={"id": "S-1", "version": 1, "kind": "1"}, forwarded_to=None)
    about: dict[str, Any] = {"municipality": s.EDOGAWA, "atena_number": ARRIVED_MOTHER, "municipalities": [ORIGIN]}
    return s.statement(FLAG, body, protection="protected", **about)


def leaves(person: str, protection: str = "none") -> bytes:
    return s.statement("residence.MoveOutDeclared", atena_number=person, version=2, protection=protection)


def arrives(person: str, number: str, town: str, protection: str = "none") -> bytes:
    return s.statement(
        "residence.MovedIn",
        s.body("residence.MovedIn", address=address(town), previous_address=s.address(s.TSURUMI)),
        municipality=s.EDOGAWA,
        atena_number=number,
        pairwise_id=KEYS.pairwise_id(s.EDOGAWA, KEYS.handle(s.YOKOHAMA, person)),
        municipalities=[DESTINATION, ORIGIN],
        protection=protection,
    )


def notice(number: str, town: str, protection: str = "none") -> bytes:
    return s.statement(
        "residence.MoveInNotified",
        s.body("residence.MoveInNotified", confirmed_address=address(town)),
        municipality=s.EDOGAWA,
        atena_number=number,
        municipalities=[ORIGIN],
        protection=protection,
    )


def amends(number: str, version: int, change: str = "created", of: int | None = None) -> bytes:
    return s.statement(
        "residence.RecordAmended",
        s.body("residence.RecordAmended", address=address(ELSEWHERE)),
        municipality=s.EDOGAWA,
        atena_number=number,
        version=version,
        change=change,
        corrects=None if of is None else event_id("residence.RecordAmended", number, of),
        corrects_version=of,
    )


def tax(person: str, town: str) -> bytes:
    """The tax office does not know of measures: it states that it does not know."""
    body = s.body("tax.ResidentTaxAssessed", mailing_address=address(town))
    return s.statement("tax.ResidentTaxAssessed", body, atena_number=person, protection="unknown")


def address(town: str) -> dict[str, Any]:
    return s.address(s.EDOGAWA) | {"town": town}


def event_id(type_: str, number: str, version: int) -> bytes:
    return s.SOURCE_KEY.event_id(s.EDOGAWA, "001", number, version, type_)
