"""
Every process proves at its start that it holds the same bus key as the rest.

The compacted topic ``key-checks`` keeps a check value of each key version; a process with another key would
write identifiers nobody can join, so it refuses to start.
"""

from kairan import wire
from kairan.keys import BusKeys
from kairan.logs import log
from kairan.stream import Outgoing, Reader, Writer, until_now

TOPIC = "key-checks"
_SWAPPED = "put back the key file that the log was written with: ids made with this one could not be joined"
_SHAPE = "kairan.bus.KeyCheck"


class OtherKeyError(Exception):
    """This process holds another key than the one that what it writes to was written with."""


def known(reader: Reader) -> dict[tuple[str, int], bytes]:
    """The check values kept in the topic; reads it to its end."""
    found: dict[tuple[str, int], bytes] = {}
    for batch in until_now(reader):
        for record in batch:
            if record.value is not None:
                _, check = wire.decode_record(record.value)
                found[check["key"], check["version"]] = check["check"]
    return found


def verify(reader: Reader, keys: BusKeys) -> bool:
    """
    Whether the log knows this key version; raises when it knows another key under it.

    Raises:
        OtherKeyError: the check values differ.

    """
    check = known(reader).get(("bus", keys.version))
    if check is None:
        return False
    if check != keys.check_value():
        log().error("another key", key_version=keys.version, alarm=_SWAPPED)
        raise OtherKeyError(f"bus key version {keys.version} is not the key this log was written with")
    return True


def establish(reader: Reader, writer: Writer, keys: BusKeys) -> None:
    """Verifies, and notes the check value if this is the key's first use (admission does, as the log's writer)."""
    if not verify(reader, keys):
        record = {"key": "bus", "version": keys.version, "check": keys.check_value()}
        writer.send(Outgoing(TOPIC, f"bus:{keys.version}".encode(), wire.encode_record(_SHAPE, record)))
        writer.confirm()
