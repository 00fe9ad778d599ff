-- Who handed over a code to a resident, or ended that anybody signs in as her.

create table desks.enrolment (
    number bytea primary key check (length(number) = 16),
    at timestamptz not null default now(),
    member text not null,
    role text not null,
    clerk text not null,
    subject text not null,
    person bytea not null check (length(person) = 16),
    what text not null check (what in ('issued', 'ended'))
);
create index enrolment_of on desks.enrolment (person);
comment on table desks.enrolment is 'Append-only: written in the transaction of what it tells (docs/adr/0049); never the code';
comment on column desks.enrolment.number is 'By which gateway.person names this act';
comment on column desks.enrolment.subject is 'As in desks.viewing: of the clerk';
