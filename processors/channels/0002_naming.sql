-- A mailbox that somebody says is hers, until she brings the code that was sent there (docs/adr/0039); and consent to
-- what needs no address. Times are milliseconds since 1970 UTC, as the processes' clock has them.

create table channels.naming (
    handle bytea primary key check (octet_length(handle) = 16),
    mailbox text not null,
    language text not null,
    code text not null,
    asked bigint not null,
    tries integer not null default 0,
    is_sent boolean not null default false
);
comment on table channels.naming is 'Half an hour at most; the code is worth something to this handle''s session alone';

create table channels.asked (
    handle bytea not null check (octet_length(handle) = 16),
    at bigint not null
);
create index asked_by on channels.asked (handle);
comment on table channels.asked is 'Who asked for a code and when, for a day: nobody fills the mailbox of somebody else';

create table channels.consent (
    handle bytea not null check (octet_length(handle) = 16),
    what text not null check (what in ('benefits')),
    since bigint not null,
    primary key (handle, what)
);
comment on table channels.consent is 'What she agreed to beside addresses; who takes it back has no row';

create table channels.push_key (
    is_only boolean primary key default true check (is_only),
    public text not null
);
comment on table channels.push_key is 'By which browsers know who sends them pushes (VAPID): written by who does, told to browsers by the pages';
