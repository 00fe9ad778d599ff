"""The pages tell each number as text; a hidden one is X, nobody is 0."""

import pytest

from gateway.analysts import charts, tiles, words
from gateway.analysts.routes import routes
from gateway.analysts.testing import MemoryShelf
from processors.statistics.datasets import BUS_TRAFFIC, HOUSEHOLD_CHANGE, MIGRATION, TAX_BANDS, Dataset
from tests.unit.gateway.door import browser
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.released import put, room, shelf

PAGES = [
    "/statistics", "/statistics/quick-start", "/statistics/programs", "/statistics/migration",
    "/statistics/migration/2026-04", "/statistics/natural-change/2026-04?vintage=1",
]  # fmt: skip
BROWSER = browser(routes(room()))


def tables(its: MemoryShelf, number: int) -> dict[str, dict[str, tuple[int | None, ...]]]:
    release = next(each for each in its.told if each.number == number)
    found = charts.tables(release, lambda places: its.at(number, places))
    return {each.name: dict(each.rows) for each in found}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everybody(path: str) -> None:
    answer = BROWSER.get(path)

    assert (200, []) == (answer.status_code, faults(answer.text))


@pytest.mark.parametrize("path", ["/statistics/wages", "/statistics/migration/1999-01", f"{PAGES[4]}?vintage=x"])
def test_what_was_not_released_has_no_page(path: str) -> None:
    assert 404 == BROWSER.get(path).status_code


def test_before_the_first_release_the_pages_say_so() -> None:
    empty = browser(routes(room(MemoryShelf())))

    assert "まだ公表された統計はありません" in empty.get("/statistics").text
    assert "まだ公表された月はありません" in empty.get("/statistics/migration").text
    assert 200 == empty.get("/statistics/quick-start").status_code


def test_a_hidden_count_is_an_x_with_a_word_and_nobody_is_a_zero() -> None:
    text = BROWSER.get("/statistics/migration/2026-04").text

    assert '<span role="img" aria-label="秘匿">X</span>' in text
    assert '<data value="0">0</data>' in text
    assert '<data value="1555">1,555</data>' in text


def test_the_map_has_who_came_who_left_and_the_difference() -> None:
    its = tables(shelf(), 3)["map"]

    assert (1595, 15, 1580) == its["東京都"]
    assert (None, 40, None) == its["神奈川県"]
    assert (12, 1555, -1543) == its["千葉県"]
    assert (0, 0, 0) == its["北海道"]
    assert 47 == len(its)


def test_the_largest_flows_come_first_and_a_hidden_one_is_not_there() -> None:
    flows = tables(shelf(), 3)["flows"]

    assert {"千葉県 → 東京都": (1555,), "神奈川県 → 東京都": (40,), "東京都 → 千葉県": (12,)} == flows
    assert ["千葉県 → 東京都", "神奈川県 → 東京都", "東京都 → 千葉県"] == list(flows)


def test_the_pyramid_has_every_age_for_both_sexes() -> None:
    its = tables(shelf(), 3)["pyramid"]

    assert ((321, 1234), (12, 0), (0, None)) == (its["25～29歳"], its["100歳以上"], its["60～64歳"])
    assert 22 == len(its)


def test_what_is_told_coarser_is_shown_coarser() -> None:
    made = MemoryShelf()
    put(made, 1, MIGRATION, ("2026-04", 1), {("12", "13", "male", "20-29"): 50})
    coarse = made.told[0]._replace(finest=(1, 1, 0, 1))
    none = coarse._replace(finest=(2, 2, 2, 2))
    shown = {each.name: dict(each.rows) for each in charts.tables(coarse, lambda places: made.at(1, places))}

    assert ((50, 0), (50,)) == (shown["pyramid"]["20～29歳"], shown["flows"]["千葉県 → 東京都"])
    assert [] == charts.tables(none, lambda places: made.at(1, places))


def test_where_no_origin_is_told_the_map_has_who_came_and_the_page_says_what_is_not_told() -> None:
    made = MemoryShelf()
    put(made, 1, MIGRATION, ("2026-04", 1), {("all", "13", "all", "all"): 50})
    made.told[0] = made.told[0]._replace(finest=(2, 1, 2, 2))
    (its,) = charts.tables(made.told[0], lambda places: made.at(1, places))
    text = browser(routes(room(made))).get("/statistics/migration/2026-04").text

    assert ((50,), (0,)) == (dict(its.rows)["東京都"], dict(its.rows)["千葉県"])
    assert "転出元、性別、年齢の内訳は、この表では公表していません" in text


