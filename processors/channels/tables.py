"""Queue, addresses and letters in PostgreSQL: schema ``channels`` of the bus's database."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from kairan.identifiers import Handle
from kairan.postgres import Connection, within
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from processors.channels.addresses import Address
from processors.channels.naming import Naming
from processors.channels.queue import MOST_DAYS, Copy, Key, Settled, Way
from processors.channels.sendings import Sending
from processors.notices.channels import QuietHours
from processors.notices.texts import Language
from processors.runtime.words import Words

SCHEMA = "channels"
WORDS = Words(Sending)
_ADDRESS = """a.handle, a.class, a.means, a.target::text, a.language, a.consented, a.quiet_from, a.quiet_until, a.token,
a.is_gone, a.number"""
_ALONE = "select pg_advisory_xact_lock(hashtextextended('channels.transaction', 0))"
_OF = f"select {_ADDRESS} from address a where handle = %b order by number"  # noqa: S608 - columns of ours
_BY_TOKEN = f"select {_ADDRESS} from address a where token = %b"  # noqa: S608
_REACH = f"""
select {_ADDRESS} from address a join (select distinct * from unnest(%b::bytea[], %b::text[]) u(handle, class)) u
    using (handle, class)
where consented is not null and not is_gone order by number"""  # noqa: S608
_KEEP = """
insert into address (handle, class, means, target, language, consented, quiet_from, quiet_until, token)
values (%b, %b, %b, %b::jsonb, %b, %b::bigint, %b::smallint, %b::smallint, %b)
on conflict (handle, class, means, md5(target::text)) do update set language = excluded.language,
    consented = excluded.consented, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
    is_gone = false"""
_FORGET = "delete from address where number = %b::bigint"
_LOSE = "update address set is_gone = true where number = %b::bigint"
_POSITIONS = "select topic, partition, position from consumed"
_ADVANCE = """
insert into consumed select * from unnest(%b::text[], %b::integer[], %b::bigint[])
on conflict (topic, partition) do update set position = excluded.position"""
_PUT = """
with u as (select * from unnest(%b::bytea[], %b::bytea[], %b::bytea[], %b::text[], %b::text[])
    u(id, notice, handle, class, told)),
new as (
    insert into sending (id, notice, handle, class, told) select id, notice, handle, class, told::jsonb from u
    on conflict do nothing returning id)
insert into copy (sending, number, means, due, expires)
select c.* from unnest(%b::bytea[], %b::bigint[], %b::text[], %b::bigint[], %b::bigint[]) c(sending)
where c.sending in (select id from new) on conflict do nothing"""
_TAKE_BACK = """
update copy c set ended = 'withdrawn', ended_at = %b::bigint from sending s
where s.id = c.sending and c.ended is null and s.notice = %b returning c.sending"""
_HIDE = """
update copy c set ended = 'hidden', ended_at = %b::bigint from sending s
where s.id = c.sending and c.ended is null and s.handle = any(%b::bytea[]) and s.class <> 'safe' returning c.sending"""
_EXPIRE = """
update copy set ended = 'expired', ended_at = %b::bigint
where means = %b and ended is null and expires <= %b::bigint returning sending"""
DUE = f"""
select s.told::text, c.number, c.means, c.due, c.failures, {_ADDRESS}
from (
    select first.* from generate_series(0, {MOST_DAYS}) d(days), lateral (
        select * from copy where means = %b and days = d.days and ended is null and due <= %b::bigint
        order by due, sending, number limit %b::bigint
    ) first order by days, due, sending, number limit %b::bigint
) c join sending s on s.id = c.sending left join address a on a.number = c.number
order by c.days, c.due, c.sending, c.number"""  # noqa: S608 - as above, and a number of ours
_WAITS = """
select 1 from copy c where (sending, number) = (%b, %b::bigint) and ended is null
    and (number = 0 or exists (select from address a where a.number = c.number))"""
_SETTLE = """
update copy c set ended = u.ended, failures = u.failures,
    due = case when u.ended is null then u.due else c.due end,
    ended_at = case when u.ended is not null then %b::bigint end
