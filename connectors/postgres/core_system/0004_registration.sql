-- At 本登録 (stage 'final') a record takes effect and is written to the outbox, in the same transaction.

-- Without an office nothing could be stated, and a change would be lost in silence: so nothing is registered.
create function core_system.joined() returns timestamptz language plpgsql stable as $$
declare
    joined_at timestamptz;
begin
    select o.joined_at into joined_at from core_system.office o;
    if not found then
        raise exception 'core_system.office is empty: say first which municipality this is';
    end if;
    return joined_at;
end
$$;
comment on function core_system.joined is '回覧への参加日時';

create function core_system.is_protected(person text) returns boolean language sql stable as $$
    select exists (
        select 1 from core_system.support_measure m
        where m.atena_number = person and m.stage = 'final' and m.kind <> '3'
            and not exists (
                select 1 from core_system.support_measure later
                where later.measure_id = m.measure_id and later.stage = 'final' and later.version > m.version
            )
    )
$$;
comment on function core_system.is_protected is '有効な支援措置があるか (期間を過ぎても職員が終えるまでは有効)';

create function core_system.protection_of(person text, household_number text) returns text language sql stable as $$
    select case
        when core_system.is_protected(person) then 'protected'
        when exists (
            select 1 from core_system.household_decision d
            where d.atena_number = person and d.household_number = $2
        ) then 'none'
        when exists (
            select 1 from core_system.resident r
            where r.household_number = $2 and r.atena_number <> person and r.resident_state = 'resident'
                and core_system.is_protected(r.atena_number)
        ) then 'unknown'
        else 'none'
    end
$$;
comment on function core_system.protection_of is
    '支援措置の状態: 支援対象者と同じ世帯の者は、担当が判断するまで unknown';

create function core_system.current_protection(person text) returns text language sql stable as $$
    select core_system.protection_of(
        person, (select household_number from core_system.resident where atena_number = person)
    )
$$;
comment on function core_system.current_protection is '今の世帯での支援措置の状態';

create function core_system.stricter(one text, other text) returns text language sql immutable as $$
    select case
        when 'protected' in (one, other) then 'protected'
        when 'unknown' in (one, other) then 'unknown'
        else 'none'
    end
$$;
comment on function core_system.stricter is '二つのうち厳しいほうの状態';

create function core_system.keep_final() returns trigger language plpgsql as $$
begin
    raise exception '% %: a final record is never overwritten; book a correction or a cancellation',
        tg_table_name, to_jsonb(old) ->> 'version';
end
$$;
create trigger keep_final before update or delete on core_system.resident_history
    for each row when (old.stage = 'final') execute function core_system.keep_final();
create trigger keep_final before update or delete on core_system.support_measure
    for each row when (old.stage = 'final') execute function core_system.keep_final();
create trigger keep_final before update or delete on core_system.tax_assessment
    for each row when (old.stage = 'final') execute function core_system.keep_final();

-- A record that reads the protection of a household and a measure that changes it exclude each other.
create function core_system.share_household(household_number text) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(8, core_system.lock_group(household_number));
end
$$;

create function core_system.prepare_resident() returns trigger language plpgsql as $$
begin
    perform core_system.lock_persons(array[new.atena_number]);
    if tg_op = 'INSERT' and exists (
        select 1 from core_system.resident_history
        where atena_number = new.atena_number and stage = 'provisional'
    ) then
        raise exception 'the person has a provisional record: approve or discard it first';
    end if;
    if tg_op = 'INSERT' and new.version <= coalesce(
        (select max(version) from core_system.resident_history where atena_number = new.atena_number), 0
    ) then
        raise exception 'version % is not the next one', new.version using errcode = 'unique_violation';
    end if;
    perform core_system.share_household((new.household).number);
    new.protection := core_system.stricter(
        new.protection, core_system.protection_of(new.atena_number, (new.household).number)
    );
    return new;
end
$$;
create trigger prepare_resident before insert or update on core_system.resident_history
    for each row execute function core_system.prepare_resident();

create function core_system.lock_subject() returns trigger language plpgsql as $$
begin
    perform core_system.lock_persons(array[new.atena_number]);
    return new;
