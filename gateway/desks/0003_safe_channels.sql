-- Who named a safe channel of a protected person, or took it back: never which one.

create table desks.safe_channel (
    number bigint generated always as identity primary key,
    at timestamptz not null default now(),
    member text not null,
    role text not null,
    clerk text not null,
    subject text not null,
    person bytea not null check (length(person) = 16),
    is_named boolean not null
);
create index safe_channel_of on desks.safe_channel (person);
comment on table desks.safe_channel is 'Append-only: written in the transaction of what it tells (docs/adr/0039)';
comment on column desks.safe_channel.person is 'The bus''s own name of her; nobody who was not found stands here';
