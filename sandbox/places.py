"""Where people live: a small table of towns for the default members, plausible streets for any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from random import Random

from kairan import municipalities
from sandbox.people import Address, Domicile

TOWNS: dict[str, tuple[tuple[str, str], ...]] = {
    "141011": (("鶴見中央一丁目", "2300051"), ("生麦三丁目", "2300052"), ("豊岡町", "2300062")),
    "141020": (("青木町", "2210057"), ("子安通二丁目", "2210021"), ("六角橋一丁目", "2210802")),
    "131237": (("中央一丁目", "1320021"), ("西葛西三丁目", "1340088"), ("船堀一丁目", "1340091")),
    "122033": (("市川一丁目", "2720034"), ("南八幡四丁目", "2720023"), ("行徳駅前二丁目", "2720133")),
    "143014": (("堀内", "2400112"), ("一色", "2400111"), ("長柄", "2400113")),
    "202011": (("鶴賀緑町", "3800813"), ("若里三丁目", "3800928"), ("篠ノ井布施高田", "3888007")),
    "272272": (("荒本北一丁目", "5770011"), ("長堂一丁目", "5770056"), ("瓢箪山町", "5790851")),
}
ELSEWHERE = (("本町一丁目", None), ("中央二丁目", None), ("緑町", None), ("大字上原", None))
BUILDINGS = ("コーポ若葉{}号", "第二みどりハイツ{}", "メゾン栄{}号室", "{}号棟", "シャトー旭 {}", "社員寮{}")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

NORTHERN_VILLAGES = {
    "016951": "色丹郡色丹村",
    "016969": "国後郡泊村",
    "016977": "国後郡留夜別村",
    "016985": "択捉郡留別村",
    "016993": "紗那郡紗那村",
    "017001": "蘂取郡蘂取村",
}
THIRD_DOMICILE = "202011"
OUTSIDE_DOMICILE = "472018"
OUTSIDE = ("472018", "401307", "011002", "231002", "342025", "042161")
"""Where people come from and go to that are no members; one of them is 本籍地 of some."""
COUNTRIES = ("アメリカ合衆国", "大韓民国", "ベトナム", "ドイツ", "オーストラリア", "ブラジル")


@dataclass(frozen=True, slots=True)
class Place:
    """A member as its clerks know it: its wards (of a designated city the first two) or itself."""

    code: str
    name: str
    prefecture: str
    kind: str
    wards: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How many people live here, compared with others."""
        return {"designated_city": 4, "town": 1, "village": 1}.get(self.kind, 2)


@cache
def of(code: str) -> Place:
    found = municipalities.find(code)
    wards = (row.code for row in municipalities.all_in_force() if row.parent == code)
    return Place(code, found.name, found.prefecture, found.kind, tuple(islice(wards, 2)) or (code,))


def address(random: Random, place: Place, ward: str | None = None) -> Address:
    """An address somewhere in the place, or in that ward."""
    where = ward or random.choice(place.wards)
    towns = TOWNS.get(where, ELSEWHERE)
    chosen = random.randrange(len(towns))
    town, postcode = towns[chosen]
    return Address(where, f"{chosen + 1:04d}001", town, _lot(random), _building(random), postcode)


def foreign_address(random: Random) -> Address:
    return Address(None, None, None, None, None, None, random.choice(COUNTRIES))


def domicile(random: Random, place: Place, members: Sequence[str], head: str) -> Domicile:
    """A 本籍: often here or in another member, now and then in a place whose register nobody holds here."""
    drawn = random.random()
    if drawn < 0.005:
        code = random.choice(sorted(NORTHERN_VILLAGES))
        return Domicile(code, f"北海道{NORTHERN_VILLAGES[code]}{random.randint(1, 99)}番地", head)
    code = _domicile_code(random, place.code, members, drawn)
    there = of(code)
    town, _ = random.choice(TOWNS.get(code, TOWNS.get(there.wards[0], ELSEWHERE)))
    return Domicile(code, f"{there.prefecture}{there.name}{town}{random.randint(1, 2999)}番地", head)


def _domicile_code(random: Random, own: str, members: Sequence[str], drawn: float) -> str:
    if drawn < 0.45:
        return own
    if drawn < 0.65:
        return random.choice(list(members))
    if drawn < 0.85:
        return THIRD_DOMICILE
    return OUTSIDE_DOMICILE if drawn < 0.95 else random.choice(OUTSIDE)


def _lot(random: Random) -> str:
    form = random.choice(("{}番{}号", "{}番地{}", "{}番地の{}", "{}-{}"))
    lot = form.format(random.randint(1, 48), random.randint(1, 29))
    return lot.translate(FULL_WIDTH) if random.random() < 0.2 else lot


def _building(random: Random) -> str | None:
    if random.random() < 0.5:
        return None
    room = str(random.randint(1, 9) * 100 + random.randint(1, 12))
    built = random.choice(BUILDINGS).format(room)
    return built.translate(FULL_WIDTH) if random.random() < 0.3 else built
