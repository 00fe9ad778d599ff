"""What stands in an address of the desks: it opens for one municipality, for a day or two, and joins nothing."""

import pytest

from gateway.desks.names import DAY, Named, Names
from tests.unit.gateway.desks.world import KEYS, handle
from tests.unit.processors.moving.story import AT, A, B

HERS, OTHER = Named(handle("甲"), b"e" * 16), Named(handle("甲"), b"f" * 16)


def names(at: int = AT) -> Names:
    return Names(KEYS, lambda: at)


def test_it_opens_what_it_was_made_for() -> None:
    text = names().procedure(A, HERS)

    assert (96, HERS) == (len(text), names().named(A, text))


def test_two_procedures_of_a_person_share_nothing_in_their_addresses() -> None:
    """Logs of proxies keep addresses: whoever has one must not put a person together from it."""
    one, other = (names().procedure(A, each) for each in (HERS, OTHER))

    assert not {one[at : at + 16] for at in range(0, 96, 16)} & {other[at : at + 16] for at in range(0, 96, 16)}
    assert handle("甲").hex() not in one
    assert names().person(A, handle("甲")).hex() not in one


def test_the_next_day_it_is_another_one_and_the_former_still_opens_once_midnight_is_past() -> None:
    text, day = names().procedure(A, HERS), AT // DAY * DAY

    assert text != names(AT + DAY).procedure(A, HERS)
    assert [HERS, HERS, None, None] == [
        names(at).named(A, text) for at in (day, day + 2 * DAY - 1, day + 2 * DAY, day - 1)
    ]


def test_another_municipality_has_another_one_and_can_use_none_but_its_own() -> None:
    text = names().procedure(A, HERS)

    assert names().named(B, text) is None
    assert text != names().procedure(B, HERS)


@pytest.mark.parametrize("text", ["", "0" * 96, "x" * 96, "0" * 64, "é" * 96, "0" * 95])
def test_what_was_not_made_here_opens_nothing(text: str) -> None:
    assert names().named(A, text) is None
