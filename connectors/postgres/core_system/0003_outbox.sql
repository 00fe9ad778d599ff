-- Debezium's outbox columns, what order needs (sequence), and what became of the row (mapped, sent, refused).

create sequence core_system.outbox_sequence;

create table core_system.outbox (
    sequence bigint primary key,
    id uuid not null default gen_random_uuid() unique,
    aggregatetype text not null,
    aggregateid text not null,
    type text not null,
    payload jsonb not null default '{}',
    payload_bytes integer not null generated always as (octet_length(payload::text)) stored,
    created_at timestamptz not null default clock_timestamp(),
    mapped bytea,
    digest bytea generated always as (sha256(mapped)) stored,
    event_id bytea check (octet_length(event_id) = 16),
    topic text,
    mapped_at timestamptz,
    sent_at timestamptz,
    "partition" integer,
    "offset" bigint,
    refused_at timestamptz,
    refusal jsonb,
    check ((mapped is null) = (topic is null))
);
create index outbox_pending on core_system.outbox (sequence) where sent_at is null and refused_at is null;
create index outbox_digest on core_system.outbox (digest);
create index outbox_person on core_system.outbox (aggregateid);
create index outbox_event on core_system.outbox (event_id);
comment on table core_system.outbox is '回覧へ送る変更 (変更と同じトランザクションで書く)';
comment on column core_system.outbox.sequence is '送る順';
comment on column core_system.outbox.id is '行の識別子';
comment on column core_system.outbox.aggregatetype is 'resident または taxpayer';
comment on column core_system.outbox.aggregateid is '宛名番号';
comment on column core_system.outbox.type is '変更のあった表';
comment on column core_system.outbox.payload is '変更の記録';
comment on column core_system.outbox.payload_bytes is '変更の記録の大きさ';
comment on column core_system.outbox.created_at is '登録日時';
comment on column core_system.outbox.mapped is '送るバイト列 (初めて送る前に保存し、以後変えない)';
comment on column core_system.outbox.digest is '送るバイト列の SHA-256';
comment on column core_system.outbox.event_id is '送る事実の識別子';
comment on column core_system.outbox.topic is '送り先';
comment on column core_system.outbox.mapped_at is '変換日時';
comment on column core_system.outbox.sent_at is '送達日時';
comment on column core_system.outbox."partition" is '送達位置: パーティション';
comment on column core_system.outbox."offset" is '送達位置: オフセット';
comment on column core_system.outbox.refused_at is '受け付けられなかった日時';
comment on column core_system.outbox.refusal is '受け付けられなかった理由 [{code, path, rule}] (値は含まない)';

create table core_system.bus_position (
    topic text not null,
    "partition" integer not null,
    next_offset bigint not null,
    primary key (topic, "partition")
);
comment on table core_system.bus_position is '回覧からの返事をどこまで書いたか';
comment on column core_system.bus_position.topic is '返事のトピック';
comment on column core_system.bus_position."partition" is 'パーティション';
comment on column core_system.bus_position.next_offset is '次に読むオフセット';

-- A lock each of 1024 groups of persons: a night that writes about everybody must not run out of locks.
create function core_system.lock_group(person text) returns integer language sql immutable as $$
    select (hashtextextended(person, 0) & 1023)::integer
$$;
comment on function core_system.lock_group is '排他の単位';

create function core_system.lock_persons(persons text[]) returns void language plpgsql as $$
declare
    found integer;
begin
    for found in select distinct core_system.lock_group(person) from unnest(persons) as person order by 1 loop
        perform pg_advisory_xact_lock(7, found);
    end loop;
end
$$;
comment on function core_system.lock_persons is '人を排他する: 書く前に、かかわる全員を一度に (順序は関数が決める)';

-- The number is drawn under the person's lock, which is kept until the commit: so the order of a person's rows
-- is the order in which they become visible. A column default would draw it before the lock is won.
create function core_system.number_outbox_row() returns trigger language plpgsql as $$
begin
    perform core_system.lock_persons(array[new.aggregateid]);
    new.sequence := nextval('core_system.outbox_sequence');
    return new;
end
$$;
create trigger number_outbox_row before insert on core_system.outbox
    for each row execute function core_system.number_outbox_row();

create function core_system.call_relay() returns trigger language plpgsql as $$
begin
    perform pg_notify('core_system_outbox', '');
    return null;
end
$$;
create trigger call_relay after insert on core_system.outbox
    for each statement execute function core_system.call_relay();
