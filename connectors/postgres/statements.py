"""
The SQL of an office. Arrays in, sets out; parameters are binary (measured: 2.5 times as fast as text).

``usual`` does everything that the usual batch needs in one statement: for a single delivery each further one would
cost as much again. ``insert`` and ``overlay`` answer with one row that says whether all went as usual, and name what
did when not all.
``usual_answered`` stores, too, what is to be answered of what enters the inbox (``connectors.postgres.answers``).
Single rows are looked up by scalar subqueries, and a condition that no index is for is written so that none serves it:
then no plan made while a table was small scans it, or most of an index, when it is large.
"""

from collections.abc import Mapping
from functools import cache
from typing import LiteralString

from psycopg import sql

from connectors.postgres.answers import OF_A_MOVE
from connectors.postgres.offices import schema

_ARRAYS = """unnest(
            %b::bytea[], %b::text[], %b::bytea[], %b::text[], %b::text[], %b::bytea[], %b::bigint[],
            %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[],
            %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bytea[],
            %b::text[], %b::integer[], %b::bigint[], %b::bigint[])"""
_COLUMNS = """
            event_ref, business, pairwise_id, type, change, corrects_ref, version,
            source_municipality, source_business, protection, effective, registered, admitted,
            envelope, body_text, empty, withheld, rule, decided_by, lane, partition, log_offset, topic_offset"""
_TOLD = f"select *, body_text::jsonb as body from {_ARRAYS} x({_COLUMNS})"  # noqa: S608 - texts of this file
_NUMBERED = f"select *, body_text::jsonb as body from {_ARRAYS} with ordinality x({_COLUMNS}, number)"  # noqa: S608 - the same
_INTO_INBOX = """
        insert into {s}.received as r (
            event_ref, business, pairwise_id, atena_number, type, change, corrects_ref, version,
            source_municipality, source_business, protection, effective, registered, admitted,
            envelope, body, withheld, rule, decided_by, lane, partition, log_offset, topic_offset)
        select event_ref, business, pairwise_id,
            (select atena_number from public.subject s where s.pairwise_id = u.pairwise_id),
            type, change, corrects_ref, version, source_municipality, source_business, protection, effective,
            to_timestamp(registered / 1000.0), admitted,
            envelope::jsonb, body, withheld::jsonb, rule, decided_by, lane, partition, log_offset, topic_offset
        from u on conflict do nothing"""
_TO_ANSWER = """
        to_answer as (
            insert into {s}.answer (event_ref, business, pairwise_id, outcome)
            select event_ref, business, pairwise_id, case change when 'annulled' then 'undone' else 'applied' end
            from new where lane = 'live' and type in ({of_a_move})
            on conflict do nothing),"""
_VERSIONS = """case when w.source_municipality is null then '{{}}'
                else jsonb_build_object(w.source_municipality || '/' || w.source_business, w.version) end"""
_LATEST = "array[w.admitted, (w.lane = 'live')::integer, w.log_offset]"
_OVER_PERSON = """
        known as (
            update {s}.person p set
                fields = (p.fields || w.body) - string_to_array(w.empty, ','),
                protection = coalesce(w.protection, p.protection),
                versions = p.versions || {versions},
                latest = {latest},
                updated_at = now()
            from w
            where p.business = w.business and p.pairwise_id = w.pairwise_id
                and p.measures = '{{}}' and p.latest < {latest} and coalesce((
                    p.versions ->> (w.source_municipality || '/' || w.source_business))::bigint <= w.version, true)
            returning p.business, p.pairwise_id),
        met as (
            insert into {s}.person (business, pairwise_id, fields, protection, versions, latest)
            select business, pairwise_id, body - string_to_array(empty, ','), protection, {versions}, {latest}
            from w where (select true from {s}.person k
                          where k.business = w.business and k.pairwise_id = w.pairwise_id) is null
            returning business, pairwise_id),
        done as (select * from known union all select * from met)"""
_TAKES_AWAY = "(a.change = 'annulled' or a.annulled_by is not null)"
"""What a received row does to the one that it names: annuls it, or had corrected it and was annulled with it."""
_NAMED_OF_R = """(
            select n.annulled_by from named n
            where n.business = r.business and n.pairwise_id = r.pairwise_id and n.event_ref = r.event_ref)"""
_UNSENT = """(
    select {channel}, sequence, value from {s}.receipt
    where sent_at is null order by sequence limit (select most from asked))"""
_UNANSWERED = """(
    select {channel}, event_ref, business, pairwise_id, outcome, cannot_undo from {s}.answer
    where answered_at is null order by sequence limit (select most from asked))"""
