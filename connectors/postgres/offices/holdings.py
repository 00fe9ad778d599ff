"""What an office holds of a part of the log: for the reconciliation, record by record."""

from psycopg import sql

from connectors.postgres.offices import schema
from kairan.postgres import Connection
from kairan.receipts import BUCKET, Bucket, LogPosition

_OF_BUCKET = """
select event_ref, business, log_offset from {}.received
where lane = %s and partition = %s and log_offset >= %s and log_offset < %s"""


def of_bucket(connection: Connection, channel: str, bucket: Bucket) -> list[tuple[bytes, str, LogPosition]]:
    """References and businesses that took effect in this channel's office, with the places of their events."""
    first = bucket.bucket * BUCKET
    statement = sql.SQL(_OF_BUCKET).format(sql.Identifier(schema(channel)))
    found = connection.execute(statement, (bucket.lane, bucket.partition, first, first + BUCKET)).fetchall()
    return [(ref, business, LogPosition(bucket.lane, bucket.partition, offset)) for ref, business, offset in found]