end
$$;
create function core_system.lock_household() returns trigger language plpgsql as $$
begin
    perform core_system.lock_persons(array[new.atena_number]);
    perform pg_advisory_xact_lock(8, core_system.lock_group(household_number))
    from core_system.resident where atena_number = new.atena_number and household_number is not null;
    return new;
end
$$;
create trigger lock_household before insert or update on core_system.support_measure
    for each row execute function core_system.lock_household();
create trigger lock_subject before insert or update on core_system.tax_assessment
    for each row execute function core_system.lock_subject();
create trigger lock_subject before insert on core_system.move_in_notice
    for each row execute function core_system.lock_subject();
create trigger lock_subject before insert on core_system.record_load
    for each row execute function core_system.lock_subject();

-- What a correction or cancellation is about: the version it names, whether the bus knows it, and the first
-- record of the chain (a correction of a correction is still about the first fact). Versions whose rows are no
-- longer kept are named all the same.
create function core_system.was_refused(person text, table_name text, fact jsonb) returns boolean
language sql stable as $$
    select exists (
        select from core_system.outbox o
        where o.aggregateid = person and o.type = table_name and o.refused_at is not null and o.payload @> fact
    )
$$;
comment on function core_system.was_refused is '回覧が受け付けなかった記録か (その修正は元の通知を名指しできない)';

create function core_system.named_record(person text, named integer) returns jsonb language sql stable as $$
    with recursive chain as (
        select h.*, 0 as depth from core_system.resident_history h
        where h.atena_number = person and h.version = named
        union all
        select h.*, chain.depth + 1 from chain join core_system.resident_history h
            on h.atena_number = chain.atena_number
            and h.version = coalesce(chain.corrects_version, chain.cancels_version)
    )
    select jsonb_build_object(
        'version', named,
        'published', coalesce(bool_or(
            depth = 0 and stage = 'final' and registered >= core_system.joined()
            and reason in (select code from core_system.reason r where r.published)
        ), false) and not core_system.was_refused(
            person, 'resident_history', jsonb_build_object('record', jsonb_build_object('version', named))
        ),
        'first_version', (array_agg(version order by depth desc))[1],
        'reason', (array_agg(reason order by depth desc))[1],
        'closing', coalesce((array_agg(particulars ? 'closing' order by depth desc))[1], false)
    )
    from chain having named is not null
$$;
comment on function core_system.named_record is '修正・取消しの対象';

create function core_system.was_stated(named jsonb) returns boolean language sql stable as $$
    select coalesce((select published from core_system.reason where code = named ->> 'reason'), true)
$$;
comment on function core_system.was_stated is '取り消す異動は回覧に出す異動か (番号の異動や改製の取消しは出さない)';

create function core_system.offer(aggregatetype text, person text, type text, payload jsonb) returns void
language sql as $$
    insert into core_system.outbox (aggregatetype, aggregateid, type, payload)
    select $1, $2, $3, jsonb_build_object('municipality', o.municipality) || $4 from core_system.office o
$$;
comment on function core_system.offer is '変更を送る箱に入れる';

-- A former record of any size must not keep its correction from being sent.
create function core_system.record_before(person text, later_version integer) returns jsonb language sql stable as $$
    select case when octet_length(to_jsonb(h)::text) < 65536 then to_jsonb(h) end
    from core_system.resident_history h
    where h.atena_number = person and h.version < later_version and h.stage = 'final'
    order by h.version desc limit 1
$$;
comment on function core_system.record_before is '一つ前の記録';

create function core_system.register_resident() returns trigger language plpgsql as $$
declare
    named jsonb := core_system.named_record(
        new.atena_number, coalesce(new.corrects_version, new.cancels_version)
    );
