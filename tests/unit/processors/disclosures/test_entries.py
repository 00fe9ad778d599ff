"""What is no entry is known as that, and names nobody."""

import pytest

from kairan import wire
from kairan.identifiers import Handle
from kairan.receipts import LogPosition
from kairan.stream import Incoming
from processors.disclosures import entries
from processors.disclosures.entries import UNREADABLE, Told
from tests.unit.processors.disclosures.world import EDOGAWA, WRITTEN, entry, told

HER, CHILD = Handle(b"h" * 16), Handle(b"c" * 16)
PLAIN = entry(HER, told(fields=3), told(business="024", rule="own+origin", takes_back=True, fields=0), related=[CHILD])


def test_an_entry_says_who_was_told_what_and_whom_it_also_concerned() -> None:
    found = entries.decode(PLAIN.value or b"", WRITTEN)

    assert (LogPosition("live", 5, 0), frozenset({CHILD}), True) == (found.at, found.related, found.is_of_her_home)
    assert (
        Told(EDOGAWA, "027", "own", frozenset({0, 1, 2}), takes_back=False),
        Told(EDOGAWA, "024", "own+origin", frozenset(), takes_back=True),
    ) == found.told


def test_the_same_value_has_the_same_digest_whenever_it_is_written() -> None:
    first, again, other = (
        entries.noted(each)
        for each in (PLAIN, PLAIN._replace(offset=9, timestamp=WRITTEN + 1), entry(HER, told(fields=4)))
    )

    assert (first.at, first.digest) == (again.at, again.digest)
    assert first.at == other.at
    assert first.digest != other.digest


@pytest.mark.parametrize(
    "wrong",
    [
        PLAIN._replace(key=None),
        PLAIN._replace(key=b"short"),
        PLAIN._replace(value=None),
        PLAIN._replace(value=(PLAIN.value or b"")[:-1]),
        PLAIN._replace(value=b"\0\0\0\0\1"),
        entry(HER, way="guessed"),
        PLAIN._replace(value=wire.encode_record("kairan.bus.KeyCheck", {"key": "k", "version": 1, "check": bytes(8)})),
    ],
)
def test_what_cannot_be_read_is_refused(wrong: Incoming) -> None:
    with pytest.raises(UNREADABLE):
        entries.noted(wrong)
