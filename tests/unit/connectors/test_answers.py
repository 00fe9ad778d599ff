"""What an office answers is what the moving procedure asks for."""

import re
from importlib.resources import files

import pytest

from connectors.postgres import offices, statements
from connectors.postgres.answers import OF_A_MOVE, Answer
from kairan import wire
from processors.moving.reading import FIELDS
from tests.contract import deliveries as d

UNDONE = Answer("nhi", d.ref(7), "024", d.HANAKO, "undone")


def types(text: str) -> list[list[str]]:
    """The lists of types of events in an SQL text."""
    return [re.findall(r"'([^']+)'", listed) for listed in re.findall(r"type in \(([^)]+)\)", text)]


def test_what_is_answered_is_what_the_moving_procedure_reads() -> None:
    script = (files(offices) / "channel.sql").read_text(encoding="utf-8")
    usual, insert = (statements.of("nhi")[name].decode() for name in ("usual_answered", "insert"))

    assert [list(FIELDS)] == [list(OF_A_MOVE)] == types(script) == types(usual) == types(insert)


def test_the_statement_of_what_nobody_asks_about_stores_no_answer() -> None:
    assert b"answer" not in statements.of("nhi")["usual"]


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (UNDONE._replace(outcome="applied"), "applied", ""),
        (UNDONE, "undone", ""),
        (UNDONE._replace(cannot_undo="paid-out"), "cannot_undo", "paid-out"),
    ],
)
def test_an_answer_is_told_under_the_offices_names(answer: Answer, outcome: str, reason: str) -> None:
    sent = answer.outgoing("141003")

    assert ("answers.141003", d.HANAKO) == (sent.topic, sent.key)
    assert sent.value is not None
    assert wire.decode_record(sent.value) == (
        "kairan.bus.Answer",
        {
            "event_ref": d.ref(7),
            "pairwise_id": d.HANAKO,
            "channel": "nhi",
            "business": "024",
            "outcome": outcome,
            "reason": reason,
        },
    )