begin
    insert into core_system.resident (atena_number, version, household_number, resident_state, protection)
    values (new.atena_number, new.version, (new.household).number, new.resident_state, new.protection)
    on conflict (atena_number) do update set
        version = excluded.version, household_number = excluded.household_number,
        resident_state = excluded.resident_state, protection = excluded.protection;
    if new.registered >= core_system.joined()
        and (select published from core_system.reason where code = new.reason)
        and (new.cancels_version is null or core_system.was_stated(named))
    then
        perform core_system.offer('resident', new.atena_number, 'resident_history', jsonb_build_object(
            'record', to_jsonb(new),
            'previous', core_system.record_before(
                new.atena_number, coalesce((named ->> 'first_version')::integer, new.version)
            ),
            'named', named
        ));
    end if;
    return null;
end
$$;
create trigger register_resident after insert or update on core_system.resident_history
    for each row when (new.stage = 'final') execute function core_system.register_resident();

create function core_system.register_load() returns trigger language plpgsql as $$
begin
    perform core_system.offer('resident', new.atena_number, 'record_load', jsonb_build_object(
        'load', to_jsonb(new),
        'record', (
            select to_jsonb(h) from core_system.resident_history h
            where h.atena_number = new.atena_number and h.version = new.version
        ),
        'protection', core_system.current_protection(new.atena_number)
    ));
    return null;
end
$$;
create trigger register_load after insert on core_system.record_load
    for each row execute function core_system.register_load();

create function core_system.register_notice() returns trigger language plpgsql as $$
begin
    perform core_system.offer('resident', new.atena_number, 'move_in_notice', jsonb_build_object(
        'notice', to_jsonb(new),
        'record', (
            select to_jsonb(h) from core_system.resident_history h
            where h.atena_number = new.atena_number and h.version = new.version
        ),
        'protection', core_system.current_protection(new.atena_number),
        'named', (
            select jsonb_build_object(
                'version', n.version, 'sequence', n.sequence, 'published', n.registered >= core_system.joined()
                and not core_system.was_refused(new.atena_number, 'move_in_notice', jsonb_build_object(
                    'notice', jsonb_build_object('sequence', n.sequence)
                ))
            )
            from core_system.move_in_notice n
            where n.atena_number = new.atena_number and n.sequence = coalesce(new.resend_of, new.cancels)
        )
    ));
    return null;
end
$$;
create trigger register_notice after insert on core_system.move_in_notice
    for each row when (new.registered >= core_system.joined()) execute function core_system.register_notice();

create function core_system.register_measure() returns trigger language plpgsql as $$
begin
    update core_system.resident set protection = core_system.current_protection(new.atena_number)
    where atena_number = new.atena_number;
    if new.registered >= core_system.joined() then
        perform core_system.offer('resident', new.atena_number, 'support_measure', jsonb_build_object(
            'measure', to_jsonb(new),
            'protection', core_system.current_protection(new.atena_number),
            'named', (
                select jsonb_build_object(
                    'version', m.version, 'published', m.registered >= core_system.joined()
                    and not core_system.was_refused(m.atena_number, 'support_measure', jsonb_build_object(
                        'measure', jsonb_build_object('measure_id', m.measure_id, 'version', m.version)
                    ))
                )
                from core_system.support_measure m
                where m.measure_id = new.measure_id and m.version = new.corrects_version and m.stage = 'final'
            )
        ));
    end if;
    return null;
end
$$;
create trigger register_measure after insert or update on core_system.support_measure
    for each row when (new.stage = 'final') execute function core_system.register_measure();

create function core_system.register_tax() returns trigger language plpgsql as $$
begin
    perform core_system.offer('taxpayer', new.atena_number, 'tax_assessment', jsonb_build_object(
        'assessment', to_jsonb(new),
        'protected', core_system.is_protected(new.atena_number),
        'named', (
            select jsonb_build_object(
                'version', t.version, 'published', t.registered >= core_system.joined()
                and not core_system.was_refused(t.atena_number, 'tax_assessment', jsonb_build_object(
                    'assessment', jsonb_build_object('number', t.number, 'revision', t.revision)
                ))
            )
            from core_system.tax_assessment t
            where t.number = new.number and t.revision < new.revision and t.stage = 'final'
            order by t.revision desc limit 1
        )
    ));
    return null;
end
$$;
create trigger register_tax after insert or update on core_system.tax_assessment
    for each row when (new.stage = 'final' and new.registered >= core_system.joined())
    execute function core_system.register_tax();
