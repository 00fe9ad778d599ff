"""A letter goes to the mailbox that somebody typed and to nobody else, and holds what was given and no line more."""

from email import message_from_bytes
from email.policy import SMTPUTF8

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.notices.mail import is_mailbox, letter
from connectors.notices.port import Message

SENDER = "notices@city.example.jp"
PIECES = st.one_of(
    st.sampled_from(["=?", "?=", "utf-8", "?q?", "?b?", "=0d=0a", "=2C", "=40", ".", "..", "'", "%", "é", "ü"]),
    st.characters(),
)
HALVES = st.lists(PIECES, min_size=1, max_size=12).map("".join)


def written(mailbox: str) -> bytes:
    return letter(Message(b"i" * 16, {"mailbox": mailbox}, "t", "b", "ja", "", "", 0, 60), mailbox, SENDER).as_bytes()


PLAIN = {name for name, _ in message_from_bytes(written("hanako@mail.example.jp"), policy=SMTPUTF8).items()}


@given(st.builds("{}@{}".format, HALVES, HALVES).filter(is_mailbox))
@example("o'neil+ab=c@mail.example.jp")
@example("花子@例え.jp")
@example("a" * 64 + "@" + "x" * 180 + ".jp")
def test_a_letter_names_the_mailbox_alone_and_has_no_header_of_its_making(mailbox: str) -> None:
    its = written(mailbox)

    assert [f"To: {mailbox}".encode()] == [line for line in its.splitlines() if line.startswith(b"To:")]
    assert PLAIN == {name for name, _ in message_from_bytes(its, policy=SMTPUTF8).items()}


@pytest.mark.parametrize(
    "hostile",
    [
        "x@=?utf-8?q?a=0d=0aBcc=3Aren?=", "=?utf-8?q?a=0d=0aBcc=3Ax?=@x.jp", "=?utf-8?b?!!?=@x.jp",
        "=?utf-8?q?x=2Cy=40z.jp?=@x.jp", "a\u0090@x.jp", "a\u202e@x.jp", "a\ud800@x.jp", "a\x00@x.jp", "a@x.jp\n",
    ],
)  # fmt: skip
def test_what_a_reader_of_headers_takes_for_something_else_is_no_mailbox(hostile: str) -> None:
    assert not is_mailbox(hostile)
