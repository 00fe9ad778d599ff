create schema if not exists gateway;

-- Who is who: a provider's subject, as a digest, and the person of the bus.
create table gateway.person (
    issuer text not null,
    subject bytea not null check (length(subject) = 32),
    handle bytea not null check (length(handle) = 16),
    primary key (issuer, subject)
);

-- Attempts to sign in, for minutes; key: the digest of what the browser has.
create table gateway.attempt (
    key bytea primary key check (length(key) = 32),
    state text not null,
    nonce text not null,
    verifier text not null,
    target text not null,
    began bigint not null
);

-- Sessions; times in milliseconds since 1970 UTC. acting_for: who signed in looks at this person's pages, as her proxy.
create table gateway.session (
    key bytea primary key check (length(key) = 32),
    handle bytea not null check (length(handle) = 16),
    acting_for bytea check (length(acting_for) = 16),
    began bigint not null,
    seen bigint not null
);
create index session_of on gateway.session (handle);

-- Proxies (代理人), each asked for by the one and confirmed by the other; a row is kept for the log of who could see what.
create table gateway.proxy (
    id bytea primary key check (length(id) = 16),
    represented bytea not null check (length(represented) = 16),
    proxy bytea check (length(proxy) = 16),
    invitation bytea not null unique,
    scopes text[] not null,
    until date not null,
    asked bigint not null,
    confirmed bigint,
    ended boolean not null default false
);
create index proxy_of on gateway.proxy (represented);
create index proxy_by on gateway.proxy (proxy);

-- What a proxy opened, and when: shown to the person whose page it is.
create table gateway.proxy_view (
    proxy bytea not null references gateway.proxy (id),
    page text not null,
    at bigint not null
);

-- What residents say of a notice: a choice of few, no words of theirs.
create table gateway.feedback (
    notice bytea not null check (length(notice) = 16),
    handle bytea not null check (length(handle) = 16),
    verdict text not null check (verdict in ('helped', 'unclear', 'wrong')),
    at bigint not null,
    primary key (notice, handle)
);