_PARTS = {
    "versions": _VERSIONS,
    "latest": _LATEST,
    "named_of_r": _NAMED_OF_R,
    "takes_away": _TAKES_AWAY,
    "told": _TOLD,
    "numbered": _NUMBERED,
    "into_inbox": _INTO_INBOX,
}
_TEXTS: Mapping[str, str] = {
    "standing": """
        select (select position from {s}.consumed where topic = %b and partition = %b::integer),
            exists (select from {s}.parked), exists (select from {s}.parked where released is not null),
            exists (select from {s}.discarded)""",
    "finish": """
        with moved as (
            insert into {s}.consumed (topic, partition, position) values (%b, %b::integer, %b::bigint)
            on conflict (topic, partition) do update set position = excluded.position)
        insert into {s}.receipt (value) values (%b)""",
    "received": """
        select event_ref, business from unnest(%b::bytea[], %b::text[]) u(event_ref, business)
        where (select true from {s}.received r
               where r.event_ref = u.event_ref and r.business is not distinct from u.business)""",
    "usual": """
        with u as materialized ({numbered}), w as (select * from u where number <= %b::bigint), moved as (
            insert into {s}.consumed (topic, partition, position) values (%b, %b::integer, %b::bigint)
            on conflict (topic, partition) do update set position = excluded.position),
        receipted as (insert into {s}.receipt (value) values (%b)),
        new as ({into_inbox} returning event_ref, business, pairwise_id, type, change, lane),
        {to_answer}
        {over_person}
        select public.demand(
            not exists (
                select from {s}.consumed where topic = %b and partition = %b::integer and position <> %b::bigint)
            and not exists (select from {s}.parked)
            and not exists (
                select from u where (select true from {s}.discarded d
                                     where d.event_ref = u.event_ref and d.business = u.business))
            and (select count(*) from new) = %b::bigint and (select count(*) from done) = %b::bigint
            and not exists (
                select from u where (select true from {s}.received a
                                     where a.corrects_ref = u.event_ref and {takes_away}
                                         and a.business is not distinct from u.business limit 1)))""",
    "insert": """
        with u as materialized ({told}),
        new as ({into_inbox} returning event_ref, business, pairwise_id, type, change, lane, coalesce((
            select true from {s}.received a
            where a.corrects_ref = r.event_ref and {takes_away} and a.business is not distinct from r.business
            limit 1), false) as annulled),
        {to_answer}
        whole as (select count(*) = %b::bigint as is_new from new)
        select event_ref, business, annulled, null from new, whole where annulled or not is_new
        union all select null, null, null, is_new from whole""",
    "overlay": """
        with w as materialized ({told}),
        {over_person},
        whole as (select count(*) = %b::bigint as is_done from done)
        select business, pairwise_id, null from done, whole where not is_done
        union all select null, null, is_done from whole""",
    "history": """
        select business, pairwise_id, event_ref, type, change, corrects_ref, version,
            source_municipality, source_business, envelope ->> 'issuer', protection, admitted, lane, log_offset, body
        from {s}.received
        join unnest(%b::text[], %b::bytea[]) u(business, pairwise_id) using (business, pairwise_id)""",
    "put": """
        insert into {s}.person (business, pairwise_id, fields, protection, measures, versions, latest)
        select business, pairwise_id, fields::jsonb, protection, measures::jsonb, versions::jsonb,
            array[admitted, live, log_offset]
        from unnest(%b::text[], %b::bytea[], %b::text[], %b::text[], %b::text[], %b::text[],
                    %b::bigint[], %b::bigint[], %b::bigint[])
            u(business, pairwise_id, fields, protection, measures, versions, admitted, live, log_offset)
        on conflict (business, pairwise_id) do update set
            fields = excluded.fields, protection = excluded.protection, measures = excluded.measures,
            versions = excluded.versions, latest = excluded.latest, updated_at = now()""",
    "protect": """
        insert into {s}.person (business, pairwise_id, protection, measures)
        select business, pairwise_id, protection, measures::jsonb
        from unnest(%b::text[], %b::bytea[], %b::text[], %b::text[]) u(business, pairwise_id, protection, measures)
        on conflict (business, pairwise_id) do update set
            protection = excluded.protection, measures = excluded.measures, updated_at = now()""",
    "mark": """
        with mark as materialized (
            select * from unnest(%b::text[], %b::bytea[]) u(business, pairwise_id)),
        named as materialized (
            select * from unnest(%b::text[], %b::bytea[], %b::bytea[], %b::bytea[])
                n(business, pairwise_id, event_ref, annulled_by))
        update {s}.received r set annulled_by = {named_of_r}
        from mark
        where r.business = mark.business and r.pairwise_id = mark.pairwise_id
          and r.annulled_by is distinct from {named_of_r}""",
    "waiting": """
        select distinct business, pairwise_id from {s}.parked
        join unnest(%b::text[], %b::bytea[]) u(business, pairwise_id) using (business, pairwise_id)""",
    "released": "select distinct business, pairwise_id from {s}.parked where released is not null",
    "queue": """
        select event_ref, type, delivery, topic_offset, discarded is not null from {s}.parked
        where business = %b and pairwise_id = %b order by topic_offset""",
    "park": """
        insert into {s}.parked (event_ref, business, pairwise_id, type, related, delivery, topic_offset, reason)
        values (%b, %b, %b, %b, %b::bytea[], %b, %b::bigint, %b)
        on conflict do nothing returning event_ref, business""",
    "unpark": "delete from {s}.parked where event_ref = %b and business = %b",
    "discard": """
        with gone as (delete from {s}.parked where event_ref = %b and business = %b returning *),
        to_answer as (
            insert into {s}.answer (event_ref, business, pairwise_id, outcome)
            select event_ref, business, pairwise_id, 'discarded' from gone where %b::boolean
            on conflict do nothing)
        insert into {s}.discarded (
            event_ref, business, pairwise_id, type, topic_offset, reason, parked_at, why, discarded_by)
        select event_ref, business, pairwise_id, type, topic_offset, reason, since, discarded, discarded_by
        from gone""",
    "discarded": """
        select event_ref, business from {s}.discarded
        join unnest(%b::bytea[], %b::text[]) u(event_ref, business) using (event_ref, business)""",
    "stay": """
        update {s}.parked set released = null, reason = case when event_ref = %b then %b else reason end
        where business = %b and pairwise_id = %b""",
    "parked_of": """
        select event_ref, business, delivery from {s}.parked
        where pairwise_id = any(%b::bytea[]) or related && %b::bytea[]""",
    "restock": "update {s}.parked set delivery = %b, related = '{{}}' where event_ref = %b and business = %b",
    "refuse": """
        insert into {s}.refused (topic_offset, reason, digest, length)
        select * from unnest(%b::bigint[], %b::text[], %b::bytea[], %b::integer[]) on conflict do nothing""",
    "sent": """
        update {s}.receipt r set sent_at = now(), partition = u.partition, "offset" = u.at
        from unnest(%b::bigint[], %b::integer[], %b::bigint[]) u(sequence, partition, at)
        where r.sequence = u.sequence""",
    "answered": """
        update {s}.answer a set answered_at = now()
        from unnest(%b::bytea[], %b::text[], %b::text[]) u(event_ref, business, told)
        where a.event_ref = u.event_ref and a.business = u.business and a.cannot_undo is not distinct from u.told""",
}


