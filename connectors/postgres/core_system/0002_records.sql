-- What the clerk writes. A version is never overwritten: a correction and a cancellation are further versions.

create table core_system.office (
    municipality text primary key,
    name text not null,
    joined_at timestamptz not null default '-infinity',
    only_one boolean not null default true unique check (only_one)
);
comment on table core_system.office is 'この基幹系の団体 (1行)';
comment on column core_system.office.municipality is '団体コード';
comment on column core_system.office.name is '団体名';
comment on column core_system.office.joined_at is '回覧への参加日時: これより前に処理した記録は送らない';

create table core_system.reason (
    code text primary key,
    title text not null,
    class text not null check (class in ('記載', '消除', '修正')),
    published boolean not null default true
);
comment on table core_system.reason is '異動事由';
comment on column core_system.reason.code is '異動事由コード';
comment on column core_system.reason.title is '異動事由';
comment on column core_system.reason.class is '区分';
comment on column core_system.reason.published is '回覧に出すか: 番号・住民票コードの異動と改製・再製は出さない; 24 25 は対の 04 05 とともに出す';

insert into core_system.reason (code, title, class, published) values
    ('01', '国内転入', '記載', true), ('02', '国外転入等', '記載', true), ('03', '出生', '記載', true),
    ('04', '職権記載（帰化等）', '記載', true), ('05', '職権記載（国籍喪失）', '記載', true),
    ('06', '職権記載', '記載', true), ('07', '改製', '記載', false), ('08', '再製', '記載', false),
    ('09', '異動の取消し（増）', '記載', true),
    ('21', '国内転出', '消除', true), ('22', '国外転出', '消除', true), ('23', '死亡', '消除', true),
    ('24', '職権消除（帰化等）', '消除', false), ('25', '職権消除（国籍喪失）', '消除', false),
    ('26', '職権消除', '消除', true), ('27', '改製', '消除', false), ('28', '異動の取消し（減）', '消除', true),
    ('41', '転居', '修正', true), ('42', '軽微な修正', '修正', true), ('43', '職権修正', '修正', true),
    ('44', '誤記修正', '修正', true), ('45', '個人番号の変更請求', '修正', false),
    ('46', '個人番号の職権修正', '修正', false), ('47', '個人番号の職権記載', '修正', false),
    ('48', '住民票コードの変更請求', '修正', false), ('49', '住民票コードの職権記載', '修正', false),
    ('50', '世帯分離', '修正', true), ('51', '世帯合併', '修正', true), ('52', '世帯変更', '修正', true),
    ('53', '世帯主変更', '修正', true), ('54', '旧氏の記載', '修正', true), ('55', '旧氏の変更', '修正', true),
    ('56', '旧氏の削除', '修正', true), ('57', '通称の記載', '修正', true), ('58', '通称の削除', '修正', true),
    ('59', '異動の取消し（修正）', '修正', true);

create table core_system.resident_history (
    atena_number text not null,
    version integer not null check (version > 0),
    stage core_system.stage not null default 'final',
    reason text not null references core_system.reason (code),
    effective core_system.partial_date not null,
    notified core_system.partial_date,
    registered timestamptz not null default now(),
    corrects_version integer check (corrects_version < version),
    cancels_version integer check (cancels_version < version),
    particulars jsonb not null default '{}',
    group_id text,
    group_size integer,
    parties jsonb not null default '[]',
    related jsonb not null default '[]',
    protection text check (protection in ('none', 'protected', 'unknown')),
    procedure_id text,
    pairwise_id bytea check (octet_length(pairwise_id) = 16),
    name core_system.person_name not null,
    former_surname core_system.written_name,
    alias core_system.written_name,
    birth_date core_system.partial_date not null,
    sex text not null check (sex in ('0', '1', '2', '9')),
    address core_system.address,
    address_since core_system.partial_date,
    resident_since core_system.partial_date,
    household core_system.household,
    koseki core_system.koseki,
    foreign_status core_system.foreign_status,
    resident_state text not null check (
        resident_state in ('resident', 'moved_out', 'moved_abroad', 'dead', 'removed', 'not_resident')
    ),
    resident_kind text not null check (resident_kind in ('japanese', 'foreign')),
    entitlements core_system.entitlements,
    primary key (atena_number, version),
    check ((reason in ('09', '28', '59')) = (cancels_version is not null)),
    check ((group_id is null) = (group_size is null))
);
create unique index resident_history_provisional on core_system.resident_history (atena_number)
    where stage = 'provisional';
