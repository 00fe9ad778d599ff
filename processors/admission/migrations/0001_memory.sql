-- What admission remembers. A projection of the log and of subjects.<code>: it may be dropped and is read again.

create schema admission;
comment on schema admission is 'Memory of admission: a projection of the log and of subjects.<code>';

create table admission.events (
    id bytea primary key,
    digest bytea not null,
    bulk boolean not null,
    partition smallint not null,
    "offset" bigint not null
);
comment on table admission.events is 'Every event of the log, at its first position';
comment on column admission.events.digest is 'SHA-256 of the statement: an equal one is dropped, another one refused';

create table admission.subjects (
    municipality text not null,
    atena_number text not null,
    handle bytea not null,
    stated boolean not null default false,
    primary key (municipality, atena_number),
    unique (municipality, handle)
);
comment on table admission.subjects is 'Who has which number with which member';
comment on column admission.subjects.stated is 'Has the member stated anything of it? Then the number stays with it';

create table admission.departures (
    event bytea primary key,
    handle bytea not null,
    destination text not null,
    arrival bytea
);
create index departures_by_handle on admission.departures (handle);
comment on table admission.departures is 'Departures to a named destination; open while no arrival answered them';

create table admission.watermarks (
    owner text not null,
    topic text not null,
    partition smallint not null,
    "offset" bigint not null,
    primary key (owner, topic, partition)
);
comment on table admission.watermarks is 'Below this offset everything that this owner appended is noted';
