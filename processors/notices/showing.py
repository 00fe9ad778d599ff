"""
What a resident's page may show of her notices, a row each, without replaying anything.

Of whoever hides, and of the dead, nothing is shown: a page is a channel that is off for them. What must not be told for
somebody's sake is no row either: a row would say that there is something.
"""

from collections.abc import Iterator, Mapping

from processors.notices.entries import Entry
from processors.notices.facts import Sending
from processors.notices.notices import Why
from processors.notices.rules import Rules
from processors.notices.saga import State
from processors.runtime.process import Shown

_UNSAID = frozenset({Why.HIDDEN, Why.PERPETRATOR})


def shows(state: State, rules: Rules) -> Iterator[Shown]:
    """By the notice's id; ``kind`` is its status."""
    if state.is_page_open:
        yield from (_shown(state, rules, entry) for entry in state.entries.values() if entry.why not in _UNSAID)


def _shown(state: State, rules: Rules, entry: Entry) -> Shown:
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
    }
    return Shown(bytes(notice.id), str(state.status(notice.id)), frozenset({str(notice.office.municipality)}), facts)


def _told(asked: Mapping[Sending, int], entry: Entry) -> Iterator[int]:
    """When it was first told in these words (milliseconds since 1970 UTC)."""
    for sending, at in asked.items():
        if (sending.notice, sending.wording) == (entry.notice.id, entry.wording):
            yield at
