"""
Identifiers that are right because they were parsed: codes and numbers as text, the bus's own ids as 16 bytes.

``parse`` is the only door at the edge; the constructor is for values that were parsed before (read back from the log
or from our own database). Inside, an identifier is never a plain ``str`` or ``bytes``.
"""

import re
from datetime import date
from operator import mul
from typing import Literal, Self

from kairan import municipalities
from kairan.codes import BUSINESSES

AtenaScheme = Literal["m11w2-7", "legacy"]

# Ours to know because 本籍 may lie there; data/municipalities.csv leaves them out. The names were not verified (◇).
NORTHERN_TERRITORIES = {
    "016951": "色丹村",
    "016969": "泊村",
    "016977": "留夜別村",
    "016985": "留別村",
    "016993": "紗那村",
    "017001": "蘂取村",
}
_ATENA_WEIGHTS = (2, 3, 4, 5, 6, 7) * 3
_ATENA_ZEROS = tuple(ord("0") * sum(_ATENA_WEIGHTS[:length]) for length in range(len(_ATENA_WEIGHTS) + 1))
"""What the digits of a body of this length count for as characters."""
_LEGACY_ATENA = re.compile(r"[0-9A-Za-z]{1,15}", re.ASCII)
_HEX = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)


class InvalidIdentifierError(ValueError):
    """An identifier breaks this rule; the value itself is never part of the message."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class MunicipalityCode(str):
    """団体コード: two digits of the prefecture, three of the municipality, a check digit."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, *, on: date | None = None, domicile: bool = False) -> Self:
        """
        Five digits get their check digit.

        ``on`` is the day on which the code must be in force; None: it is or was since 2010. With ``domicile`` the code
        names a 本籍, which may lie in the Northern Territories.
        """
        if municipalities.existed(text, on):
            return cls(text)
        if not (_are_digits(text) and len(text) in (5, 6)):
            raise InvalidIdentifierError("a municipality code has 5 or 6 half-width digits")
        code = text[:5] + cls.check_digit(text[:5])
        if not code.startswith(text):
            raise InvalidIdentifierError("a municipality code ends in its check digit")
        if not (domicile and code in NORTHERN_TERRITORIES):
            _demand_existence(code, on)
        return cls(code)

    @staticmethod
    def check_digit(body: str) -> str:
        total = sum(map(mul, (6, 5, 4, 3, 2), map(int, body)))
        return str((11 - total % 11) % 10)


class AtenaNumber(str):
    """宛名番号: a core system's name of a subject, unique only inside its municipality; never longer than 15."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, scheme: AtenaScheme = "m11w2-7") -> Self:
        """The scheme is a member's setting: modulus 11 with weights 2 to 7, or whatever its old system issued."""
        if scheme == "legacy":
            if not _LEGACY_ATENA.fullmatch(text):
                raise InvalidIdentifierError("an atena number has 1 to 15 half-width letters or digits")
            return cls(text)
        if not (_are_digits(text) and len(text) <= 15):
            raise InvalidIdentifierError("an atena number has 1 to 15 half-width digits")
        if not text[:-1].strip("0"):
            raise InvalidIdentifierError("an atena number is not zero before its check digit")
        if cls.check_digit(text[:-1]) != int(text[-1]):
            raise InvalidIdentifierError("an atena number ends in its check digit (modulus 11, weights 2 to 7)")
        return cls(text)

    @staticmethod
    def check_digit(body: str) -> int | None:
        """Remainder 0 gives 0; remainder 1 would give 10, so no such number is issued: None."""
        ascii_digits = body[::-1].encode("ascii")
        remainder: int = (sum(map(mul, _ATENA_WEIGHTS, ascii_digits)) - _ATENA_ZEROS[len(body)]) % 11
        if remainder == 1:
            return None
        return (11 - remainder) % 11

    @classmethod
    def issue(cls, number: int) -> Self | None:
        """The 15 digits of the n-th number (from 1); None where the scheme skips it."""
        if not 0 < number < 10**14:
            raise InvalidIdentifierError("an atena number is issued for 1 to 99999999999999")
        body = f"{number:014d}"
        digit = cls.check_digit(body)
        return None if digit is None else cls(f"{body}{digit}")


class CorporateNumber(str):
    """法人番号: its check digit stands in front of twelve digits."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        if not (_are_digits(text) and len(text) == 13):
            raise InvalidIdentifierError("a corporate number has 13 half-width digits")
        if cls.check_digit(text[1:]) != int(text[0]):
            raise InvalidIdentifierError("a corporate number begins with its check digit")
        return cls(text)

    @staticmethod
    def check_digit(body: str) -> int:
        """Weights 1 and 2 by turns from the right, modulus 9: it cannot tell a 0 from a 9."""
        total: int = sum(map(mul, (1, 2) * 6, map(int, reversed(body))))
        return 9 - total % 9


class BusinessId(str):
    """業務ID: one of the 37 businesses of a municipality."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        if text not in BUSINESSES:
            raise InvalidIdentifierError("a business is one of the 37 business ids")
        return cls(text)


class SixteenBytes(bytes):
    """What the bus's own ids have in common: 16 bytes that mean nothing to whoever lacks the key."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: bytes) -> Self:
        if len(value) != 16:
            raise InvalidIdentifierError(f"{cls._noun()} has 16 bytes")
        return cls(value)

    @classmethod
    def parse_hex(cls, text: str) -> Self:
        if not _HEX.fullmatch(text):
            raise InvalidIdentifierError(f"{cls._noun()} is written as 32 hexadecimal digits")
        return cls.parse(bytes.fromhex(text))

    @classmethod
    def _noun(cls) -> str:
        words = re.sub(r"(?<!^)([A-Z])", r" \1", cls.__name__).lower()
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


class EventId(SixteenBytes):
    """A keyed function of the fact (``kairan.keys.SourceKey``); receivers never see it."""

    __slots__ = ()


class EventRef(SixteenBytes):
    """An event's id enciphered for one municipality."""

    __slots__ = ()


class PairwiseId(SixteenBytes):
    """One municipality's name of a subject; no two municipalities can compare theirs."""

    __slots__ = ()


class Handle(SixteenBytes):
    """The bus's own name of a subject: keys the log, never leaves the bus, ends in four zero bytes."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: bytes) -> Self:
        if value[12:] != bytes(4):
            raise InvalidIdentifierError("a handle has 16 bytes, the last four zero")
        return super().parse(value)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _demand_existence(code: str, on: date | None) -> None:
    if not municipalities.existed(code):
        raise InvalidIdentifierError("a municipality code names a municipality, ward or prefecture")
    if on is not None and not municipalities.existed(code, on):
        raise InvalidIdentifierError("a municipality code is in force on its day")
