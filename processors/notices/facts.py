"""
What the decider is told: codes, flags, ids and the days by which something is due; no name, no address, no birth date.

An instance is a person whom notices may go to. It is told of each fact in which that person has a part, as the subject
or as a party, and of what stands between the two: protection, consent, safe channels. Who is told what is the edge's to
find; ``at`` is when the bus appended it (milliseconds since 1970 UTC).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.measures import Measure, Standing
from kairan.partial_date import PartialDate

Change = Literal["created", "corrected", "annulled"]
"""An end is stated by a trigger of its own."""
ChannelClass = Literal["page", "push", "mail", "post", "safe"]
"""The resident's own page, a push to a device, e-mail, a letter; ``safe``: what a protected person has named."""
Party = Literal["recipient", "notifier", "head", "guardian"]
"""受給者, 届出人, 世帯主, 保護者 (a parent or the legal representative)."""
Entitlement = Literal["nhi", "late_elderly", "care", "pension", "child_allowance"]

FLAGS: Mapping[str, str] = {
    "by_card": "特例転出 or 特例転入: no certificate on paper",
    "on_paper": "転出証明書, or the certificate that stands for it",
    "abroad": "国外転出 (異動事由 22)",
    "card_not_continued": "the card's 継続利用 was not entered with the 転入",
    "is_head": "世帯主",
    "was_head": "世帯主 until the death",
    "two_remain": "at least two persons remain in the household",
    "special_permanent": "特別永住者; of a child: born to one",
    "household_in_nhi": "somebody of the household is in 国民健康保険",
    "care_certified": "要介護認定 or 要支援認定 at the origin",
    "pension_unconfirmed": "no 機構保存本人確認情報 by which the pension service would learn the address",
    "seal_registered": "印鑑登録",
    "by_court": "裁判離婚",
    "returns_to_former_surname": "婚姻前の氏に復する",
    "has_child": "a child of the age of 児童手当 in the household",
    "has_pupil": "a child of school age in the household",
    "child_rearing_allowance": "児童扶養手当 is paid",
    "tax_exempt": "住民税 非課税 by the newest assessment",
    "asked_to_be_told": "has asked for 本人通知",
    "is_resident": "住民である: the record tells what a resident will have to know one day",
    "stay_ends": "在留期間の満了の日 is registered, and not over",
    "measure_lasts": "支援措置 or 仮支援措置 with a last day",
}
"""What a fact may say beside its dates, and what it means; a fact that does not say so counts as no."""

TRIGGERS: Mapping[str, str] = {
    "plan.move": "転出の予定: an application online",
    "plan.relocation": "転居の予定",
    "plan.birth": "出産の予定; the subject is the parent",
    "plan.death": "somebody asks what is to be done; the subject is the person who asks",
    "plan.divorce": "離婚の予定, and a court's judgment that was not notified yet",
    "state.insurance_left": "another health insurance ended (社保離脱)",
    "state.insurance_joined": "another health insurance began (社保加入)",
    "state.divorced": "離婚, by the 本籍地's notice",
    "state.married": "婚姻, by the 本籍地's notice",
    "state.school_entry": "a child is to enter school",
    "state.age_reached": "an age that the law names lies ahead",
    "state.stay_ending": "在留期間 will end",
    "state.measure_ending": "支援措置 will end",
    "state.certificate_issued": "somebody else got a certificate (住民票の写し等)",
    "state.withdrawn": "what was told before does not hold: made by the decider itself, no fact says so",
}
"""What calls for a notice beside a life event: a plan (nothing of it is registered) or a state."""
DIED, WITHDRAWN = "vital.Died", "state.withdrawn"
APPLIED, MEASURED = "residence.MoveOutApplied", "protection.ProtectionChanged"
LOADED, AMENDED = "residence.RecordLoaded", "residence.RecordAmended"
_OF_A_RECORD = ("state.age_reached", "state.school_entry", "state.stay_ending")
CARRIED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((LOADED, AMENDED, "residence.MovedIn", "residence.Relocated", "vital.Born"), _OF_A_RECORD),
    MEASURED: ("state.measure_ending",),
    APPLIED: ("plan.move",),
}
"""Plans and states that stand in a record of the log: they begin with it, and the next of the kind overtakes them."""
LIES_AHEAD = frozenset(_OF_A_RECORD)
"""What may be years away: nobody is asked about it now, the offices' own lists tell them when its day is near."""
BY_ITSELF = frozenset({LOADED, AMENDED})
"""Records in which nothing happens: others have a part in them only where a rule tells them of what lies ahead."""
SAYS_PROTECTION = frozenset({LOADED, AMENDED, MEASURED})
"""001's own word about how a person stands, by which a stricter one ends as well."""
HERS_ALONE = frozenset({APPLIED, MEASURED})
"""Nobody else is ever told that there was such a fact."""


def triggers_of(trigger: str) -> tuple[str, ...]:
    """What a fact calls for notices as: itself, and what its record carries."""
    return (trigger, *CARRIED.get(trigger, ()))


FOR_SOMEBODY = frozenset({"plan.birth", "plan.death"})
"""Plans that are fulfilled by a fact about somebody else, in which their subject has a part."""


