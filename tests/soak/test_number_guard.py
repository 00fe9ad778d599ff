"""How often the search for 個人番号 is wrong about people who have none: counted over a nation's whole life."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kairan.free_text import SHORTEST, codes_of, codes_of_identifier
from sandbox import register
from sandbox.plan import Options, plan

FACTS = int(os.environ.get("KAIRAN_SOAK_FACTS", "60000"))
IDENTIFIERS = ("number", "group_id", "procedure_id", "measure_id", "notice_number", "assessment_number")
"""The clerk's words for what the contract calls IDENTIFIERS."""


def strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every string under the name of its field."""
    match value:
        case str():
            yield name, value
        case Mapping():
            for key, inner in value.items():
                yield from strings(inner, key)
        case list() | tuple():
            for inner in value:
                yield from strings(inner, name)


def test_no_identifier_of_the_sandbox_and_no_text_is_taken_for_a_number() -> None:
    counts, hits = Counter[str](), Counter[str]()
    nation = plan(Options(members=register.DEFAULT, seed=7, facts=FACTS, today=date(2026, 11, 22)))
    for act in (*nation.loads, *nation.acts):
        for step in act.steps:
            counts["facts"] += step.facts
            for name, text in strings(step.values):
                kind = "identifiers" if name in IDENTIFIERS else "texts"
                counts[kind] += 1
                counts[f"{kind} of twelve characters or more"] += len(text) >= SHORTEST
                found = codes_of_identifier(text) if kind == "identifiers" else codes_of(text)
                hits[name] += bool(found)
    print(dict(counts), "taken for a number:", {name: hit for name, hit in hits.items() if hit})

    assert (0, 0) == (sum(hits[name] for name in IDENTIFIERS), hits.total())
