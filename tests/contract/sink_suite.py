"""What a sink must do in every office; run for the fake and for PostgreSQL."""

from tests.contract.sink_answers_suite import Answers
from tests.contract.sink_effects_suite import Effects
from tests.contract.sink_histories_suite import Histories
from tests.contract.sink_parking_suite import Parking
from tests.contract.sink_positions_suite import Positions
from tests.contract.sink_protection_suite import Protection


class SinkSuite(Effects, Answers, Positions, Parking, Protection, Histories):
    """Inherit it and give a fixture ``bench`` (``tests.contract.sink_bench.Bench``)."""
