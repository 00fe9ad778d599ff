"""A shelf in memory: it keeps the contract of the one on PostgreSQL (tests/contract/open_shelf_suite.py)."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.shelf import Released, Stored

LAST = 2**62


@dataclass
class MemoryShelf:
    """``gateway.analysts`` reads it as any ``OpenShelf``."""

    told: list[Released] = field(default_factory=list)
    counts: dict[int, dict[Place, int | None]] = field(default_factory=dict)
    kept: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)

    def put(
        self, release: Released, counts: Mapping[Place, int | None], files: Mapping[str, tuple[str, bytes]]
    ) -> None:
        self.told.append(release)
        self.counts[release.number] = dict(counts)
        self.kept |= {name: (release.number, kind, content) for name, (kind, content) in files.items()}

    def releases(self, dataset: str = "", before: int = LAST, most: int = 1000) -> Sequence[Released]:
        found = [each for each in self.told if dataset in {"", each.dataset} and each.number < before]
        return sorted(found, key=lambda each: -each.number)[:most]

    def release(self, dataset: str, window: str, vintage: int | None = None) -> Released | None:
        found = [each for each in self.told if (each.dataset, each.window) == (dataset, window)]
        wanted = [each for each in found if vintage in {None, each.vintage}]
        return max(wanted, key=lambda each: each.vintage, default=None)

    def at(self, release: int, places: Collection[Place]) -> Mapping[Place, int | None]:
        its = self.counts[release]
        return {each: its[each] for each in places if each in its}

    def cells(
        self, release: int, wanted: Mapping[int, Collection[str]], after: Place, most: int
    ) -> Sequence[tuple[Place, int | None]]:
        found = [
            (place, count)
            for place, count in sorted(self.counts[release].items(), key=lambda each: each[0])
            if place > after and all(place[at] in values for at, values in wanted.items())
        ]
        return found[:most]

    def files(self, releases: Collection[int]) -> Sequence[Stored]:
        found = [self.file(name) for name, (number, *_) in self.kept.items() if number in releases]
        return sorted((each for each in found if each), key=lambda each: (each.release, each.name))

    def file(self, name: str) -> Stored | None:
        if name not in self.kept:
            return None
        number, media_type, content = self.kept[name]
        released = next(each.released for each in self.told if each.number == number)
        return Stored(name, media_type, len(content), hashlib.sha256(content).digest(), released, number)

    def bytes(self, name: str, start: int, size: int) -> bytes:
        return self.kept[name][2][start : start + size]
