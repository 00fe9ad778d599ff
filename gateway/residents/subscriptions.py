"""
What a browser says of where pushes reach it (PushSubscription): anybody may write anything there.

Only what is needed is kept: the endpoint and the two keys. An endpoint is an address that our own servers will write
to, so it has to be one of a push service (``connectors/notices/webpush.py``).
"""

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from connectors.notices.webpush import is_service

LONGEST = 1024
"""Characters of a key; those of browsers have less than a hundred."""
POINT, SECRET = 65, 16
"""Bytes of a browser's public key (uncompressed, P-256) and of what it shares with us (RFC 8291)."""


class NoSubscriptionError(ValueError):
    """Not one to which anything may be sent; says nothing of what it held."""


def subscription(body: bytes, services: Collection[str]) -> Mapping[str, Any]:
    """
    As ``connectors.notices.webpush`` takes it.

    Raises:
        NoSubscriptionError: what the body holds is none.

    """
    try:
        said = json.loads(body)
        endpoint, keys = said["endpoint"], said["keys"]
        point, secret = _bytes(keys["p256dh"]), _bytes(keys["auth"])
        is_one = is_service(endpoint, services) and len(secret) == SECRET
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoSubscriptionError from None
    if not is_one or len(point) != POINT:
        raise NoSubscriptionError
    return {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}


def _bytes(text: str) -> bytes:
    """Base64url with or without its padding, of a modest length."""
    if len(text) > LONGEST or set(text) - _ALPHABET:
        raise NoSubscriptionError
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except binascii.Error:
        raise NoSubscriptionError from None


_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")