@cache
def of(channel: str) -> Mapping[str, bytes]:
    """The statements of a channel's office, by name."""
    name = sql.Identifier(schema(channel))
    parts = {part: sql.SQL(text).format(s=name) for part, text in _PARTS.items()}
    moves = sql.SQL(", ").join(map(sql.Literal, OF_A_MOVE))
    parts["to_answer"] = sql.SQL(_TO_ANSWER).format(s=name, of_a_move=moves)
    parts["over_person"] = sql.SQL(_OVER_PERSON).format(s=name, **parts)
    texts = {each: sql.SQL(text).format(s=name, **parts) for each, text in _TEXTS.items()}
    texts |= {
        "usual": sql.SQL(_TEXTS["usual"]).format(s=name, **parts | {"to_answer": sql.SQL("")}),
        "usual_answered": texts["usual"],
    }
    return {each: text.as_bytes(None) for each, text in texts.items()}


@cache
def of_all(channels: tuple[str, ...]) -> bytes:
    """Those of these channels where a release is marked."""
    one = sql.SQL("select {channel} where exists (select from {s}.parked where released is not null)")
    each = [one.format(channel=sql.Literal(channel), s=sql.Identifier(schema(channel))) for channel in channels]
    return sql.SQL(" union all ").join(each).as_bytes(None)


@cache
def unsent_of(channels: tuple[str, ...]) -> bytes:
    """The oldest receipts of each of these channels that are not sent, by channel; so many of each."""
    return _oldest_of(_UNSENT, channels)


@cache
def unanswered_of(channels: tuple[str, ...]) -> bytes:
    """The same of what is not answered."""
    return _oldest_of(_UNANSWERED, channels)


def _oldest_of(waiting: LiteralString, channels: tuple[str, ...]) -> bytes:
    one = sql.SQL(waiting)
    each = [one.format(channel=sql.Literal(channel), s=sql.Identifier(schema(channel))) for channel in channels]
    text = sql.SQL("with asked(most) as (select %b::bigint) {each}")
    return text.format(each=sql.SQL(" union all ").join(each)).as_bytes(None)
