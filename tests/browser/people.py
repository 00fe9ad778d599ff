"""Somebody on every page: two residents of whom much is known, and moves between three towns."""

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from connectors.postgres.offices.announced import Announced
from gateway.residents.ports import Moved, Told
from gateway.residents.proxies import Proxy
from gateway.sign_in.browser import digest
from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.keys import PushKey
from processors.channels.addresses import Address, Means
from processors.channels.settings import public
from processors.moving.facts import Group
from processors.moving.timers import DAY
from processors.notices.notices import NoticeId, OfficeOf
from processors.notices.texts import Language
from tests.unit.gateway.desks.world import World, body, handle, stated
from tests.unit.gateway.residing import AOI, CHIYODA, NOW, REN, Place
from tests.unit.processors.disclosures.world import FLAG, entry, told
from tests.unit.processors.moving.story import RECORD_B as AT_B
from tests.unit.processors.moving.story import A, B, C, answered, arrived, day, declared, notified, visit
from tests.unit.processors.notices.world import on, protected

ICHIKAWA, EDOGAWA = MunicipalityCode("122033"), MunicipalityCode("131237")
MIO, YUI = (Handle(each * 12 + bytes(4)) for each in (b"m", b"y"))
TODAY = date(2027, 1, 15)
NUMBER = "7000919"
"""Of somebody who has always lived in C: a code can be handed to her."""
UNSUBSCRIBE, INVITATION = "a-token-of-a-mail", "an-invitation"
"""What stands in a mail of Aoi's, and what she hands over to a proxy."""


def notice(rule: str, business: str, due: int | None = None, *, holds: bool = True, wording: int = 0) -> Told:
    """``due``: days from today."""
    name = NoticeId.of(AOI, rule, EventId(b"e" * 16))
    last = None if due is None else TODAY + timedelta(days=due)
    return Told(name, rule, OfficeOf(ICHIKAWA, business), last, NOW, holds=holds, wording=wording)


NOTICES = (
    notice("N3b", "001", -2),
    notice("N5", "027", 12, wording=1),
    notice("N23", "026", 14),
    notice("N26", "006"),
    notice("N30a", "020"),
    replace(notice("N21", "023", 10, holds=False), why="annulled", over=NOW),
)


def move(place: Place) -> None:
    """Aoi has moved, and somebody has noticed that an earlier move does not fit; of its day only the month is known."""
    moved = Moved("moved in", EDOGAWA, ICHIKAWA, "2027-01-10", None, "2027-01-12", NOW, True, False, 4, 1)
    odd = [Moved(step, ICHIKAWA, EDOGAWA, "令和7年4月頃") for step in ("conflict", "cancelled")]
    place.moves[AOI] = [moved, *odd]


def receive(place: Place) -> None:
    """From three offices by day, by night from the tax office, and something that is not to be shown yet."""
    offices = [told(ICHIKAWA, business) for business in ("027", "024", "026")]
    tax = entry(AOI, told(EDOGAWA, "012"), type="tax.ResidentTaxAssessed", lane="bulk", written=NOW, at=2)
    place.disclosures.apply(
        [entry(AOI, *offices, written=NOW), tax, entry(AOI, told(CHIYODA), type=FLAG, written=NOW, at=1)]
    )


def represent(place: Place) -> None:
    """Ren looks for Aoi, she for him; one invitation waits."""
    until = date(2027, 6, 30)
    for name, whose, who in ((b"m", AOI, REN), (b"t", REN, AOI), (b"w", AOI, None)):
        place.proxies.ask(
            Proxy(name * 16, whose, who, frozenset({"duties", "notices"}), until, NOW), digest(name.hex())
        )
    place.proxies.note(b"m" * 16, "duties", NOW)


