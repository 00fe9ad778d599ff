"""
Six stories with fixed persons, played on the core systems' tables: what the demo shows and what can be followed.

Each is a function of a ``Stage`` and returns who it was about and which facts were registered.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kairan.partial_date import PartialDate
from sandbox import applications, arrivals, bad_inputs, corrections, departures, forms, measures, places, taxes
from sandbox.acts import Act, Assessment, Step
from sandbox.calendar import years_on
from sandbox.moving import CARD, Move
from sandbox.names import PLANE_16
from sandbox.people import CHILD, HEAD, WIFE, Domicile, Name, Person, Record
from sandbox.stage import Stage, Story

OLD_FONT, ALL_CHARACTERS = "bmp+plane2", "all"


def family_moves(stage: Stage) -> Story:
    """転出届, 消除, 転入 against the announced departure, 転入通知, 確定: husband, wife and a child at school."""
    origin, destination = stage.member(2), stage.member(0)
    husband = somebody(stage, "辻󠄀　健太", "ツジ　ケンタ", "1", 41)
    wife = somebody(stage, "辻󠄀　美穂", "ツジ　ミホ", "2", 39, husband)
    child = replace(somebody(stage, "辻󠄀　陽翔", "ツジ　ハルト", "1", 8, husband), parents=(husband.key, wife.key))
    family = stage.settle(origin, [(husband, HEAD), (wife, WIFE), (child, CHILD)], _ago(stage, 2000))
    going = _move(stage, family, destination, planned=3, moved_in=2)
    stage.play(departures.declare(stage.life, going, _ago(stage, 9)))
    stage.play(departures.close(stage.life, going, _ago(stage, 3)))
    _arrive_and_confirm(stage, going)
    return stage.told("one family's move", both_records(going, ("husband", "wife", "child")))


def arrival_annulled(stage: Stage) -> Story:
    """The destination takes a 転入 back after the origin has booked it: the origin's record comes back too."""
    origin, destination = stage.member(1), stage.member(5)
    mover = somebody(stage, "𠮷田　浩二", "ヨシダ　コウジ", "1", 52)
    going = _move(stage, stage.settle(origin, [(mover, HEAD)], _ago(stage, 5000)), destination, planned=-5, moved_in=2)
    stage.play(departures.declare(stage.life, going, _ago(stage, 9)))
    _arrive_and_confirm(stage, going)
    stage.play(arrivals.annul(stage.life, going, stage.today))
    stage.play(departures.annul(stage.life, going, stage.today))
    return stage.told("a 転入 annulled after the origin had booked it", both_records(going, ("mover",)))


def tax_assessed(stage: Stage) -> Story:
    """A 当初賦課: it never leaves the municipality, and each business sees only the income it computes with."""
    member, year = stage.member(0), stage.today.year
    payer = somebody(stage, "渡邉󠄂　直美", "ワタナベ　ナオミ", "2", 67)
    record = stage.settle(member, [(payer, HEAD)], _ago(stage, 7000))[0]
    number = f"T{stage.draw.number('tax')}"
    assessed = Assessment(
        member, payer.key, record.atena, number, year, 0, 1, income=2_410_000, kind="住民", address=record.address
    )
    step = taxes.row(stage.life, assessed, "当初", date(year, 1, 1))
    stage.play(Act("assessed", member, stage.today, frozenset(), (step,)))
    return stage.told("a tax assessment", {"payer": record})


def flag_overtakes(stage: Stage) -> Story:
    """
    An office whose font lacks a character parks a person's deliveries; the flag overtakes them and is applied at once.

    The office keeps its old font until ``font_repaired``.
    """
    record, office = somebody_parked(stage)
    measure = measures.new(stage.draw, record)
    stage.play(an_act("protection begun", [record], [measures.row(stage.draw, record, measure, stage.today)]))
    return stage.told("a flag that overtakes parked deliveries", {"person": record}, office)


def flag_refused(stage: Stage) -> Story:
    """For tests: the same, but the measure ends before it begins, so the flag is refused and no office told of it."""
    record, office = somebody_parked(stage)
    ended = forms.partial(_ago(stage, 1))
    flag = measures.row(stage.draw, record, measures.new(stage.draw, record), stage.today, period_end=ended)
    stage.play(an_act("protection begun with a mistake", [record], [flag]))
    return stage.told("a refused flag behind parked deliveries", {"person": record}, office)


def moves_online(stage: Stage) -> Story:
    """For tests: applied for, withdrawn, applied for again, returned, mended; a visit announced; booked at last."""
    origin, destination = stage.member(1), stage.member(2)
    mover = somebody(stage, "今井　恵", "イマイ　メグミ", "2", 29)
    going = _move(stage, stage.settle(origin, [(mover, HEAD)], _ago(stage, 900)), destination, planned=-5, moved_in=-6)
    stage.play(applications.apply(stage.life, going, _ago(stage, 4)))
    stage.play(applications.withdraw(stage.life, going, _ago(stage, 4)))
    stage.play(applications.apply(stage.life, going, _ago(stage, 3)))
    for act in applications.give_back(stage.life, going, _ago(stage, 2)):
        stage.play(act)
    stage.play(applications.announce(stage.life, going, _ago(stage, 2), going.moved_in))
    stage.play(departures.declare(stage.life, going, _ago(stage, 1)))
    return stage.told("a move applied for online", {"mover": going.leaving[0]})