comment on table core_system.resident_history is '住民異動履歴: 宛名番号と履歴番号ごとに全項目';
comment on column core_system.resident_history.atena_number is '宛名番号';
comment on column core_system.resident_history.version is '履歴番号';
comment on column core_system.resident_history.stage is '仮登録・本登録';
comment on column core_system.resident_history.reason is '異動事由';
comment on column core_system.resident_history.effective is '異動日';
comment on column core_system.resident_history.notified is '届出日';
comment on column core_system.resident_history.registered is '処理日時';
comment on column core_system.resident_history.corrects_version is '修正の対象とする履歴番号';
comment on column core_system.resident_history.cancels_version is '取消しの対象とする履歴番号';
comment on column core_system.resident_history.particulars is '異動ごとの項目 (README 参照)';
comment on column core_system.resident_history.group_id is '異動単位';
comment on column core_system.resident_history.group_size is '異動単位の人数';
comment on column core_system.resident_history.parties is '関係する団体 [{role, code}]';
comment on column core_system.resident_history.related is '関係する人 [{role, atena_number}]';
comment on column core_system.resident_history.protection is '支援措置の状態 (登録時に自動設定)';
comment on column core_system.resident_history.procedure_id is '申請の受付番号';
comment on column core_system.resident_history.pairwise_id is '回覧で届いた転出者の識別子 (転入時)';
comment on column core_system.resident_history.name is '氏名';
comment on column core_system.resident_history.former_surname is '旧氏';
comment on column core_system.resident_history.alias is '通称';
comment on column core_system.resident_history.birth_date is '生年月日';
comment on column core_system.resident_history.sex is '性別 (0 不明, 1 男, 2 女, 9 その他)';
comment on column core_system.resident_history.address is '住所';
comment on column core_system.resident_history.address_since is '住所を定めた年月日';
comment on column core_system.resident_history.resident_since is '住民となった年月日';
comment on column core_system.resident_history.household is '世帯';
comment on column core_system.resident_history.koseki is '本籍・筆頭者';
comment on column core_system.resident_history.foreign_status is '外国人住民の項目';
comment on column core_system.resident_history.resident_state is '住民状態';
comment on column core_system.resident_history.resident_kind is '住民種別';
comment on column core_system.resident_history.entitlements is '資格';

create table core_system.resident (
    atena_number text primary key,
    version integer not null,
    household_number text,
    resident_state text not null,
    protection text not null,
    foreign key (atena_number, version) references core_system.resident_history (atena_number, version)
);
create index resident_household on core_system.resident (household_number);
comment on table core_system.resident is '住民の現在の状態 (本登録で自動更新)';
comment on column core_system.resident.atena_number is '宛名番号';
comment on column core_system.resident.version is '最新の履歴番号';
comment on column core_system.resident.household_number is '世帯番号';
comment on column core_system.resident.resident_state is '住民状態';
comment on column core_system.resident.protection is '支援措置の状態 (本人の最後の登録のとき)';

create table core_system.record_load (
    atena_number text not null,
    version integer not null,
    as_of core_system.partial_date not null,
    registered timestamptz not null default now(),
    primary key (atena_number, version),
    foreign key (atena_number, version) references core_system.resident_history (atena_number, version)
);
comment on table core_system.record_load is '初期登録: 現在の記録をまとめて送る';
comment on column core_system.record_load.atena_number is '宛名番号';
comment on column core_system.record_load.version is '送る履歴番号';
comment on column core_system.record_load.as_of is '基準日';
comment on column core_system.record_load.registered is '処理日時';

