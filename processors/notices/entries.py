"""The notices that were ever queued for a person: how each stands, and what its wordings were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from processors.notices.notices import Notice, NoticeId, Why
from processors.notices.verdicts import Verdict, holds


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A notice as it is worded now; ``why`` it holds no longer, None: it does.

    ``wording`` counts how often it was worded anew or held again; ``corrected``: what it said before.
    """

    notice: Notice
    why: Why | None
    wording: int = 0
    corrected: tuple[Notice, ...] = ()

    @property
    def holds(self) -> bool:
        return holds(self.why)


Entries = Mapping[NoticeId, Entry]


def settled(former: Entries, verdicts: Iterable[Verdict]) -> Entries:
    """As today's verdicts make them; what no verdict speaks of any more is no longer called for."""
    found = {verdict.notice.id: verdict for verdict in verdicts}
    kept = {name: _settled(entry, found.get(name)) for name, entry in former.items()}
    new = {name: Entry(each.notice, each.why) for name, each in found.items() if name not in former and each.holds}
    return kept | new


def _settled(entry: Entry, verdict: Verdict | None) -> Entry:
    if verdict is None or not verdict.holds:
        return replace(entry, why=verdict.why if verdict else Why.CHANGED)
    if not entry.notice.says_the_same(verdict.notice):
        return Entry(verdict.notice, verdict.why, entry.wording + 1, (*entry.corrected, entry.notice))
    if entry.why == verdict.why:
        return entry
    return replace(entry, why=verdict.why, wording=entry.wording if entry.holds else entry.wording + 1)
