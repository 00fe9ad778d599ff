"""Names as registers hold them: common ones, and a few whose characters test every system on the way."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random

from sandbox.people import Name

RARE_SHARE = 0.01
"""Of the households: an IVS, a character of plane 2 or of plane 16."""
PLANE_16 = "\U0010de92"
_OLD = "千代 キヨ ハル トメ フミ ハナ 春子 秋子 静子 敏子 澄子 一郎 二郎 三郎 清 茂 正雄 義雄 勇 実"
_NEW = (
    "蓮 湊 陽翔 大翔 悠真 悠人 颯太 蒼 樹 律 朝陽 新 陸 空 晴 晴人 結人 奏太 奏 暖 航 海斗 拓海 結衣 陽菜 凛 莉子 美月 "
    "結菜 紬 芽依 咲良 さくら ひかり あかり 美羽 七海 琴音 心春 心結 結愛 柚葉 柚希 澪 朱莉"
)
OLD, NEW = frozenset(_OLD.split()), frozenset(_NEW.split())
"""Given names of who was born before the middle of the century, and of who was not born before 1990."""


@dataclass(frozen=True, slots=True)
class ForeignName:
    """A name in the alphabet and the 通称 that some use."""

    name: Name
    alias: Name | None


@dataclass(frozen=True)
class Names:
    """What can be drawn, the commonest family names first."""

    families: tuple[Name, ...]
    rare: tuple[Name, ...]
    given: dict[str, tuple[Name, ...]]
    foreign: tuple[ForeignName, ...]

    def family(self, random: Random) -> Name:
        if random.random() < RARE_SHARE:
            return random.choice(self.rare)
        return random.choices(self.families, _falling(len(self.families)))[0]

    def first(self, random: Random, sex: str, born: date) -> Name:
        """A given name of that generation."""
        suited = [name for name in self.given[sex] if _suits(name.text, born)]
        return random.choice(suited)


def whole(family: Name, given: Name) -> Name:
    """氏名 as a register writes it, with a full-width blank."""
    return Name(f"{family.text}　{given.text}", f"{family.kana}　{given.kana}")


@cache
def load() -> Names:
    rows = list(csv.DictReader((files("sandbox") / "names.csv").read_text(encoding="utf-8").splitlines()))
    return Names(
        families=_named(rows, "family"),
        rare=_named(rows, "special_family"),
        given={
            "1": _named(rows, "given", "male") + _named(rows, "special_given"),
            "2": _named(rows, "given", "female"),
        },
        foreign=tuple(_foreign(row) for row in rows if row["kind"] == "foreign"),
    )


def _named(rows: list[dict[str, str]], kind: str, sex: str = "") -> tuple[Name, ...]:
    return tuple(Name(row["name"], row["kana"]) for row in rows if (row["kind"], row["sex"]) == (kind, sex))


def _foreign(row: dict[str, str]) -> ForeignName:
    alias = Name(row["alias"], row["alias_kana"]) if row["alias"] else None
    return ForeignName(Name(row["name"], row["kana"]), alias)


@cache
def _falling(count: int) -> tuple[float, ...]:
    return tuple(1 / (rank + 5) for rank in range(count))


def _suits(name: str, born: date) -> bool:
    if born.year < 1950:
        return name not in NEW
    return name not in OLD and (name not in NEW or born.year >= 1990)
