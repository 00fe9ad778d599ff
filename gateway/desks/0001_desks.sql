-- Who of the members' staff looked at what: no personal value, neither of residents nor of clerks.

create schema desks;

create table desks.viewing (
    number bigint generated always as identity primary key,
    at timestamptz not null default now(),
    member text not null,
    role text not null,
    clerk text not null,
    page text not null,
    purpose text not null,
    procedures bytea[] not null
);
create index viewing_by_procedure on desks.viewing using gin (procedures);
create index viewing_by_clerk on desks.viewing (member, clerk, at);
comment on table desks.viewing is 'Append-only: a line for each page that a desk opened, written before it was shown';
comment on column desks.viewing.clerk is 'The number of one person at the member, never a name';
comment on column desks.viewing.procedures is 'Moves of which something was shown, by the event that each began with; withheld ones are not among them';

create table desks.decision (
    number bytea primary key check (length(number) = 16),
    at timestamptz not null default now(),
    member text not null,
    role text not null,
    clerk text not null,
    rejected bytea not null,
    reason text not null
);
comment on table desks.decision is 'Append-only: who decided a conflict; written before the decision is sent';
comment on column desks.decision.number is 'By which the procedure''s journal names this act, and nobody by it';
comment on column desks.decision.rejected is 'The event that does not stand; a decision that the journal does not have was not sent';
