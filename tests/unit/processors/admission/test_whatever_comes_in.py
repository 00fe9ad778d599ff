"""Properties: bytes of strangers, secrets of refusals, order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kairan import wire
from kairan.shapes import TYPES, shape
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World

IN = f"in.{s.YOKOHAMA}"
VALID = {type_: s.statement(type_) for type_ in TYPES}
MARK = "ＳＥＣＲＥＴ秘密の値"
ids = st.sampled_from([shape("statement", type_).schema_id for type_ in TYPES])


@st.composite
def bent_bytes(draw: st.DrawFn) -> bytes:
    """A valid statement with some bytes changed, cut out or put in."""
    value = bytearray(VALID[draw(st.sampled_from(TYPES))])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(value) - 1))
        value[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(value)


framed = st.builds(lambda id_, rest: b"\x00" + id_.to_bytes(4) + rest, ids, st.binary(max_size=400))


@given(st.lists(st.one_of(st.none(), st.binary(max_size=50), framed, bent_bytes()), max_size=3))
def test_whatever_bytes_come_in_each_is_admitted_or_refused(values: list[bytes | None]) -> None:
    world = World()
    world.send(*values, topic=IN)
    world.run()

    outcomes = world.admission.counts
    assert len(values) == outcomes.total()
    assert (outcomes["admitted"], outcomes["refused"] + outcomes["quarantined"]) == (
        len(world.events()),
        len(world.refusals()),
    )


def texts_of(value: Any) -> Any:
    """The same record with every text replaced by a secret."""
    match value:
        case str():
            return MARK
        case dict():
            return {name: texts_of(inner) for name, inner in value.items()}
        case list():
            return [texts_of(inner) for inner in value]
    return value


@given(st.sampled_from(TYPES), st.data())
def test_a_refusal_never_contains_a_value_of_the_statement(type_: str, data: st.DataObject) -> None:
    body, envelope = s.body(type_), s.envelope(type_)
    for field in data.draw(st.sets(st.sampled_from(sorted(body)))):
        body[field] = texts_of(body[field])
    for field in data.draw(st.sets(st.sampled_from(["subject", "municipalities", "effective", "reason", "related"]))):
        envelope[field] = texts_of(envelope[field])
    world = World()

    world.admit(s.encoded(type_, envelope, body), topic=IN)

    refusals = world.broker.records(f"refusals.{s.YOKOHAMA}")
    assert not any(MARK.encode() in (record.value or b"") + (record.key or b"") for record in refusals)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.integers(1, 4))
def test_however_often_and_in_whatever_batches_a_statement_comes_it_is_one_event(
    versions: list[int], size: int
) -> None:
    world = World()
    for start in range(0, len(versions), size):
        world.admit(*(s.statement("residence.RecordAmended", version=n) for n in versions[start : start + size]))

    assert list(dict.fromkeys(versions)) == [each["version"] for each in world.events()]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=12, unique=True))
def test_every_persons_order_is_kept_among_others(stated: list[tuple[int, int]]) -> None:
    world = World()
    world.admit(
        *(s.statement("residence.RecordAmended", atena_number=s.number(person), version=n) for person, n in stated)
    )

    order: dict[bytes, list[int]] = {}
    for value in world.values():
        event = wire.decode_envelope(value).record
        order.setdefault(event["subject"]["handle"], []).append(event["version"])
    assert sorted([n for p, n in stated if p == person] for person in {p for p, _ in stated}) == sorted(order.values())
