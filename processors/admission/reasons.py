"""
Every reason for which a statement is refused: its code, what is wrong, what the sender does about it.

This is the only list; ``problem`` makes one of them, and a code that is not here cannot be used.
"""

from typing import NamedTuple


class Reason(NamedTuple):
    """A line of the list. Neither text ever holds a value of a statement."""

    code: str
    wrong: str
    remedy: str


class Problem(NamedTuple):
    """One thing that is wrong with a statement: the reason, where, and the rule that was broken."""

    code: str
    path: str
    rule: str

    def under(self, prefix: str) -> "Problem":
        """The same problem seen from the record that holds this one."""
        if not self.path or self.path.startswith("["):
            return self._replace(path=prefix + self.path)
        return self._replace(path=f"{prefix}.{self.path}")


_LINES = (
    # the bytes
    ("size.too_large", "a record is larger than 64 KiB", "shorten the record; lists are the only long parts"),
    ("frame.missing", "a record begins with a zero byte and a 4-byte schema id", "send Confluent's framing"),
    ("schema.unknown", "the schema id is one of a released shape", "use an id of schemas/released"),
    ("schema.not_a_statement", "the shape is one that a member states", "send the statement shape of the type"),
    ("schema.wrong_lane", "each type of event has its lane", "send it to the other topic of the member"),
    ("avro.not_canonical", "a record is canonical Avro of its shape", "encode with the released shape, nothing behind"),
    ("type.not_the_shapes", "the type in the envelope is the shape's", "set the type to the name in the catalogue"),
    # who states it
    ("source.not_the_topic", "a statement lies in its source's topic", "send it to the source's own topic"),
    ("type.not_of_business", "each type is stated by one business", "let that business state it"),
    ("member.not_active", "only an active member states", "wait until the register says active"),
    # codes, numbers, dates
    ("municipality.invalid", "a municipality code is six half-width digits", "correct the code"),
    ("municipality.not_in_force", "a municipality code is in force", "use the successor's code"),
    ("municipality.not_a_municipality", "the code is a city, town, village or special ward", "name the city"),
    ("ward.not_of_city", "a ward belongs to the city beside it", "correct ward or city"),
    ("atena_number.invalid", "an atena number follows its member's scheme", "correct the number"),
    ("list.unknown_code", "the code is one of the closed list", "use a code of the list's edition"),
    ("digits.invalid", "the code has a fixed number of half-width digits", "correct the code"),
    ("date.invalid", "a date is one that a register can hold", "correct value, certainty or words"),
    ("date.future", "only a planned departure lies in the future", "state it when it has happened"),
    ("date.order", "a period does not end before it starts", "correct start or end"),
    ("number.out_of_range", "the number lies in its range", "correct the number"),
    ("individual_number.found", "an individual number never enters the bus", "remove it from the text at the source"),
    ("text.too_many_digits", "the texts of a statement hold at most 1,000 digits together", "shorten them"),
    ("resident_record_code.found", "a resident record code never enters the bus", "remove it at the source"),
    # what must be there
    ("field.required", "the type requires this field", "fill it in"),
    ("party.required", "the type requires this party in municipalities", "name the municipality with its role"),
    ("party.contradicts", "origin and destination are one place, that of the fields", "make them agree"),
    ("party.repeated", "a municipality is named once with each role and ward", "name it once"),
    ("party.too_many", "a statement names at most 32 municipalities", "name those that the event concerns"),
    ("subject.kind", "the type is stated of persons", "state it of a person"),
    ("related.required", "a link names the other subject as same_person", "name exactly one in related"),
    ("list.too_long", "a list of a body has at most 64 items", "name each item once"),
    ("related.too_many", "a statement names at most 64 related persons", "name those that the event concerns"),
    ("amended.repeated", "an amendment names a field once", "name it once"),
    ("reason.not_of_type", "the reason of a new record fits its type", "correct reason or type"),
    ("change.not_lawful", "only a protection measure is ended", "use annulled or corrected"),
    ("corrects.not_lawful", "a new record corrects nothing", "use corrected or annulled"),
    ("corrects.version_required", "without an event id the corrected version is named", "give corrects_version"),
    ("notice.resend_of", "a notice repeats an earlier one", "correct the sequence"),
    ("tax.base_date", "the base date is 1 January of the fiscal year", "correct date or year"),
    ("tax.revision", "a reassessment has a revision, a first assessment none", "correct kind or revision"),
    # protection
    ("protection.none_not_yours", "only business 001 states none", "state unknown or protected"),
    ("protection.contradicts_measure", "an active measure protects", "state protected"),
    ("measure.invalid_id", "a measure id has 1 to 64 letters, digits or -_.:", "correct the measure's id"),
    ("measure.end_not_decided", "an official decides that a measure ends", "give decision with date and human_end"),
    ("measure.untold", "a flag that its source could not state hides only", "correct what the outbox row says"),
    # what the bus remembers
    ("id.reused", "an event id names one statement for ever", "send a correction with its own version"),
    ("corrects.unknown", "what a correction names was admitted", "send that first; null if older than the bus"),
    ("corrects.superseded", "a correction names the newest record of its chain", "name what last corrected it"),
    ("corrects.other_source", "a source corrects its own statements", "let the source of the event correct it"),
    ("corrects.other_subject", "a correction is about the same subject", "correct the subject's own event"),
    ("corrects.other_type", "a correction has the type of what it corrects", "state it with that type"),
    ("subject.pairwise_forged", "a pairwise id is one that the bus gave to this member", "copy it from the departure"),
    ("subject.no_open_departure", "an arrival answers a departure to this place", "register it without pairwise id"),
    ("subject.other_history", "an atena number stays with its subject", "have both linked with evidence"),
    ("subject.other_measure", "an arrival tells its number's measure", "say protected first of all or mend the number"),
    ("subject.other_number", "a returning person keeps the former atena number", "register under the former number"),
)  # fmt: skip

REASONS = {code: Reason(code, wrong, remedy) for code, wrong, remedy in _LINES}


def problem(code: str, path: str = "", rule: str | None = None) -> Problem:
    """A problem with this reason; ``rule`` where a parser says more exactly which rule was broken."""
    return Problem(code, path, REASONS[code].wrong if rule is None else rule)