create table core_system.move_in_notice (
    atena_number text not null,
    sequence integer not null check (sequence > 0),
    version integer not null,
    resend_of integer check (resend_of < sequence),
    cancels integer check (cancels < sequence),
    reason text not null references core_system.reason (code),
    origin text not null,
    notice_date core_system.partial_date not null,
    moved_in_date core_system.partial_date not null,
    confirmed_address core_system.address,
    procedure_id text,
    registered timestamptz not null default now(),
    primary key (atena_number, sequence),
    foreign key (atena_number, version) references core_system.resident_history (atena_number, version),
    check (resend_of is null or cancels is null)
);
comment on table core_system.move_in_notice is '転入通知 (前住所地への通知; 住基ネットの写し)';
comment on column core_system.move_in_notice.atena_number is '宛名番号';
comment on column core_system.move_in_notice.sequence is '通知の連番 (人ごと)';
comment on column core_system.move_in_notice.version is '通知のもととなる履歴番号';
comment on column core_system.move_in_notice.resend_of is '内容を変えて再送する元の連番';
comment on column core_system.move_in_notice.cancels is '取り消す通知の連番';
comment on column core_system.move_in_notice.reason is '異動事由 (再送で変わりうる)';
comment on column core_system.move_in_notice.origin is '前住所地の市区町村コード';
comment on column core_system.move_in_notice.notice_date is '通知日';
comment on column core_system.move_in_notice.moved_in_date is '転入をした年月日';
comment on column core_system.move_in_notice.confirmed_address is '転出先住所（確定）';
comment on column core_system.move_in_notice.procedure_id is '申請の受付番号';
comment on column core_system.move_in_notice.registered is '処理日時';

create table core_system.support_measure (
    measure_id text not null,
    version integer not null check (version > 0),
    atena_number text not null,
    stage core_system.stage not null default 'final',
    kind text not null check (kind in ('1', '2', '3')),
    period_start core_system.partial_date,
    period_end core_system.partial_date,
    category text,
    subject_role text not null default '申出者' check (subject_role in ('申出者', '併せて支援')),
    scope text[] not null default array['閲覧', '写し', '附票'],
    first_received_by text,
    forwarded_to jsonb not null default '[]',
    parties jsonb not null default '[]',
    related jsonb not null default '[]',
    perpetrators jsonb not null default '[]',
    safe_contact text,
    decision_date core_system.partial_date,
    human_end boolean not null default false,
    effective core_system.partial_date not null,
    notified core_system.partial_date,
    registered timestamptz not null default now(),
    corrects_version integer check (corrects_version < version),
    procedure_id text,
    primary key (measure_id, version),
    check (kind <> '3' or (human_end and decision_date is not null))
);
create index support_measure_person on core_system.support_measure (atena_number);
comment on table core_system.support_measure is '支援措置対象者の管理';
comment on column core_system.support_measure.measure_id is '支援措置番号';
comment on column core_system.support_measure.version is '支援措置の履歴番号';
comment on column core_system.support_measure.atena_number is '宛名番号';
comment on column core_system.support_measure.stage is '仮登録・本登録';
comment on column core_system.support_measure.kind is '支援措置区分 (1 支援措置, 2 仮支援措置, 3 終了)';
comment on column core_system.support_measure.period_start is '支援開始日';
comment on column core_system.support_measure.period_end is '支援終了予定日 (過ぎても自動では終わらない)';
comment on column core_system.support_measure.category is '区分 (配偶者暴力, ストーカー行為等, 児童虐待, 準ずる行為)';
comment on column core_system.support_measure.subject_role is '申出者・併せて支援を求める者';
comment on column core_system.support_measure.scope is '対象事務 (閲覧, 写し, 附票)';
comment on column core_system.support_measure.first_received_by is '当初受付市区町村';
comment on column core_system.support_measure.forwarded_to is '転送先市区町村 [{municipality, date}]';
comment on column core_system.support_measure.parties is '関係する団体 [{role, code}]';
comment on column core_system.support_measure.related is '関係する人 [{role, atena_number}]';
comment on column core_system.support_measure.perpetrators is '加害者 [{name, birth_date, sex, address}]';
comment on column core_system.support_measure.safe_contact is '連絡先';
comment on column core_system.support_measure.decision_date is '決定日';
comment on column core_system.support_measure.human_end is '終了を職員が決定したか (終了に必須)';
comment on column core_system.support_measure.effective is '異動日';
comment on column core_system.support_measure.notified is '申出日';
comment on column core_system.support_measure.registered is '処理日時';
comment on column core_system.support_measure.corrects_version is '誤りを正す対象の履歴番号';
comment on column core_system.support_measure.procedure_id is '申請の受付番号';

