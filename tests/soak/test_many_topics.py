"""Topics as a prefecture has them: more than Kafka makes at once."""

import pytest

from kairan.settings import Settings
from tests.integration.conftest import register, stack
from tests.integration.test_stack import ends_of_new

__all__ = ["register", "stack"]  # fixtures
pytestmark = pytest.mark.stack


def test_more_topics_than_kafka_makes_at_once_are_made_and_can_be_read_when_they_were_awaited(stack: Settings) -> None:
    ends = ends_of_new(stack, 1200)

    assert (1200, {}) == (len(ends), {name: end for name, end in ends.items() if end != 0})
