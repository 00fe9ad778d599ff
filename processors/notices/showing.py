"""
What a resident's page may show of her notices, a row each, without replaying anything.

Of whoever hides, and of the dead, nothing is shown: a page is a channel that is off for them. What must not be told for
somebody's sake is no row either: a row would say that there is something.

Beside them stands what staff is asked, for the desks alone, whoever hides: a desk looks at protection before it shows
any of it, and a resident's page reads no row of this kind.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kairan.identifiers import EventId
from processors.notices.entries import Entry
from processors.notices.facts import Sending
from processors.notices.known import Known
from processors.notices.notices import Notice, Why
from processors.notices.rules import Rules
from processors.notices.saga import State
from processors.notices.verdicts import Judge, Verdict
from processors.runtime.links import linked
from processors.runtime.process import Shown

_UNSAID = frozenset({Why.HIDDEN, Why.PERPETRATOR})
_HIDING = _UNSAID | {Why.NO_SAFE_CHANNEL}
_WITHDRAWN: Mapping[Why, str] = {
    Why.ANNULLED: "annulled",
    Why.CHANGED: "changed",
    Why.UNCERTAIN_FACTS: "changed",
    Why.UNCERTAIN_DAY: "changed",
    Why.NOBODY_NAMED: "changed",
    Why.NO_CONSENT: "consent",
}
TASK: Final = "task"
"""What kind of row it is that a desk has to do something; any other is a status of a notice."""


def shows(state: State, rules: Rules) -> Iterator[Shown]:
    """By the notice's id, ``kind`` is its status; and by the task's."""
    if state.is_page_open:
        judge, ends = Judge(state.known), _ends(state.known)
        for entry in state.entries.values():
            if _may_be_told(judge, entry):
                yield _shown(state, rules, entry, ends)
    yield from (_asked(state, verdict) for verdict in state.asks)


def _may_be_told(judge: Judge, entry: Entry) -> bool:
    """What was withdrawn for somebody's sake stays unsaid, also when its fact is taken back afterwards."""
    return entry.why not in _UNSAID and judge.barred(judge.known.facts[entry.notice.root]) not in _UNSAID


def _ends(known: Known) -> Mapping[EventId, int]:
    """When the last word of each fact was said, by its first record (milliseconds since 1970 UTC)."""
    return {said[0].event: said[-1].at for said in linked(known.facts)}


def _shown(state: State, rules: Rules, entry: Entry, ends: Mapping[EventId, int]) -> Shown:
    """``why``, ``over``: of what is withdrawn, in a word that may be told, and since when as far as facts tell it."""
    notice, rule = entry.notice, rules.by_id[entry.notice.rule]
    facts = {
        "rule": notice.rule,
        "kind": rule.kind,
        "wording": entry.wording,
        "due": notice.due.isoformat() if notice.due else None,
        "office": notice.office.municipality,
        "business": notice.office.business,
        "about": notice.about.hex(),
        "told": min(_told(state.asked, entry), default=None),
        "why": _WITHDRAWN.get(entry.why) if entry.why else None,
        "over": None if entry.holds else ends.get(notice.root),
    }
    return Shown(bytes(notice.id), str(state.status(notice.id)), frozenset({str(notice.office.municipality)}), facts)


def _told(asked: Mapping[Sending, int], entry: Entry) -> Iterator[int]:
    """When it was first told in these words (milliseconds since 1970 UTC)."""
    for sending, at in asked.items():
        if (sending.notice, sending.wording) == (entry.notice.id, entry.wording):
            yield at


def _asked(state: State, verdict: Verdict) -> Shown:
    """``source``: who stated the fact; ``hides``: somebody of whom it tells hides, or may."""
    notice, known = verdict.notice, state.known
    root = known.facts[notice.root]
    facts = {
        "rule": notice.rule,
        "why": verdict.why,
        "since": root.at,
        "due": notice.due.isoformat() if notice.due else None,
        "source": root.source,
        "office": notice.office.municipality,
        "business": notice.office.business,
        "about": notice.about.hex(),
        "root": notice.root.hex(),
        "hides": verdict.why in _HIDING or _hides(known, notice),
    }
    return Shown(bytes(verdict.task), TASK, frozenset({str(notice.office.municipality)}), facts)


def _hides(known: Known, notice: Notice) -> bool:
    said = [fact for chain in known.chains if chain.root.event == notice.root for fact in chain.stated]
    return known.hides(known.person) or known.hides(notice.about) or known.hides_related(said)
