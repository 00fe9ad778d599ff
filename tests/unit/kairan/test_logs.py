"""Ordinary logs have one way out."""

import logging

from kairan.logs import ALLOWED, only_allowed

LOGGER = logging.getLogger("unused")


def test_a_name_that_is_not_on_the_list_is_dropped_and_counted() -> None:
    line = {"event": "admitted", "event_id": "00ff", "name": "山田 花子", "address": "平塚5-1-1"}

    assert {"event": "admitted", "event_id": "00ff", "count_dropped": 2} == only_allowed(LOGGER, "info", line)


def test_the_list_names_nothing_that_a_resident_has() -> None:
    personal = {"name", "kana", "address", "birth_date", "body", "value", "bytes", "message", "text", "atena_number"}

    assert set() == ALLOWED & personal
