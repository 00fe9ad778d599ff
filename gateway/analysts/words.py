"""What analysts read, in Japanese: of dimensions, their values, months. Nothing here decides."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from kairan import municipalities
from kairan.municipalities import UnknownMunicipalityError
from processors.statistics.datasets import UNKNOWN, Clock
from processors.statistics.publishing.hierarchies import ALL, PLACES

JAPAN = timezone(timedelta(hours=9))
HIDDEN = "秘匿"
DIMENSIONS: Mapping[str, str] = {
    "origin": "転出元",
    "destination": "転入先",
    "municipality": "市区町村",
    "sex": "性別",
    "age": "年齢",
    "change": "異動",
    "kind": "世帯の異動",
    "event": "届出等",
    "band": "合計所得金額",
}
VALUES: Mapping[str, str] = {
    ALL: "総数",
    UNKNOWN: "不詳",
    "male": "男",
    "female": "女",
    "birth": "出生",
    "death": "死亡",
    "formed": "世帯分離による新しい世帯",
    "dissolved": "世帯合併によりなくなった世帯",
    "changed": "世帯変更をした人",
    "head-changed": "世帯主が変わった世帯",
    "relocated": "転居",
    "amended": "記載の修正（世帯の異動を除く）",
    "move-applied": "転出届のオンライン申請",
    "visit-planned": "来庁予定の連絡",
}
SPANS: Mapping[str, tuple[str, str]] = {"age": ("歳", "以上"), "band": ("万円", "超")}
"""The unit, and how it is said of the last."""
CLOCKS: Mapping[Clock, str] = {
    "registered": "登録月による（確定値。改定しません）",
    "effective": "異動日による（まとめて改定します）",
    "planned": "予定日による（その月の初めまでの届出。改定しません）",
}


def value(dimension: str, told: str) -> str:
    """Of a value of a dimension: 25-29 is 25～29歳, 13 is 東京都."""
    if told in VALUES:
        return VALUES[told]
    if dimension in PLACES:
        return _place(told)
    return _span(told, *SPANS[dimension]) if dimension in SPANS else told


def _span(told: str, unit: str, over: str) -> str:
    return f"{told[:-1]}{unit}{over}" if told.endswith("+") else f"{told.replace('-', '～')}{unit}"


def month(window: str) -> str:
    year, _, its = window.partition("-")
    return f"{year}年{int(its)}月"


def day(milliseconds: int) -> str:
    """In Japan, to the minute."""
    at = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(JAPAN)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


@cache
def prefectures() -> Mapping[str, str]:
    """All 47 by their two digits, in the order of their codes."""
    return {each.code[:2]: each.name for each in municipalities.all_in_force() if each.kind == "prefecture"}


def _place(code: str) -> str:
    if code in prefectures():
        return prefectures()[code]
    try:
        return municipalities.full_name(code)
    except UnknownMunicipalityError:
        return code
