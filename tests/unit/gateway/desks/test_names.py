"""What stands in an address of the desks: it opens for one municipality, for a day or two, and joins nothing."""

import pytest

from gateway.desks.names import DAY, Named, Names
from tests.unit.gateway.desks.world import KEYS, handle
from tests.unit.processors.moving.story import AT, A, B

HERS, OTHER = Named(handle("甲"), b"e" * 16), Named(handle("甲"), b"f" * 16)
NAMES = Names(KEYS)


def test_it_opens_what_it_was_made_for() -> None:
    text = NAMES.procedure(A, HERS, AT)

    assert (96, HERS) == (len(text), NAMES.named(A, text, AT))


def test_two_procedures_of_a_person_share_nothing_in_their_addresses() -> None:
    """Logs of proxies keep addresses: whoever has one must not put a person together from it."""
    one, other = (NAMES.procedure(A, each, AT) for each in (HERS, OTHER))

    assert not {one[at : at + 16] for at in range(0, 96, 16)} & {other[at : at + 16] for at in range(0, 96, 16)}
    assert handle("甲").hex() not in one
    assert NAMES.person(A, handle("甲")).hex() not in one


def test_the_next_day_it_is_another_one_and_the_former_still_opens_once_midnight_is_past() -> None:
    text, day = NAMES.procedure(A, HERS, AT), AT // DAY * DAY

    assert text != NAMES.procedure(A, HERS, AT + DAY)
    assert [HERS, HERS, None, None] == [
        NAMES.named(A, text, at) for at in (day, day + 2 * DAY - 1, day + 2 * DAY, day - 1)
    ]


def test_another_municipality_has_another_one_and_can_use_none_but_its_own() -> None:
    text = NAMES.procedure(A, HERS, AT)

    assert NAMES.named(B, text, AT) is None
    assert text != NAMES.procedure(B, HERS, AT)


@pytest.mark.parametrize("text", ["", "0" * 96, "x" * 96, "0" * 64, "é" * 96, "0" * 95])
def test_what_was_not_made_here_opens_nothing(text: str) -> None:
    assert NAMES.named(A, text, AT) is None
