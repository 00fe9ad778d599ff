"""The counter of a municipality, where somebody shows a document: the clerk knows her by the member's own 宛名番号."""

from kairan.postgres import connect
from kairan.settings import Settings

_HERS = "select pairwise_id from public.subject where atena_number = %s and kind = 'person' limit 2"


def pairwise_id(settings: Settings, member: str, atena: str) -> bytes | None:
    """
    What the bus calls her to this member, of which nobody else can make anything.

    None: the bus has told the member's offices nobody of this number yet, or several.
    """
    with connect(settings.dsn(f"offices_{member}"), autocommit=True) as office:
        found = office.execute(_HERS, (atena,)).fetchall()
    return bytes(found[0][0]) if len(found) == 1 else None
