"""
May readers of one shape read what writers of another wrote? Avro's resolution rules, both ways.

Stricter than Avro in two points: names must agree in full, and so must logical types, which say what a number means.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kairan.shapes import Schema, definitions

_PROMOTIONS = {
    ("int", "long"),
    ("int", "float"),
    ("int", "double"),
    ("long", "float"),
    ("long", "double"),
    ("float", "double"),
    ("string", "bytes"),
    ("bytes", "string"),
}


def breaches(one: Schema, other: Schema) -> list[str]:
    """What keeps two shapes from being fully compatible; empty if each can read the other."""
    return [*unreadable(one, other), *unreadable(other, one)]


def unreadable(reader: Schema, writer: Schema) -> list[str]:
    """What a reader with the one schema cannot read of what was written with the other."""
    return list(_Pair(definitions(reader), definitions(writer)).problems(reader, writer, ""))


class _Pair:
    """Two schemas with their named types."""

    def __init__(self, read: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        self.read = read
        self.written = written

    def problems(self, reader: Schema, writer: Schema, path: str) -> Iterator[str]:
        reader, writer = _resolved(reader, self.read), _resolved(writer, self.written)
        if isinstance(writer, list):
            for branch in writer:
                yield from self.problems(reader, branch, path)
        elif isinstance(reader, list):
            if all(any(self.problems(branch, writer, path)) for branch in reader):
                yield f"{path}: no branch of the union reads {_called(writer)}"
        elif reader["type"] == writer["type"]:
            yield from self._same_kind(reader, writer, path)
        elif (writer["type"], reader["type"]) not in _PROMOTIONS:
            yield f"{path}: {_called(reader)} does not read {_called(writer)}"

    def _same_kind(self, reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[str]:
        for attribute in ("name", "size", "logicalType"):
            if reader.get(attribute) != writer.get(attribute):
                yield f"{path}: {attribute} differs"
        match reader["type"]:
            case "record":
                yield from self._fields(reader, writer, path)
            case "array":
                yield from self.problems(reader["items"], writer["items"], f"{path}[]")
            case "map":
                yield from self.problems(reader["values"], writer["values"], f"{path}{{}}")
            case "enum":
                lost = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
                if lost and "default" not in reader:
                    yield f"{path}: does not know {' '.join(lost)}"

    def _fields(self, reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[str]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            inner = f"{path}.{field['name']}".lstrip(".")
            if field["name"] in written:
                yield from self.problems(field["type"], written[field["name"]]["type"], inner)
            elif "default" not in field:
                yield f"{inner}: is not in the other shape and has no default"


def _resolved(schema: Schema, named: Mapping[str, Any]) -> Any:
    return named.get(schema, {"type": schema}) if isinstance(schema, str) else schema


def _called(schema: Schema) -> str:
    return "a union" if isinstance(schema, list) else schema.get("name", schema["type"])
