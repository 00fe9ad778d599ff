-- Which key this core system's event ids are made with: with another one every fact would have a second id.

create table core_system.source_key (
    one     boolean primary key default true check (one),
    value   bytea not null
);
comment on table core_system.source_key is '事象IDの鍵の照合値。一行だけ。別の鍵の送信処理は起動しない';
comment on column core_system.source_key.one is '一行だけにするための印';
comment on column core_system.source_key.value is '鍵の照合値';
