"""``python -m operations.contract check|build``."""

import sys

from operations.contract import build, check


def main(arguments: list[str]) -> int:
    """0 when the contract holds or was built, 1 when it is broken, 2 when the verb is unknown."""
    match arguments:
        case ["build"]:
            print("\n".join(build()) or "nothing to write")
            return 0
        case ["check"]:
            problems = check()
            print("\n".join(problems) or "the contract holds")
            return 1 if problems else 0
    print("usage: python -m operations.contract check|build", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
