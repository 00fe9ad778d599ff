"""The desks' words, in plain Japanese: of steps, tasks, timers, facts, reasons. Nothing here decides."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gateway.desks.lists import Missing
from gateway.desks.staff import Page, Purpose, Role
from kairan import municipalities, wareki
from kairan.codes import BUSINESSES
from kairan.municipalities import UnknownMunicipalityError
from processors.moving.days import LegalDays
from processors.moving.facts import ConflictKind, Outcome, TimerName
from processors.moving.household import Gathered
from processors.moving.steps import Step
from processors.moving.tasks import ReminderKind, TaskKind
from processors.notices import offices
from processors.notices.notices import Why
from processors.notices.rules import Audience

WITHHELD = "非開示 withheld"
DECIDED_FIRST = "食い違いの判断"
CONTRADICTION = "届出や通知が食い違っています。"
"""Of what contradicts itself, to whom no more of it is told."""
NOBODY = "—"
ROLES: Mapping[Role, str] = {
    Role.DESK: "住民記録の窓口",
    Role.PROTECTION: "支援措置責任者",
    Role.OPERATOR: "システム運用",
}
PAGES: Mapping[Page, str] = {
    Page.HOME: "今日の概要",
    Page.ARRIVALS: "転入予定",
    Page.SHEET: "転入の受付票",
    Page.DEPARTURES: "転出の手続中",
    Page.LATE: "未着",
    Page.CONFLICTS: "食い違い",
    Page.DECISION: "食い違いの判断",
    Page.PROCEDURE: "手続の経過",
    Page.LOAD: "窓口の混み具合",
    Page.TASKS: "職員の作業",
    Page.SAFE_CHANNEL: "安全な連絡先",
    Page.ENROLMENT: "利用登録",
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.OVERVIEW: "概要の確認",
    Purpose.RECEPTION: "転入の受付とその準備",
    Purpose.DEPARTURE: "転出の手続の管理",
    Purpose.SEARCH: "未着の調査",
    Purpose.DISPUTE: "食い違いの解決",
    Purpose.PLANNING: "窓口の計画",
    Purpose.INCIDENT: "障害の調査",
    Purpose.DUTIES: "窓口の作業の確認",
    Purpose.SHELTER: "支援措置対象者への連絡",
    Purpose.ENROLMENT: "住民の利用登録",
}
STEPS: Mapping[Step, str] = {
    Step.APPLIED: "申請あり（前住所地で確認中）",
    Step.RETURNED: "申請を差し戻し中",
    Step.DECLARED: "転出届を受付済み",
    Step.CERT_SENT: "転出証明書情報を送信済み",
    Step.PREPARED: "転入の準備ができた",
    Step.LAPSED: "カードでの転入届の期限切れ",
    Step.MOVED_IN: "転入済み（転入通知待ち）",
    Step.NOTIFIED: "転入通知が届いた",
    Step.CONFIRMED: "転出確定（各業務の回答待ち）",
    Step.COMPLETED: "完了",
    Step.CANCELLING: "取消しの途中",
    Step.CANCELLED: "取消し済み",
    Step.CONFLICT: "食い違い（人の判断が必要）",
}
TASKS: Mapping[TaskKind, str] = {
    TaskKind.REVIEW: "転出の申請を確認する",
    TaskKind.LOOK_FOR_CERTIFICATE: "転出証明書情報を取り込む、または紙の転出証明書を求める",
    TaskKind.LOOK_FOR_PERSON: "未着照会をする",
    TaskKind.CLOSE: "国外転出者の住民票を消除する",
    TaskKind.SEND_NOTICE: "転入通知を送る",
    TaskKind.BOOK_NOTICE: "転入通知により転出を確定する",
    TaskKind.LOOK_AFTER_OFFICE: "回答のない業務に確認する",
    TaskKind.WITHDRAW_PLAN: "転出先を訂正する（別の市区町村に転入した）",
    TaskKind.REOPEN: "住民票を回復する、または別の転入を待つ",
    TaskKind.UNDO_BY_HAND: "取消しできない業務を手作業で戻す",
    TaskKind.DECIDE: "どちらが正しいか判断する",
    TaskKind.ANNUL: "正しくないとされた異動を取り消す",
    TaskKind.TAKE_NOTE_OF_LAPSE: "転入届には紙の転出証明書が必要",
}
TIMERS: Mapping[TimerName, str] = {
    TimerName.REVIEW: "申請の確認",
    TimerName.RESUBMISSION: "差し戻した申請の再提出",
    TimerName.CERTIFICATE: "転入先の回答",
    TimerName.VISIT_REMINDER: "来庁の案内",
    TimerName.CARD_REMINDER: "カードでの転入届の期限前の案内",
    TimerName.CARD_LAPSE: "カードでの転入届の期限",
    TimerName.NOT_ARRIVED: "未着の確認",
    TimerName.NOTICE: "転入通知",
    TimerName.BOOKING: "転出の確定",
    TimerName.ANSWERS: "各業務の回答",
    TimerName.UNDOING: "各業務の取消し",
    TimerName.CONFLICT: "食い違いの判断",
}
REMINDERS: Mapping[ReminderKind, str] = {
    ReminderKind.COME: "転出予定日を過ぎた",
    ReminderKind.COME_SOON: "カードでの転入届の期限が近い",
    ReminderKind.CARD_LAPSED: "カードでの転入届の期限を過ぎた",
    ReminderKind.CLOSED: "再提出の期限を過ぎ、申請が終了した",
}
FACTS: Mapping[str, str] = {
    "Application": "転出の申請（オンライン）",
    "Departure": "転出届",
    "Visit": "来庁予定の連絡",
    "Arrival": "転入届",
    "Notice": "転入通知",
    "Closing": "住民票の消除",
    "Annulment": "異動の取消し",
    "Death": "死亡",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.APPLIED: "反映した",
    Outcome.UNDONE: "取消しを反映した",
    Outcome.CANNOT_UNDO: "取消しできない",
}
CONFLICTS: Mapping[ConflictKind, str] = {
    ConflictKind.TWO_RECORDS: "二つの市区町村に住民票があります。",
    ConflictKind.TWO_DESTINATIONS: "転出先が二つあります。",
    ConflictKind.UNKNOWN_PERSON: "転入通知がありますが、転出届も住民票もありません。",
}
_DECIDES: Mapping[ConflictKind, tuple[str, str]] = {
    ConflictKind.TWO_RECORDS: ("住民票のある市区町村の窓口", "新しい住所地の支援措置責任者"),
    ConflictKind.TWO_DESTINATIONS: ("転出届を受け付けた市区町村（転出元）の窓口", "転出元の支援措置責任者"),
    ConflictKind.UNKNOWN_PERSON: ("転入通知を受けた市区町村（転出元）の窓口", "転出元の支援措置責任者"),
}
"""Who decides, and of whom hides (docs/adr/0050)."""
_ANYWHERE = ("担当の市区町村の窓口", "担当の支援措置責任者")
"""The same, where it says nothing of which place."""
REASONS: Mapping[str, str] = {
    "entered_wrongly": "入力の誤り",
    "declared_twice": "同じ届出が二重になっている",
    "has_not_moved": "実際には異動していない",
    "other_person": "別の人の届出",
    "unknown_person": "該当する人がいない",
    "booked-twice": "同じ届出が二重になっている",
    "moved-back": "前の住所に戻った",
    "paid-out": "すでに支給した",
    "certificate-issued": "すでに証明書を交付した",
}
"""Codes that desks and offices give; an office may have others of its own."""
WHYS: Mapping[Why, str] = {
    Why.PERPETRATOR: "加害者とされる人に知らせることになる",
    Why.HIDDEN: "支援措置などで守られている人のことを知らせることになる",
    Why.NO_SAFE_CHANNEL: "安全な連絡先がない",
    Why.ADDRESSEE_DIED: "知らせる相手が亡くなっている",
    Why.NOBODY_NAMED: "届出から相手がわからない",
    Why.UNCERTAIN_FACTS: "日付が確かでなく、あてはまるかわからない",
    Why.UNCERTAIN_DAY: "日付が確かでなく、期限がわからない",
    Why.FOR_STAFF: "職員が行うこと",
}
AUDIENCES: Mapping[Audience, str] = {
    "self": "本人",
    "recipient": "受給者",
    "notifier": "届出人",
    "head": "世帯主",
    "guardian": "保護者",
    "heirs_through_notifier": "相続人（届出人を通じて）",
    "staff": "職員",
    "safe_channel": "本人（安全な連絡先）",
}
GATHERED: Mapping[Gathered, str] = {
    Gathered.EXPECTED: "残りの人を待っている",
    Gathered.BEHIND: "期限を過ぎても残っている人がいる",
}
_WEEKDAYS = "月火水木金土日"


def place(code: str | None) -> str:
    """A municipality as addresses have it; a code that nobody knows stands for itself."""
    if code is None:
        return NOBODY
    try:
        return municipalities.full_name(code)
    except UnknownMunicipalityError:
        return code


def office(member: str, business: str) -> str:
    """With its number: some systems name it by nothing else."""
    its = offices.office(business) if business in BUSINESSES else None
    return f"{place(member)} {its.text}（{business}）" if its else f"{place(member)} {business}"


def reason(code: str) -> str:
    """In words; the code stands beside it."""
    return REASONS.get(code, "業務が独自に定めた理由") if code else ""


def waits(kind: ConflictKind | None, *, hides: bool) -> str:
    """
    For whom has nothing to decide: who decides it, and that nothing is to be done meanwhile.

    ``kind``: None for whom no more of it is told: whose office decides would tell whether she registered elsewhere.
    """
    who = (_DECIDES[kind] if kind else _ANYWHERE)[hides]
    return f"{who}が判断します。判断が記録されるまで、この画面で行うことはありません。"


def day(its: date) -> str:
    return f"{wareki.to_wareki(its)}（{its.isoformat()}・{_WEEKDAYS[its.weekday()]}）"


def day_at(instant: int) -> str:
    """In Japan."""
    return day(LegalDays().day_of(instant))


def last_day(until: int) -> str:
    """Of what is over at this instant: the day that it may still be done on."""
    return day_at(until - 1)


def said_day(its: Mapping[str, Any] | None) -> str:
    """As stated: the register's own words for it, where it has some."""
    if its is None:
        return NOBODY
    known = its["certain"] and its["value"] != wareki.OPEN_START
    return day(date.fromisoformat(its["value"])) if known else f"{its['text'] or its['value']}（確かでない）"


def missing(its: Missing) -> Iterator[str]:
    if its.certificate:
        yield "紙の転出証明書"
    if its.visit:
        yield "来庁日の連絡"
    if its.day:
        yield "確かな転出予定日"
    if its.others:
        yield f"一緒に異動する{its.others}人分の通知"
