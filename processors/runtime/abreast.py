"""What no worker may be behind with: before one goes on, all have consumed what some topics held by then."""

from collections.abc import Callable

from processors.runtime.clock import Ends, Stands, behind


class Abreast:
    """
    Of topics that workers share by partition; ``ends``: of all their partitions, ``stands``: of all workers.

    Where the topics stand still nobody is asked anew: what was consumed stays consumed.
    """

    def __init__(self, ends: Ends, stands: Callable[[], Stands]) -> None:
        self._ends = ends
        self._stands = stands
        self._known: Stands = {}

    def now(self) -> Callable[[], bool]:
        """The ends are asked for now; whether all have come so far, which is asked again until they have."""
        until = self._ends()

        def _are() -> bool:
            nonlocal until
            until = until or self._ends()
            if until is None:
                return False
            if behind(until, self._known):
                self._known = self._stands()
            return not behind(until, self._known)

        return _are
