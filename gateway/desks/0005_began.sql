-- A new attempt forgets those that are too old: without this it reads them all.
create index attempt_began on desks.attempt (began);
