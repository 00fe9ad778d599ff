-- What was recalled, from whom, why, and the annulment that told them so. No topic tells it: it is kept with the database.

create table ledger.recalled (
    event       bytea not null,
    member      text not null,
    channel     text not null,
    business    text not null,
    rule        text not null,
    event_ref   bytea not null,
    lane        text not null,
    partition   integer not null,
    "offset"    bigint not null,
    delivery    bytea not null,
    person      bytea not null,
    why         text not null,
    decided_by  text not null,
    decided_at  timestamptz not null,
    sent        bigint[] not null default '{}',
    primary key (event, member, channel, business)
);
comment on table ledger.recalled is 'Deliveries to a business that it should not have got, and that were annulled there by an operator';
comment on column ledger.recalled.rule is 'By which it got the delivery';
comment on column ledger.recalled.event_ref is 'The annulment''s own reference at this member; lane, partition and offset are those of the event';
comment on column ledger.recalled.person is 'Whom the member knows by this pairwise id: the key of the annulment''s record';
comment on column ledger.recalled.sent is 'Where in the channel''s topic it was written; several times if it was sent again';

create view ledger.recall_answer as
select r.event, r.member, r.channel, r.business, r.rule, r.why, r.decided_by, r.decided_at,
    cardinality(r.sent) > 0 as is_sent,
    (select kind from ledger.open_exception e
     where (e.member, e.channel, e.event_ref, e.business) = (r.member, r.channel, r.event_ref, r.business)
     limit 1) as left_out,
    (select min(at) from (
        select g.applied as at from ledger.range g, unnest(r.sent) as sending ("offset")
        where (g.member, g.channel) = (r.member, r.channel) and g."count" > 0 and not g.undone
          and sending."offset" between g."first" and g."last"
        union all
        select e.applied from ledger.exception e
        where (e.member, e.channel, e.event_ref, e.business) = (r.member, r.channel, r.event_ref, r.business)
          and e.kind = 'released') receipted) as receipted_at
from ledger.recalled r;
comment on view ledger.recall_answer is 'What each receiver''s receipts say of a recall: nothing yet, left out (parked, discarded), or when it took effect. A range without effects only passed over what its topic had lost';
