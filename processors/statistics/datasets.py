"""What analysts are told: of each dataset the measure, the dimensions, the window, the clock and who hides in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Clock = Literal["registered", "effective", "planned"]
"""
By when the bus appended it, which is final; by when it happened, which is revised in batches (a vintage each); by when
it is to happen, as it was known when that month began.
"""
UNKNOWN = "unknown"
"""Of a dimension: not told, or not to be told."""
K = 10
"""The least count that leaves (assumed: as 厚生労働省 marks n < 10 with an asterisk)."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """
    A table of one window after the other (``2026-04``).

    ``name``: of its topic and its files. ``dimensions``: in the order of a cell's place. ``basis``: whose layout and
    counting rules it follows, or by which law it may be told. ``measure``: datasets that count the same have the same
    one, and are judged by all that left of it. ``told``: its dimensions, where it is counted by more than it tells.
    ``lane``: of the log, where its facts lie with all that corrects them.
    """

    name: str
    title: str
    measure: str
    dimensions: tuple[str, ...]
    clock: Clock
    basis: str
    k: int = K
    told: tuple[str, ...] = ()
    lane: Literal["live", "bulk"] = "live"


class Cell(NamedTuple):
    """``place`` has a value of each dimension; ``window`` is a month."""

    dataset: str
    window: str
    place: tuple[str, ...]


class Partial(NamedTuple):
    """
    What one partition of the log adds to a window of a dataset: totals, not changes, so the last one counts.

    ``read``: by topic, up to where (the offset behind the last record).
    """

    dataset: str
    window: str
    partition: int
    read: Mapping[str, int]
    counts: Mapping[tuple[str, ...], int]


class Position(NamedTuple):
    """
    How far a partition of the log is counted; what was counted was told before.

    ``until``: all that was appended before this instant (milliseconds since 1970 UTC).
    """

    partition: int
    read: Mapping[str, int]
    until: int


REVISED_AFTER = (1, 3, 12)
"""By effect: how many months behind its end a month is told, then revised; the last vintage is final (assumed)."""
MOVES = "moves between municipalities, by 転入届 and 職権記載; who moved twice is counted twice"

MIGRATION = Dataset(
    name="migration",
    title="市区町村間移動者数",
    measure=MOVES,
    dimensions=("origin", "destination", "sex", "age"),
    clock="registered",
    basis="住民基本台帳人口移動報告 (政府統計コード 00200523); 住民基本台帳法 22条",
)
MIGRATION_BY_EFFECT = Dataset(
    name="migration-by-effect",
    title="市区町村別転入者数（異動月による）",
    measure=MOVES,
    dimensions=MIGRATION.dimensions,
    clock="effective",
    basis="住民基本台帳法 22条; 転入をした年月日 (異動日) による",
    told=("destination",),
)
"""The same moves on another clock: counted as finely as those, for whoever knows both knows what came between."""
NATURAL_CHANGE = Dataset(
    name="natural-change",
    title="出生・死亡",
    measure="births and deaths",
    dimensions=("municipality", "change", "sex"),
    clock="registered",
    basis="住民基本台帳関係年報; 戸籍法 49条, 86条",
)
HOUSEHOLD_CHANGE = Dataset(
    name="household-change",
    title="世帯の異動",
    measure=(
        "households formed (世帯分離), dissolved (世帯合併) or given another head (世帯主変更), each counted at its "
        "head, and residents who went from one household to another (世帯変更); what comes with a move is not counted"
    ),
    dimensions=("municipality", "kind"),
    clock="registered",
    basis="住民基本台帳法 25条; 異動事由 50-53",
)
BUS_TRAFFIC = Dataset(
    name="bus-traffic",
    title="連携された異動等",
    measure="facts that a municipality stated and no other dataset counts, by kind; of nobody who is protected",
    dimensions=("municipality", "event"),
    clock="registered",
    basis="住民基本台帳法 23条, 24条の2; 異動事由 04, 05, 41-44, 54-58",
)
"""What others count with the protected as unknown may not be here: the difference would tell how many they are."""
EXPECTED_ARRIVALS = Dataset(
    name="expected-arrivals",
    title="転入予定者数",
    measure="persons who declared to move out, by the month for which it is planned; of nobody who is protected",
    dimensions=("destination",),
    clock="planned",
    basis="住民基本台帳法 24条 (転出届), 24条の2",
)
TAX_BANDS = Dataset(
    name="tax-bands",
    title="個人住民税の賦課件数（合計所得金額の段階別）",
    measure=(
        "assessments of the residents' tax (当初, 随時) of persons, each once, in the month of its first decision, by "
        "total income; 更正 and 取消 count instead while that month has not left"
    ),
    dimensions=("municipality", "band"),
    clock="registered",
    basis="地方税法 22条, 294条; 市町村税課税状況等の調の段階 (合計所得金額に用いるのは仮定)",
    lane="bulk",
)
"""Counts of persons alone. A sum of yen would need the dominance rule, which is not here: none is told."""
_ALL = (
    *(MIGRATION, MIGRATION_BY_EFFECT, NATURAL_CHANGE, HOUSEHOLD_CHANGE),
    *(BUS_TRAFFIC, EXPECTED_ARRIVALS, TAX_BANDS),
)
DATASETS = {each.name: each for each in _ALL}