def name(place: Place) -> None:
    """Aoi is told by each means; a mailbox of hers is gone, another waits for its code. She agreed to benefits."""
    place.addresses.queue.set_push_key(public(PushKey(b"k" * 32)))
    for means, target in (("webpush", {"endpoint": "x"}), ("line", {"user": "x"}), ("portal", {"user": "x"})):
        its = Address(AOI, "push", cast("Means", means), target, Language.JAPANESE, NOW)
        place.addresses.name(its, NOW)
    for mailbox, token in (("aoi@mail.example.jp", UNSUBSCRIBE), ("aoi@gone.example.jp", "gone")):
        its = Address(AOI, "mail", "mail", {"mailbox": mailbox}, Language.JAPANESE, NOW, token=token)
        place.addresses.name(its, NOW)
    place.addresses.queue.lose(place.addresses.queue.of(AOI)[-1].number, NOW)
    place.addresses.ask(AOI, "aoi@new.example.jp", Language.JAPANESE, NOW)
    place.addresses.agree(AOI, NOW, is_given=True)
    for person in (MIO, YUI):
        place.addresses.ask(person, "somebody@new.example.jp", Language.JAPANESE, NOW)


def fill(place: Place) -> None:
    """All of it for Aoi; of Ren nothing is known but whom he looks for, of Mio and Yui that a code waits."""
    for each in NOTICES:
        place.entries.tell(AOI, each)
    place.feedback.say(AOI, NOTICES[1].id, "helped", NOW)
    name(place)
    move(place)
    receive(place)
    represent(place)


def told_of(world: World, name: str, given: str, kana: str, *, protection: str = "none") -> None:
    """What the departure told 市川市 of somebody: ``name`` is the family's."""
    its = body(name) | {
        "name": {"text": f"{name} {given}", "kana": kana, "kana_confirmed": True},
        "address": {"municipality_or_ward": A, "town": "中央", "lot": "一丁目4番1号", "building": None},
        "household": {"number": "1", "head_name": f"{name} 健", "relationship": "妻"},
        "koseki": {"domicile": "長野県長野市", "head": f"{name} 健"},
        "planned_destination": {"municipality": B, "ward": None, "address": "市川市八幡一丁目1番1号", "country": None},
    }
    person = world.names.person(B, handle(f"{name} {given}"))
    world.offices.arrivals[B, person] = Announced(None, A, protection, its)


def populate(world: World) -> dict[str, str]:
    """
    Moves on every list of the desks; the addresses of a family's sheet, of a conflict, of a whole way.

    Of two of the family nothing was delivered: their sheets are short, and would share a page.
    """
    group = Group(A, "g", 3)
    family = [
        world.person(f"佐藤 {given}", replace(declared(given), group=group), visit(given + "v", after=3))[0]
        for given in ("葵", "蓮", "結衣")
    ]
    [conflict] = world.person("田中 翔", declared(), declared("other", at=3, to=C))
    [whole] = world.person(
        "伊藤 凛", declared(awaited=[AT_B]), answered("departure", AT_B), visit(), arrived(), notified()
    )
    for at, name in enumerate(("鈴木 陽菜", "高橋 湊", "渡辺 結", "山本 悠真", "中村 紬", "小林 朝陽")):
        world.person(name, declared(planned=day(at * at % 11), by_card=at % 2 == 0))
    world.person("加藤 仁", declared(planned=day(-45), by_card=False))
    left = Group(A, "h", 2)
    for name, *more in (("木村 楓", arrived("木村 there")), ("木村 陸",)):
        world.person(name, *(replace(each, group=left) for each in (declared(name), *more)))
    world.household("木村 楓", "木村 陸", at=world.now + 15 * DAY)
    world.notices(stated("木村 陸", "residence.MovedIn", source=A, born=on("2016-05-05"), kind="japanese"))
    world.notices(stated("高橋 湊", "residence.MovedIn", source=A), protected(person=Handle(handle("高橋 湊"))))
    told_of(world, "佐藤", "葵", "サトウ アオイ")
    told_of(world, "鈴木", "陽菜", "スズキ ヒナ")
    told_of(world, "高橋", "湊", "タカハシ ミナト", protection="protected")
    for number, name in enumerate(("田中 翔", "伊藤 凛", "加藤 仁", "鈴木 陽菜", "佐藤 葵")):
        world.number(name, A, f"{1040271 + number * 7919}")
        world.number(name, B, f"{7000113 + number * 6007}")
    world.number("遠藤 澪", C, NUMBER)
    world.keeping.stated[handle("遠藤 澪")] = frozenset({C})
    world.now += DAY // 4
    return {
        "sheet": world.ref(B, family[0]),
        "conflict": world.ref(A, conflict),
        "waits": world.ref(B, conflict),
        "whole": world.ref(A, whole),
    }
