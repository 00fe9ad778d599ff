-- Groups of items as the resident record keeps them; names are the field names of the contract, so that
-- to_jsonb(row) is what a statement's body needs. The Japanese term of each item is its comment.

create schema core_system;
comment on schema core_system is '住民記録・個人住民税の基幹系: 職員が入力するところ';

create type core_system.stage as enum ('provisional', 'final');
comment on type core_system.stage is '登録段階: provisional 仮登録 (どこにも出さない), final 本登録';

create type core_system.partial_date as (value text, certain boolean, text text);
comment on type core_system.partial_date is '年月日 (不詳・暦に無い日を含む)';
comment on column core_system.partial_date.value is '年月日 10文字; 不詳の部分は 00, 0000, A1–A4 (季節), A1–A3 (旬)';
comment on column core_system.partial_date.certain is '確定フラグ';
comment on column core_system.partial_date.text is '表記 (和暦または不詳表記)';

create type core_system.person_name as (text text, kana text, kana_confirmed boolean);
comment on type core_system.person_name is '氏名';
comment on column core_system.person_name.text is '氏名';
comment on column core_system.person_name.kana is 'フリガナ';
comment on column core_system.person_name.kana_confirmed is 'フリガナ確認フラグ';

create type core_system.written_name as (text text, kana text);
comment on type core_system.written_name is '旧氏・通称';
comment on column core_system.written_name.text is '表記';
comment on column core_system.written_name.kana is 'フリガナ';

create type core_system.address as (
    municipality_or_ward text, town_id text, town text, lot text, building text, postcode text, country text
);
comment on type core_system.address is '住所';
comment on column core_system.address.municipality_or_ward is '市区町村コード (指定都市は区)';
comment on column core_system.address.town_id is '町字ID';
comment on column core_system.address.town is '町字';
comment on column core_system.address.lot is '番地号';
comment on column core_system.address.building is '方書';
comment on column core_system.address.postcode is '郵便番号';
comment on column core_system.address.country is '国名 (国外住所)';

create type core_system.household as (number text, head_name text, relationship text);
comment on type core_system.household is '世帯';
comment on column core_system.household.number is '世帯番号';
comment on column core_system.household.head_name is '世帯主氏名';
comment on column core_system.household.relationship is '続柄';

create type core_system.koseki as (domicile text, head text);
comment on type core_system.koseki is '戸籍の表示';
comment on column core_system.koseki.domicile is '本籍';
comment on column core_system.koseki.head is '筆頭者';

create type core_system.foreign_status as (
    nationality text, category text, status text, period text, expiry core_system.partial_date
);
comment on type core_system.foreign_status is '外国人住民の在留に関する項目';
comment on column core_system.foreign_status.nationality is '国籍・地域';
comment on column core_system.foreign_status.category is '30条の45に規定する区分';
comment on column core_system.foreign_status.status is '在留資格';
comment on column core_system.foreign_status.period is '在留期間';
comment on column core_system.foreign_status.expiry is '在留期間の満了の日';

create type core_system.period as (start text, "end" text);
comment on type core_system.period is '取得日から喪失日まで (YYYY-MM-DD; 喪失日なし = 継続中)';
comment on column core_system.period.start is '取得年月日';
comment on column core_system.period."end" is '喪失年月日';

create type core_system.entitlements as (
    nhi core_system.period, late_elderly core_system.period, care core_system.period,
    pension core_system.period, child_allowance core_system.period
);
comment on type core_system.entitlements is '資格';
comment on column core_system.entitlements.nhi is '国民健康保険の資格';
comment on column core_system.entitlements.late_elderly is '後期高齢者医療の資格';
comment on column core_system.entitlements.care is '介護保険の資格';
comment on column core_system.entitlements.pension is '国民年金の資格';
comment on column core_system.entitlements.child_allowance is '児童手当の受給';

create function core_system.day(day date) returns core_system.partial_date language sql immutable as $$
    select row(
        to_char(day, 'YYYY-MM-DD'), true,
        era.name || case era.year when 1 then '元' else era.year::text end || '年'
            || extract(month from day) || '月' || extract(day from day) || '日'
    )::core_system.partial_date
    from (
        select case
            when day >= date '2019-05-01' then '令和' when day >= date '1989-01-08' then '平成'
            when day >= date '1926-12-25' then '昭和' when day >= date '1912-07-30' then '大正' else '明治' end,
        extract(year from day)::integer - case
            when day >= date '2019-05-01' then 2018 when day >= date '1989-01-08' then 1988
            when day >= date '1926-12-25' then 1925 when day >= date '1912-07-30' then 1911 else 1867 end
    ) as era (name, year)
$$;
comment on function core_system.day is '確かな年月日 (和暦の表記つき)';

create function core_system.uncertain_day(value text, text text) returns core_system.partial_date
language sql immutable as $$ select row($1, false, $2)::core_system.partial_date $$;
comment on function core_system.uncertain_day is '不詳の年月日 (値, 表記)';
