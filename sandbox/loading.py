"""The initial load: records that were there before the bus, stated once; and 仮登録 that nobody ever approves."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from kairan.partial_date import PartialDate
from sandbox import forms, measures, places
from sandbox.acts import Act, Step
from sandbox.draw import Draw
from sandbox.life import Life
from sandbox.people import HEAD, Record

LONG_AGO = "2024-01-05T09:00:00+09:00"
"""When the records from before the bus were booked."""
AT_ONCE = 100
"""Records in one transaction."""


def load(draw: Draw) -> Iterator[Act]:
    """Member by member: measures in force first, then the records as of today."""
    for member in draw.nation.members:
        records = list(draw.nation.at(member))
        protected = [record for record in records if record.person in draw.nation.protected]
        if protected:
            yield _act("measures loaded", member, draw.today, [_measure(draw, record) for record in protected])
        for start in range(0, len(records), AT_ONCE):
            part = records[start : start + AT_ONCE]
            before = [step for record in part for step in _history(draw, record)]
            stated = [_stated(draw, record) for record in part]
            yield _act("records loaded", member, draw.today, before + stated)


def unstated(draw: Draw, records: Sequence[Record]) -> Act:
    """Records from before the bus that nobody has stated to it."""
    since = records[0].resident_since
    steps = [_older(draw, record, 1, _arrival(draw, record, since)) for record in records]
    return _act("booked long ago", records[0].member, draw.today, steps)


def leave_provisional(life: Life, day: date) -> Iterator[Act]:
    """A 転居届 lies as 仮登録 and is never approved: not yet history, no fact; and nothing else is booked meanwhile."""
    record = life.pick(lambda record: record.relationship == HEAD and life.household_is_free(record))
    if record is None:
        return
    life.begin([record])
    address = places.address(life.draw.random, places.of(record.member))
    form = forms.booked(life.nation, record, "41", day, address=forms.address(address), stage="provisional")
    form["version"] = record.version + 1
    yield Act("provisional", record.member, day, frozenset({record.person}), (Step("book", form, facts=0),))


def _measure(draw: Draw, record: Record) -> Step:
    return measures.row(draw, record, draw.nation.protected[record.person], draw.today - timedelta(days=90))


def _history(draw: Draw, record: Record) -> Iterator[Step]:
    """The versions from before the bus stay at home."""
    since = record.resident_since
    if record.version > 1:
        yield _older(draw, record, 1, _arrival(draw, record, since))
    yield _older(draw, record, record.version, {"reason": "42" if record.version > 1 else "06", "particulars": {}})


def _stated(draw: Draw, record: Record) -> Step:
    """The last version as of today."""
    as_of = forms.partial(draw.today)
    return Step("record_load", {"atena_number": record.atena, "version": record.version, "as_of": as_of})


def _older(draw: Draw, record: Record, version: int, particulars: forms.Json) -> Step:
    form = forms.entered(draw.nation, record, "06", record.resident_since)
    return Step("resident_history", {**form, "version": version, "registered": LONG_AGO, **particulars}, facts=0)


def _arrival(draw: Draw, record: Record, since: PartialDate) -> forms.Json:
    """How somebody came, long ago: what a correction of that version begins with."""
    origin = draw.random.choice(places.OUTSIDE)
    left = forms.address(places.address(draw.random, places.of(origin)))
    parties = forms.parties(draw.nation.people[record.person], origin=origin)
    particulars = {"arrival_kind": "証明書", "previous_address": left}
    return {"reason": "01", "effective": forms.partial(since), "particulars": particulars, "parties": parties}


def _act(what: str, member: str, day: date, steps: list[Step]) -> Act:
    return Act(what, member, day, frozenset(), tuple(steps))
