"""
The AsyncAPI 3 document of what the principal ``analyst`` may read, made of the table of topics (``/asyncapi.json``).

Payloads are Avro in Confluent's framing; their schemas stand in the document as they were released.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kairan import shapes, topics
from kairan.topics import Kind
from processors.statistics.datasets import DATASETS

Json: TypeAlias = dict[str, Any]
PATH = "/asyncapi.json"
ANALYST = "analyst"
AVRO = "application/vnd.apache.avro+json;version=1.9.0"
BINDING = "0.5.0"
_ABOUT = (
    "Released statistics as topics of Apache Kafka, of each cell the newest vintage. The principal `analyst` reads "
    "them and nothing else; its consumer groups begin with `analyst.`. A value is a zero byte, a schema id of four "
    "bytes and Avro; a record without a value takes a cell out. All cells of a table come before the release that "
    "names it."
)


class Field(NamedTuple):
    """Of a message: its name, its Avro type in short, what it is."""

    name: str
    type: str
    doc: str


def route() -> Route:
    told = json.dumps(document(), ensure_ascii=False).encode()

    def serve(_: Request) -> Response:
        return Response(told, media_type="application/json", headers={"Access-Control-Allow-Origin": "*"})

    return Route(PATH, serve)


def kinds() -> list[Kind]:
    """What an analyst may read."""
    return [each for each in topics.TABLE if ANALYST in each.readers]


def title(kind: Kind) -> str:
    """In Japanese where it is a dataset's."""
    name = topics.name(kind).partition(".")[2]
    return DATASETS[name].title if name in DATASETS else "統計の公表"


def fields(kind: Kind) -> list[Field]:
    schema = shapes.record_shape(kind.shape).schema
    return [Field(each["name"], _type(each["type"]), each["doc"]) for each in schema["fields"]]


def document() -> Json:
    its = kinds()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Kairan's released statistics", "version": "1", "description": _ABOUT},
        "servers": {
            "bus": {
                "host": "bootstrap.example.invalid:9093",
                "protocol": "kafka-secure",
                "description": "the operator names the address; a local stack's is what `kairan env` says, without TLS",
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
        },
        "channels": {topics.name(each): _channel(each) for each in its},
        "operations": {f"read {topics.name(each)}": _operation(each) for each in its},
        "components": {
            "messages": {each.shape: _message(each) for each in its},
            "securitySchemes": {"scram": {"type": "scramSha512", "description": "user and password of `analyst`"}},
        },
    }


def _channel(kind: Kind) -> Json:
    return {
        "address": topics.name(kind),
        "title": title(kind),
        "description": kind.why,
        "messages": {kind.shape: {"$ref": f"#/components/messages/{kind.shape}"}},
        "bindings": {
            "kafka": {
                "partitions": kind.partitions,
                "topicConfiguration": {"cleanup.policy": [kind.cleanup]},
                "bindingVersion": BINDING,
            }
        },
    }


def _operation(kind: Kind) -> Json:
    at = f"#/channels/{topics.name(kind)}"
    return {
        "action": "receive",
        "channel": {"$ref": at},
        "messages": [{"$ref": f"{at}/messages/{kind.shape}"}],
        "summary": f"keyed by {kind.key}",
    }


def _message(kind: Kind) -> Json:
    schema = shapes.record_shape(kind.shape).schema
    namespace, _, name = schema["name"].rpartition(".")  # AsyncAPI wants them apart, to Avro it is the same
    return {
        "name": kind.shape,
        "contentType": "application/vnd.apache.avro",
        "summary": schema["doc"],
        "payload": {"schemaFormat": AVRO, "schema": {**schema, "namespace": namespace, "name": name}},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": kind.key},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "bindingVersion": BINDING,
            }
        },
    }


def _type(said: Any) -> str:
    return " | ".join(_parts(said))


def _parts(said: Any) -> Iterator[str]:
    if isinstance(said, list):
        yield from (_type(each) for each in said)
    elif isinstance(said, dict):
        yield f"{_type(said['items'])}[]" if said["type"] == "array" else said["type"]
    else:
        yield said
