-- The journals of all processes, what they wait for, and what they have yet to send.

create schema processes;
comment on schema processes is 'Processes (moving, …): what each instance was told and told others, in order';

create table processes.journal (
    process text not null,
    instance bytea not null,
    version bigint not null,
    told jsonb not null,
    sent jsonb,
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    written_at timestamptz not null default now(),
    primary key (process, instance, version)
);
comment on table processes.journal is 'Append-only: the state of an instance follows from what it was told';
comment on column processes.journal.version is 'The order in which its inputs came; no topic tells it';
comment on column processes.journal.sent is 'What it told others because of it; null: it changed nothing, and was passed over';
comment on column processes.journal."offset" is 'Of the record that told it';

create table processes.timer (
    process text not null,
    instance bytea not null,
    due bigint not null,
    told jsonb not null,
    is_asked boolean not null default false,
    number bigint generated always as identity,
    primary key (process, instance, told)
);
create index timer_by_due on processes.timer (process, due) where not is_asked;
comment on table processes.timer is 'What an instance will be told when it is due (milliseconds since 1970 UTC)';
comment on column processes.timer.number is 'Tells it from the same timer that was set anew since it was asked for';
comment on column processes.timer.is_asked is 'Appended to the process''s inputs; it goes when the instance has acted';

create table processes.letter (
    number bigint generated always as identity primary key,
    process text not null,
    topic text not null,
    key bytea,
    value bytea not null,
    sent_at timestamptz
);
create index letter_unsent on processes.letter (process, number) where sent_at is null;
comment on table processes.letter is 'Outbox: sent by the relay, in order';

create table processes.consumed (
    process text not null,
    topic text not null,
    partition integer not null,
    position bigint not null,
    reached bigint not null,
    primary key (process, topic, partition)
);
comment on table processes.consumed is 'Where each process reads on';
comment on column processes.consumed.reached is 'When what it consumed last was appended (milliseconds since 1970 UTC)';

create table processes.held (
    number bigint generated always as identity,
    process text not null,
    instance bytea not null,
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    primary key (process, instance, topic, partition, "offset")
);
comment on table processes.held is 'Inputs that wait: the first of an instance could not be decided, the others are behind it';
comment on column processes.held.number is 'In this order they came';

create table processes.leap (
    since bigint primary key,
    forward bigint not null check (forward > 0)
);
comment on table processes.leap is 'Of a sandbox alone: since when its clock is how far ahead (milliseconds); empty where people live';
