"""What the destination's clerk does: 転入 against an announced departure or on paper, 転入通知, annulment."""

from dataclasses import replace
from datetime import date

from kairan.partial_date import PartialDate
from sandbox import forms, measures, places
from sandbox.acts import Act, Step
from sandbox.draw import Draw
from sandbox.life import Life
from sandbox.moving import PART, Move
from sandbox.people import HEAD, Record


def arrive(life: Life, going: Move, day: date) -> Act:
    """転入: with the announced departure's pairwise id, which the shell finds, or as somebody new to the bus."""
    draw, steps, known = life.draw, [], set[int]()
    protected = [record.person for record in going.leaving if record.person in draw.nation.protected]
    _settle(draw, going)
    for record in going.arrived:
        steps.append(Step("announced" if going.is_announced else "book", _arrival(draw, going, record, known)))
        known.add(record.person)
    steps += [
        measures.row(draw, record, measures.new(draw, record), day)
        for record in going.arrived
        if record.person in protected
    ]
    waits = going.waits(draw.nation, "announcement", going.planned) if going.is_announced else None
    return going.act("arrival", day, steps, waits)


def notify(life: Life, going: Move, day: date, reason: str = "01") -> Act:
    """転入通知 to the origin; a second one names the first."""
    steps = []
    for record in going.arrived:
        sequence = life.nation.next_notice(record)
        repeated = {"resend_of": sequence - 1} if reason != "01" else {}
        steps.append(Step("move_in_notice", {**_notice(going, record, sequence), "reason": reason, **repeated}))
    return going.act("arrival notified", day, steps)


def resend(life: Life, going: Move, day: date) -> Act:
    """The same notice again: the same bytes, no new fact."""
    steps = [
        Step(
            "resend_notice", {"person": record.atena, "sequence": life.nation.notices[record.member, record.person]}, 0
        )
        for record in going.arrived
    ]
    return going.act("arrival notice resent", day, steps)


def annul(life: Life, going: Move, day: date) -> Act:
    """The 転入 was a mistake: taken back (28), and so is its notice."""
    steps = []
    for record in going.arrived:
        state = {"resident_state": "not_resident"} if record.version == 1 else {}
        undone = life.nation.put(replace(record, version=record.version + 1, state="not_resident"))
        steps.append(Step("restore", forms.cancelled(undone, "28", record.version, day, **state)))
        cancels = life.nation.notices[record.member, record.person]
        notice = _notice(going, record, life.nation.next_notice(record))
        steps.append(Step("move_in_notice", {**notice, "cancels": cancels}))
    return going.act("arrival annulled", day, steps)


def _settle(draw: Draw, going: Move) -> None:
    """New numbers, except for who comes back; of those who leave others behind the first heads the new household."""
    place = places.of(going.destination)
    address = going.address or places.address(draw.random, place)
    household, nhi, day = next(draw.households[place.code]), draw.chance(0.3), PartialDate.of(going.moved_in)
    for record in going.leaving:
        former = draw.nation.closed.get((place.code, record.person))
        atena, version = (former.atena, former.version + 1) if former else (next(draw.atena[place.code]), 1)
        is_new_head = going.scope == PART and record is going.leaving[0]
        relationship = HEAD if is_new_head else record.relationship
        settled = Record(
            record.person, place.code, atena, household, relationship, address, day, day, nhi, version=version
        )
        if going.is_announced:
            draw.nation.known_as[place.code, record.person] = draw.nation.identity(record)
        going.arrived.append(draw.nation.put(settled))


def _arrival(draw: Draw, going: Move, record: Record, known: set[int]) -> forms.Json:
    left, person = forms.address(going.left), draw.nation.people[record.person]
    particulars = {
        "arrival_kind": "特例" if going.is_announced else "証明書",
        "previous_address": left,
        "last_registered_address": left,
        "planned_date": forms.partial(going.planned),
        "card_continued": going.is_announced,
    }
    return forms.entered(
        draw.nation,
        record,
        "01",
        going.moved_in,
        notified=forms.partial(going.moved_in),
        parties=forms.parties(person, origin=going.origin),
        related=forms.related(draw.nation, record, known, going.moved_in),
        particulars=particulars,
        **going.group(),
    )


def _notice(going: Move, record: Record, sequence: int) -> forms.Json:
    return {
        "atena_number": record.atena,
        "sequence": sequence,
        "version": record.version,
        "reason": "01",
        "origin": going.origin,
        "notice_date": forms.partial(going.noticed),
        "moved_in_date": forms.partial(going.moved_in),
        "confirmed_address": forms.address(record.address),
        "procedure_id": going.number,
    }
