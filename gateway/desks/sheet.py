"""書かない窓口: what the departure already told, so that nobody writes it a second time; pure."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from connectors.postgres.offices.announced import Announced
from gateway.desks import words
from gateway.desks.words import NOBODY

SEXES = {"1": "男", "2": "女", "9": "適用なし", "0": "不明"}
ENTITLEMENTS = {
    "nhi": "国民健康保険", "late_elderly": "後期高齢者医療", "care": "介護保険", "pension": "国民年金",
    "child_allowance": "児童手当",
}  # fmt: skip
TO_FILL_IN = (
    "届出日",
    "住み始めた日（異動日）",
    "新しい住所",
    "新しい世帯主と続柄",
    "届出人の署名",
    "本人確認に使ったもの",
)
"""What only the person at the counter can say."""


class Line(NamedTuple):
    """A field of the sheet; empty values are not printed."""

    label: str
    value: str


def lines(announced: Announced) -> list[Line]:
    return [Line(label, value) for label, value in _lines(announced) if value and value != NOBODY]


def _lines(announced: Announced) -> Iterator[tuple[str, str]]:
    body = announced.body
    name, household, koseki = (body.get(each) or {} for each in ("name", "household", "koseki"))
    yield "氏名", name.get("text") or ""
    yield "フリガナ", name.get("kana") or ""
    yield "旧氏", (body.get("former_surname") or {}).get("text") or ""
    yield "通称", (body.get("alias") or {}).get("text") or ""
    yield "生年月日", words.said_day(body.get("birth_date"))
    yield "性別", SEXES.get(body.get("sex") or "", "")
    yield "宛名番号（再転入の方）", announced.atena_number or ""
    yield "前の住所", _address(announced.origin, body.get("address") or {})
    yield "前の世帯主と続柄", _joined(household.get("head_name"), household.get("relationship"))
    yield "本籍・筆頭者", _joined(koseki.get("domicile"), koseki.get("head"))
    yield from _of_foreigners(body.get("foreign_status") or {})
    yield "転出予定日", words.said_day(body.get("planned_date"))
    yield "転出先（届出のとき）", (body.get("planned_destination") or {}).get("address") or ""
    yield "異動する人", body.get("mover_scope") or ""
    yield "資格", "、".join(ENTITLEMENTS[each] for each, held in (body.get("entitlements") or {}).items() if held)


def _of_foreigners(status: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "国籍・地域", status.get("nationality") or ""
    yield "在留資格・期間", _joined(status.get("status"), status.get("period"))
    yield "在留期間の満了の日", words.said_day(status.get("expiry"))


def _address(origin: str | None, address: Mapping[str, Any]) -> str:
    written = (address.get(each) for each in ("town", "lot", "building"))
    return _joined(words.place(address.get("municipality_or_ward") or origin), *written) if address else ""


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
