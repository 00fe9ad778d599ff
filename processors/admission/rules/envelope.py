"""What holds for the envelope of every statement."""

from collections.abc import Iterator
from functools import lru_cache

from kairan import codes
from kairan.identifiers import NORTHERN_TERRITORIES, AtenaNumber, AtenaScheme, InvalidIdentifierError
from processors.admission import days
from processors.admission.days import Days
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

STATES: dict[str, frozenset[str] | None] = {
    "prepared": frozenset({"protection.ProtectionChanged"}),
    "active": None,
    "draining": None,
    "left": frozenset(),
}
"""What a member may state in each state (None: all): it becomes active when its 支援対象者 are loaded."""

REASONS_OF: dict[str, frozenset[str]] = {
    "residence.MoveOutDeclared": frozenset({"21", "22"}),
    "residence.MovedIn": frozenset({"01", "02", "04", "05", "06"}),
    "residence.MoveInNotified": frozenset(codes.REASONS),
    "residence.MoveOutConfirmed": frozenset({"21", "22", "26"}),
    "residence.Relocated": frozenset({"41", "43"}),
    "residence.RecordAmended": frozenset({"04", "05", "42", "43", "44", *(str(code) for code in range(50, 59))}),
    "vital.Born": frozenset({"03", "06"}),
    "vital.Died": frozenset({"23", "26"}),
}
"""異動事由 of a new record; corrections and annulments carry any of the list. Types that are not named need none."""

MOST_PARTIES, MOST_RELATED = 32, 64
"""Each correction inherits these lists: without a limit an event outgrows what the log takes."""
MOST_VERSION = 2**31
YEAR_1900 = -2_208_988_800_000
"""In milliseconds: no register of residents is older."""
_PAST = frozenset({"former", "former_domicile"})
_CHANGES_THAT_CORRECT = frozenset({"corrected", "annulled"})


def party(statement: Statement) -> Iterator[Problem]:
    """Who states what of whom."""
    envelope, shape, sender = statement.envelope, statement.shape, statement.sender
    source, subject = envelope["source"], envelope["subject"]
    if envelope["type"] != shape.type:
        yield problem("type.not_the_shapes", "envelope.type")
    if source["municipality"] != sender.municipality:
        yield problem("source.not_the_topic", "envelope.source.municipality")
    on_this_day = Days(statement.days.today, statement.days.today.isoformat())
    yield from _under("envelope.source.municipality", days.municipality(source["municipality"], on_this_day))
    if source["business"] not in codes.BUSINESSES:
        yield problem("list.unknown_code", "envelope.source.business")
    elif source["business"] != shape.business:
        yield problem("type.not_of_business", "envelope.source.business")
    lawful = STATES[sender.state]
    if lawful is not None and shape.type not in lawful:
        yield problem("member.not_active", "envelope.source.municipality")
    if subject["kind"] != "person":
        yield problem("subject.kind", "envelope.subject.kind")
    if rule := atena_rule(subject["atena_number"], sender.scheme):
        yield problem("atena_number.invalid", "envelope.subject.atena_number", rule)


def change(statement: Statement) -> Iterator[Problem]:
    """What the record does to the facts, why and when."""
    envelope = statement.envelope
    yield from _corrects(statement)
    yield from _reason(statement)
    if not 1 <= envelope["version"] <= MOST_VERSION:
        yield problem("number.out_of_range", "envelope.version")
    yield from _registered(statement)
    if envelope["resend"] < 0:
        yield problem("number.out_of_range", "envelope.resend")
    if envelope["protection"] == "none" and envelope["source"]["business"] != "001":
        yield problem("protection.none_not_yours", "envelope.protection")
    if (group := envelope["group"]) is not None:
        if not group["id"]:
            yield problem("field.required", "envelope.group.id")
        if group["size"] < 1:
            yield problem("number.out_of_range", "envelope.group.size")
    yield from _date(statement, "effective")
    if envelope["notified"] is not None:
        yield from _date(statement, "notified")


def relations(statement: Statement) -> Iterator[Problem]:
    """Municipalities and persons that the event also concerns; of lists that are too long nothing more is said."""
    yield from _parties(statement)
    yield from _related(statement)


