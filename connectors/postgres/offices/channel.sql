-- One office: run with search_path set to the channel's schema.

create table if not exists received (
    event_ref           bytea not null check (length(event_ref) = 16),
    business            text not null,
    pairwise_id         bytea not null check (length(pairwise_id) = 16),
    atena_number        text,
    type                text not null,
    change              text not null check (change in ('created', 'corrected', 'annulled', 'ended')),
    corrects_ref        bytea,
    annulled_by         bytea,
    version             bigint not null,
    source_municipality text,
    source_business     text,
    protection          text,
    effective           text not null,
    registered          timestamptz not null,
    admitted            bigint not null,
    envelope            jsonb not null,
    body                jsonb not null,
    withheld            jsonb not null,
    rule                text not null,
    decided_by          bytea not null,
    lane                text not null check (lane in ('live', 'bulk')),
    partition           integer not null,
    log_offset          bigint not null,
    topic_offset        bigint not null,
    applied_at          timestamptz not null default now(),
    primary key (event_ref, business)
);
create index if not exists received_by_person on received (business, pairwise_id);
create index if not exists received_by_place on received (lane, partition, log_offset);
create index if not exists received_corrections on received (corrects_ref) where corrects_ref is not null;
comment on table  received is '受信簿: 届いて反映した異動通知。主キー(通知番号, 業務)により同じ通知は二度反映されない';
comment on column received.event_ref is '通知番号: この団体にだけ通じる異動の番号(16バイト)';
comment on column received.business is '業務ID(3桁)';
comment on column received.pairwise_id is '団体別個人識別子';
comment on column received.atena_number is '受信した時点でのこの団体の宛名番号。未付番なら空';
comment on column received.type is '異動の種類(例 residence.MovedIn 転入)';
comment on column received.change is '変更区分: created 新規 / corrected 訂正 / annulled 取消 / ended 終了';
comment on column received.corrects_ref is '訂正・取消の対象となる通知番号';
comment on column received.annulled_by is 'この通知を取り消した通知の番号。空なら有効';
comment on column received.version is '履歴番号: 同じ発生元の中でだけ比べる';
comment on column received.source_municipality is '発生元の団体コード。開示されない場合は空';
comment on column received.source_business is '発生元の業務ID。開示されない場合は空';
comment on column received.protection is '支援措置の別: none なし / protected あり / unknown 不明。知らされない業務では空';
comment on column received.effective is '異動日(10文字。不詳日を含むため日付型にしない)';
comment on column received.registered is '発生元の処理日時';
comment on column received.admitted is 'バスのログに載った時刻(1970年からのミリ秒)';
comment on column received.envelope is '通知のその他の見出し: 異動事由、届出日、関係市区町村、異動単位、支援措置の実施団体の仮名(issuer)など';
comment on column received.body is '知らされた項目。null は「空である」、無い項目は「知らされていない」。文字は符号位置のまま(正規化しない)';
comment on column received.withheld is '知らされなかった項目とその理由。「無い」ではなく「知らされていない」';
comment on column received.rule is 'この業務に届く根拠となる方針の行';
comment on column received.decided_by is '配信を決めた方針と登録簿の要約値(8バイトずつ)';
comment on column received.lane is 'ログの別: live 随時 / bulk 一括';
comment on column received.partition is 'ログの区画';
comment on column received.log_offset is 'ログの中の位置';
comment on column received.topic_offset is '配送トピックの中の位置';
comment on column received.applied_at is '反映した日時';

create table if not exists person (
    business    text not null,
    pairwise_id bytea not null,
    fields      jsonb not null default '{}',
    protection  text,
    measures    jsonb not null default '{}',
    versions    jsonb not null default '{}',
    latest      bigint[] not null default '{0,0,0}',
    updated_at  timestamptz not null default now(),
    primary key (business, pairwise_id)
);
comment on table  person is '現在の状態: 業務ごと、人ごとに、いま知らされていることのすべて';
comment on column person.fields is '知らされている項目。知らされなかった項目は前の値を残し、空であると知らされた項目は消える';
comment on column person.protection is '支援措置の別。有効な措置が一つでもあれば protected';
comment on column person.measures is '支援措置(実施団体の仮名/措置番号ごとの最新版)。仮名は人ごとに異なり、どの団体かは001だけが発生元で知る';
comment on column person.versions is '発生元(団体コード/業務ID)ごとの最新の履歴番号';
comment on column person.latest is '最後に反映した通知のログ上の順序 [時刻, 随時=1 一括=0, 位置]';

create table if not exists parked (
    event_ref    bytea not null,
    business     text not null,
    pairwise_id  bytea not null,
    type         text not null,
    related      bytea[] not null,
    delivery     bytea not null,
    topic_offset bigint not null,
    reason       text not null,
    since        timestamptz not null default now(),
    released     timestamptz,
    discarded    text,
    discarded_by text,
    primary key (event_ref, business)
);
alter table parked add column if not exists discarded text, add column if not exists discarded_by text;
create index if not exists parked_by_person on parked (business, pairwise_id, topic_offset);
create index if not exists parked_released on parked (business, pairwise_id) where released is not null;
comment on table  parked is '保留: 反映できなかった通知と、同じ人のその後の通知。元の順に再開する';
comment on column parked.related is '関係者(個人識別子): 関係者に支援措置がかかったときも所在を消す';
comment on column parked.delivery is '届いたバイト列(支援措置が追い越したときは所在の項目を消してある)';
comment on column parked.reason is '理由コード。behind は前の通知の後ろで待っているもの';
comment on column parked.released is '再開の印。付けるだけでよく、反映は連携側が順に行う';
comment on column parked.discarded is '破棄の印: 反映しないと決めた理由。released とともに付けるだけでよく、破棄は連携側が順に行う';
comment on column parked.discarded_by is '破棄を決めた者';

