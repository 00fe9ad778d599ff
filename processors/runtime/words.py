"""
A process's words as JSON and back, so that an auditor can read the journal.

Words are frozen dataclasses of ids, codes, dates and other such; each is written with the name of its class.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Json = Any
NUL = "\0"
"""PostgreSQL keeps no text that holds one."""
WORD = "word"


class UnknownWordError(ValueError):
    """The journal holds a word that this process does not know; its name is no value."""


class Words:
    """The closed list of a process's inputs and outputs."""

    def __init__(self, *words: type) -> None:
        self._words = {word.__name__: word for word in words}
        assert not any(WORD in (each.name for each in fields(word)) for word in words), "its class would be lost"

    def to_json(self, word: Any) -> dict[str, Json]:
        """Raises UnknownWordError for what is not in the list."""
        if type(word).__name__ not in self._words:
            raise UnknownWordError(type(word).__name__)
        return {**_to_json(word), WORD: type(word).__name__}

    def from_json(self, told: Mapping[str, Json]) -> Any:
        """Raises UnknownWordError for what is not in the list."""
        word = self._words.get(told[WORD])
        if word is None:
            raise UnknownWordError(str(told[WORD]))
        return _reader(word)(told)


@cache
def _writer(kind: Any) -> Callable[[Any], Json]:
    """How a value of this class is written: worked out once, for a process writes the same few over and over."""
    if issubclass(kind, frozenset):
        return lambda value: sorted(map(_to_json, value))
    if issubclass(kind, tuple):
        return lambda value: list(map(_to_json, value))
    if issubclass(kind, dict):
        return lambda value: {str(key): _to_json(each) for key, each in value.items()}
    return _fields_writer(kind) if is_dataclass(kind) else _plain_writer(kind)


def _to_json(value: Any) -> Json:
    kind: Any = type(value)
    return _writer(kind)(value)


def _fields_writer(kind: Any) -> Callable[[Any], Json]:
    names = [each.name for each in fields(kind)]
    return lambda value: {name: _to_json(getattr(value, name)) for name in names}


def _plain_writer(kind: type) -> Callable[[Any], Json]:
    if issubclass(kind, bytes):
        return bytes.hex
    if issubclass(kind, date):
        return kind.isoformat
    if issubclass(kind, str):
        return _text
    if issubclass(kind, (int, NoneType)):
        return lambda value: value
    raise TypeError(kind.__name__)


def _text(value: str) -> str:
    if NUL in value:
        raise TypeError(type(value).__name__)
    return str(value)  # of a closed list, its value


@cache
def _reader(hint: Any) -> Callable[[Json], Any]:
    """How a value of this type is read back, worked out once as well."""
    arguments = get_args(hint)
    match get_origin(hint):
        case origin if origin in (Union, UnionType):
            [some] = [_reader(each) for each in arguments if each is not NoneType]
            return lambda told: None if told is None else some(told)
        case origin if origin is frozenset:
            each = _reader(arguments[0])
            return lambda told: frozenset(map(each, told))
        case origin if origin is Mapping:
            each = _reader(arguments[1])
            return lambda told: {key: each(value) for key, value in told.items()}
        case origin if origin is Literal:
            return lambda told: told
    return _plain_reader(hint)


def _plain_reader(hint: Any) -> Callable[[Json], Any]:
    if is_dataclass(hint):
        return _fields_reader(hint)
    if issubclass(hint, tuple):
        parts = [_reader(type_) for type_ in get_type_hints(hint).values()]
        return lambda told: hint(*(part(each) for part, each in zip(parts, told, strict=True)))
    if issubclass(hint, bytes):
        return lambda told: hint(bytes.fromhex(told))
    read: Callable[[Json], Any] = hint.fromisoformat if issubclass(hint, date) else hint
    return read


def _fields_reader(word: Any) -> Callable[[Json], Any]:
    """A field that the line does not have was added later: it has its default."""
    hints = get_type_hints(word)
    readers = {each.name: _reader(hints[each.name]) for each in fields(word)}
    return lambda told: word(**{name: read(told[name]) for name, read in readers.items() if name in told})
