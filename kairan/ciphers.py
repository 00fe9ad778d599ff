"""What keys are made of: one AES block there and back, a keyed hash of texts, and a key for each purpose by HKDF."""

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kairan.identifiers import InvalidIdentifierError

SHORT = 36
"""Characters of a number or a group's id of which is remembered what was made: a longer one may be very long."""
REMEMBERED = 16_384
"""Five megabytes, more than the largest batch names."""


class InvalidKeyError(ValueError):
    """A key or its file breaks a rule, which the message names; it never holds any of the secret."""


class Block:
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


class Blocks(dict[str, Block]):
    """One block cipher a municipality, made when it is first asked for."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        super().__init__()
        self._secret = secret
        self._purpose = purpose

    def __missing__(self, municipality: str) -> Block:
        made = self[municipality] = Block(derived(self._secret, f"{self._purpose}|{municipality}"))
        return made


class Mac:
    """
    HMAC-SHA256 (RFC 2104) of texts, each behind its length, so that no two lists of them read the same.

    Both paddings of the key are hashed once: ``hmac.digest`` looks its algorithm up and hashes them at each call,
    which takes twice as long.
    """

    __slots__ = ("_again", "_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        demand_length(key)
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


def derived(secret: bytes, purpose: str, length: int = 32) -> bytes:
    return HKDF(SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret)


def demand_length(secret: bytes) -> None:
    if len(secret) != 32:
        raise InvalidKeyError("a key has 32 bytes")
