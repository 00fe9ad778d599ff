"""What a flag does to what is parked of its person: it loses what tells where she is."""

from collections.abc import Collection, Sequence
from functools import partial

from connectors.postgres.deliveries import Key, Row, without_location
from connectors.postgres.effects import Person, fold, tells_to_hide
from connectors.postgres.office import Office

HIDING = frozenset({"protected", "unknown"})


def known(office: Office, keys: Collection[Key]) -> dict[Key, Person]:
    """What the office knows of these persons, folded from all it has received."""
    return {key: fold(told) for key, told in office.history(set(keys)).items()} if keys else {}


def hide(office: Office, flags: Sequence[Row], member: str) -> None:
    """
    A flag hides when it arrives; one that the office refuses waits, and what it would have hidden waits too.

    One that comes late, or again, hides by what all flags of the person tell together.
    """
    received = office.received(flags)
    refused = [row for row in flags if row.identity not in received and tells_to_hide(row.delivery.told())]
    _strip(office, _hidden(office, {row.key for row in flags}) | {row.key.pairwise_id for row in refused}, member)


def hide_person(office: Office, key: Key, member: str) -> None:
    """By what all her flags tell."""
    _strip(office, _hidden(office, {key}), member)


def _hidden(office: Office, keys: Collection[Key]) -> set[bytes]:
    return {key.pairwise_id for key, person in known(office, keys).items() if person.protection in HIDING}


def _strip(office: Office, hidden: set[bytes], member: str) -> None:
    if hidden:
        office.strip(hidden, partial(without_location, member=member))
