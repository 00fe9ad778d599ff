"""Bands of income in 10,000 yen (万円): above the first number, up to the second. Pure."""

from itertools import pairwise

from processors.statistics.datasets import UNKNOWN

BOUNDS = (0, 10, 100, 200, 300, 400, 550, 700, 1000)
"""As 市町村税課税状況等の調 has them for taxable income; here of total income (assumed)."""
BANDS = (*(f"{lower}-{upper}" for lower, upper in pairwise(BOUNDS)), f"{BOUNDS[-1]}+")
YEN = 10_000


def band(income: int | None) -> str:
    """Who lost money is in the first one."""
    if income is None:
        return UNKNOWN
    return BANDS[sum(income > bound * YEN for bound in BOUNDS[1:])]
