from collections import Counter

from kairan import codes
from kairan.codes import BUSINESSES, EDITION, REASON_EDITIONS, REASONS, CodeList, relationship_name

LISTS = {name: value for name, value in vars(codes).items() if isinstance(value, CodeList)}


def test_the_reasons_are_the_closed_list_in_three_kinds() -> None:
    assert {"記載": 9, "消除": 8, "修正": 19} == Counter(reason.kind for reason in REASONS.values())
    assert "国内転入" == REASONS["01"].name
    assert REASONS is REASON_EDITIONS[EDITION]


def test_what_the_family_register_notifies_is_no_reason() -> None:
    notified = {"婚姻", "離婚", "養子縁組", "転籍", "失踪", "氏名変更"}

    assert set() == notified & {reason.name for reason in REASONS.values()}


def test_a_change_of_nationality_ends_one_ledger_s_row_and_begins_the_other_s() -> None:
    assert {"04": "japanese", "05": "foreign", "24": "foreign", "25": "japanese"} == {
        reason.code: reason.ledger for reason in REASONS.values() if reason.ledger
    }


def test_the_businesses_are_numbered_from_001_to_037() -> None:
    assert [f"{number:03d}" for number in range(1, 38)] == list(BUSINESSES)
    assert ("住民基本台帳", "resident record") == (BUSINESSES["001"].name, BUSINESSES["001"].english)


def test_a_list_has_an_edition_and_codes_that_are_on_it_once() -> None:
    assert [] == [name for name, found in LISTS.items() if not found.edition or not len(found) == len(found.codes) > 0]


def test_every_code_has_a_name_and_a_mark() -> None:
    assert [] == [
        (name, code)
        for name, found in LISTS.items()
        for code in found.codes
        if not (code.name and code.english and code.mark in "✔◇⊕")
    ]


def test_every_list_of_the_file_has_its_name_here() -> None:
    assert {line["list"] for line in codes._LINES} == {name.lower() for name in LISTS}


def test_a_code_that_is_not_on_the_list_is_not_in_it() -> None:
    assert "02" in codes.RELATIONSHIPS
    assert not any(code in codes.RELATIONSHIPS for code in ("", "2X", "2", "０２"))


def test_relationships_are_chained_over_at_most_four_generations() -> None:
    assert ["世帯主", "子の妻", "子1の子の子の夫"] == [relationship_name(chain) for chain in ("02", "2012", "21202011")]
    assert {None} == {relationship_name(chain) for chain in ("", "2", "20A", "2020202020", "00")}
