"""What Faust needs before it may count is there, whatever release of it is installed."""

from types import SimpleNamespace

import pytest
from faust.transport.drivers.aiokafka import Producer

from processors.statistics import hardening


def test_no_write_comes_late_behind_its_own_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a producer of Faust is made with."""
    made = SimpleNamespace(
        _producer_type=lambda **told: told, _settings_default=dict, _settings_auth=dict,
        _settings_extra=lambda: Producer._settings_extra(made),
    )  # fmt: skip
    monkeypatch.setattr(made, "app", SimpleNamespace(in_transaction=False), raising=False)
    hardening.harden()

    assert Producer._new_producer(made)["enable_idempotence"]
