-- What was corrected is known only from the log: memory is emptied, and read again from there.

truncate admission.events, admission.subjects, admission.departures, admission.watermarks;

alter table admission.events add column corrected boolean not null default false;
comment on column admission.events.corrected is 'Has a further event corrected or annulled it?';