create table if not exists discarded (
    event_ref    bytea not null,
    business     text not null,
    pairwise_id  bytea not null,
    type         text not null,
    topic_offset bigint not null,
    reason       text not null,
    parked_at    timestamptz not null,
    why          text,
    discarded_by text,
    discarded_at timestamptz not null default now(),
    primary key (event_ref, business)
);
comment on table  discarded is '破棄: 反映しないと人が決めた通知。中身は残さない。同じ通知がまた届いても反映されない';
comment on column discarded.reason is '保留になった理由コード';
comment on column discarded.why is '破棄の理由';
comment on column discarded.discarded_by is '破棄を決めた者';

create table if not exists refused (
    topic_offset bigint primary key,
    reason       text not null,
    digest       bytea not null,
    length       integer not null,
    since        timestamptz not null default now()
);
comment on table refused is '読めなかった通知: 中身は残さず、要約値と長さだけを残す';

create table if not exists receipt (
    sequence  bigint generated always as identity primary key,
    value     bytea not null,
    sent_at   timestamptz,
    partition integer,
    "offset"  bigint
);
create index if not exists receipt_unsent on receipt (sequence) where sent_at is null;
comment on table receipt is '受領書: 反映と同じ取引で作り、後からバスへ送る';

create table if not exists answer (
    event_ref   bytea not null,
    business    text not null,
    pairwise_id bytea not null,
    outcome     text not null check (outcome in ('applied', 'undone', 'discarded')),
    cannot_undo text check (cannot_undo is null or outcome = 'undone' and cannot_undo ~ '^[a-z0-9_-]{1,64}$'),
    sequence    bigint generated always as identity,
    answered_at timestamptz,
    primary key (event_ref, business)
);
alter table answer drop constraint if exists answer_outcome_check;
alter table answer add constraint answer_outcome_check check (outcome in ('applied', 'undone', 'discarded'));
create index if not exists answer_unanswered on answer (sequence) where answered_at is null;
comment on table  answer is '回答: 転出・転入などの異動通知をどうしたか。反映と同じ取引で作り、後からバスへ送る';
comment on column answer.outcome is '結果: applied 反映した / undone 取消を反映した / discarded 破棄し反映しない';
comment on column answer.cannot_undo is '取消できない理由コード(英小文字・数字・-・_)。担当者が取消の行に付ける。付けた、変えた、消したときは改めて送る';
comment on column answer.answered_at is 'バスへ送った日時。空なら未送信';

-- An office that was there before it could answer: as far back as answers are kept, for older moves people were asked.
insert into answer (event_ref, business, pairwise_id, outcome)
select event_ref, business, pairwise_id, case change when 'annulled' then 'undone' else 'applied' end
from received
where not exists (select from answer) and applied_at > now() - interval '30 days' and lane = 'live' and type in (
    'residence.MoveOutApplied', 'residence.VisitPlanned', 'residence.MoveOutDeclared', 'residence.MovedIn',
    'residence.MoveInNotified', 'residence.MoveOutConfirmed', 'vital.Died')
order by applied_at;

create or replace function answer_again() returns trigger language plpgsql as $$
begin
    new.answered_at := null;
    return new;
end $$;
create or replace trigger answer_again before update of cannot_undo on answer
    for each row when (new.cannot_undo is distinct from old.cannot_undo) execute function answer_again();

create table if not exists consumed (
    topic     text not null,
    partition integer not null,
    position  bigint not null,
    primary key (topic, partition)
);
comment on table consumed is 'どこまで読んだか(次に読む位置)。反映と同じ取引で進む';

create table if not exists setting (
    name  text primary key,
    value text not null
);
comment on table setting is 'この業務システムの設定。character_set: all すべての文字 / bmp+plane2 追加漢字面までで、行政事務標準文字の外字面(第15・16面)は登録できない';
insert into setting values ('character_set', 'all') on conflict do nothing;

-- An older package cannot store every character of 行政事務標準文字 (MJ+): the database itself refuses the person.
create or replace function refuse_character() returns trigger language plpgsql as $$
begin
    raise exception 'a character outside this office''s character set'
        using errcode = 'check_violation', constraint = 'character_set';
end $$;

create or replace function apply_setting() returns trigger language plpgsql as $$
begin
    if exists (
        select from pg_trigger
        where tgname = 'character_set' and tgrelid = format('%I.person', tg_table_schema)::regclass
    ) then
        execute format('drop trigger character_set on %I.person', tg_table_schema);
    end if;
    if new.value = 'bmp+plane2' then
        execute format(
            'create trigger character_set before insert or update of fields on %I.person for each row '
            'when (new.fields::text ~ ''[\U000F0000-\U0010FFFF]'') execute function %I.refuse_character()',
            tg_table_schema, tg_table_schema);
    elsif new.value <> 'all' then
        raise exception 'character_set is all or bmp+plane2' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger apply_setting after insert or update on setting
    for each row when (new.name = 'character_set') execute function apply_setting();
