-- A counter enrols somebody (docs/adr/0049); times in milliseconds since 1970 UTC, nothing here is kept for an hour.

alter table gateway.person add column act bytea check (length(act) = 16);
create index person_of on gateway.person (handle);
comment on column gateway.person.act is 'By which desks.enrolment names who enrolled this subject; null: an operator did';

-- Sign-ins that wait for a code; key: the digest of what the browser has; subject: as in gateway.person.
create table gateway.pending (
    key bytea primary key check (length(key) = 32),
    issuer text not null,
    subject bytea not null check (length(subject) = 32),
    began bigint not null,
    unique (issuer, subject)
);
create index pending_began on gateway.pending (began);

-- Codes that were handed over, one for a person; of each the bus's keyed digest.
create table gateway.code (
    handle bytea primary key check (length(handle) = 16),
    code bytea not null unique check (length(code) = 32),
    act bytea not null check (length(act) = 16),
    issued bigint not null,
    may_hide boolean not null
);

-- Wrong codes, a row each: of a subject, and of the signs that a municipality's codes begin with.
create table gateway.wrong_code (
    of text not null,
    at bigint not null
);
create index wrong_code_of on gateway.wrong_code (of, at);
create index wrong_code_at on gateway.wrong_code (at);
