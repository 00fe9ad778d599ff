"""The corpus against scanner and admission: refused for its reason or carried exactly, and everybody else is served."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from kairan import scanner, shapes, wire
from kairan.scanner import NotCanonicalError
from kairan.shapes import UnknownSchemaIdError
from processors.admission.fields import SNAPSHOT
from processors.admission.reasons import REASONS
from tests.hostile.corpus import CASES, MOST, NOT_CANONICAL, Case
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World

IN = f"in.{s.YOKOHAMA}"
ROOT = Path(__file__).parents[2]
MOST_MEMORY = 64
"""Megabytes more than at rest; a process may have 300 in all."""
OTHERS = [s.statement("vital.Died", atena_number=s.number(each)) for each in (50, 51)]
PUBLIC = f"{IN} {' '.join(shapes.TYPES)} {' '.join(SNAPSHOT)} {REASONS}"
"""Words of the contract may stand in an answer whoever else says them."""
OF_THE_VALID = ("山田", "ヤマダ", "鶴見", "３丁目", "2300051", "000000000001")
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


def test_each_line_of_the_corpus_is_another_attack_with_reasons_that_exist() -> None:
    assert len(CASES) == len({case.name for case in CASES}) >= 60
    assert {code for case in CASES for code in case.codes} <= REASONS.keys()


@each_case
def test_the_scanner_reads_it_or_names_the_rule_that_it_breaks(case: Case) -> None:
    """Of what is too large for a statement it is never asked."""
    value = (case.value or b"")[: MOST + 1]
    try:
        scanner.check(shapes.by_id(wire.schema_id(value)), value)
    except (NotCanonicalError, UnknownSchemaIdError, wire.NotFramedError):
        assert case.codes[0].startswith(("frame.", "schema.", "avro.", "size."))
    else:
        assert NOT_CANONICAL not in case.codes


@each_case
def test_admission_answers_with_its_reasons_and_the_rest_of_the_batch_flows(case: Case) -> None:
    world = World()
    world.send(OTHERS[0], case.value, OTHERS[1], topic=IN)
    world.run()

    assert case.codes == world.codes()
    assert 2 + (not case.codes) == len(world.events())


@each_case
def test_what_is_admitted_is_carried_byte_for_byte(case: Case) -> None:
    world = World()
    world.send(case.value, topic=IN)
    world.run()

    assert [] == [value for value in world.values() if not (case.value or b"").endswith(body_of(value))]


@each_case
def test_no_refusal_and_no_log_line_holds_a_value_of_it(case: Case) -> None:
    world = World()
    with capture_logs() as lines:
        world.send(case.value, topic=IN)
        world.run()
    told = [each.value or b"" for each in world.broker.records(f"refusals.{s.YOKOHAMA}")]
    told += [str(lines).encode(), str(world.admission.counts).encode()]

    assert [] == [text for text in texts_of(case) if any(text.encode() in each for each in told)]


def test_a_batch_of_the_worst_takes_little_memory() -> None:
    """In a process of its own, because what a test run held before is never given back."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.peak"], cwd=ROOT, capture_output=True, check=False, timeout=120
    )

    assert (0, b"") == (done.returncode, done.stderr)
    before, peak = map(int, done.stdout.split()[-2:])
    assert peak - before < MOST_MEMORY


def body_of(event: bytes) -> bytes:
    return event[wire.decode_envelope(event).body_offset :]


def texts_of(case: Case) -> set[str]:
    """What must not be told: its own texts, and those of the statement that was bent."""
    try:
        shape, envelope, offset = wire.decode_envelope((case.value or b"")[: MOST + 1])
        own = set(_texts([envelope, wire.decode_body(shape, case.value or b"", offset)]))
    except (UnknownSchemaIdError, wire.NotFramedError, wire.NotDecodableError):
        own = set()
    return {text for text in own | set(OF_THE_VALID) if len(text) > 3 and text not in PUBLIC}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts(list(value.values()))
        case list():
            for each in value:
                yield from _texts(each)
