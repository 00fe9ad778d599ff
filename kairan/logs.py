"""
Ordinary logs, with one way out: only names on the list pass, so no personal value can.

A line is JSON. Ids, reason codes, counts and places are what operators need; names, addresses and dates of
residents are not among them, whatever a caller passes.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "process",
        "topic", "partition", "offset", "offsets", "count", "counts", "seconds",
        "event_id", "event_ref", "type", "lane", "code", "codes", "path", "paths", "rule",
        "municipality", "member", "channel", "business", "principal", "schema_id",
        "database", "failpoint", "key_version", "error", "state", "alarm", "signal", "watermark", "position",
    }
)  # fmt: skip
"""Every name that may stand in a log line."""


def only_allowed(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Drops what is not on the list and says how many were dropped, not which values."""
    kept = {name: value for name, value in line.items() if name in ALLOWED}
    dropped = len(line) - len(kept)
    return kept | {"count_dropped": dropped} if dropped else kept


def configure(process: str, level: str = "info") -> None:
    """Sends this process's log lines to stderr as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.getLogger("psycopg").disabled = True  # it tells of errors that are raised too, and may quote a row


def log() -> structlog.typing.FilteringBoundLogger:
    """The logger of this process."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
