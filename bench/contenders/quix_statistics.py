"""
The same aggregation in quixstreams, in an environment of its own: persons in state, grouped by cell, cells in state.

Only what access needs is set, that it reads from the start, and that it marks each second as Kairan's worker does.
Nothing makes it exact where it is killed: a correction needs a person's memory, which is written beside no offset.
"""

from typing import Any

from quixstreams import Application, message_context
from quixstreams.kafka import ConnectionConfig

from bench.contenders.telling import tell
from bench.crowd import LOG
from kairan.settings import Settings
from kairan.stream import Incoming
from processors.statistics.reading import told
from processors.statistics.tallies import read_person, take, write_person

GROUP = "admin.quixstreams"


def application(settings: Settings) -> Application:
    app = Application(
        broker_address=ConnectionConfig.from_librdkafka_dict(settings.properties("admin"), ignore_extras=True),
        consumer_group=GROUP,
        auto_offset_reset="earliest",
        commit_interval=1.0,
        loglevel="WARNING",
        state_dir=settings.home.absolute() / "quixstreams",
    )
    log = app.topic(LOG, value_deserializer="bytes", key_deserializer="bytes")
    cells = app.dataframe(log).apply(_counted(), stateful=True, expand=True, metadata=True)
    cells.group_by(lambda each: each["cell"], name="cell").update(_add, stateful=True)
    return app


def _counted() -> Any:
    begun: list[bool] = []

    def counted(value: bytes, key: bytes, timestamp: int, _headers: Any, state: Any) -> list[dict[str, Any]]:
        if not begun:
            tell()
            begun.append(True)
        at = message_context()
        record = Incoming(at.topic, at.partition, at.offset, timestamp, key, value)
        said = told(record)
        if said is None:
            return []
        person, added = take(read_person(state.get_bytes("person")), said, record)
        state.set_bytes("person", write_person(person))
        return [{"cell": "|".join((*cell[:2], *cell.place)), "number": number} for cell, number in added.items()]

    return counted


def _add(each: dict[str, Any], state: Any) -> None:
    state.set("total", state.get("total", 0) + each["number"])


if __name__ == "__main__":
    application(Settings()).run()
