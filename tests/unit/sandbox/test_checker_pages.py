"""A page that shows where somebody fled to is found; one that shows it of somebody else is not."""

from datetime import date
from pathlib import Path

import pytest

from gateway.desks.staff import Role
from sandbox.checker.pages.blocks import Block, blocks
from sandbox.checker.pages.logs import telling
from sandbox.checker.pages.visits import ROLES
from sandbox.checker.pages.whereabouts import Answer, Disclosure, Hidden, Visitor, disclosures, is_seen, leads

DESK, OPERATOR, NOBODY = Visitor("desk", "131237"), Visitor("operator", "131237"), Visitor("nobody")
KNOWS, BESIDE, THIRD = Visitor("protection", "141003"), Visitor("desk", "141003"), Visitor("desk", "122033")
FATHER = Visitor("resident")
WORD, NUMBER, OTHERS = "あけぼの寮雲雀棟", "000000900000013", "000000900000021"
HIDDEN = Hidden(
    origin="131237",
    names=frozenset({"山口　香織"}),
    numbers=frozenset({NUMBER}),
    words=frozenset({WORD, "ab" * 16}),
    places=frozenset({"141003", "横浜市"}),
    moved_in=date(2026, 11, 2),
    may_know=KNOWS,
    stayed=frozenset({FATHER}),
)
DESTINATION, DAY, OF_HER_OWN = "the destination", "the day", "a word of her new address or her new name"


def row(*cells: str) -> str:
    return f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"


def told(text: str, visitor: Visitor = DESK, *, headers: str = "", is_hers: bool = False) -> list[str]:
    answer = Answer(visitor, "/desks/departures", 200, text, headers, is_hers)
    return [each.told for each in disclosures([answer], HIDDEN)]


@pytest.mark.parametrize("visitor", [DESK, OPERATOR, NOBODY, FATHER, BESIDE, THIRD])
def test_a_word_of_her_new_life_is_found_wherever_it_stands(visitor: Visitor) -> None:
    assert [OF_HER_OWN] == told(f"<p>{WORD}</p>", visitor)
    assert [OF_HER_OWN] == told(f'<p title="{WORD}">…</p>', visitor)
    assert [OF_HER_OWN] == told("<p>…</p>", visitor, headers=f"/desks/procedures/{'ab' * 16}")
    assert [OF_HER_OWN] == told(f"<!-- {WORD} -->", visitor)


def test_the_destination_is_found_beside_her_name_and_beside_her_number() -> None:
    assert [DESTINATION] == told(row(NUMBER, "神奈川県横浜市"))
    assert [DESTINATION] == told(row("山口　香織", "141003"))
    assert [DESTINATION] == told("<ul><li>山口　香織<br>横浜市</li></ul>")
    assert [] == told(row(NUMBER, "非開示") + row("辻　健太", "横浜市"))


def test_what_a_title_a_value_or_a_label_tells_is_told() -> None:
    assert [DESTINATION] == told(row(NUMBER, '<span title="横浜市">…</span>'))
    assert [DESTINATION] == told(row('<input value="山口　香織">', "横浜市"))


def test_her_number_names_her_at_the_origin_alone() -> None:
    assert [] == told(row(NUMBER, "横浜市"), THIRD)
    assert [DESTINATION] == told(row("山口　香織", "横浜市"), THIRD)


def test_a_page_that_is_opened_from_where_she_is_named_is_hers_whole() -> None:
    page = f"<p>江戸川区</p>{row('転出先', '横浜市')}{row('異動日', '令和8年11月2日')}"

    assert [] == told(page)
    assert [DESTINATION, DAY] == told(page, is_hers=True)


def test_the_frame_of_a_page_names_the_place_of_whoever_looks() -> None:
    assert [] == told("<header><p>横浜市・窓口</p></header><nav><ul><li>横浜市</li></ul></nav>", BESIDE, is_hers=True)


def test_a_day_is_no_part_of_a_longer_number() -> None:
    days = {"2026-11-02": [DAY], "11月2日": [DAY], "11月02日": [DAY], "20261102": [DAY], "11月12日": [], "111月2日": []}

    assert days == {day: told(row(NUMBER, day)) for day in days}


def test_whatever_stands_on_a_page_of_whoever_stayed_may_not_name_the_destination() -> None:
    assert [DESTINATION] == told("<p>横浜市</p>", FATHER)
    assert [] == told("<p>11月2日</p>", FATHER)


def test_who_may_know_discloses_nothing_and_shows_that_the_search_sees() -> None:
    page = [Answer(KNOWS, "/desks/arrivals", 200, row("山口　香織", "江戸川区 → 横浜市", WORD))]

    assert ([], True) == (disclosures(page, HIDDEN), is_seen(page, HIDDEN))
    assert not is_seen([each._replace(visitor=DESK) for each in page], HIDDEN)
    assert not is_seen([page[0]._replace(text=row("非開示"))], HIDDEN)


def test_the_address_that_was_asked_for_is_no_answer() -> None:
    path = f"/desks/procedures/{'ab' * 16}"
    asked = Answer(DESK, f"{path}?purpose=search", 200, f'<form action="{path}">')

    assert [] == disclosures([asked], HIDDEN)


def test_a_finding_names_no_procedure_and_is_told_once() -> None:
    its = Answer(DESK, f"/desks/procedures/{'cd' * 32}?purpose=search", 200, f"<p>{WORD}</p>")

    assert [Disclosure(DESK, "/desks/procedures/…", OF_HER_OWN)] == disclosures([its, its], HIDDEN)


def test_what_names_her_leads_to_her_pages_and_the_frame_does_not() -> None:
    frame = '<nav><ul><li><a href="/desks/late">山口　香織</a></li></ul></nav>'
    page = frame + row(NUMBER, '<a href="/x">…</a>') + row("辻　健太", '<a href="/y">…</a>')
    answer = Answer(DESK, "/desks", 200, page)

    assert {"/desks/late": False, "/x": True, "/y": False} == dict(leads(answer, HIDDEN.marks(DESK)))
    hers = {"/desks/late": False, "/x": True, "/y": True}
    assert hers == dict(leads(answer._replace(is_hers=True), frozenset()))


def test_what_stands_in_one_row_is_read_together_however_badly_it_is_closed() -> None:
    assert [Block("a b", ()), Block("", ())] == blocks("<table><tr><td>a<td>b</tr></table>")
    assert ["b", "a"] == [each.text for each in blocks("<ul><li>a<p>b</ul>") if each.text]
    assert ["b", "a c"] == [each.text for each in blocks("<ul><li>a<ul><li>b</li></ul>c</li></ul>") if each.text]


def test_every_role_of_a_desk_is_played() -> None:
    assert set(Role) == set(ROLES)


def test_a_log_that_holds_a_word_is_named(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "sinks.log").write_text(f'{{"event": "{WORD}"}}', encoding="utf-8")
    (tmp_path / "ledger.log").write_text("well", encoding="utf-8")

    assert ["sinks.log"] == telling([tmp_path, tmp_path / "nowhere"], HIDDEN.words)
