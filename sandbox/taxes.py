"""
個人住民税: the run in June, for who lived here on 1 January, then single assessments and revisions.

Payers who have left since are still assessed here; so are 住登外 payers, who live elsewhere and own a house here.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sandbox import forms
from sandbox.acts import Act, Assessment, Step
from sandbox.life import Follow, Life
from sandbox.people import Person, Record

RUN_SHARE = 0.12
"""Of all live facts."""
ELSEWHERE_SHARE = 0.08
AT_ONCE = 50
STANDARD_RATE = 0.1


def runs(life: Life, facts: int) -> list[tuple[date, int, Follow]]:
    """The June run of every member, with its share of the facts."""
    members = life.nation.members
    size, run = int(facts * RUN_SHARE) // len(members), _june(life.draw.today)
    return [(run, size, lambda life, on, code=code: _run(life, code, size, on)) for code in members]  # type: ignore[misc]


def reassess(life: Life, day: date) -> Iterator[Act]:
    """更正 or 取消 of an assessment: a further row, with the next revision."""
    if not life.assessed:
        return
    before = life.draw.random.choice(life.assessed)
    cancelled = life.draw.chance(0.15)
    kind = "取消" if cancelled else "更正"
    income = before.income + life.draw.random.randrange(-40, 60) * 10_000
    revised = replace(before, revision=before.revision + 1, version=before.version + 1, income=max(income, 0))
    life.assessed.remove(before)
    if not cancelled:
        life.assessed.append(revised)
    yield Act("reassessed", before.member, day, frozenset(), (row(life, revised, kind, day),))


def _run(life: Life, member: str, size: int, day: date) -> Iterator[Act]:
    payers = _payers(life, member, size, day)
    for start in range(0, len(payers), AT_ONCE):
        part = payers[start : start + AT_ONCE]
        life.assessed.extend(part)
        yield Act("tax run", member, day, frozenset(), tuple(row(life, payer, "当初", day) for payer in part))


def _payers(life: Life, member: str, size: int, day: date) -> list[Assessment]:
    """Adults who were here on 1 January, those who have left since, and those who never lived here."""
    since, random = date(day.year, 1, 1), life.draw.random
    left = [record for (code, _), record in life.nation.closed.items() if code == member and _was_here(record, since)]
    here = [record for record in life.nation.at(member) if record.resident_since.earliest < since]
    strangers = [record for record in life.nation.home.values() if _is_stranger(life, record, member, day)]
    owners = random.sample(strangers, min(int(size * ELSEWHERE_SHARE), len(strangers)))
    found = [_first(life, member, record, next(life.draw.atena[member]), "住登外", day) for record in owners]
    found += [
        _first(life, member, record, record.atena, "住民", day)
        for record in (*left, *random.sample(here, len(here)))
        if _pays(life, record, day)
    ]
    return found[:size]


def _first(life: Life, member: str, record: Record, atena: str, kind: str, day: date) -> Assessment:
    number = f"T{life.draw.number(f'tax {member}')}"
    now = life.nation.home.get(record.person, record)
    income = max(int(life.draw.random.gauss(320, 180)), 0) * 10_000
    return Assessment(member, record.person, atena, number, day.year, 0, 1, income, kind, now.address)


def row(life: Life, payer: Assessment, kind: str, day: date) -> Step:
    person = life.nation.people[payer.person]
    levy, per_capita = int(payer.income * STANDARD_RATE) // 100 * 100, 4000 if payer.income > 450_000 else 0
    forest = 1000 if per_capita else 0
    values = {
        "atena_number": payer.atena,
        "version": payer.version,
        "number": payer.number,
        "revision": payer.revision,
        "kind": kind,
        "fiscal_year": payer.year,
        "base_date": forms.partial(date(payer.year, 1, 1)),
        "decided_date": forms.partial(day),
        "effective": forms.partial(date(payer.year, 1, 1)),
        "taxpayer_kind": payer.kind,
        "name": forms.name(person),
        "birth_date": forms.partial(person.birth_date),
        "income_levy": levy,
        "per_capita_levy": per_capita,
        "forest_tax": forest,
        "total": levy + per_capita + forest,
        "income_nhi": payer.income,
        "income_care": payer.income,
        "income_total": payer.income,
        "exemption": "課税" if levy else ("均等割のみ" if per_capita else "非課税"),
        "dependants": life.draw.random.choice((0, 0, 0, 1, 1, 2, 3)),
        "collection": "特徴" if _is_employed(person, day) else "普徴",
        "mailing_address": forms.address(payer.address),
        "parties": [{"role": "tax_base", "code": payer.member}],
    }
    return Step("tax_assessment", values)


def _is_stranger(life: Life, record: Record, member: str, day: date) -> bool:
    """Owns a house here at most: has a 宛名番号 here that the resident record does not know."""
    lived_here = record.member == member or (member, record.person) in life.nation.closed
    return not lived_here and _pays(life, record, day)


def _pays(life: Life, record: Record, day: date) -> bool:
    return life.nation.people[record.person].age(day) >= 18 and record.state != "dead"


def _was_here(record: Record, since: date) -> bool:
    return record.state in {"moved_out", "moved_abroad"} and record.resident_since.earliest < since


def _is_employed(person: Person, day: date) -> bool:
    return person.age(day) < 65


def _june(today: date) -> date:
    """The last tenth of June that the calendar of the sandbox reaches."""
    june = date(today.year, 6, 10)
    return june if (today - june).days > 80 else date(today.year - 1, 6, 10)