def _parties(statement: Statement) -> Iterator[Problem]:
    parties = statement.envelope["municipalities"]
    if len(parties) > MOST_PARTIES:
        yield problem("party.too_many", "envelope.municipalities")
        return
    for index, each in enumerate(parties):
        yield from _under(f"envelope.municipalities[{index}]", _municipality(each, statement.days))
        if each in parties[:index]:
            yield problem("party.repeated", f"envelope.municipalities[{index}]")


def _related(statement: Statement) -> Iterator[Problem]:
    related = statement.envelope["related"]
    if len(related) > MOST_RELATED:
        yield problem("related.too_many", "envelope.related")
        return
    for index, each in enumerate(related):
        if each["role"] not in codes.RELATIONS:
            yield problem("list.unknown_code", f"envelope.related[{index}].role")
        if rule := atena_rule(each["atena_number"], statement.sender.scheme):
            yield problem("atena_number.invalid", f"envelope.related[{index}].atena_number", rule)


def atena_rule(number: str, scheme: AtenaScheme) -> str | None:
    """The rule that a 宛名番号 breaks, if any."""
    return (_cached_atena_rule if len(number) <= days.LONGEST_CODE else _atena_rule)(number, scheme)


@lru_cache(maxsize=65_536)
def _cached_atena_rule(number: str, scheme: AtenaScheme) -> str | None:
    return _atena_rule(number, scheme)


def _atena_rule(number: str, scheme: AtenaScheme) -> str | None:
    try:
        AtenaNumber.parse(number, scheme)
    except InvalidIdentifierError as error:
        return error.rule
    return None


def _corrects(statement: Statement) -> Iterator[Problem]:
    envelope = statement.envelope
    if envelope["change"] == "ended" and statement.shape.type != "protection.ProtectionChanged":
        yield problem("change.not_lawful", "envelope.change")
    if envelope["change"] == "created":
        for name in ("corrects", "corrects_version"):
            if envelope[name] is not None:
                yield problem("corrects.not_lawful", f"envelope.{name}")
    elif envelope["change"] in _CHANGES_THAT_CORRECT and envelope["corrects"] is envelope["corrects_version"] is None:
        yield problem("corrects.version_required", "envelope.corrects_version")


def _reason(statement: Statement) -> Iterator[Problem]:
    reason, lawful = statement.envelope["reason"], REASONS_OF.get(statement.shape.type)
    if reason is None:
        if lawful is not None:
            yield problem("field.required", "envelope.reason")
        return
    edition = codes.REASON_EDITIONS.get(reason["edition"])
    if edition is None:
        yield problem("list.unknown_code", "envelope.reason.edition")
    elif reason["code"] not in edition:
        yield problem("list.unknown_code", "envelope.reason.code")
    elif lawful is not None and statement.envelope["change"] == "created" and reason["code"] not in lawful:
        yield problem("reason.not_of_type", "envelope.reason.code")


def _registered(statement: Statement) -> Iterator[Problem]:
    registered = statement.envelope["registered"]
    if registered < YEAR_1900:
        yield problem("number.out_of_range", "envelope.registered")
    elif registered > statement.received + days.TOLERANCE:
        yield problem("date.future", "envelope.registered", "nothing is registered after it was sent")


def _date(statement: Statement, name: str) -> Iterator[Problem]:
    stated = statement.envelope[name]
    if rule := days.date_rule(**stated):
        yield problem("date.invalid", f"envelope.{name}", rule)
    elif statement.shape.type != "residence.MoveOutDeclared" and days.is_future(
        stated["value"], stated["certain"], statement.days.today
    ):
        yield problem("date.future", f"envelope.{name}")


def _municipality(stated: dict[str, str | None], on: Days) -> Iterator[Problem]:
    role, code, ward = stated["role"], stated["code"] or "", stated["ward"]
    if role not in codes.ROLES:
        yield problem("list.unknown_code", "role")
    elif not (role == "registered_domicile" and code in NORTHERN_TERRITORIES):
        yield from _under("code", (days.ever if role in _PAST else days.municipality)(code, on))
    if ward is not None and not days.is_ward_of(ward, code):
        yield problem("ward.not_of_city", "ward")


def _under(path: str, found: tuple[Problem, ...] | Iterator[Problem]) -> Iterator[Problem]:
    return (each.under(path) for each in found)
