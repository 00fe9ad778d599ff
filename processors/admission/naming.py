"""
Which number means whom, told to the member and to whoever hides: the part of a batch that names and joins.

A number may come to mean another handle than before, when somebody arrives or is named beside others. Whatever was
stated of it until then, measures above all, must follow: the former handle and the new one hide together from then on.
"""

from typing import Any

from kairan.keys import BusKeys
from processors.admission import identity, measures, records
from processors.admission.claims import Claimed
from processors.admission.decisions import Decisions
from processors.admission.facts import Entry, Facts
from processors.admission.identity import Claims
from processors.admission.reading import Reading
from processors.admission.statement import Statement


class Naming:
    """
    Names and joins of one batch, written into its decisions.

    Args:
        keys: of the bus.
        facts: what is known by now; changed by what is named.
        claimed: whom refused statements named before; changed as further ones are refused.
        decisions: of the batch.

    """

    def __init__(self, keys: BusKeys, facts: Facts, claimed: Claimed, decisions: Decisions) -> None:
        self._keys = keys
        self._facts = facts
        self._claimed = claimed
        self._decisions = decisions
        self._relied_on: dict[tuple[str, str], bytes] = {}
        """Whom events of this batch call a number's person; that person's own statement may be decided later."""

    def handle(self, municipality: str, number: str) -> bytes:
        """Whom a member means by a number alone."""
        return self._facts.handle(municipality, number) or self._keys.handle(municipality, number)

    def handles(self, statement: Statement, handle: bytes | None) -> set[bytes]:
        """
        Under which handles the log may know the subject, as far as this member's number tells; empty if nobody knows.

        A measure that was stated before the arrival lies under the handle that the number alone makes.
        """
        number = statement.envelope["subject"]["atena_number"]
        return set() if handle is None else {handle, self._keys.handle(statement.sender.municipality, number)}

    def tell(self, statement: Statement, number: str, handle: bytes) -> None:
        """Names a number's subject; whom the number meant before hides with it from then on."""
        former = self._facts.handle(statement.sender.municipality, number)
        if former is not None:
            self._join(statement, former, handle)
        self.name(statement.sender.municipality, number, handle)

    def name(self, municipality: str, number: str, handle: bytes) -> None:
        """Tells the member which pairwise id is which of its numbers, once."""
        if self._facts.handle(municipality, number) != handle:
            entry = Entry(municipality, number, handle)
            self._facts.add(entry)
            self._decisions.names.append((records.entry(self._keys.pairwise_id(municipality, handle), entry), entry))

    def believe(self, reading: Reading, statement: Statement) -> None:
        """
        Whoever is named by a refused statement hides with the number's subject: the person may have moved there.

        If an event relied on it, the number is named as what it means: whoever gets it later hides with that.
        """
        municipality, number = statement.sender.municipality, statement.envelope["subject"]["atena_number"]
        claimed = identity.claimed(self._keys, municipality, statement.envelope["subject"]["pairwise_id"])
        handle, relied_on = self.handle(municipality, number), self._relied_on.get((municipality, number))
        if relied_on is not None:
            self.name(municipality, number, handle)
        if claimed is None or claimed == handle:
            return
        if claimed == relied_on or self._may_hide(municipality, claimed):
            self._claim(reading, statement, handle, claimed)

    def related(self, statement: Statement, claims: Claims) -> tuple[list[dict[str, Any]], bool]:
        """
        The handles of related persons, and whether the event must hide for their sake.

        Whoever arrives by a departure may bring others along whose own statements have not come yet: until then
        nobody can tell which handle, and so which measure, is theirs. In doubt, hide.

        A statement of the batch that is still to be decided names nobody here: it may yet be refused.
        """
        arrives, hides, found = statement.envelope["subject"]["pairwise_id"] is not None, False, []
        municipality = statement.sender.municipality
        for each in statement.envelope["related"]:
            person = identity.related(self._keys, self._facts, claims, municipality, each["atena_number"])
            if person.is_stated:
                self._relied_on[municipality, each["atena_number"]] = person.handle
            else:
                self.name(municipality, each["atena_number"], person.handle)
            hides |= arrives and not person.is_stated
            found.append({"role": each["role"], "handle": person.handle})
        return found, hides

    def _claim(self, reading: Reading, statement: Statement, handle: bytes, claimed: bytes) -> None:
        municipality, number = statement.sender.municipality, statement.envelope["subject"]["atena_number"]
        if self._claimed.take(municipality, number, claimed):
            claim = measures.claimed(municipality, handle, claimed, statement.envelope["id"])
            self._decisions.protection.append(claim)
        else:
            self._decisions.unbelieved.append(reading)

    def _may_hide(self, municipality: str, handle: bytes) -> bool:
        """
        Is this person on the way there, or known there by a number?

        Of these the municipality may state measures anyway. A pairwise id alone tells only that it once heard of her.
        """
        is_known = self._facts.atena_number(municipality, handle) is not None
        return is_known or self._facts.is_expected(municipality, handle)

    def _join(self, statement: Statement, one: bytes, other: bytes) -> None:
        if one != other:
            municipality, event = statement.sender.municipality, statement.envelope["id"]
            self._decisions.protection.append(measures.joined(municipality, one, other, event))
