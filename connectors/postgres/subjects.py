"""Which pairwise id is which of the member's own 宛名番号: copied from ``subjects.<code>`` into its database."""

from collections.abc import Iterable, Sequence

from connectors.postgres.database import Database
from kairan import topics, wire
from kairan.stream import Incoming, Reader, until_now

_POSITION = b"select position from public.consumed where topic = %b and partition = 0"
_ADVANCE = b"""
insert into public.consumed (topic, partition, position) values (%b, 0, %b::bigint)
on conflict (topic, partition) do update set position = excluded.position"""
_NOTE = b"""
insert into public.subject (pairwise_id, atena_number, kind)
select * from unnest(%b::bytea[], %b::text[], %b::text[])
on conflict (pairwise_id) do update set atena_number = excluded.atena_number, kind = excluded.kind"""
_FORGET = b"delete from public.subject where pairwise_id = any(%b::bytea[])"
_UNKNOWN = b"""
select exists (
    select from unnest(%b::bytea[]) u(pairwise_id) where not exists (
        select from public.subject s where s.pairwise_id = u.pairwise_id and s.atena_number is not null))"""
AT_ONCE = 5000
SURE = 50_000


class Subjects:
    """
    Keeps ``public.subject`` as new as the topic, for all sinks of a member.

    Admission writes an entry before the event that needs it, so whoever has read the topic to its end knows
    every name that a delivery can hold.
    """

    def __init__(self, database: Database, reader: Reader, member: str) -> None:
        self._database = database
        self._reader = reader
        self._sure: set[bytes] = set()
        self._topic = topics.name(topics.SUBJECTS, member)

    def position(self) -> int | None:
        found = self._database.all(_POSITION, self._topic)
        return int(found[0][0]) if found else None

    def translate(self, pairwise_ids: set[bytes]) -> None:
        """Makes sure that these are known if anybody knows them: reads to the end when one is not."""
        unsure = list(pairwise_ids - self._sure)
        if not unsure:
            return
        with self._database.turn:
            if self._database.all(_UNKNOWN, unsure)[0][0]:
                self._read_to_end()
            else:
                self._remember(unsure)

    def _remember(self, known: Iterable[bytes]) -> None:
        """A person's delivery comes to many channels of a member: the first one has asked."""
        if len(self._sure) > SURE:
            self._sure = set()
        self._sure |= set(known)

    def refresh(self) -> None:
        """Reads what is there without waiting."""
        with self._database.turn:
            while batch := self._reader.poll(0.0, AT_ONCE):
                self._note(batch)

    def _read_to_end(self) -> None:
        for batch in until_now(self._reader):
            if batch:
                self._note(batch)

    def _note(self, batch: Sequence[Incoming]) -> None:
        """The newest entry of each, and the position with them."""
        newest = {record.key or b"": record.value for record in batch}
        entries = [wire.decode_record(value)[1] for value in newest.values() if value is not None]
        columns = zip(*((each["pairwise_id"], each["atena_number"], each["kind"]) for each in entries), strict=True)
        with self._database.transaction():
            if entries:
                self._database.run(_NOTE, *map(list, columns))
            self._database.run(_FORGET, [key for key, value in newest.items() if value is None])
            self._database.run(_ADVANCE, self._topic, batch[-1].offset + 1)
