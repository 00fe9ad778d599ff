-- What routing writes down before it tells anybody (docs/adr/0037). Times are milliseconds since 1970 UTC.

create schema disclosures;

create table disclosures.entry (
    lane        text not null,
    partition   integer not null,
    "offset"    bigint not null,
    digest      bytea not null check (octet_length(digest) = 16),
    handle      bytea not null check (octet_length(handle) = 16),
    written     bigint not null,
    value       bytea not null,
    primary key (lane, partition, "offset", digest)
);
create index entry_of_person on disclosures.entry (handle, written);
comment on table disclosures.entry is 'Who was told what of one event of the log; written again with the same content it is the same entry, with other content another one';
comment on column disclosures.entry.digest is 'Of the value';
comment on column disclosures.entry.written is 'When it was first written, which is just before it was told';
comment on column disclosures.entry.value is 'The record of the topic (kairan.bus.Disclosure)';

create table disclosures.unreadable (
    topic       text not null,
    partition   integer not null,
    "offset"    bigint not null,
    why         text not null,
    primary key (topic, partition, "offset")
);
comment on table disclosures.unreadable is 'Records of the topic that are no entries; an alarm told of each';

create table disclosures.consumed (
    topic       text not null,
    partition   integer not null,
    position    bigint not null,
    primary key (topic, partition)
);
