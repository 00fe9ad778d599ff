-- Of the whole member: which person of the bus is which of its own 宛名番号. One copy for all its offices.
create table if not exists public.subject (
    pairwise_id  bytea primary key check (length(pairwise_id) = 16),
    atena_number text,
    kind         text not null
);
comment on table  public.subject is '個人対応表: バスがこの団体に渡す個人識別子と、この団体の宛名番号との対応。トピック subjects.<団体コード> から写す';
comment on column public.subject.pairwise_id is '団体別個人識別子(16バイト)。他の団体の識別子とは突き合わせられない';
comment on column public.subject.atena_number is 'この団体の宛名番号。まだ付番されていない者は空(転入予定者など)';
comment on column public.subject.kind is '対象の種別: person 個人 / corporation 法人 / area 区域';
create index if not exists subject_by_atena_number on public.subject (atena_number);

create table if not exists public.consumed (
    topic     text not null,
    partition integer not null,
    position  bigint not null,
    primary key (topic, partition)
);
comment on table  public.consumed is '個人対応表をどこまで写したか(次に読む位置)';

-- A statement that does many things at once undoes itself when not all of them went as usual.
create or replace function public.demand(whole boolean) returns boolean language plpgsql as $$
begin
    if not whole then
        raise exception 'not as usual' using errcode = 'raise_exception';
    end if;
    return true;
end $$;
