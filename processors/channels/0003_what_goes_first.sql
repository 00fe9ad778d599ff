-- A mass mailing that is due at once may not stand before a notice whose day ends: what is worth telling for fewer days
-- goes first (docs/adr/0042). And the index has the whole order: of a million copies with one due time none is sorted.

alter table channels.copy add column days smallint not null
    generated always as (least(7, greatest(0, (expires - due) / 86400000))) stored;
comment on column channels.copy.days is 'For how many whole days it is worth telling when it is due, seven at most';
drop index channels.copy_due;
create index copy_due on channels.copy (means, days, due, sending, number) where ended is null;
-- By what is over and by no means: an index that begins as the other one is taken for it while nothing was counted yet.
drop index channels.copy_expires;
create index copy_expires on channels.copy (expires) where ended is null;
