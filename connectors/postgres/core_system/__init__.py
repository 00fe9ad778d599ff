"""A member's core system (住民記録 and 個人住民税): the tables a clerk writes and the outbox the bus reads."""

from kairan.postgres import migrations


def migrate(dsn: str) -> list[str]:
    """Brings a member's database to this version; the files that were applied."""
    return migrations.apply(dsn, __name__)
