-- Where residents want to be told, what waits to be told, and what came of it (docs/adr/0034). Times are milliseconds
-- since 1970 UTC, as the processes' clock has them.

create schema channels;

create table channels.address (
    number bigint generated always as identity primary key,
    handle bytea not null check (octet_length(handle) = 16),
    class text not null check (class in ('push', 'mail', 'safe')),
    means text not null check (means in ('mail', 'webpush', 'line', 'portal')),
    target jsonb not null,
    language text not null,
    consented bigint,
    quiet_from smallint check (quiet_from between 0 and 23),
    quiet_until smallint check (quiet_until between 0 and 23),
    token text not null unique,
    is_gone boolean not null default false,
    check ((quiet_from is null) = (quiet_until is null))
);
create unique index address_target on channels.address (handle, class, means, md5(target::text));
comment on table channels.address is 'Where a resident wants to be told; class safe: what a protected person has named';
comment on column channels.address.consented is 'Since when she wants it; null: not any more';
comment on column channels.address.is_gone is 'The other side has said that nobody is there';

create table channels.sending (
    id bytea primary key,
    notice bytea not null,
    handle bytea not null,
    class text not null,
    told jsonb not null,
    closed text,
    closed_at bigint
);
create index sending_notice on channels.sending (notice);
create index sending_handle on channels.sending (handle);
comment on table channels.sending is 'What the notices asked for; closed: what they were told of it';

create table channels.copy (
    sending bytea not null references channels.sending,
    number bigint not null,
    means text not null,
    due bigint not null,
    expires bigint not null,
    failures integer not null default 0,
    ended text check (ended in ('delivered', 'gone', 'unwanted', 'hidden', 'expired', 'withdrawn')),
    ended_at bigint,
    primary key (sending, number)
);
create index copy_due on channels.copy (means, due) where ended is null;
create index copy_expires on channels.copy (means, expires) where ended is null;
comment on table channels.copy is 'A sending''s part for one address (number; 0: the page); expired ones are the dead letters';

create table channels.unreadable (
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    error text not null,
    value bytea,
    primary key (topic, partition, "offset")
);
comment on table channels.unreadable is 'Records of notice-sendings that nobody could read';

create table channels.letter (
    number bigint generated always as identity primary key,
    topic text not null,
    key bytea,
    value bytea
);
comment on table channels.letter is 'To be sent to process-inputs; deleted when it is stored there';

create table channels.consumed (
    topic text not null,
    partition integer not null,
    position bigint not null,
    primary key (topic, partition)
);
