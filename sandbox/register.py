"""
The register of the synthetic nation: which municipalities take part, through which channels.

A designated city has a channel for each business, another city groups them, a town has two. The resident record (001)
always has a channel of its own, because some of what it receives may reach nobody else in its municipality.
"""

from collections.abc import Iterable, Mapping

from kairan import municipalities
from kairan.identifiers import InvalidIdentifierError, MunicipalityCode
from kairan.municipalities import Municipality
from kairan.register import Channel, Member, Performer, Register, Request

DEFAULT = ("141003", "131237", "122033", "143014", "202011", "272272")

RESIDENT_RECORD = ("resident-record", "住民記録", ("001",))

BY_BUSINESS = (
    RESIDENT_RECORD,
    ("seal-registration", "印鑑登録", ("002",)),
    ("family-register", "戸籍", ("003",)),
    ("family-register-addresses", "戸籍の附票", ("004",)),
    ("elections", "選挙", ("005", "006", "007", "008", "009")),
    ("residents-tax", "個人住民税", ("010",)),
    ("property-tax", "固定資産税", ("012",)),
    ("light-vehicle-tax", "軽自動車税", ("013",)),
    ("collection", "収納・滞納", ("014", "015", "016", "036", "037")),
    ("school-register", "学齢簿", ("017",)),
    ("school-aid", "就学援助", ("018",)),
    ("health", "健康管理", ("019",)),
    ("child-rearing-allowance", "児童扶養手当", ("020",)),
    ("public-assistance", "生活保護", ("021", "035")),
    ("disability", "障害者福祉", ("022",)),
    ("long-term-care", "介護保険", ("023",)),
    ("national-health-insurance", "国民健康保険", ("024",)),
    ("late-elderly", "後期高齢者医療", ("025",)),
    ("national-pension", "国民年金", ("026",)),
    ("child-allowance", "児童手当", ("027",)),
    ("childcare", "子ども・子育て支援", ("028",)),
    ("shared-functions", "共通機能", ("029", "031", "032", "034")),
)

GROUPED = (
    RESIDENT_RECORD,
    ("family-register", "戸籍・附票", ("003", "004")),
    ("elections", "選挙", ("005", "006", "007", "008", "009")),
    ("taxes", "税・収納", ("010", "012", "013", "014", "015", "016", "036", "037")),
    ("children", "学校・こども", ("017", "018", "020", "027", "028")),
    ("insurance", "保険・年金", ("023", "024", "025", "026")),
    ("welfare", "福祉・健康", ("019", "021", "022", "035")),
    ("counter", "窓口・共通機能", ("002", "029", "031", "032", "034")),
)

EVERYTHING_ELSE = tuple(sorted(business for _, _, group in GROUPED[1:] for business in group))
TWO = (RESIDENT_RECORD, ("town-office", "町役場", EVERYTHING_ELSE))

PUBLIC_ASSISTANCE = ("021", "035")
"""A town's 生活保護 is its prefecture's."""

REQUESTED: Mapping[str, tuple[str, ...]] = {
    "141003": ("024",),
    "131237": ("024", "006"),
    "122033": ("023",),
    "143014": ("023", "006"),
    "202011": ("006",),
    "272272": ("024", "023"),
}


def default() -> Register:
    """Six municipalities, and the prefecture that performs one business of the town among them."""
    return for_municipalities(DEFAULT)


def for_municipalities(codes: Iterable[str]) -> Register:
    """
    A register of these municipalities, all active from the beginning.

    Raises:
        InvalidIdentifierError: a code is none of a municipality of today.
        UnknownMunicipalityError: nobody has the code.

    """
    places = [_place(code) for code in dict.fromkeys(codes)]
    prefectures = {place.prefecture: _prefecture(place) for place in places if _is_town(place)}
    return Register(
        members=(*map(_member, places), *map(_performer, prefectures.values())),
        channels=(
            *(channel for place in places for channel in _channels(place)),
            *(Channel(member=body.code, channel="welfare", title="生活保護") for body in prefectures.values()),
        ),
        performers=tuple(row for place in places for row in _performers(place, prefectures)),
        requests=tuple(row for place in places for row in _requests(place)),
    )


def _place(code: str) -> Municipality:
    place = municipalities.find(MunicipalityCode.parse(code))
    if place.kind in {"prefecture", "ward"} or place.valid_to is not None:
        raise InvalidIdentifierError(f"{code} is no municipality of today")
    return place


def _member(place: Municipality) -> Member:
    return Member(code=place.code, name=place.name, kind="municipality", state="active")


def _performer(body: Municipality) -> Member:
    return Member(code=body.code, name=body.name, kind="performer", state="active")


def _prefecture(place: Municipality) -> Municipality:
    return municipalities.find(MunicipalityCode.parse(f"{place.code[:2]}000"))


def _is_town(place: Municipality) -> bool:
    return place.kind in {"town", "village"}


def _plan(place: Municipality) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    if place.kind == "designated_city":
        return BY_BUSINESS
    return TWO if _is_town(place) else GROUPED


def _channels(place: Municipality) -> list[Channel]:
    return [Channel(member=place.code, channel=name, title=title) for name, title, _ in _plan(place)]


def _performers(place: Municipality, prefectures: Mapping[str, Municipality]) -> list[Performer]:
    return [
        _performed(place, business, name, prefectures) for name, _, group in _plan(place) for business in sorted(group)
    ]


def _performed(place: Municipality, business: str, channel: str, prefectures: Mapping[str, Municipality]) -> Performer:
    if _is_town(place) and business in PUBLIC_ASSISTANCE:
        body = prefectures[place.prefecture]
        return Performer(municipality=place.code, business=business, member=body.code, channel="welfare")
    return Performer(municipality=place.code, business=business, member=place.code, channel=channel)


def _requests(place: Municipality) -> list[Request]:
    return [
        Request(municipality=place.code, business=business, approved_by=f"{place.name}住民記録責任者")
        for business in REQUESTED.get(place.code, ("024",))
    ]
