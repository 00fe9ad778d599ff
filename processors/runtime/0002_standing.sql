-- What instances of processes show now, for whoever lists them: written with the journal's lines, in their transaction.

create table processes.standing (
    process text not null,
    instance bytea not null,
    item bytea not null,
    kind text not null,
    desks text[] not null,
    facts jsonb not null,
    primary key (process, instance, item)
) with (fillfactor = 70);
create index standing_by_desk on processes.standing using gin (desks);
create index standing_by_kind on processes.standing (process, kind);
comment on table processes.standing is 'What each instance shows; it follows from its state alone (processors/runtime/README.md)';
comment on column processes.standing.item is 'Of what an instance shows several of: a person''s moves; empty where there is one';
comment on column processes.standing.desks is 'Codes of the municipalities that it is about; nobody''s protection is looked at here';
