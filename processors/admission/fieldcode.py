"""
The checks of fields as straight-line code, for the many statements in which nothing is wrong.

It only says whether anything is: what and where the checks themselves say, so that there is one list of them. The code
is compiled from the shape when that is first met.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import count
from typing import Any

from kairan import shapes
from kairan.shapes import Schema, Shape
from processors.admission import days
from processors.admission.days import Days
from processors.admission.fields import CHECKS, MOST_ITEMS, WHOLE, Found, Listed, checks_of, identifier, partial_date


def problems_of(shape: Shape, body: dict[str, Any], on: Days) -> Found:
    """What ``checks_of`` finds."""
    return () if _is_sound(shape)(body, on) else checks_of(shape)(body, on)


@cache
def _is_sound(shape: Shape) -> Callable[[dict[str, Any], Days], bool]:
    code = _Code(shapes.definitions(shape.schema))
    lines = ["def is_sound(body, days):", *_under(code.record("body", shape.schema["fields"][1:], "body"))]
    exec("\n".join((*lines, " return True")), code.words)  # noqa: S102 - our own source, made from our own schemas
    made: Callable[[dict[str, Any], Days], bool] = code.words["is_sound"]
    return made


class _Code:
    """Lines that return False where a check finds something; ``words`` are what they use."""

    def __init__(self, named: Mapping[str, Schema]) -> None:
        self._named = named
        self._names: Iterator[str] = (f"x{number}" for number in count())
        self.words: dict[str, Any] = {"date_rule": days.date_rule}

    def record(self, name: str, fields: list[dict[str, Any]], value: str) -> list[str]:
        lines = []
        for field in fields:
            inner = next(self._names)
            if found := self._value(f"{name}.{field['name']}", field["type"], inner):
                lines += [f"{inner} = {value}[{field['name']!r}]", *found]
        return lines

    def _value(self, place: str, schema: Schema, value: str) -> list[str]:
        match self._named.get(schema, schema) if isinstance(schema, str) else schema:
            case ["null", branch]:
                found = self._value(place, branch, value)
                return [f"if {value} is not None:", *_under(found)] if found else []
            case {"type": "array", "items": items}:
                inner = next(self._names)
                found = self._value(place, items, inner)
                each = [f"for {inner} in {value}:", *_under(found)] if found else []
                return [f"if len({value}) > {MOST_ITEMS}: return False", *each]
            case {"type": "record", "name": str(full_name), "fields": fields}:
                name = full_name.rpartition(".")[2]
                return self._whole(name, value) if name in WHOLE else self.record(name, fields, value)
        return self._leaf(place, value)

    def _whole(self, name: str, value: str) -> list[str]:
        if WHOLE[name] is partial_date:
            return [f"if date_rule({value}['value'], {value}['certain'], {value}['text']) is not None: return False"]
        return self._asked(WHOLE[name], value)

    def _leaf(self, place: str, value: str) -> list[str]:
        check = CHECKS.get(place, identifier)
        if check is identifier:
            return []
        if isinstance(check, Listed):
            self.words[f"of_{value}"] = check.known
            return [f"if {value} not in of_{value}: return False"]
        return self._asked(check, value)

    def _asked(self, check: Callable[[Any, Days], Found], value: str) -> list[str]:
        self.words[f"check_{value}"] = check
        return [f"if check_{value}({value}, days): return False"]


def _under(lines: list[str]) -> list[str]:
    return [f" {line}" for line in lines]
