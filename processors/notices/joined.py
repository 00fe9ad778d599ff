"""
Who is one with a person by a link, or may be by a claim, and what their instances have said of how they stand.

Together they know what ``processors.routing.protection.ProtectionState`` knows: her links and theirs stand as the
strictest of them; a set that hides hides whoever may be one with it, and nobody beyond. No instance hears of a measure
of another: only whether it hides, or whether somebody beside it does. Whoever has not answered counts as hiding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from kairan.identifiers import Handle
from processors.notices.facts import Doubted, Said, Stood

NOBODY = Handle(bytes(16))
_Of: TypeAlias = tuple[Handle, Said]
_OF_ONE: tuple[Said, ...] = ("own", "beside")
"""What goes from link to link; ``set`` goes over a claim, and no further."""


@dataclass(frozen=True)
class Joined:
    """``links`` and ``claims``: whom records join with this person; ``heard``: the newest of what each has said."""

    links: frozenset[Handle] = frozenset()
    claims: frozenset[Handle] = frozenset()
    heard: Mapping[_Of, Stood] = field(default_factory=dict)

    @property
    def hides(self) -> bool:
        """Does anybody make this person hide?"""
        return any(each.hides for each in self._words())

    def told(self, person: Handle, own: int, at: int, *, hides: bool) -> Iterator[Stood]:
        """
        All that others have to have heard by now; what nobody has said yet is passed on as hiding.

        ``own``: how many records tell of measures of this person, ``hides``: whether they hide her.
        """
        words = (*self._of_her(person, own, at, hides=hides), *self._of_links())
        for to in sorted(self.links - {NOBODY}):
            yield from (replace(word, person=to, at=at) for word in words if word.of != to)
        for to in sorted(self.claims - {NOBODY}):
            yield self._of_all(to, person, own, at, hides=hides)

    def _of_her(self, person: Handle, own: int, at: int, *, hides: bool) -> tuple[Stood, Stood]:
        beside = self._said("set")
        version = 1 + len(beside) + sum(each.version for each in beside)
        is_beside = any(each.hides for each in beside)
        return (
            Stood(person, person, "own", own + 1, at, hides=hides),
            Stood(person, person, "beside", version, at, hides=is_beside),
        )

    def _of_links(self) -> tuple[Stood, ...]:
        words = [word for what in _OF_ONE for word in self._said(what)]
        return tuple(sorted(words, key=lambda word: (not word.hides, word.of, word.what)))

    def _of_all(self, to: Handle, person: Handle, own: int, at: int, *, hides: bool) -> Stood:
        """How the set of her links stands by their own measures: claims do not add up."""
        others = self._said("own")
        version = 1 + own + sum(1 + each.version for each in others)
        return Stood(to, person, "set", version, at, hides=hides or any(each.hides for each in others))

    def _said(self, what: Said) -> list[Stood]:
        return [word for word in self._words() if word.what == what]

    def _words(self) -> Iterator[Stood]:
        yield from self.heard.values()
        yield from (_unsaid(one, what) for one in self.links for what in _OF_ONE if (one, what) not in self.heard)
        yield from (_unsaid(other, "set") for other in self.claims if (other, "set") not in self.heard)


def _unsaid(of: Handle, what: Said) -> Stood:
    return Stood(of, of, what, 0, 0, hides=True)


def joined(known: Joined, said: Doubted | Stood) -> Joined:
    """With what was said now; in whatever order, and however often, it comes to the same."""
    return _doubted(known, said) if isinstance(said, Doubted) else _heard(known, said)


def _doubted(known: Joined, said: Doubted) -> Joined:
    """Who was told by a release that named nobody waits for nobody's answer, and hides until the journal is rebuilt."""
    other = frozenset({said.other or NOBODY}) - {said.person}
    if said.is_claim:
        return replace(known, claims=known.claims | other)
    return replace(known, links=known.links | other)


def _heard(known: Joined, said: Stood) -> Joined:
    """A later word of the same; what she has said herself comes back over her links."""
    if said.of == said.person:
        return known
    key = (said.of, said.what)
    newest = max(known.heard.get(key, said), said, key=lambda each: (each.version, each.hides, each.at))
    return replace(known, heard={**known.heard, key: newest})
