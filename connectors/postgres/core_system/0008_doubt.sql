-- A flag that the relay refuses is not only refused: what hides its person is sent in its place.

alter table core_system.outbox add column is_doubt boolean not null default false;
comment on column core_system.outbox.is_doubt is
    '送れない支援措置の代わりに、内容のない申出を送る行か (本人は秘匿される)';

drop index core_system.outbox_pending;
create index outbox_pending on core_system.outbox (sequence)
    where sent_at is null and (refused_at is null or is_doubt);
