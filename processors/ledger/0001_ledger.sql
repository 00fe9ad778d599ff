create schema ledger;

create table ledger.range (
    member      text not null,
    channel     text not null,
    "first"     bigint not null,
    "last"      bigint not null,
    digest      bytea not null,
    "count"     bigint not null,
    "sum"       numeric(39) not null,
    applied     timestamptz not null,
    noted_at    timestamptz not null default now(),
    primary key (member, channel, "first", digest)
);
comment on table ledger.range is 'Receipts: which offsets of a channel''s topic took effect in one transaction of its sink. A receipt that comes twice has the same digest. last = first - 1: released deliveries only';

create table ledger.bucket (
    member      text not null,
    channel     text not null,
    lane        text not null,
    partition   integer not null,
    bucket      bigint not null,
    "count"     bigint not null,
    "sum"       numeric(39) not null,
    primary key (member, channel, lane, partition, bucket)
);
comment on table ledger.bucket is 'The same by a thousand offsets of the log; sums of digests modulo 2^128';

create table ledger.exception (
    member      text not null,
    channel     text not null,
    event_ref   bytea not null,
    business    text not null,
    kind        text not null,
    "offset"    bigint not null,
    applied     timestamptz not null,
    primary key (member, channel, event_ref, business, kind)
);
comment on table ledger.exception is 'Deliveries that did not take effect in their turn: parked, released (took effect later), refused, discarded';

create table ledger.refused (
    topic       text not null,
    partition   integer not null,
    "offset"    bigint not null,
    reason      text not null,
    primary key (topic, partition, "offset")
);
comment on table ledger.refused is 'Records on a receipts topic that are no receipt of that member';

create table ledger.consumed (
    topic       text not null,
    partition   integer not null,
    position    bigint not null,
    primary key (topic, partition)
);

create view ledger.open_exception as
select * from ledger.exception e
where kind <> 'released' and not (kind = 'parked' and exists (
    select from ledger.exception r
    where (r.member, r.channel, r.event_ref, r.business) = (e.member, e.channel, e.event_ref, e.business)
      and r.kind = 'released'));
comment on view ledger.open_exception is 'What is still not in effect';

create view ledger.seam as
select member, channel, coalesce(reached, 0) as expected, "first" as begins
from (select member, channel, "first",
             max("last" + 1) over (partition by member, channel order by "first", "last"
                                   rows between unbounded preceding and 1 preceding) as reached
      from ledger.range where "last" >= "first") r
where "first" <> coalesce(reached, 0);
comment on view ledger.seam is 'Where ranges do not join: begins > expected is a gap (never receipted), begins < expected an overlap (a sink went back)';
