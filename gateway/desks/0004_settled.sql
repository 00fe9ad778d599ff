-- Who said that what a notice's rule left to staff was done.

create table desks.settled (
    number bytea primary key check (length(number) = 16),
    at timestamptz not null default now(),
    member text not null,
    role text not null,
    clerk text not null,
    subject text not null,
    task bytea not null check (length(task) = 16)
);
comment on table desks.settled is 'Append-only: written before the person''s notices are told';
comment on column desks.settled.number is 'By which the journal names this act, and nobody by it';
