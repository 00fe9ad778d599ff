"""What admission accepts, Apache's own libraries for Python and for Java read the same."""

from typing import Any

from hypothesis import settings

from kairan import scanner, shapes, wire
from kairan.scanner import NotCanonicalError
from kairan.shapes import TYPES, UnknownSchemaIdError, shape
from kairan.testing.bodies import full_body, full_envelope
from kairan.wire import FRAME
from tests.contract.apache import java
from tests.contract.test_schemas_readers import plain, read_by_apache
from tests.hostile.corpus import CASES, MOST, NOT_CANONICAL
from tests.hostile.mutations import mutated
from tests.unit.processors.admission import statements as s

STATEMENTS = {shape("statement", type_).schema_id for type_ in TYPES}
FRAMED = [
    case
    for case in CASES
    if FRAME < len(case.value or b"") <= MOST
    and int.from_bytes((case.value or b"")[1:FRAME]) in STATEMENTS
    and (case.value or b"")[0] == 0
]
SEEDS = 50 * settings.default.max_examples  # type: ignore[union-attr] # the profile is loaded by tests/conftest.py
READ = [case for case in FRAMED if NOT_CANONICAL not in case.codes]
READS = frozenset(
    {
        # numbers and indexes in more bytes than they need, or in more bits than the type has
        "version overlong", "registered with padding", "enum overlong", "union overlong", "a length overlong",
        "a list overlong", "a list's end overlong", "resend with 33 bits", "registered with 65 bits",
        # booleans: 2 is false, and so is 255
        "boolean 2", "boolean 255",
        # lists in other blocks than one
        "a list in two blocks", "a list in a negative block", "a list in many blocks", "-2^63 items",
        # texts: what is no UTF-8 becomes U+FFFD
        "no UTF-8", "UTF-8 overlong", "half a surrogate pair", "a surrogate pair as CESU-8", "beyond U+10FFFF",
        "a character cut short", "no UTF-8 in a code", "U+0000", "U+0000 in a code",
    }
)  # fmt: skip
"""What Java reads and admission refuses for its form. What else is refused for it, Java does not read either."""


def as_java(value: Any) -> str:
    """A record as ``ReadAvro.java`` writes it."""
    match value:
        case None:
            return "null"
        case bool() | int():
            return str(value).lower()
        case bytes():
            return f'"{value.hex()}"'
        case str():
            return f'"{value.encode("utf-16-be").hex()}"'
        case list():
            return f"[{','.join(map(as_java, value))}]"
    return "{" + ",".join(f'"{name}":{as_java(inner)}' for name, inner in value.items()) + "}"


def ours(value: bytes) -> dict[str, Any]:
    of, envelope, offset = wire.decode_envelope(value)
    return {"envelope": envelope, **wire.decode_body(of, value, offset)}


def is_canonical(value: bytes) -> bool:
    try:
        scanner.check(shapes.by_id(wire.schema_id(value)), value)
    except (NotCanonicalError, UnknownSchemaIdError, wire.NotFramedError):
        return False
    return True


def test_what_is_canonical_both_read_as_we_do() -> None:
    """The corpus, a full record of every shape, and what random mutations leave canonical."""
    valid = [s.statement(type_) for type_ in TYPES]
    full = [wire.encode(of, full_envelope(of), full_body(of)) for of in (shape("statement", type_) for type_ in TYPES)]
    bent = [value for seed in range(SEEDS) if is_canonical(value := mutated(seed, [*valid, *full]))]
    values = [*valid, *full, *bent, *(case.value or b"" for case in READ)]
    answers = java.read(values)

    assert len(bent) > SEEDS // 50
    assert [f"READ {as_java(ours(value))}" for value in values] == answers
    for value in [*bent, *(case.value or b"" for case in READ)]:
        if -(10**14) < ours(value)["envelope"]["registered"] < 10**14:  # its datetimes end in the year 9999
            assert ours(value) == plain(read_by_apache(value))


def test_of_what_is_not_canonical_java_reads_no_more_than_the_table_says() -> None:
    refused = [case for case in FRAMED if NOT_CANONICAL in case.codes]
    answers = java.read([case.value or b"" for case in refused])

    assert READS == {case.name for case, answer in zip(refused, answers, strict=True) if answer.startswith("READ ")}
