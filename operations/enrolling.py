"""Residents of the sandbox are enrolled as at a counter, so that the development provider can sign them in."""

import secrets
from contextlib import suppress
from functools import partial

from gateway.opening import DATABASE
from gateway.residents import enrolling
from gateway.residents.enrolling import Enrolment
from gateway.residents.tables import PostgresResidents
from kairan.keys import BusKeys
from kairan.settings import Settings
from operations import here
from operations.look import databases
from operations.look.errors import UnknownNameError
from operations.stack.errors import StackError
from operations.stack.home import Home
from sandbox import counter
from sandbox.provider.listed import Listed, Listing


def enrol(settings: Settings, member: str, atena: str, name: str = "") -> Listed:
    """
    Who is enrolled already keeps her subject; ``name``: what stands on the provider's button.

    Raises:
        StackError: residents do not sign in at the development provider here.
        UnknownNameError: there is no such municipality, or its offices know nobody of this number, or several.

    """
    issuer, listing = _issuer(settings), Listing(settings.home)
    hers = _known_as(settings, member, atena)
    former = listing.of(member, atena)
    subject = former.subject if former else secrets.token_urlsafe(16)
    listed = Listed(subject, name or (former.name if former else f"Resident {len(listing.all()) + 1}"), member, atena)
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    residents = PostgresResidents(partial(databases.opened, settings, DATABASE, writes=True))
    enrolling.enrol(residents, keys, Enrolment(member, hers, issuer, subject))
    listing.put(listed)
    return listed


def again(settings: Settings) -> None:
    """All who are listed and still known: a provider at another address is another one, to which nobody was known."""
    for each in Listing(settings.home).all():
        with suppress(UnknownNameError):
            enrol(settings, each.member, each.atena)


def _known_as(settings: Settings, member: str, atena: str) -> bytes:
    if member not in {each.code for each in here.register_in_force(settings).municipalities()}:
        raise UnknownNameError(f"No municipality of the code {member} takes part: `kairan members` lists them.")
    hers = counter.pairwise_id(settings, member, atena)
    if hers is None:
        raise UnknownNameError(f"The offices of {member} know nobody by this number yet, or several.")
    return hers


def _issuer(settings: Settings) -> str:
    noted = Home(settings.home).remembered()
    if not noted.provider:
        raise StackError("The development provider does not run here: `kairan up` starts it on a local stack.")
    return noted.provider
