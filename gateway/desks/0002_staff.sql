-- Staff who signed in at their provider; a clerk's account is named beside the number that the member knows her by.

-- Attempts to sign in, for minutes; key: the digest of what the browser has; target: the role that was asked for.
create table desks.attempt (
    key bytea primary key check (length(key) = 32),
    state text not null,
    nonce text not null,
    verifier text not null,
    target text not null,
    began bigint not null
);

-- Sessions; times in milliseconds since 1970 UTC; key: the digest of the browser's secret.
create table desks.session (
    key bytea primary key check (length(key) = 32),
    member text not null,
    role text not null,
    clerk text not null,
    subject text not null,
    began bigint not null,
    seen bigint not null
);
create index session_of_clerk on desks.session (member, clerk);
comment on table desks.session is 'To end all of a clerk''s: delete where (member, clerk) = (…, …)';

alter table desks.viewing add column subject text not null default '';
comment on column desks.viewing.subject is 'What the provider calls the clerk for good; empty: the sign-in of development';
alter table desks.decision add column subject text not null default '';
comment on column desks.decision.subject is 'As in desks.viewing';
