"""What the pages show of a release: small tables, and how each is drawn. Pure; who calls it brings the counts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from gateway.analysts import words
from processors.statistics import households, taxes
from processors.statistics.counting import CHANGES, EVENTS, OLDEST, SEXES
from processors.statistics.datasets import UNKNOWN
from processors.statistics.publishing.hierarchies import ALL, COARSER, TOTAL, Place
from processors.statistics.publishing.shelf import Released

Count: TypeAlias = int | None
"""None: hidden."""
At: TypeAlias = Callable[[Collection[Place]], Mapping[Place, Count]]
FLOWS = 15
"""How many of the largest are shown."""
AGE, SEX, CHANGE = "age", "sex", "change"
MOVES = ("origin", "destination")
PARTS: Mapping[str, Sequence[str]] = {
    "kind": tuple(households.KINDS.values()),
    "event": tuple(EVENTS.values()),
    "band": (*taxes.BANDS, UNKNOWN),
}
"""Dimensions of which each value has its bar."""


class Table(NamedTuple):
    """``drawn``: as what (``tiles``, ``flows``, ``pyramid``, ``line``), of the numbers that stand in it."""

    name: str
    title: str
    english: str
    drawn: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, tuple[Count, ...]]]


def tables(release: Released, at: At) -> list[Table]:
    """Those that the dimensions of this release have."""
    found = [*_maps(release, at), _flows(release, at), _pyramid(release, at), _parts(release, at)]
    return [each for each in found if each]


def places(dimensions: Sequence[str], **values: str) -> Place:
    """The cell of these values, and of the total in every other dimension."""
    return tuple(values.get(each, ALL) for each in dimensions)


def untold(release: Released) -> Sequence[str]:
    """The dimensions of which it tells the total alone, in words."""
    fine = zip(release.dimensions, release.finest, strict=True)
    return [words.DIMENSIONS[each] for each, finest in fine if finest == TOTAL]


def series(dimensions: Sequence[str], months: Sequence[tuple[str, Mapping[Place, Count]]]) -> Table:
    """``months``: the oldest first, each with its cells of ``lines``."""
    told = lines(dimensions)
    rows = [(words.month(window), tuple(cells.get(each, 0) for each in told.values())) for window, cells in months]
    return Table("series", "月ごとの推移", "By month", "line", tuple(told), rows)


def lines(dimensions: Sequence[str]) -> Mapping[str, Place]:
    """What is followed through the months, by its name."""
    if CHANGE in dimensions:
        return {words.VALUES[each]: places(dimensions, change=each) for each in CHANGES.values()}
    return {words.VALUES[ALL]: places(dimensions)}


def _maps(release: Released, at: At) -> list[Table]:
    """Of the prefectures: who came and who left; or what happened there."""
    fine = dict(zip(release.dimensions, release.finest, strict=True))
    if all(fine.get(each, TOTAL) < TOTAL for each in MOVES):
        return [_arrivals_and_departures(release, at)]
    if fine.get("destination", TOTAL) < TOTAL:
        return [_arrivals(release, at)]
    if CHANGE in fine and fine.get("municipality", TOTAL) < TOTAL:
        return [_changes(release, at)]
    return []


def _arrivals_and_departures(release: Released, at: At) -> Table:
    heads = ("転入", "転出", "転入超過")
    rows = []
    ways = [{code: places(release.dimensions, **{way: code}) for code in words.prefectures()} for way in MOVES]
    found = at([each for way in ways for each in way.values()])
    for code, name in words.prefectures().items():
        left, came = (found.get(way[code], 0) for way in ways)
        rows.append((name, (came, left, None if came is None or left is None else came - left)))
    title = "都道府県別の転入と転出（都道府県内の移動を含む）"
    return Table("map", title, "In- and out-migration by prefecture", "tiles", heads, rows)


def _arrivals(release: Released, at: At) -> Table:
    """Where nothing is told of where they came from."""
    wanted = {code: places(release.dimensions, destination=code) for code in words.prefectures()}
    found = at(wanted.values())
    rows = [(name, (found.get(wanted[code], 0),)) for code, name in words.prefectures().items()]
    return Table(
        "map", "都道府県別の転入（都道府県内の移動を含む）", "In-migration by prefecture", "tiles", ("転入",), rows
    )


def _changes(release: Released, at: At) -> Table:
    its = list(CHANGES.values())
    wanted = {
        (code, change): places(release.dimensions, municipality=code, change=change)
        for code in words.prefectures()
        for change in its
    }
    found = at(wanted.values())
    rows = [
        (name, tuple(found.get(wanted[code, change], 0) for change in its))
        for code, name in words.prefectures().items()
    ]
    heads = tuple(words.VALUES[each] for each in its)
    return Table("map", "都道府県別の出生と死亡", "Births and deaths by prefecture", "tiles", heads, rows)


def _flows(release: Released, at: At) -> Table | None:
    """The largest of those that are shown; a hidden one is in no order."""
    fine = dict(zip(release.dimensions, release.finest, strict=True))
    if any(fine.get(each, TOTAL) == TOTAL for each in MOVES):
        return None
    names = words.prefectures()
    wanted = {
        places(release.dimensions, origin=origin, destination=destination): f"{names[origin]} → {names[destination]}"
        for origin in names
        for destination in names
    }
    shown = [(wanted[place], count) for place, count in at(wanted).items() if count]
    largest = sorted(shown, key=lambda each: (-each[1], each[0]))[:FLOWS]
    title = f"都道府県間の移動の大きいもの（上位{FLOWS}、秘匿されたものを除く）"
    return Table("flows", title, "Largest flows", "flows", ("移動者数",), [(name, (count,)) for name, count in largest])


def _pyramid(release: Released, at: At) -> Table | None:
    fine = dict(zip(release.dimensions, release.finest, strict=True))
    if fine.get(AGE, TOTAL) == TOTAL or fine.get(SEX, TOTAL) == TOTAL:
        return None
    sexes, ages = list(SEXES.values()), _ages(10 if fine[AGE] == COARSER else 5)
    wanted = {(age, sex): places(release.dimensions, age=age, sex=sex) for age in ages for sex in sexes}
    found = at(wanted.values())
    rows = [(words.value(AGE, age), tuple(found.get(wanted[age, sex], 0) for sex in sexes)) for age in ages]
    heads = tuple(words.VALUES[each] for each in sexes)
    return Table("pyramid", "移動者の性別・年齢", "Movers by sex and age", "pyramid", heads, rows)


def _parts(release: Released, at: At) -> Table | None:
    """Of all municipalities together: by kind, or by band."""
    part = next((each for each in release.dimensions if each in PARTS), None)
    if part is None:
        return None
    wanted = {each: places(release.dimensions, **{part: each}) for each in PARTS[part]}
    found = at(wanted.values())
    rows = [(words.value(part, each), (found.get(place, 0),)) for each, place in wanted.items()]
    title = f"{words.DIMENSIONS[part]}別の件数（参加している市区町村の合計）"
    return Table("parts", title, "All municipalities together", "flows", (words.VALUES[ALL],), rows)


def _ages(years: int) -> list[str]:
    return [*(f"{each}-{each + years - 1}" for each in range(0, OLDEST, years)), f"{OLDEST}+", UNKNOWN]
