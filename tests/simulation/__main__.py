"""``python -m tests.simulation SEED …`` plays seeds again and says what happened in each."""

import sys
import traceback

from tests.simulation.play import play
from tests.simulation.verdict import wrong


def main(seeds: list[int]) -> int:
    return max(_told(seed) for seed in seeds)


def _told(seed: int) -> int:
    try:
        its = play(seed)
        found = wrong(its)
        faults = ", ".join(f"{fault} {count}" for fault, count in sorted(its.chance.happened.items()))
    except Exception:  # noqa: BLE001 - whatever it is, it is told
        found, faults = [traceback.format_exc()], "unknown"
    print(f"seed {seed}\nfaults: {faults}\n" + ("\n".join(found) or "nothing is wrong"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([int(seed) for seed in sys.argv[1:]]))