def two_destinations(stage: Stage) -> Story:
    """For tests: a clerk books a second departure and forgets the first, so that both stand."""
    origin, first, second = (stage.member(number) for number in range(3))
    mover = somebody(stage, "吉野　修", "ヨシノ　オサム", "1", 37)
    [record] = stage.settle(origin, [(mover, HEAD)], _ago(stage, 4000))
    going = _move(stage, [record], first, planned=-5, moved_in=-6)
    stage.play(departures.declare(stage.life, going, _ago(stage, 2)))
    again = replace(going, planned_destination=second, destination=second)
    stage.play(departures.declare(stage.life, again, _ago(stage, 1)))
    return stage.told("two departures that both stand", {"mover": record})


def somebody_parked(stage: Stage) -> tuple[Record, tuple[str, str]]:
    """Whose arrival and new address wait, and in which office."""
    member = stage.member(5)
    channel = stage.channels[member]
    stage.clerks[member].desk.set_characters(channel, OLD_FONT)
    person = somebody(stage, f"{PLANE_16}川　静子", "ミトウカワ　シズコ", "2", 58)
    record = stage.arrive_from_outside(member, person, _ago(stage, 4))
    stage.play(an_act("relocated", [record], [a_relocation(stage, record)]))
    stage.until(lambda: stage.clerks[member].desk.parked(channel), f"nothing was parked in {channel} of {member}")
    return record, (member, channel)


def font_repaired(stage: Stage, story: Story) -> None:
    """The office gets the font with all characters, and its clerk lets the parked person go on."""
    if story.office:
        member, channel = story.office
        stage.clerks[member].desk.set_characters(channel, ALL_CHARACTERS)
        stage.clerks[member].desk.release(channel)


def individual_number(stage: Stage) -> Story:
    """Somebody typed a 個人番号 into a 方書: refused, and stored nowhere on the bus."""
    member = stage.member(2)
    person = somebody(stage, "小川　徹", "オガワ　トオル", "1", 45)
    record = stage.settle(member, [(person, HEAD)], _ago(stage, 3000))[0]
    building = f"第二みどりハイツ {bad_inputs.INDIVIDUAL_NUMBER}"
    stage.play(an_act("individual number in an address", [record], [a_relocation(stage, record, building=building)]))
    return stage.told("a 個人番号 in a 方書", {"person": record})


def old_record_corrected(stage: Stage) -> Story:
    """A mistake in a record that was booked before the bus existed: the correction names its version alone."""
    member = stage.member(3)
    person = somebody(stage, "葛󠄀西　春子", "カサイ　ハルコ", "2", 79)
    record = stage.settle(member, [(person, HEAD)], _ago(stage, 9000))[0]
    since = PartialDate.of(_ago(stage, 9031))
    after = stage.draw.nation.next_version(record, resident_since=since)
    form = {**corrections.correction(after, record.version), "resident_since": forms.partial(since)}
    stage.play(an_act("old record corrected", [after], [Step("book", form)]))
    return stage.told("a correction of a record older than the bus", {"person": after})


STORIES: tuple[Callable[[Stage], Story], ...] = (
    family_moves,
    arrival_annulled,
    tax_assessed,
    flag_overtakes,
    individual_number,
    old_record_corrected,
)
"""In the order in which the demo tells them."""


def somebody(stage: Stage, text: str, kana: str, sex: str, age: int, head: Person | None = None) -> Person:
    """Told again in the same databases, a story is about somebody a day older: clerks go by name and birth date."""
    born = years_on(stage.today, -age) - timedelta(days=100 + stage.draw.run)
    domicile = head.domicile if head else Domicile(places.THIRD_DOMICILE, "長野県長野市鶴賀緑町1613番地", text)
    return Person(stage.draw.count("person"), Name(text, kana), sex, born, PartialDate.of(born), domicile)


def _move(stage: Stage, family: list[Record], destination: str, planned: int, moved_in: int) -> Move:
    """A move by card, the days counted back from today."""
    return Move(
        leaving=family,
        household=family,
        planned_destination=destination,
        destination=destination,
        procedure=CARD,
        variant="as planned",
        number=f"M{stage.draw.number('move')}",
        planned=_ago(stage, planned),
        moved_in=_ago(stage, moved_in),
        noticed=_ago(stage, moved_in - 1),
    )


def _arrive_and_confirm(stage: Stage, going: Move) -> None:
    stage.play(arrivals.arrive(stage.life, going, _ago(stage, 2)))
    stage.play(arrivals.notify(stage.life, going, _ago(stage, 1)))
    stage.play(departures.confirm(stage.life, going, _ago(stage, 1)))


def a_relocation(stage: Stage, record: Record, building: str | None = None, **more: Any) -> Step:
    """転居 inside the municipality; ``building``: what somebody typed there."""
    address = places.address(stage.draw.random, places.of(record.member), record.address.municipality_or_ward)
    after = stage.draw.nation.next_version(record, address=address)
    scope = {"kind": "転居", "former_ward": None, "new_ward": None}
    written = forms.address(address) | ({"building": building} if building else {})
    changed = {"address": written, "particulars": {"scope": scope}, **more}
    return Step("book", forms.booked(stage.draw.nation, after, "41", stage.today, **changed))


def both_records(going: Move, names: tuple[str, ...]) -> dict[str, Record]:
    at_origin = {f"{name} at the origin": record for name, record in zip(names, going.leaving, strict=True)}
    there = {f"{name} at the destination": record for name, record in zip(names, going.arrived, strict=True)}
    return at_origin | there


def an_act(what: str, records: list[Record], steps: list[Step]) -> Act:
    return Act(what, records[0].member, date.min, frozenset(record.person for record in records), tuple(steps))


def _ago(stage: Stage, days: int) -> date:
    return stage.today - timedelta(days=days)
