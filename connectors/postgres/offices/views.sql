-- What a clerk opens. Run with search_path set to the channel's schema.

create or replace view arrival as
select distinct on (r.pairwise_id)
    r.pairwise_id, encode(r.pairwise_id, 'hex') as pairwise_hex, s.atena_number,
    r.event_ref, r.version, r.source_municipality as origin,
    r.body -> 'name' ->> 'text' as name, r.body -> 'name' ->> 'kana' as kana,
    r.body -> 'birth_date' ->> 'value' as birth_date, r.body ->> 'sex' as sex,
    r.body -> 'planned_date' ->> 'value' as planned_date, r.body -> 'planned_destination' as planned_destination,
    r.body ->> 'procedure' as procedure, r.body ->> 'mover_scope' as mover_scope,
    r.protection, r.envelope -> 'group' ->> 'id' as group_id, (r.envelope -> 'group' ->> 'size')::int as group_size,
    r.envelope ->> 'correlation' as correlation, r.body, r.applied_at
from received r left join public.subject s using (pairwise_id)
where r.business = '001' and r.type = 'residence.MoveOutDeclared' and r.change <> 'annulled' and r.annulled_by is null
order by r.pairwise_id, r.admitted desc, r.log_offset desc;
comment on view arrival is '転入予定者: 前住所地から届いた転出(特例転出)。この識別子を添えて転入を登録すると、同じ人として引き継がれる';
comment on column arrival.pairwise_id is '団体別個人識別子: 転入の登録に添える';
comment on column arrival.atena_number is 'この団体の宛名番号。再転入者には元の番号が出る';
comment on column arrival.origin is '前住所地の団体コード';

create or replace view move_in_notice as
select r.pairwise_id, encode(r.pairwise_id, 'hex') as pairwise_hex, s.atena_number,
    r.event_ref, r.corrects_ref, r.change, r.version, r.source_municipality as destination,
    r.body -> 'notice' -> 'date' ->> 'value' as notice_date, (r.body -> 'notice' ->> 'sequence')::int as sequence,
    (r.body -> 'notice' ->> 'resend_of')::int as resend_of,
    r.body -> 'moved_in_date' ->> 'value' as moved_in_date, r.body -> 'confirmed_address' as confirmed_address,
    r.body -> 'name' ->> 'text' as name, r.body -> 'birth_date' ->> 'value' as birth_date, r.body ->> 'sex' as sex,
    r.envelope -> 'reason' ->> 'code' as reason, r.protection, r.annulled_by, r.admitted, r.applied_at
from received r left join public.subject s using (pairwise_id)
where r.business = '001' and r.type = 'residence.MoveInNotified';
comment on view move_in_notice is '転入通知: 転出先の市区町村から届いた通知。予定日前のもの、再送、訂正もそのまま並ぶ';
comment on column move_in_notice.annulled_by is '空でなければ、この通知は取り消された';

create or replace view known_person as
select p.business, p.pairwise_id, encode(p.pairwise_id, 'hex') as pairwise_hex, s.atena_number,
    p.fields -> 'name' ->> 'text' as name, p.fields -> 'name' ->> 'kana' as kana,
    p.fields -> 'birth_date' ->> 'value' as birth_date, p.fields ->> 'sex' as sex,
    concat_ws(' ', p.fields -> 'address' ->> 'town', p.fields -> 'address' ->> 'lot',
              p.fields -> 'address' ->> 'building') as address,
    p.fields -> 'household' ->> 'number' as household_number, p.fields -> 'household' ->> 'relationship' as relationship,
    p.fields -> 'closing' -> 'removed_date' ->> 'value' as left_on, p.fields -> 'death_date' ->> 'value' as died_on,
    p.protection, p.fields, p.updated_at
from person p left join public.subject s using (pairwise_id)
where p.fields <> '{}';
comment on view known_person is '対象者一覧: 全業務';

create or replace view nhi_insured as
select atena_number, name, kana, birth_date, sex, address, household_number, relationship, left_on, died_on, protection,
    fields -> 'foreign_status' ->> 'status' as residence_status, fields -> 'income_nhi' as income, pairwise_hex, updated_at
from known_person where business = '024';
comment on view nhi_insured is '国民健康保険 被保険者資格の対象者';

create or replace view taxpayer as
select atena_number, name, birth_date, address, household_number, left_on, died_on,
    fields -> 'planned_destination' as planned_destination, fields -> 'confirmed_destination' as confirmed_destination,
    protection, pairwise_hex, updated_at
from known_person where business = '010';
comment on view taxpayer is '個人住民税 納税義務者の候補';

create or replace view school_register as
select atena_number, name, kana, birth_date, sex, address, fields -> 'related' as guardians, left_on, died_on, protection,
    pairwise_hex, updated_at
from known_person where business = '017';
comment on view school_register is '学齢簿';

create or replace view parked_person as
select business, encode(pairwise_id, 'hex') as pairwise_hex, count(*) as deliveries, min(since) as since,
    (array_agg(reason order by topic_offset))[1] as reason, bool_or(released is not null) as released
from parked group by business, pairwise_id;
comment on view parked_person is '保留中の人: 何件待っているか、なぜか';

create or replace view application as
select r.pairwise_id, encode(r.pairwise_id, 'hex') as pairwise_hex, s.atena_number, r.event_ref,
    r.body ->> 'stage' as stage, r.body -> 'name' ->> 'text' as name, r.body -> 'birth_date' ->> 'value' as birth_date,
    r.body -> 'planned_date' ->> 'value' as planned_date, r.body -> 'planned_destination' as planned_destination,
    r.body ->> 'mover_scope' as mover_scope, r.protection, r.envelope ->> 'correlation' as correlation, r.applied_at
from received r left join public.subject s using (pairwise_id)
where r.business = '001' and r.type = 'residence.MoveOutApplied' and r.change <> 'annulled' and r.annulled_by is null
    and not exists (select from received l where l.corrects_ref = r.event_ref and l.business = r.business
        and l.change = 'corrected' and l.annulled_by is null);
comment on view application is '転出届のオンライン申請: 申請ごとに最新の姿。取下げは出ない。本登録された後も残る';
comment on column application.stage is 'applied 申請 / returned 差戻し';

create or replace view planned_visit as
select r.pairwise_id, encode(r.pairwise_id, 'hex') as pairwise_hex, s.atena_number, r.event_ref,
    r.source_municipality as stated_by, r.body -> 'name' ->> 'text' as name,
    r.body -> 'birth_date' ->> 'value' as birth_date, r.body -> 'visit_date' ->> 'value' as visit_date,
    r.body -> 'planned_destination' as planned_destination, r.protection, r.applied_at
from received r left join public.subject s using (pairwise_id)
where r.business = '001' and r.type = 'residence.VisitPlanned' and r.change <> 'annulled' and r.annulled_by is null
    and not exists (select from received l where l.corrects_ref = r.event_ref and l.business = r.business
        and l.change = 'corrected' and l.annulled_by is null);
comment on view planned_visit is '来庁予定: いつ誰が窓口に来るか。arrival と同じ団体別個人識別子で突き合わせる';
comment on column planned_visit.stated_by is '連絡した団体: 転出元、またはこの団体の申請管理';
