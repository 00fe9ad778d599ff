-- Which numbers have a measure is known only from the log: memory is emptied, and read again from there.

truncate admission.events, admission.subjects, admission.departures, admission.watermarks;

alter table admission.subjects add column protected boolean not null default false;
comment on column admission.subjects.protected is
    'Does a measure last that the member has stated of it? Then only an arrival that says so takes the number';
