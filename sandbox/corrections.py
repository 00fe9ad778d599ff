"""誤記修正 and 取消し: a twentieth of what is booked was wrong. Nothing is overwritten; a further version says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from kairan.partial_date import PartialDate
from sandbox import forms
from sandbox.acts import Act, Booked, Changed, Step
from sandbox.life import Life
from sandbox.people import Name, Record

MISREAD = str.maketrans("1234567890１２３４５６７８９０", "7284501936７２８４５０１９３６")
OTHER_BLANK = str.maketrans("　 ", " 　")
CANCELLED_SHARE = 0.4


def correct(life: Life, day: date) -> Iterator[Act]:
    """Something booked of late turns out to be wrong: it is corrected, or taken back where nothing rests on it."""
    wrong = [booked for booked in life.booked if _still_stands(life, booked)]
    if not wrong:
        return
    chosen = life.draw.random.choice(wrong)
    life.booked.remove(chosen)
    records = [change.after for change in chosen.changes]
    if chosen.cancel and life.draw.chance(CANCELLED_SHARE):
        yield _act(
            "annulled", records, day, [_cancelled(life, change, chosen.cancel, day) for change in chosen.changes]
        )
    elif chosen.mistake == "address":
        yield _act("corrected", records, day, [_address_corrected(life, record) for record in records])
    else:
        yield _act("corrected", records[:1], day, [_kana_corrected(life, records[0])])


def correct_old(life: Life, day: date) -> Iterator[Act]:
    """A mistake in a record from before the bus: its version is named, for the bus has no event of it."""
    record = life.pick(lambda record: (record.member, record.person) in life.nation.older)
    if record is None:
        return
    life.nation.older.discard((record.member, record.person))
    since = PartialDate.of(record.resident_since.earliest - timedelta(days=1))
    after = life.nation.next_version(record, resident_since=since)
    form = {**correction(after, 1), "resident_since": forms.partial(since)}
    yield _act("old record corrected", [after], day, [Step("book", form)])


def _still_stands(life: Life, booked: Booked) -> bool:
    """Nobody has booked anything further, and nobody is in the middle of something."""
    after = [change.after for change in booked.changes]
    return all(life.nation.home.get(record.person) == record and record.person not in life.busy for record in after)


def _cancelled(life: Life, change: Changed, reason: str, day: date) -> Step:
    version = change.after.version
    if change.before is None:
        undone = life.nation.put(replace(change.after, version=version + 1, state="not_resident"))
        return Step("restore", forms.cancelled(undone, reason, version, day, resident_state="not_resident"))
    undone = life.nation.put(replace(change.before, version=version + 1))
    return Step("restore", forms.cancelled(undone, reason, version, day))


def _address_corrected(life: Life, record: Record) -> Step:
    lot = (record.address.lot or "").translate(MISREAD)
    after = life.nation.next_version(record, address=replace(record.address, lot=lot))
    return Step("book", {**correction(after, record.version), "address": forms.address(after.address)})


def _kana_corrected(life: Life, record: Record) -> Step:
    """The wrong kind of blank in the reading is the commonest slip."""
    person = life.nation.people[record.person]
    reading = Name(person.name.text, person.name.kana.translate(OTHER_BLANK))
    life.nation.people[person.key] = named = replace(person, name=reading, kana_confirmed=True)
    after = life.nation.next_version(record)
    return Step("book", {**correction(after, record.version), "name": forms.name(named)})


def correction(after: Record, version: int) -> forms.Json:
    """44 begins with the parties, particulars and 異動日 of what it corrects."""
    return {"atena_number": after.atena, "version": after.version, "reason": "44", "corrects_version": version}


def _act(what: str, records: list[Record], day: date, steps: list[Step]) -> Act:
    return Act(what, records[0].member, day, frozenset(record.person for record in records), tuple(steps))