from unnest(%b::bytea[], %b::bigint[], %b::text[], %b::bigint[], %b::integer[]) u(sending, number, ended, due, failures)
where (c.sending, c.number) = (u.sending, u.number) and (c.ended is null or u.ended = 'delivered')"""
_ENDED = """
select s.told::text, array_agg(c.ended) filter (where c.ended is not null)
from sending s left join copy c on c.sending = s.id where s.id = any(%b::bytea[]) group by s.id
having count(c.number) = count(c.ended)
    and (s.closed is null or s.closed <> 'delivered' and bool_or(c.ended = 'delivered')) order by s.id"""
_CLOSE = """
update sending s set closed = u.closed, closed_at = %b::bigint from unnest(%b::bytea[], %b::text[]) u(id, closed)
where s.id = u.id"""
_POST = "insert into letter (topic, key, value) select * from unnest(%b::text[], %b::bytea[], %b::bytea[])"
_UNSENT = "select number, topic, key, value from letter order by number limit %b::bigint"
_SENT = "delete from letter where number = any(%b::bigint[])"
_SET_ASIDE = "insert into unreadable values (%b, %b::integer, %b::bigint, %b, %b) on conflict do nothing"

_NAMING_ITS = "handle, mailbox, language, code, asked, tries, is_sent, due, failures"
_NAMING = f"select {_NAMING_ITS} from naming where handle = %b"  # noqa: S608 - columns of ours
_UNSENT_NAMINGS = f"""
select {_NAMING_ITS} from naming where not is_sent and due <= %b::bigint order by asked, handle"""  # noqa: S608
_PUT_NAMING = f"""
insert into naming ({_NAMING_ITS}) values (%b, %b, %b, %b, %b::bigint, %b::integer, %b, %b::bigint, %b::integer)
on conflict (handle) do update set mailbox = excluded.mailbox, language = excluded.language, code = excluded.code,
    asked = excluded.asked, tries = excluded.tries, is_sent = excluded.is_sent,
    due = excluded.due, failures = excluded.failures"""  # noqa: S608
_FORGET_NAMING = "delete from naming where handle = %b"
_FORGET_NAMINGS = "delete from naming where asked <= %b::bigint"
_FORGET_ASKED = "delete from asked where at <= %b::bigint"
_NOTE_ASKED = "insert into asked values (%b, %b::bigint)"
_COUNT_ASKED = "select count(*) from asked where handle = %b"
_AGREED = "select since from consent where handle = %b and what = 'benefits'"
_AGREE = "insert into consent values (%b, 'benefits', %b::bigint) on conflict (handle, what) do nothing"
_PUSH_KEY = "select public from push_key"
_SET_PUSH_KEY = """
insert into push_key (public) values (%b) on conflict (is_only) do update set public = excluded.public"""
_DISAGREE = "delete from consent where handle = %b and what = 'benefits'"


class PostgresQueue:
    """Queue, addresses and outbox over one connection; several may work side by side."""

    def __init__(self, connection: Connection) -> None:
        within(connection, SCHEMA)
        connection.execute("set plan_cache_mode = force_custom_plan")  # one made for an empty queue would be kept
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One at a time: of two that end a sending's last copies side by side neither would see that it has ended."""
        with self._connection.transaction():
            self._connection.execute(_ALONE)
            yield

    def of(self, handle: Handle) -> Sequence[Address]:
        return [_address(row) for row in self._all(_OF, handle)]

    def by_token(self, token: str) -> Address | None:
        """Also of what stood in no letter: a text with a NUL is none to PostgreSQL."""
        return None if "\0" in token else next((_address(row) for row in self._all(_BY_TOKEN, token)), None)

    def keep(self, address: Address) -> None:
        hours = address.quiet or (None, None)
        target = json.dumps(address.target, ensure_ascii=False)
        its = (address.handle, address.channel, address.means, target, str(address.language), address.consented)
        self._run(_KEEP, *its, *hours, address.token)

    def forget(self, number: int) -> None:
        self._run(_FORGET, number)

    def lose(self, number: int, at: int) -> None:  # noqa: ARG002 - when, the copy says
        self._run(_LOSE, number)

    def naming(self, handle: Handle) -> Naming | None:
        return next((_naming(row) for row in self._all(_NAMING, handle)), None)

    def put_naming(self, naming: Naming) -> None:
        its = (naming.handle, naming.mailbox, str(naming.language), naming.code)
        self._run(_PUT_NAMING, *its, naming.asked, naming.tries, naming.is_sent, naming.due, naming.failures)

    def forget_naming(self, handle: Handle) -> None:
        self._run(_FORGET_NAMING, handle)

    def forget_namings(self, before: int) -> None:
        self._run(_FORGET_NAMINGS, before)

    def unsent(self, at: int) -> Sequence[Naming]:
        return [_naming(row) for row in self._all(_UNSENT_NAMINGS, at)]

    def note_asked(self, handle: Handle, at: int, before: int) -> int:
        self._run(_FORGET_ASKED, before)
        self._run(_NOTE_ASKED, handle, at)
        return int(self._all(_COUNT_ASKED, handle)[0][0])

    def agreed(self, handle: Handle) -> int | None:
        return next((int(since) for (since,) in self._all(_AGREED, handle)), None)

    def set_agreed(self, handle: Handle, since: int | None) -> None:
        if since is None:
            self._run(_DISAGREE, handle)
        else:
            self._run(_AGREE, handle, since)

    def push_key(self) -> str:
        return next((str(public) for (public,) in self._all(_PUSH_KEY)), "")

    def set_push_key(self, public: str) -> None:
        self._run(_SET_PUSH_KEY, public)

    def positions(self) -> Mapping[TopicPartition, int]:
        return {TopicPartition(topic, partition): at for topic, partition, at in self._all(_POSITIONS)}

    def advance(self, positions: Mapping[TopicPartition, int]) -> None:
        self._run(_ADVANCE, *_columns([(*at, position) for at, position in positions.items()], 3))

    def reach(self, whom: Iterable[tuple[Handle, str]]) -> Mapping[tuple[Handle, str], Sequence[Address]]:
        found: dict[tuple[Handle, str], list[Address]] = {key: [] for key in whom}
        for row in self._all(_REACH, *_columns(list(found), 2)):
            address = _address(row)
            found[address.handle, address.channel].append(address)
        return found

    def put(self, sendings: Mapping[Sending, Sequence[Copy]]) -> None:
        rows = [(each.id, each.notice, each.handle, each.channel, _json(each)) for each in sendings]
        copies = [(*each.key, each.means, each.due, each.sending.expires) for its in sendings.values() for each in its]
        self._run(_PUT, *_columns(rows, 5), *_columns(copies, 5))

    def take_back(self, notice: bytes, at: int) -> list[bytes]:
        return self._ids(_TAKE_BACK, at, notice)

    def hide(self, persons: Collection[Handle], at: int) -> list[bytes]:
        return self._ids(_HIDE, at, list(persons))

    def expire(self, means: Way, at: int) -> list[bytes]:
        return self._ids(_EXPIRE, at, means, at)

    def due(self, means: Way, at: int, at_most: int) -> list[Copy]:
        return [_copy(row) for row in self._all(DUE, means, at, at_most, at_most)]

    def waits(self, key: Key) -> bool:
        return bool(self._all(_WAITS, *key))

    def settle(self, settled: Iterable[Settled], at: int) -> None:
        self._run(_SETTLE, at, *_columns([(*each.key, each.end, each.due, each.failures) for each in settled], 5))

    def ended(self, sendings: Collection[bytes]) -> Mapping[Sending, frozenset[str]]:
        return {_sending(told): frozenset(ends or ()) for told, ends in self._all(_ENDED, list(sendings))}

    def close(self, sendings: Mapping[bytes, str], at: int) -> None:
        self._run(_CLOSE, at, *_columns(list(sendings.items()), 2))

    def set_aside(self, record: Incoming, error: str) -> None:
        self._run(_SET_ASIDE, *record.at, error, record.value)

    def post(self, letters: Iterable[Outgoing]) -> None:
        self._run(_POST, *_columns([(each.topic, each.key, each.value) for each in letters], 3))

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        """The oldest letters (``kairan.loops.Outbox``)."""
        return [(number, Outgoing(*letter)) for number, *letter in self._all(_UNSENT, at_most)]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:  # noqa: ARG002 - nobody asks where
        """These were stored."""
        self._run(_SENT, list(rows))

    def wait(self, seconds: float) -> None:
        """Nobody calls: letters are few, and none is urgent."""
        Event().wait(seconds)

    def _ids(self, statement: str, *values: Any) -> list[bytes]:
        return sorted({sending for (sending,) in self._all(statement, *values)})

    def _run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.cursor(binary=True).execute(statement, values).fetchall()


def _copy(row: Sequence[Any]) -> Copy:
    told, number, means, due, failures, *address = row
    return Copy(_sending(told), number, means, due, failures, None if address[0] is None else _address(address))


def _address(row: Sequence[Any]) -> Address:
    handle, channel, means, target, language, consented, start, end, token, is_gone, number = row
    quiet = None if start is None else QuietHours(start, end)
    named = (Handle(handle), channel, means, json.loads(target), Language(language))
    return Address(*named, consented, quiet, token, is_gone, number)


def _naming(row: Sequence[Any]) -> Naming:
    handle, mailbox, language, *its = row
    return Naming(Handle(handle), mailbox, Language(language), *its)


def _json(sending: Sending) -> str:
    return json.dumps(WORDS.to_json(sending))


def _sending(told: str) -> Sending:
    found: Sending = WORDS.from_json(json.loads(told))
    return found


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
