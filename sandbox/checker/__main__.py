"""``python -m sandbox.checker [--json]``: prints the findings; exit code 1 when anything is wrong."""

import argparse
import json
import sys

from kairan.settings import Settings
from sandbox.checker import Findings, check


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.checker", description="Checks what every back office holds."
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    found = check(Settings())
    sys.stdout.write(json.dumps(found.as_record(), indent=1) if options.json else told(found))
    sys.stdout.write("\n")
    return 0 if found.is_clean else 1


def told(found: Findings) -> str:
    """A line a figure, then the examples."""
    figures = {name: value for name, value in found.as_record().items() if name not in {"examples", "latency_ms"}}
    figures |= {"latency_ms p50": found.latency_ms.p50, "latency_ms p99": found.latency_ms.p99}
    lines = [f"{name:22}{'-' if value is None else value:>10}" for name, value in figures.items()]
    for finding in found.examples:
        where = f"{finding.receiver.member}/{finding.receiver.channel} {finding.business}"
        lines.append(f"  {finding.fault}: {where}: {finding.about} {finding.path}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
