"""
Which facts of a person belong to one move: by where from and where to, and by nearness in time.

Sources are admitted in any order between each other, so nothing here takes the log's order for the order of events:
a departure may stand behind the arrival that answers it, a visit behind the departure.
"""

from collections.abc import Callable, Iterable, Iterator

from kairan.identifiers import MunicipalityCode
from processors.moving.chains import Chain
from processors.moving.facts import Application, Arrival, Closing, Departure, Fact, Notice, Visit

Group = list[Chain]
"""The chains of one move."""
Near = Callable[[Group], tuple[int, ...] | None]
"""How far a group is from a fact; None: they do not belong together."""


def groups(chains: Iterable[Chain]) -> list[Group]:
    """
    Legs first, by who left where; then what tells of a leg, each with the nearest; what fits none is alone.

    What stands goes before what was taken back: a withdrawn application takes the place of none that followed it.
    """
    known = list(chains)
    found = [group for origin in _origins(known) for group in _legs(origin, known)]
    for chain in _of(known, Arrival):
        if _arrival(chain).origin is None:
            _join(chain, found, _nearest_departure(chain))
    for kind, near in _NEAR.items():
        for chain in sorted(_of(known, kind), key=lambda chain: not chain.stands):
            _join(chain, found, near(chain))
    return found


def _legs(origin: MunicipalityCode, known: Iterable[Chain]) -> Iterator[Group]:
    """Departures and arrivals from here, as they began; a new leg when the one before is whole, or somebody is back."""
    group: Group = []
    for chain in known:
        leaves = isinstance(chain.newest, (Departure, Arrival)) and chain.newest.origin == origin
        is_back = isinstance(chain.newest, Arrival) and chain.newest.destination == origin and chain.stands
        if group and (is_back or (leaves and not _goes_on(group, chain))):
            yield group
            group = []
        if leaves:
            group = [*group, chain]
    if group:
        yield group


def _goes_on(group: Group, chain: Chain) -> bool:
    """
    Is it of the same leg?

    An arrival, while no other one stands. A departure beside one that stands while nobody has arrived, which somebody
    has to look at; or the one of an arrival that came without, if it was to lead there, or then.
    """
    arrival = _standing(group, Arrival)
    if _ended(group):
        return False
    if isinstance(chain.newest, Arrival):
        return arrival is None
    if arrival is None:
        return bool(_of(group, Arrival)) or _standing(group, Departure) is not None
    return _standing(group, Departure) is None and _leads_to(chain.newest, arrival.newest)


def _ended(group: Group) -> bool:
    """Nobody will be seen to arrive: abroad, or where nobody is on the bus."""
    departure = _standing(group, Departure)
    if departure is None or not isinstance(departure.newest, Departure):
        return False
    return departure.newest.is_abroad or not departure.newest.is_to_member


def _leads_to(departure: Fact, arrival: Fact) -> bool:
    if not isinstance(departure, Departure) or not isinstance(arrival, Arrival) or departure.is_abroad:
        return False
    return departure.destination == arrival.destination or departure.planned.earliest <= arrival.moved_in.latest


def _nearest_departure(chain: Chain) -> Near:
    """Of an arrival that does not say where from: one that wanted there, and of which nobody has arrived."""
    arrival = _arrival(chain)

    def _near(group: Group) -> tuple[int, ...] | None:
        departure = _standing(group, Departure)
        if departure is None or _standing(group, Arrival) or _ended(group):
            return None
        wanted = departure.newest.destination if isinstance(departure.newest, Departure) else None
        return (_apart(departure, chain),) if wanted == arrival.destination else None

    return _near


def _near_application(chain: Chain) -> Near:
    """A departure from there, without an application so far."""
    origin = getattr(chain.newest, "origin", None)

    def _near(group: Group) -> tuple[int, ...] | None:
        departures = _of(group, Departure)
        if _of(group, Application) or not departures:
            return None
        departure = departures[-1].newest
        fits = isinstance(departure, Departure) and departure.origin == origin
        return (_apart(departures[0], chain),) if fits else None

    return _near


def _near_visit(chain: Chain) -> Near:
    """A move to there, arrived or not."""
    wanted = getattr(chain.newest, "destination", None)

    def _near(group: Group) -> tuple[int, ...] | None:
        fits = any(getattr(each.newest, "destination", None) == wanted for each in group)
        return (min(_apart(each, chain) for each in group),) if fits else None

    return _near


def _near_notice(chain: Chain) -> Near:
    """An arrival there from there; else a move from there of which nobody has arrived."""
    notice = chain.newest

    def _near(group: Group) -> tuple[int, ...] | None:
        if not isinstance(notice, Notice) or notice.origin not in _left(group):
            return None
        arrivals = [each for each in _of(group, Arrival) if _arrival(each).destination == notice.destination]
        if arrivals:
            return 0, min(_apart(each, chain) for each in arrivals)
        return None if _of(group, Arrival) else (1, min(_apart(each, chain) for each in group))

    return _near


def _near_closing(chain: Chain) -> Near:
    """A move from there; one that is not closed yet rather than another."""
    origin = getattr(chain.newest, "origin", None)

    def _near(group: Group) -> tuple[int, ...] | None:
        if origin not in _left(group):
            return None
        closing = _standing(group, Closing)
        is_closed = closing is not None and isinstance(closing.newest, Closing) and closing.newest.is_confirmed
        return int(is_closed), min(_apart(each, chain) for each in group)

    return _near


_NEAR: dict[type[Fact], Callable[[Chain], Near]] = {
    Application: _near_application,
    Visit: _near_visit,
    Notice: _near_notice,
    Closing: _near_closing,
}
"""In this order: a closing knows its move by all that is known of it."""


def _join(chain: Chain, found: list[Group], near: Near) -> None:
    distances = [(distance, place) for place, group in enumerate(found) if (distance := near(group)) is not None]
    if distances:
        found[min(distances)[1]].append(chain)
    else:
        found.append([chain])


def _origins(known: Iterable[Chain]) -> list[MunicipalityCode]:
    named = (each.newest.origin for each in known if isinstance(each.newest, (Departure, Arrival)))
    return list(dict.fromkeys(origin for origin in named if origin is not None))


def _left(group: Group) -> set[MunicipalityCode | None]:
    return {getattr(each.newest, "origin", None) for each in group}


def _of(known: Iterable[Chain], kind: type[Fact]) -> list[Chain]:
    return [chain for chain in known if isinstance(chain.newest, kind)]


def _standing(group: Group, kind: type[Fact]) -> Chain | None:
    return next((chain for chain in reversed(_of(group, kind)) if chain.stands), None)


def _apart(one: Chain, other: Chain) -> int:
    return abs(one.root.at - other.root.at)


def _arrival(chain: Chain) -> Arrival:
    if not isinstance(chain.newest, Arrival):
        raise TypeError(type(chain.newest).__name__)
    return chain.newest
