-- What the clerk's screen does: the next version begins as a copy of the current one.

create function core_system.book(entry jsonb) returns integer language plpgsql as $$
declare
    person text := entry ->> 'atena_number';
    unknown_items text;
    base jsonb;
    corrected jsonb;
    next_version integer;
begin
    select string_agg(item, ', ') into unknown_items from jsonb_object_keys(entry) as item
    where item not in (
        select attname from pg_attribute
        where attrelid = 'core_system.resident_history'::regclass and attnum > 0 and not attisdropped
    );
    if unknown_items is not null then
        raise exception 'the record has no item %', unknown_items;
    end if;
    perform core_system.lock_persons(array[person]);
    select to_jsonb(h) into base from core_system.resident_history h
    where h.atena_number = person and h.stage = 'final' order by h.version desc limit 1;
    select to_jsonb(h) into corrected from core_system.resident_history h
    where h.atena_number = person and h.version = (entry ->> 'corrects_version')::integer;
    next_version := coalesce((entry ->> 'version')::integer, (base ->> 'version')::integer + 1, 1);
    insert into core_system.resident_history
    select * from jsonb_populate_record(
        jsonb_populate_record(null::core_system.resident_history, core_system.carried_over(base, corrected)),
        entry || jsonb_build_object('version', next_version)
    );
    return next_version;
end
$$;
comment on function core_system.book is
    '異動を登録する: 今の記録を写し、entry の項目だけ変えて次の履歴番号とする。戻り値は履歴番号';

-- The snapshot and the relations go on; what belongs to one 異動 does not. A correction begins with the
-- particulars, parties and 異動日 of what it corrects.
create function core_system.carried_over(base jsonb, corrected jsonb) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'stage', 'final', 'registered', now(), 'particulars', '{}'::jsonb, 'parties', '[]'::jsonb,
        'related', '[]'::jsonb
    )
    || coalesce(base, '{}') - array[
        'version', 'stage', 'reason', 'notified', 'registered', 'corrects_version', 'cancels_version', 'particulars',
        'group_id', 'group_size', 'parties', 'protection', 'procedure_id', 'pairwise_id', 'effective'
    ]
    || case when corrected is null then '{}' else jsonb_build_object(
        'particulars', corrected -> 'particulars', 'parties', corrected -> 'parties', 'effective', corrected -> 'effective'
    ) end
$$;
comment on function core_system.carried_over is '次の履歴番号に引き継ぐ項目';

create function core_system.approve(person text, provisional_version integer) returns void language plpgsql as $$
begin
    perform core_system.lock_persons(array[person]);
    update core_system.resident_history set stage = 'final', registered = now()
    where atena_number = person and version = provisional_version and stage = 'provisional';
    if not found then
        raise exception 'no provisional record %', provisional_version;
    end if;
end
$$;
comment on function core_system.approve is '仮登録を本登録にする';

create function core_system.discard(person text, provisional_version integer) returns void language sql as $$
    delete from core_system.resident_history
    where atena_number = person and version = provisional_version and stage = 'provisional'
$$;
comment on function core_system.discard is '仮登録をやめる';

create function core_system.restore(entry jsonb) returns integer language plpgsql as $$
declare
    restored jsonb;
begin
    select to_jsonb(h) into restored from core_system.resident_history h
    where h.atena_number = entry ->> 'atena_number' and h.stage = 'final'
        and h.version < (entry ->> 'cancels_version')::integer
    order by h.version desc limit 1;
    return core_system.book(coalesce(core_system.snapshot(restored), '{}') || '{"particulars": {}, "parties": []}' || entry);
end
$$;
comment on function core_system.restore is
    '異動を取り消す (09, 28, 59): 対象の一つ前の記録を写して積み上げる。前の記録が無ければ今の記録';

create function core_system.snapshot(record jsonb) returns jsonb language sql immutable as $$
    select record - array[
        'atena_number', 'version', 'stage', 'reason', 'effective', 'notified', 'registered', 'corrects_version',
        'cancels_version', 'particulars', 'group_id', 'group_size', 'parties', 'protection', 'procedure_id', 'pairwise_id'
    ]
$$;
comment on function core_system.snapshot is '記録のうち住民票の項目';

create function core_system.resend_notice(person text, notice_sequence integer) returns void language sql as $$
    insert into core_system.outbox (aggregatetype, aggregateid, type, payload)
    select aggregatetype, aggregateid, type, payload from core_system.outbox
    where aggregateid = person and type = 'move_in_notice'
        and (payload -> 'notice' ->> 'sequence')::integer = notice_sequence
    order by sequence limit 1
$$;
comment on function core_system.resend_notice is '転入通知を同じ内容でもう一度送る';
