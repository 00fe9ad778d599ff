"""
The bytes of an event: those of its statement, but for what admission says otherwise or adds.

What both shapes have alike is copied as it came, for there is one encoding of it (``kairan.scanner``).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from kairan import shapes, wire
from kairan.shapes import Shape

_NOBODY = bytes(16)
"""In place of a handle; no role has sixteen zero bytes."""
_OWN = shapes.shape("statement", shapes.TYPES[0]).envelope_fields
"""Of a statement's envelope, the same for all types; an event's has them in this order, and some more behind."""
_SUBJECT, _VERSION = _OWN.index("subject"), _OWN.index("version")
_PROTECTION, _MUNICIPALITIES = _OWN.index("protection"), _OWN.index("municipalities")
_RELATED, _EFFECTIVE = _OWN.index("related"), _OWN.index("effective")


def event(shape: Shape, envelope: Mapping[str, Any], value: bytes, boundaries: Sequence[int]) -> bytes:
    """
    What ``wire.frame_envelope`` makes of this envelope, and the statement's body behind it.

    Args:
        shape: of the event.
        envelope: of the event; all but subject, protection and related is the statement's own, or added behind it.
        value: the statement.
        boundaries: of the fields of its envelope, and where its body begins.

    """
    subject = envelope["subject"]
    return b"".join(
        (
            wire.frame(shape),
            value[boundaries[0] : boundaries[_SUBJECT]],
            _kind(shape, subject["kind"]),
            subject["handle"],
            value[boundaries[_VERSION] : boundaries[_PROTECTION]],
            _short(shape, "protection", envelope["protection"]),
            value[boundaries[_MUNICIPALITIES] : boundaries[_RELATED]],
            _related(shape, envelope["related"]),
            value[boundaries[_EFFECTIVE] : boundaries[-1]],
            _short(shape, "admitted", envelope["admitted"]),
            wire.encode_envelope_field(shape, "lineage", envelope["lineage"]) if envelope["lineage"] else b"\0",
            _short(shape, "key_version", envelope["key_version"]),
            envelope["statement_digest"],
            value[boundaries[-1] :],
        )
    )


def _related(shape: Shape, related: Sequence[Mapping[str, Any]]) -> bytes:
    *roles, end = _roles(shape, tuple(each["role"] for each in related))
    return b"".join([role + each["handle"] for role, each in zip(roles, related, strict=True)]) + end


@lru_cache(maxsize=256)
def _short(shape: Shape, name: str, value: str | int) -> bytes:
    """A field that many events have alike."""
    return wire.encode_envelope_field(shape, name, value)


@lru_cache(maxsize=256)
def _kind(shape: Shape, kind: str) -> bytes:
    """What stands before the subject's handle."""
    return wire.encode_envelope_field(shape, "subject", {"kind": kind, "handle": _NOBODY}).removesuffix(_NOBODY)


@lru_cache(maxsize=256)
def _roles(shape: Shape, roles: tuple[str, ...]) -> list[bytes]:
    """What stands before each handle, and behind the last."""
    nobody = [{"role": role, "handle": _NOBODY} for role in roles]
    return wire.encode_envelope_field(shape, "related", nobody).split(_NOBODY)
