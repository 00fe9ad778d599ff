"""``python -m tests.hostile.peak``: megabytes that this process had at rest, and then in one hostile batch."""

import os
import resource
import sys

from tests.hostile.corpus import CASES
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World

TIMES = 12 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 6
"""As often each of the long lists comes in the batch."""


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    world = World()
    world.admit(s.statement("residence.MovedIn"))
    values = [case.value for case in CASES for _ in range(TIMES if case.attacks == "lists" else 1)]
    world.send(*values, topic=f"in.{s.YOKOHAMA}")
    before = peak()
    world.run()
    sys.stdout.write(f"{before} {peak()}")


if __name__ == "__main__":
    main()
