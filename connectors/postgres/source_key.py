"""
A core system's database knows by a check value which key the ids of its facts are made with.

Ids are functions of the fact and this key: with another one whatever was stated before would be stated again.
"""

from kairan.keychecks import OtherKeyError
from kairan.keys import SourceKey
from kairan.logs import log
from kairan.postgres import connect

_NOTE = "insert into core_system.source_key (value) values (%s) on conflict do nothing"
_KNOWN = "select value from core_system.source_key"
_SWAPPED = "put back the key file of this source: with another key every fact would have a second id"


def establish(dsn: str, key: SourceKey, member: str) -> None:
    """
    Notes the key at its first use.

    Raises:
        OtherKeyError: another one is noted.

    """
    with connect(dsn) as connection:
        connection.execute(_NOTE, (key.check_value(),))
        known = connection.execute(_KNOWN).fetchone()
    if known != (key.check_value(),):
        log().error("another key", member=member, alarm=_SWAPPED)
        raise OtherKeyError(f"the key of source {member} is not the one its events were named with")
