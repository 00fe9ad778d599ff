"""Others read what we write: Confluent's own deserializer and Apache's own library, from the released shapes."""

import io
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import avro.io
import avro.schema
import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from hypothesis import given, settings
from hypothesis import strategies as st

from kairan import shapes, wire
from kairan.shapes import RELEASES, RecordShape, Release, Shape
from kairan.testing.bodies import bodies, envelopes, full_body, full_envelope, full_record, records

RECORDS: list[Release] = list(RELEASES.values())
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(release: Release) -> str:
    return files("schemas").joinpath("released", release.full_name, f"{release.release}.avsc").read_text("utf-8")


class ReleasedShapes(SchemaRegistryClient):
    """A registry that serves the repository's released shapes by their ids, and does nothing else."""

    def __init__(self) -> None:
        """Connects to nothing."""

    def get_schema(
        self,
        schema_id: int,
        subject_name: str | None = None,
        fmt: str | None = None,
        reference_format: str | None = None,
    ) -> Schema:
        return Schema(text_of(RELEASES[schema_id]), "AVRO")

    def config(self) -> dict[str, Any]:
        return {}


DESERIALIZER = AvroDeserializer(ReleasedShapes(), conf={"subject.name.strategy.type": "TOPIC"})


def read_by_confluent(value: bytes) -> Any:
    return DESERIALIZER(value, SerializationContext("life-events", MessageField.VALUE))


def read_by_apache(value: bytes) -> Any:
    schema = avro.schema.parse(text_of(RELEASES[wire.schema_id(value)]))
    rest = io.BytesIO(value[wire.FRAME :])
    record = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(rest))
    assert b"" == rest.read()
    return record


def plain(value: Any) -> Any:
    """Both readers make datetimes of timestamps, where Kairan keeps milliseconds."""
    match value:
        case datetime():
            return round((value - EPOCH).total_seconds() * 1000)
        case dict():
            return {name: plain(inner) for name, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value


def written(release: Release) -> tuple[bytes, dict[str, Any]]:
    """A record in which nothing is null, and what it holds."""
    if release.full_name.startswith("kairan.bus."):
        record = full_record(shapes.record_by_id(release.schema_id))
        return wire.encode_record(release.full_name, record), record
    shape = shapes.by_id(release.schema_id)
    envelope, body = full_envelope(shape), full_body(shape)
    return wire.encode(shape, envelope, body), {"envelope": envelope, **body}


@pytest.mark.parametrize("release", RECORDS, ids=lambda release: release.full_name)
def test_confluents_deserializer_reads_every_shape(release: Release) -> None:
    value, record = written(release)

    assert record == plain(read_by_confluent(value))


@pytest.mark.parametrize("release", RECORDS, ids=lambda release: release.full_name)
def test_apaches_library_reads_every_shape(release: Release) -> None:
    value, record = written(release)

    assert record == plain(read_by_apache(value))


def lawful_times(value: Any) -> Any:
    """Their datetimes end in the year 9999."""
    if isinstance(value, dict):
        times = {name: 0 for name in value if name in {"registered", "admitted", "refused", "applied"}}
        return {name: lawful_times(inner) for name, inner in value.items()} | times
    return [lawful_times(inner) for inner in value] if isinstance(value, list) else value


ANY_SHAPE = st.sampled_from([shapes.by_id(id_) for id_ in RELEASES if id_ < 40000])


@settings(max_examples=15, deadline=None)
@given(ANY_SHAPE.flatmap(lambda shape: st.tuples(st.just(shape), envelopes(shape), bodies(shape))))
def test_whatever_we_write_both_read_alike(drawn: tuple[Shape, dict[str, Any], dict[str, Any]]) -> None:
    shape, envelope, body = drawn
    envelope = lawful_times(envelope)
    value = wire.encode(shape, envelope, body)

    assert {"envelope": envelope, **body} == plain(read_by_confluent(value)) == plain(read_by_apache(value))


RECEIPT: RecordShape = shapes.record_shape("kairan.bus.Receipt")


@settings(max_examples=15, deadline=None)
@given(records(RECEIPT).map(lawful_times))
def test_both_read_receipts_as_we_wrote_them(receipt: dict[str, Any]) -> None:
    value = wire.encode_record(RECEIPT.full_name, receipt)

    assert receipt == plain(read_by_confluent(value)) == plain(read_by_apache(value))
