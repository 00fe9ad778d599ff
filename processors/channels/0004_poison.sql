-- What one message meets is its own (docs/adr/0048): a copy that failed twice by a mistake of ours is set aside, and a
-- mailbox that takes nothing now waits alone. Times are milliseconds since 1970 UTC.

alter table channels.copy drop constraint copy_ended_check;
alter table channels.copy add constraint copy_ended_check
    check (ended in ('delivered', 'gone', 'unwanted', 'hidden', 'expired', 'withdrawn', 'failed'));
comment on table channels.copy is
    'A sending''s part for one address (number; 0: the page); expired and failed ones are the dead letters';
create index copy_dead on channels.copy (means) where ended in ('expired', 'failed');

alter table channels.naming add column due bigint not null default 0, add column failures integer not null default 0;
comment on column channels.naming.due is 'When its letter is tried next';
