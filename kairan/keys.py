"""
The secrets behind the ids: the bus's key names subjects and events, a source's key names its facts.

Everything a municipality sees is enciphered for it alone, so that no two can compare, and the bus turns it back without
a table. Each use has a key of its own. The AES contexts are kept and reused: not for several threads.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from kairan.ciphers import Blocks, Mac, demand_length, derived
from kairan.identifiers import EventId, EventRef, Handle, PairwiseId
from kairan.key_files import load_or_create

_ZEROS = bytes(4)
_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class ForgedPairwiseIdError(ValueError):
    """A pairwise id was not made by this bus for this municipality."""

    def __init__(self) -> None:
        super().__init__("a pairwise id is one that the bus made for this municipality")


class ForgedAddressError(ValueError):
    """What stands in an address was not made by this bus in this scope."""

    def __init__(self) -> None:
        super().__init__("an address is one that the bus made in this scope")


@dataclass(frozen=True)
class BusKeys:
    """
    The bus's key of one version.

    Whoever holds it can find the 宛名番号 behind a handle by trying, and undo every pairwise id and event reference.
    """

    version: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        demand_length(self.secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        return cls(*load_or_create(path))

    def handle(self, municipality: str, atena: str) -> Handle:
        """Of the member that first stated the subject, with its 宛名番号."""
        return Handle(self._handle_mac.remembered(municipality, atena)[:12] + _ZEROS)

    def pairwise_id(self, municipality: str, handle: bytes) -> PairwiseId:
        return PairwiseId(self._pairwise[municipality].encipher(handle))

    def handle_of(self, municipality: str, pairwise_id: bytes) -> Handle:
        """Raises ForgedPairwiseIdError unless the four zero bytes come out."""
        plain = self._pairwise[municipality].decipher(pairwise_id)
        if plain[12:] != _ZEROS:
            raise ForgedPairwiseIdError
        return Handle(plain)

    def event_ref(self, municipality: str, event_id: bytes) -> EventRef:
        return EventRef(self._event_ref[municipality].encipher(event_id))

    def event_id_of(self, municipality: str, event_ref: bytes) -> EventId:
        """Any 16 bytes turn into some id; whether there is such an event is for the caller to know."""
        return EventId(self._event_ref[municipality].decipher(event_ref))

    def recall_id(self, event_id: bytes) -> EventId:
        """Of the annulment that recalls an event: a function of that event, so that it takes effect once."""
        return EventId(self._recall_mac(event_id.hex())[:16])

    def opaque(self, municipality: str, text: str) -> str:
        """A group's or a procedure's id as this municipality sees it: 32 hexadecimal digits that nobody can undo."""
        return self._opaque_mac.remembered(municipality, text)[:16].hex()

    def issuer(self, municipality: str, handle: bytes, source: str) -> str:
        """
        The issuer of a person's measures as this municipality sees it, made like ``opaque``.

        Each person has other names of the same issuer: one case that becomes known would otherwise tell all the others.
        """
        return self._issuer_mac(municipality, handle.hex(), source)[:16].hex()

    def code(self, text: str) -> bytes:
        """What is kept of a short code that somebody was handed: whoever reads that alone finds none by trying."""
        return self._code_mac(text)

    def sealed(self, about: bytes, *scope: str) -> bytes:
        """For an address on a page: 16 bytes longer, and another one in each scope; no part of it stands for a part."""
        return self._seal.encrypt(about, [each.encode() for each in scope])

    def unsealed(self, address: bytes, *scope: str) -> bytes:
        """Raises ForgedAddressError: not made by this bus in this scope."""
        try:
            return self._seal.decrypt(address, [each.encode() for each in scope])
        except (InvalidTag, ValueError):
            raise ForgedAddressError from None

    def check_value(self) -> bytes:
        """Tells one key from another; kept in the log, so that a process with another key refuses to start."""
        return _check_value(self.secret)

    @cached_property
    def _seal(self) -> AESSIV:
        return AESSIV(derived(self.secret, "address", 64))

    @cached_property
    def _handle_mac(self) -> Mac:
        return Mac(derived(self.secret, "handle"))

    @cached_property
    def _opaque_mac(self) -> Mac:
        return Mac(derived(self.secret, "opaque"))

    @cached_property
    def _issuer_mac(self) -> Mac:
        return Mac(derived(self.secret, "issuer"))

    @cached_property
    def _recall_mac(self) -> Mac:
        return Mac(derived(self.secret, "recall"))

    @cached_property
    def _code_mac(self) -> Mac:
        return Mac(derived(self.secret, "code"))

    @cached_property
    def _pairwise(self) -> Blocks:
        return Blocks(self.secret, "pairwise")

    @cached_property
    def _event_ref(self) -> Blocks:
        return Blocks(self.secret, "event_ref")


@dataclass(frozen=True)
class SourceKey:
    """A source's key: without it nobody can try out which 宛名番号 an event id stands for."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        demand_length(self.secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        _, secret = load_or_create(path)
        return cls(secret)

    def event_id(self, municipality: str, business: str, atena: str, version: int, sub: str) -> EventId:
        """A function of the fact alone: the same fact has the same id however often it is stated."""
        return EventId(self._event_id_mac(municipality, business, atena, str(version), sub)[:16])

    def check_value(self) -> bytes:
        """As the bus's: tells one key from another."""
        return _check_value(self.secret)

    @cached_property
    def _event_id_mac(self) -> Mac:
        return Mac(derived(self.secret, "event_id"))


@dataclass(frozen=True)
class PushKey:
    """By which browsers know who sends them pushes (VAPID, RFC 8292); with another key every subscription is void."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        demand_length(self.secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        _, secret = load_or_create(path)
        return cls(secret)

    def private_key(self) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(derived(self.secret, "push"))
        return ec.derive_private_key(1 + number % (_ORDER_OF_P256 - 1), ec.SECP256R1())


def _check_value(secret: bytes) -> bytes:
    return Mac(derived(secret, "check"))("kairan")[:8]