class Period(NamedTuple):
    """From and to, both included; no end: it lasts."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """What rules may ask of the subject; ``born`` None: not told, so any day."""

    born: PartialDate | None = field(default=None, repr=False)
    kind: Literal["japanese", "foreign"] | None = None
    entitlements: Mapping[Entitlement, Period] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """
    A life event, a plan or a state ``about`` one person, with all that rules may ask of it; kept nowhere.

    ``trigger``: the event's type or one of ``TRIGGERS``. ``days``: what deadlines are counted from, by their words
    (moved_in, arrival_notified, died …). ``protection``: of the subject, as its source stated it. ``related``:
    everybody whom the record names beside her, whether they are told of it or not.
    """

    event: EventId
    at: int
    trigger: str
    about: Handle
    protection: Standing
    effective: PartialDate = field(repr=False)
    source: MunicipalityCode
    origin: MunicipalityCode | None = None
    destination: MunicipalityCode | None = None
    notified: PartialDate | None = None
    days: Mapping[str, PartialDate] = field(default_factory=dict, repr=False)
    parties: Mapping[Party, frozenset[Handle]] = field(default_factory=dict)
    related: frozenset[Handle] = frozenset()
    resident: Resident = field(default_factory=Resident, repr=False)
    change: Change = "created"
    corrects: EventId | None = None


class Call(NamedTuple):
    """
    A rule's condition holds, or may hold (``is_sure``) for what was stated.

    ``office``: the municipality that answers. ``due``: by which day; None where nothing is due on one, where the day
    it counts from is known to nobody, and where it is uncertain (``is_due_sure``).
    """

    is_sure: bool
    office: MunicipalityCode
    due: date | None = None
    is_due_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    What was stated, as letters and journals keep it (docs/adr/0033); ``to``: whose instance is told of it.

    ``calls``: by rule, what follows from dates, flags and entitlements, which are not kept themselves.
    """

    event: EventId
    at: int
    trigger: str
    to: Handle
    about: Handle
    protection: Standing
    source: MunicipalityCode
    parties: Mapping[Party, frozenset[Handle]] = field(default_factory=dict)
    related: frozenset[Handle] = frozenset()
    change: Change = "created"
    corrects: EventId | None = None
    calls: Mapping[str, Call] = field(default_factory=dict)

    @property
    def tells_protection(self) -> bool:
        """That somebody needs none only a resident record can say: 029's ``unknown`` says nothing."""
        return self.trigger != APPLIED or self.protection == "protected"


@dataclass(frozen=True, slots=True)
class Protection:
    """How a person stands by all measures, as 001 stated them."""

    person: Handle
    standing: Standing
    at: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One version of one of this person's measures; in whatever order they come, all of them together count."""

    person: Handle
    measure: Measure
    at: int


@dataclass(frozen=True, slots=True)
class Doubted:
    """
    By a link, or a claim, this person is or may be one with another, whose measures this instance does not hear of.

    ``other``: who has to be told the same, and says how he stands; None in letters of former releases alone.
    """

    person: Handle
    at: int
    other: Handle | None = None
    is_claim: bool = False


Said = Literal["own", "beside", "set"]
"""By her own measures; by a claim; by the measures of all that are one with her."""


@dataclass(frozen=True, slots=True)
class Stood:
    """
    For the instance of a person: whether somebody who is joined with her hides, in this way and no other.

    ``version`` grows with all that it follows from, so that the newest is known in whatever order they come.
    """

    person: Handle
    of: Handle
    what: Said
    version: int
    at: int
    hides: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A record about somebody else names this person: ``to`` have to know whether she hides before they tell of it."""

    person: Handle
    to: frozenset[Handle]
    at: int


@dataclass(frozen=True, slots=True)
class Perpetrator:
    """The instance's person is named as perpetrator (加害者) in this measure, which lasts or has ended."""

    measure: str
    lasts: bool
    at: int


@dataclass(frozen=True, slots=True)
class SafeChannel:
    """The protected person has named a safe channel, or taken it back; which one it is the channel knows."""

    is_named: bool
    at: int


@dataclass(frozen=True, slots=True)
class Consent:
    """Of the person: to a class of channel, or to be shown benefits that they may apply for."""

    to: Literal[ChannelClass, "benefits"]
    is_given: bool
    at: int


@dataclass(frozen=True, slots=True)
class Settled:
    """
    A desk has done what it was asked; ``task``: the id under which the instance shows it.

    ``number``: under which the desk's own books have the act, and so the clerk.
    """

    number: bytes
    task: bytes
    desk: MunicipalityCode
    at: int


Purpose = Literal["notice", "reminder"]


class Sending(NamedTuple):
    """
    One sending of a notice by a class of channel.

    ``wording`` counts from 0 how often it was corrected, or held again; ``number`` what a channel could not deliver.
    """

    notice: bytes
    wording: int
    channel: ChannelClass
    purpose: Purpose = "notice"
    number: int = 0

    @property
    def id(self) -> bytes:
        """By which channels know it; it follows from all of it."""
        said = f"{self.wording}\x1f{self.channel}\x1f{self.purpose}\x1f{self.number}"
        return hashlib.sha256(b"sending\x1f" + self.notice + said.encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A channel's answer to the sending of this id: delivered, or not (it is down, it refuses, it was taken back)."""

    sending: bytes
    is_delivered: bool
    at: int


@dataclass(frozen=True, slots=True)
class Came:
    """It is this late; told before each batch and when ``saga.wakes`` asks for it."""

    at: int


Input: TypeAlias = (
    Fact
    | Protection
    | Measured
    | Doubted
    | Stood
    | Named
    | Perpetrator
    | SafeChannel
    | Consent
    | Receipt
    | Settled
    | Came
)
