"""転入通知: the destination tells the origin. A changed resend corrects, a withdrawal annuls the notice before."""

from collections.abc import Mapping
from typing import Any

from kairan.keys import SourceKey
from producers.change import Instant, Party, Protection, Record, parse
from producers.snapshot import Day, MaybeAddress, Row
from producers.statement import Fact, FactName, Statement, state

TYPE = "residence.MoveInNotified"


class Notice(Row):
    """The notice; ``version`` is that of the record it was made from."""

    version: int
    sequence: int
    resend_of: int | None = None
    cancels: int | None = None
    reason: str
    origin: str
    notice_date: Day
    moved_in_date: Day
    confirmed_address: MaybeAddress = None
    procedure_id: str | None = None
    registered: Instant

    @property
    def change(self) -> str:
        if self.cancels is not None:
            return "annulled"
        return "created" if self.resend_of is None else "corrected"


class NamedNotice(Row):
    """The notice that a changed resend or a withdrawal names."""

    version: int
    sequence: int
    published: bool


class NoticeSent(Row):
    """What the core system writes down about it."""

    municipality: str
    notice: Notice
    record: Record
    protection: Protection
    named: NamedNotice | None = None


def statement(payload: Mapping[str, Any], key: SourceKey) -> Statement:
    sent = parse(NoticeSent, payload)
    fact = _fact(sent)
    if sent.named is not None:
        former = FactName(TYPE, sent.named.version, str(sent.named.sequence))
        fact = fact.naming(former, published=sent.named.published)
    return state(fact, _body(sent), key)


def _fact(sent: NoticeSent) -> Fact:
    notice = sent.notice
    origin = Party(role="origin", code=notice.origin)
    destination = Party(role="destination", code=sent.municipality)
    return Fact(
        name=FactName(TYPE, notice.version, str(notice.sequence)),
        municipality=sent.municipality,
        atena_number=sent.record.atena_number,
        protection=sent.protection,
        effective=notice.moved_in_date,
        registered=notice.registered,
        change=notice.change,
        reason=notice.reason,
        parties=(origin, destination),
        correlation=notice.procedure_id,
        resend=0 if notice.change == "created" else notice.sequence - 1,
    )


def _body(sent: NoticeSent) -> dict[str, Any]:
    """Who it is about and the notice; where the person lives only while the notice holds."""
    notice, record = sent.notice, sent.record
    about = {
        "name": record.name.model_dump(),
        "birth_date": record.birth_date.model_dump(),
        "sex": record.sex,
        "notice": {
            "date": notice.notice_date.model_dump(),
            "sequence": notice.sequence,
            "resend_of": notice.resend_of if notice.cancels is None else notice.cancels,
        },
    }
    if notice.change == "annulled":
        return about
    address = notice.confirmed_address and notice.confirmed_address.model_dump()
    return about | {"moved_in_date": notice.moved_in_date.model_dump(), "confirmed_address": address}
