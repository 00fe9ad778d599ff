"""個人住民税の賦課: 更正 corrects the former revision, 取消 annuls it."""

from collections.abc import Mapping
from typing import Annotated, Any

from kairan.keys import SourceKey
from producers.change import Instant, Parties, parse
from producers.snapshot import Absent, Address, Day, MaybeDay, Name, Row
from producers.statement import Fact, FactName, Statement, state

TYPE = "tax.ResidentTaxAssessed"
CHANGES = {"更正": "corrected", "取消": "annulled"}
AMOUNTS = ("income_levy", "per_capita_levy", "forest_tax", "total")
TOLD = (
    *("name", "birth_date", "taxpayer_kind", "income_nhi", "income_care", "income_total"),
    *("exemption", "dependants", "collection", "mailing_address"),
)


class Assessment(Row):
    """A revision of an assessment; ``version`` counts a person's revisions of all assessments."""

    atena_number: str
    version: int
    number: str
    revision: int
    kind: str
    fiscal_year: int
    base_date: Day
    decided_date: Day
    effective: Day
    registered: Instant
    taxpayer_kind: str
    name: Name
    birth_date: MaybeDay = None
    income_levy: int
    per_capita_levy: int
    forest_tax: int
    total: int
    income_nhi: int | None = None
    income_care: int | None = None
    income_total: int | None = None
    exemption: str | None = None
    dependants: int | None = None
    collection: str | None = None
    mailing_address: Annotated[Address | None, Absent] = None
    parties: Parties = ()


class NamedAssessment(Row):
    """The former revision."""

    version: int
    published: bool


class TaxChange(Row):
    """What the core system writes down; ``protected``: does the tax office know of a measure?"""

    municipality: str
    assessment: Assessment
    protected: bool
    named: NamedAssessment | None = None


def statement(payload: Mapping[str, Any], key: SourceKey) -> Statement:
    changed = parse(TaxChange, payload)
    fact = _fact(changed)
    if changed.named is not None and fact.change != "created":
        former = FactName(TYPE, changed.named.version, changed.assessment.number)
        fact = fact.naming(former, published=changed.named.published)
    return state(fact, _body(changed.assessment, fact.change), key)


def _fact(changed: TaxChange) -> Fact:
    assessment = changed.assessment
    return Fact(
        name=FactName(TYPE, assessment.version, assessment.number),
        municipality=changed.municipality,
        atena_number=assessment.atena_number,
        # That nobody needs protection is for the resident record to say.
        protection="protected" if changed.protected else "unknown",
        effective=assessment.effective,
        registered=assessment.registered,
        change=CHANGES.get(assessment.kind, "created"),
        parties=assessment.parties,
    )


def _body(assessment: Assessment, change: str) -> dict[str, Any]:
    """An annulled assessment leaves nothing to pay: whose and which it was, no amounts."""
    which = {"assessment": assessment.model_dump(include=set(_WHICH))}
    if change == "annulled":
        return which | assessment.model_dump(include={"name", "birth_date", "taxpayer_kind"})
    amounts = assessment.model_dump(include=set(AMOUNTS))
    return which | assessment.model_dump(include=set(TOLD)) | {"amounts": amounts}


_WHICH = ("fiscal_year", "base_date", "number", "revision", "kind", "decided_date")
