"""
The secrets behind the ids: the bus's key names subjects and events, a source's key names its facts.

Everything a municipality sees is enciphered for it alone, so that no two can compare, and the bus turns it back without
a table. Each use has a key of its own, derived by HKDF. The AES contexts are kept and reused: not for several threads.
"""

import hashlib
import os
import re
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kairan.identifiers import EventId, EventRef, Handle, InvalidIdentifierError, PairwiseId

FIRST_VERSION = 1
SHORT = 36
"""Characters of a number or a group's id of which is remembered what was made: a longer one may be very long."""
REMEMBERED = 16_384
"""Five megabytes, more than the largest batch names."""
_ZEROS = bytes(4)
_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_KEY_FILE = re.compile(r"([1-9]\d{0,8}) ([0-9a-f]{64})\n?", re.ASCII)
# Nobody but the owner, except that a mounted secret may be readable by the process's group.
_TOO_OPEN = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP


class ForgedPairwiseIdError(ValueError):
    """A pairwise id was not made by this bus for this municipality."""

    def __init__(self) -> None:
        super().__init__("a pairwise id is one that the bus made for this municipality")


class ForgedAddressError(ValueError):
    """What stands in an address was not made by this bus in this scope."""

    def __init__(self) -> None:
        super().__init__("an address is one that the bus made in this scope")


class InvalidKeyError(ValueError):
    """A key or its file breaks a rule, which the message names; it never holds any of the secret."""


@dataclass(frozen=True)
class BusKeys:
    """
    The bus's key of one version.

    Whoever holds it can find the 宛名番号 behind a handle by trying, and undo every pairwise id and event reference.
    """

    version: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _demand_length(self.secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        return cls(*_load_or_create(path))

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
        return AESSIV(_derived(self.secret, "address", 64))

    @cached_property
    def _handle_mac(self) -> "_Mac":
        return _Mac(_derived(self.secret, "handle"))

    @cached_property
    def _opaque_mac(self) -> "_Mac":
        return _Mac(_derived(self.secret, "opaque"))

    @cached_property
    def _issuer_mac(self) -> "_Mac":
        return _Mac(_derived(self.secret, "issuer"))

    @cached_property
    def _recall_mac(self) -> "_Mac":
        return _Mac(_derived(self.secret, "recall"))

    @cached_property
    def _code_mac(self) -> "_Mac":
        return _Mac(_derived(self.secret, "code"))

    @cached_property
    def _pairwise(self) -> "_Blocks":
        return _Blocks(self.secret, "pairwise")

    @cached_property
    def _event_ref(self) -> "_Blocks":
        return _Blocks(self.secret, "event_ref")


@dataclass(frozen=True)
class SourceKey:
    """A source's key: without it nobody can try out which 宛名番号 an event id stands for."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _demand_length(self.secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        _, secret = _load_or_create(path)
        return cls(secret)

    def event_id(self, municipality: str, business: str, atena: str, version: int, sub: str) -> EventId:
        """A function of the fact alone: the same fact has the same id however often it is stated."""
        return EventId(self._event_id_mac(municipality, business, atena, str(version), sub)[:16])

    def check_value(self) -> bytes:
        """As the bus's: tells one key from another."""
        return _check_value(self.secret)

    @cached_property
    def _event_id_mac(self) -> "_Mac":
        return _Mac(_derived(self.secret, "event_id"))


@dataclass(frozen=True)
class PushKey:
    """By which browsers know who sends them pushes (VAPID, RFC 8292); with another key every subscription is void."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _demand_length(self.secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        _, secret = _load_or_create(path)
        return cls(secret)

    def private_key(self) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(_derived(self.secret, "push"))
        return ec.derive_private_key(1 + number % (_ORDER_OF_P256 - 1), ec.SECP256R1())


class _Block:
    """
    One AES-256 block, there and back.

    A context would keep the rest of an odd length for its next call and shift every later id: only 16 bytes go in.
    """

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(AES(key), ECB())  # noqa: S305 - a single block is what ECB is right for
        self._encrypt = cipher.encryptor().update
        self._decrypt = cipher.decryptor().update

    def encipher(self, block: bytes) -> bytes:
        if len(block) != 16:
            raise InvalidIdentifierError("an id of the bus has 16 bytes")
        return self._encrypt(block)

    def decipher(self, block: bytes) -> bytes:
        if len(block) != 16:
            raise InvalidIdentifierError("an id of the bus has 16 bytes")
        return self._decrypt(block)


class _Blocks(dict[str, _Block]):
    """One block cipher a municipality, made when it is first asked for."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        super().__init__()
        self._secret = secret
        self._purpose = purpose

    def __missing__(self, municipality: str) -> _Block:
        made = self[municipality] = _Block(_derived(self._secret, f"{self._purpose}|{municipality}"))
        return made


class _Mac:
    """
    HMAC-SHA256 (RFC 2104) of texts, each behind its length, so that no two lists of them read the same.

    Both paddings of the key are hashed once: ``hmac.digest`` looks its algorithm up and hashes them at each call,
    which takes twice as long.
    """

    __slots__ = ("_again", "_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        _demand_length(key)
        padded = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        self._again = lru_cache(maxsize=REMEMBERED)(self.__call__)

    def __call__(self, *parts: str) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        for part in parts:
            encoded = part.encode()
            inner.update(len(encoded).to_bytes(4) + encoded)
        outer.update(inner.digest())
        return outer.digest()

    def remembered(self, municipality: str, text: str) -> bytes:
        """The same of what is asked for again: the numbers and the group of a household."""
        return self._again(municipality, text) if len(text) <= SHORT else self(municipality, text)


def _derived(secret: bytes, purpose: str, length: int = 32) -> bytes:
    return HKDF(SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret)


def _check_value(secret: bytes) -> bytes:
    return _Mac(_derived(secret, "check"))("kairan")[:8]


def _demand_length(secret: bytes) -> None:
    if len(secret) != 32:
        raise InvalidKeyError("a key has 32 bytes")


def _load_or_create(path: Path) -> tuple[int, bytes]:
    """Version and secret; of several processes that start at once one makes the key and all read that one."""
    if not path.exists():
        _create(path)
    if path.stat().st_mode & _TOO_OPEN:
        raise InvalidKeyError(f"{path.name}: a key file is closed to others (chmod 600)")
    match = _KEY_FILE.fullmatch(path.read_text(encoding="ascii", errors="replace"))
    if match is None:
        raise InvalidKeyError(f"{path.name}: a key file holds a version and 64 hexadecimal digits")
    return int(match[1]), bytes.fromhex(match[2])


def _create(path: Path) -> None:
    """Written whole under another name (O_EXCL, 0600), then linked: a half-written key is never seen."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{FIRST_VERSION} {secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        _link(draft, path)
    finally:
        Path(draft).unlink()


def _link(draft: str, path: Path) -> None:
    """Fails where the name is taken: then somebody else was first and theirs is the key."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