def test_births_and_deaths_are_told_by_prefecture_and_month() -> None:
    its = tables(shelf(), 5)

    assert ({"map"}, (55, 44), (None, 0)) == (set(its), its["map"]["東京都"], its["map"]["千葉県"])
    assert "2026年3月" in BROWSER.get("/statistics/natural-change").text


def test_an_older_vintage_leads_to_the_newest() -> None:
    old, new = (BROWSER.get(f"/statistics/natural-change/2026-04?vintage={each}").text for each in (1, 2))

    assert ("この版は改定されています" in old, "この版は改定されています" in new) == (True, False)


def test_every_prefecture_has_a_tile_of_its_own() -> None:
    assert words.prefectures().keys() == tiles.GRID.keys()
    assert 47 == len(set(tiles.GRID.values()))


def test_tiles_are_coloured_by_how_many_with_a_legend_that_says_so() -> None:
    counts = {"東京都": 100, "千葉県": 10, "大阪府": 20, "京都府": 30, "奈良県": 40, "北海道": None, "沖縄県": 0}
    drawn = tiles.draw("転入", counts)
    kinds = {each.name: each.kind for each in drawn.tiles}

    assert ["c1", "c1", "c2", "c3"] == [kinds[each] for each in ("千葉", "大阪", "京都", "東京")]
    assert ("hidden", "zero", "zero") == (kinds["北海道"], kinds["沖縄"], kinds["青森"])
    assert ["0（該当なし）", "10～20", "30～40", "100", "X（秘匿）"] == [each.words for each in drawn.legend]


@pytest.mark.parametrize("counts", [{}, {"東京都": 5}, dict.fromkeys(words.prefectures().values(), 7)])
def test_few_or_equal_numbers_have_fewer_classes(counts: dict[str, int]) -> None:
    drawn = tiles.draw("転入", counts)

    assert len(drawn.legend) == 2 + bool(counts)
    assert {each.kind for each in drawn.tiles if each.told} <= {"c1"}


@pytest.mark.parametrize(
    ("dimension", "told", "said"),
    [
        ("age", "25-29", "25～29歳"), ("age", "90+", "90歳以上"), ("age", "all", "総数"), ("sex", "unknown", "不詳"),
        ("origin", "13", "東京都"), ("municipality", "131237", "東京都江戸川区"), ("origin", "99", "99"),
    ],
)  # fmt: skip
def test_values_have_words(dimension: str, told: str, said: str) -> None:
    assert said == words.value(dimension, told)


def test_every_number_of_a_page_stands_in_a_table_with_a_caption() -> None:
    page = Page(BROWSER.get("/statistics/migration/2026-04").text)

    assert len(page.of("table")) == len(page.of("caption")) == 4
    assert {"flows", "pyramid", "line"} <= {tag.attributes.get("data-drawn") for tag in page.of("figure")}


def test_where_too_many_read_a_page_stays_as_it_is() -> None:
    assert "not now" in browser(routes(room(readers=0))).get("/statistics/live").text


@pytest.mark.parametrize(
    ("dataset", "counts", "said"),
    [
        (HOUSEHOLD_CHANGE, {("131237", "head-changed"): 50}, "世帯主が変わった世帯"),
        (BUS_TRAFFIC, {("131237", "relocated"): 50}, "転居"),
        (TAX_BANDS, {("131237", "1000+"): 50, ("131237", "0-10"): 3}, "1000万円超"),
    ],
    ids=["households", "traffic", "taxes"],
)
def test_a_month_is_told_by_kind_or_band(dataset: Dataset, counts: dict[tuple[str, ...], int], said: str) -> None:
    made = MemoryShelf()
    put(made, 1, dataset, ("2026-04", 1), counts)
    text = browser(routes(room(made))).get(f"/statistics/{dataset.name}").text

    assert [] == faults(text)
    assert said in text
    assert '<data value="50">' in text
    assert '<data value="3">' not in text
