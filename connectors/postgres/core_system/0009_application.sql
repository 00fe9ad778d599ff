-- 申請管理 (029): what residents apply for and announce online, before anything is registered.

create table core_system.application (
    atena_number text not null,
    version integer not null check (version > 0),
    kind text not null check (kind in ('move_out', 'visit')),
    stage text check (stage in ('applied', 'returned')),
    corrects_version integer check (corrects_version < version),
    cancels_version integer check (cancels_version < version),
    received core_system.partial_date not null,
    registered timestamptz not null default now(),
    receipt_number text,
    pairwise_id bytea check (octet_length(pairwise_id) = 16),
    name core_system.person_name not null,
    birth_date core_system.partial_date not null,
    origin text,
    planned_destination jsonb not null,
    planned_date core_system.partial_date,
    mover_scope text,
    visit_date core_system.partial_date,
    primary key (atena_number, version),
    check (corrects_version is null or cancels_version is null)
);
comment on table core_system.application is
    '申請管理: 転出届のオンライン申請と来庁予定の連絡。差戻し・再申請・取下げは次の行';
comment on column core_system.application.atena_number is '宛名番号';
comment on column core_system.application.version is '申請の履歴番号 (人ごと。住民票の履歴番号とは別)';
comment on column core_system.application.kind is 'move_out 転出届 / visit 来庁予定の連絡';
comment on column core_system.application.stage is '転出届の段階: applied 申請 / returned 差戻し';
comment on column core_system.application.corrects_version is '差戻し・再申請・変更の対象となる履歴番号';
comment on column core_system.application.cancels_version is '取下げの対象となる履歴番号';
comment on column core_system.application.received is '申請日';
comment on column core_system.application.registered is '受付日時';
comment on column core_system.application.receipt_number is '申請の受付番号';
comment on column core_system.application.pairwise_id is '団体別個人識別子: 転入予定地が来庁予定を送るときに添える';
comment on column core_system.application.name is '氏名';
comment on column core_system.application.birth_date is '生年月日';
comment on column core_system.application.origin is '転出元の市区町村コード (空ならこの団体)';
comment on column core_system.application.planned_destination is '転入予定地 {municipality, ward, address}';
comment on column core_system.application.planned_date is '転出予定日';
comment on column core_system.application.mover_scope is '全部・一部';
comment on column core_system.application.visit_date is '来庁予定日';

create trigger keep_final before update or delete on core_system.application
    for each row execute function core_system.keep_final();
create trigger lock_subject before insert on core_system.application
    for each row execute function core_system.lock_subject();

create function core_system.register_application() returns trigger language plpgsql as $$
begin
    perform core_system.offer('applicant', new.atena_number, 'application', jsonb_build_object(
        'application', to_jsonb(new),
        'protected', core_system.is_protected(new.atena_number),
        'named', (
            select jsonb_build_object(
                'version', a.version, 'published', a.registered >= core_system.joined()
                and not core_system.was_refused(a.atena_number, 'application', jsonb_build_object(
                    'application', jsonb_build_object('version', a.version)
                ))
            )
            from core_system.application a
            where a.atena_number = new.atena_number and a.version = coalesce(new.corrects_version, new.cancels_version)
        )
    ));
    return null;
end
$$;
create trigger register_application after insert on core_system.application
    for each row when (new.registered >= core_system.joined()) execute function core_system.register_application();

comment on column core_system.outbox.aggregatetype is 'resident, taxpayer または applicant';
