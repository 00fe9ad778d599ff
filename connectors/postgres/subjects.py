"""Which pairwise id is which of the member's own 宛名番号: copied from ``subjects.<code>`` into its database."""

from collections.abc import Iterable, Sequence

from connectors.postgres.database import Database
from kairan import topics, wire
from kairan.positions import read_on
from kairan.stream import Incoming, Reader, TopicPartition, until_now

_POSITION = b"select position from public.consumed where topic = %b and partition = 0"
_NOTE = b"""
with noted as (
    insert into public.subject (pairwise_id, atena_number, kind)
    select * from unnest(%b::bytea[], %b::text[], %b::text[])
    on conflict (pairwise_id) do update set atena_number = excluded.atena_number, kind = excluded.kind),
forgotten as (delete from public.subject where pairwise_id = any(%b::bytea[]))
insert into public.consumed (topic, partition, position) values (%b, 0, %b::bigint)
on conflict (topic, partition) do update set position = excluded.position"""
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
    every name that a delivery can hold. The reader is put where the database says when it is first needed, by whoever
    comes first: a member's database may let him wait, and then only who serves that member waits.
    """

    def __init__(self, database: Database, reader: Reader, member: str) -> None:
        self._database = database
        self._reader = reader
        self._sure: set[bytes] = set()
        self._topic = topics.name(topics.SUBJECTS, member)
        self._is_placed = False

    def translate(self, pairwise_ids: set[bytes]) -> None:
        """
        Makes sure that these are known if anybody knows them: reads to the end when one is not.

        A new person's entry was written before the event and has most often come; nothing is asked then.
        """
        if pairwise_ids <= self._sure:
            return
        with self._database.turn:
            self.refresh()
            unsure = list(pairwise_ids - self._sure)
            if not unsure:
                return
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
            self._place()
            while batch := self._reader.poll(0.0, AT_ONCE):
                self._note(batch)

    def _place(self) -> None:
        if not self._is_placed:
            found = self._database.all(_POSITION, self._topic)
            read_on(self._reader, {TopicPartition(self._topic, 0): int(position) for (position,) in found})
            self._is_placed = True

    def _read_to_end(self) -> None:
        for batch in until_now(self._reader):
            if batch:
                self._note(batch)

    def _note(self, batch: Sequence[Incoming]) -> None:
        """The newest entry of each, and the position with them, in one statement."""
        newest = {record.key or b"": record.value for record in batch}
        entries = [wire.decode_record(value)[1] for value in newest.values() if value is not None]
        columns = [[each[name] for each in entries] for name in ("pairwise_id", "atena_number", "kind")]
        gone = [key for key, value in newest.items() if value is None]
        self._is_placed = False  # until it is noted: whoever asks after a failure reads it again
        self._database.run(_NOTE, *columns, gone, self._topic, batch[-1].offset + 1)
        self._is_placed = True
        self._remember(each["pairwise_id"] for each in entries if each["atena_number"] is not None)
