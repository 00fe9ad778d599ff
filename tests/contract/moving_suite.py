"""What every store keeps that is asked who moves with whom, and what moves say of who hides."""

import pytest

from gateway.hiding import Leg, Moving
from kairan.identifiers import Handle

AOI, REN, MIO = (Handle(each * 12 + bytes(4)) for each in (b"a", b"r", b"m"))
LEGS = [
    Leg(AOI, frozenset({"131237:g", "131237:h"}), hides=False),
    Leg(AOI, frozenset(), hides=True),
    Leg(REN, frozenset({"131237:g"}), hides=False),
    Leg(MIO, frozenset({"122033:g"}), hides=False),
]


class MovingSuite:
    @pytest.fixture
    def moving(self) -> Moving:
        """Of ``LEGS``."""
        raise NotImplementedError

    def test_it_knows_all_moves_of_those_who_are_asked_about(self, moving: Moving) -> None:
        assert set(LEGS[:3]) == set(moving.of([AOI, REN]))
        assert [] == list(moving.of([]))
        assert [] == list(moving.of([Handle(bytes(16))]))

    def test_who_was_ever_said_to_move_in_one_of_these_acts_is_found(self, moving: Moving) -> None:
        assert {LEGS[0], LEGS[2]} == set(moving.together(["131237:g", "x"]))
        assert [LEGS[0]] == list(moving.together(["131237:h"]))
        assert [] == list(moving.together([]))