create table core_system.household_decision (
    atena_number text not null,
    household_number text not null,
    decided_on date not null,
    primary key (atena_number, household_number)
);
comment on table core_system.household_decision is '支援対象者と同じ世帯に入った者は保護不要、との住民記録担当の判断';
comment on column core_system.household_decision.atena_number is '宛名番号';
comment on column core_system.household_decision.household_number is '世帯番号';
comment on column core_system.household_decision.decided_on is '判断日';

create table core_system.suppression_lift (
    atena_number text not null,
    lifted_at timestamptz not null default now(),
    relocks_at timestamptz not null,
    purpose text not null,
    primary key (atena_number, lifted_at)
);
comment on table core_system.suppression_lift is '抑止の一時解除 (どこにも連携しない; 自動で再び抑止する)';
comment on column core_system.suppression_lift.atena_number is '宛名番号';
comment on column core_system.suppression_lift.lifted_at is '解除日時';
comment on column core_system.suppression_lift.relocks_at is '再抑止日時';
comment on column core_system.suppression_lift.purpose is '事務の目的';

create table core_system.tax_assessment (
    atena_number text not null,
    version integer not null check (version > 0),
    stage core_system.stage not null default 'final',
    number text not null,
    revision integer not null default 0,
    kind text not null check (kind in ('当初', '随時', '更正', '取消')),
    fiscal_year integer not null,
    base_date core_system.partial_date not null,
    decided_date core_system.partial_date not null,
    effective core_system.partial_date not null,
    registered timestamptz not null default now(),
    taxpayer_kind text not null check (taxpayer_kind in ('住民', '住登外')),
    name core_system.person_name not null,
    birth_date core_system.partial_date,
    income_levy bigint not null default 0,
    per_capita_levy bigint not null default 0,
    forest_tax bigint not null default 0,
    total bigint not null default 0,
    income_nhi bigint,
    income_care bigint,
    income_total bigint,
    exemption text,
    dependants integer,
    collection text,
    mailing_address core_system.address,
    parties jsonb not null default '[]',
    primary key (atena_number, version),
    unique (number, revision),
    check ((kind in ('更正', '取消')) = (revision > 0))
);
comment on table core_system.tax_assessment is '個人住民税の賦課 (更正は次の行)';
comment on column core_system.tax_assessment.atena_number is '宛名番号';
comment on column core_system.tax_assessment.version is '税の履歴番号 (人ごと)';
comment on column core_system.tax_assessment.stage is '仮登録・本登録';
comment on column core_system.tax_assessment.number is '通知書番号';
comment on column core_system.tax_assessment.revision is '更正回数';
comment on column core_system.tax_assessment.kind is '当初・随時・更正・取消';
comment on column core_system.tax_assessment.fiscal_year is '年度';
comment on column core_system.tax_assessment.base_date is '賦課期日';
comment on column core_system.tax_assessment.decided_date is '決定日';
comment on column core_system.tax_assessment.effective is '異動日';
comment on column core_system.tax_assessment.registered is '処理日時';
comment on column core_system.tax_assessment.taxpayer_kind is '住民・住登外';
comment on column core_system.tax_assessment.name is '氏名';
comment on column core_system.tax_assessment.birth_date is '生年月日';
comment on column core_system.tax_assessment.income_levy is '所得割 (円)';
comment on column core_system.tax_assessment.per_capita_levy is '均等割 (円)';
comment on column core_system.tax_assessment.forest_tax is '森林環境税 (円)';
comment on column core_system.tax_assessment.total is '年税額 (円)';
comment on column core_system.tax_assessment.income_nhi is '国保算定用所得 (円)';
comment on column core_system.tax_assessment.income_care is '介護算定用所得 (円)';
comment on column core_system.tax_assessment.income_total is '合計所得金額 (円)';
comment on column core_system.tax_assessment.exemption is '課税・非課税の区分';
comment on column core_system.tax_assessment.dependants is '扶養人数';
comment on column core_system.tax_assessment.collection is '特徴・普徴';
comment on column core_system.tax_assessment.mailing_address is '送付先';
comment on column core_system.tax_assessment.parties is '関係する団体 [{role, code}]';
