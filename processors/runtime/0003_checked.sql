-- What a process found when it last asked itself whether all that it shows is as it must be.

create table processes.checked (
    process text primary key,
    at bigint not null,
    took bigint not null,
    broken jsonb not null
);
comment on table processes.checked is 'The last outcome of each process that watches itself; counts by rule, nobody''s';
comment on column processes.checked.took is 'Milliseconds; whoever takes long asks less often';
