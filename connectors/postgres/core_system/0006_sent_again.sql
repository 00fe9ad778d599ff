-- The same bytes may be sent again, and be admitted then: a refusal tells what became of one sending.

alter table core_system.outbox add column refused_offset bigint;
comment on column core_system.outbox.refused_offset is '受け付けられなかった送達位置: オフセット';

create or replace function core_system.was_refused(person text, table_name text, fact jsonb) returns boolean
language sql stable as $$
    select coalesce(bool_and(o.refused_at is not null), false) from core_system.outbox o
    where o.aggregateid = person and o.type = table_name and o.payload @> fact
$$;
comment on function core_system.was_refused is
    '回覧が一度も受け付けなかった記録か (その修正は元の通知を名指しできない)';
