-- What left of statistics, and what it was made of (docs/adr/0054). Times are milliseconds since 1970 UTC.

create schema statistics;

create table statistics.release (
    number bigint generated always as identity primary key,
    dataset text not null,
    "window" text not null,
    vintage integer not null,
    dimensions text[] not null,
    finest smallint[] not null,
    released bigint not null,
    is_told boolean not null default false,
    unique (dataset, "window", vintage)
);
create index release_untold on statistics.release (number) where not is_told;
comment on table statistics.release is 'A whole table that left; what is older stays';
comment on column statistics.release.finest is 'How fine each dimension is told: 0 as counted, 1 one step up, 2 the total alone';
comment on column statistics.release.is_told is 'All its cells lie in its topic: set by the relay';

create table statistics.cell (
    release bigint not null references statistics.release,
    place text[] not null,
    count bigint,
    primary key (release, place)
);
comment on table statistics.cell is 'Every cell with all margins, zeros too';
comment on column statistics.cell.count is 'Null: hidden, so that no person can be told from it';

create table statistics.file (
    name text primary key,
    release bigint not null references statistics.release,
    media_type text not null,
    bytes bytea not null,
    digest bytea not null check (octet_length(digest) = 32)
);
comment on table statistics.file is 'The release as open data; under its name it is the same for ever';
comment on column statistics.file.digest is 'SHA-256 of the bytes';

create table statistics.inside (
    release bigint primary key references statistics.release,
    read jsonb not null,
    counts jsonb not null,
    room jsonb not null
);
comment on table statistics.inside is 'What releases were made of, hidden counts too: for the next ones are judged by it. Never leaves';
comment on column statistics.inside.read is 'Up to which offset each partition of the log was counted';
comment on column statistics.inside.counts is 'Of the finest cells alone: [place, count]';
comment on column statistics.inside.room is 'Of each hidden cell how far below its count it may be: [place, room]';

create table statistics.withheld (
    dataset text not null,
    "window" text not null,
    since bigint not null,
    primary key (dataset, "window")
);
comment on table statistics.withheld is 'Months that cannot leave: however coarse, something hidden could be told from them';
