import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.ciphers import InvalidKeyError
from kairan.identifiers import Handle, InvalidIdentifierError, PairwiseId
from kairan.keys import BusKeys, ForgedAddressError, ForgedPairwiseIdError, SourceKey

BUS = BusKeys(1, b"b" * 32)
OTHER_BUS = BusKeys(1, b"c" * 32)
SOURCE = SourceKey(b"s" * 32)
CITY, TOWN = "141003", "143014"

atena_numbers = st.text("0123456789", min_size=1, max_size=15)
handles = atena_numbers.map(lambda atena: BUS.handle(CITY, atena))
sixteen_bytes = st.binary(min_size=16, max_size=16)
parts = st.tuples(
    st.text(max_size=3), st.text(max_size=3), st.text(max_size=3), st.integers(0, 12), st.text(max_size=3)
)


@given(handles)
def test_two_municipalities_never_have_the_same_id_of_a_person(handle: Handle) -> None:
    assert BUS.pairwise_id(CITY, handle) != BUS.pairwise_id(TOWN, handle)


@given(handles)
def test_the_bus_turns_a_pairwise_id_back_without_a_table(handle: Handle) -> None:
    assert handle == BUS.handle_of(CITY, BUS.pairwise_id(CITY, handle))


@given(handles, st.integers(0, 127))
def test_a_pairwise_id_with_a_flipped_bit_is_forged(handle: Handle, bit: int) -> None:
    genuine = BUS.pairwise_id(CITY, handle)
    flipped = (int.from_bytes(genuine, "big") ^ (1 << bit)).to_bytes(16, "big")

    with pytest.raises(ForgedPairwiseIdError):
        BUS.handle_of(CITY, flipped)


@given(handles)
def test_another_municipality_s_pairwise_id_is_forged(handle: Handle) -> None:
    with pytest.raises(ForgedPairwiseIdError):
        BUS.handle_of(TOWN, BUS.pairwise_id(CITY, handle))


def test_an_id_of_another_length_is_refused_and_spoils_no_later_one() -> None:
    handle = BUS.handle(CITY, "19")
    expected = BUS.pairwise_id(CITY, handle)
    for wrong in (b"", b"x" * 15, b"x" * 17, b"x" * 32):
        for transform in (BUS.pairwise_id, BUS.handle_of, BUS.event_ref, BUS.event_id_of):
            with pytest.raises(InvalidIdentifierError, match="16 bytes"):
                transform(CITY, wrong)

    assert expected == BUS.pairwise_id(CITY, handle)


def test_a_handle_depends_on_the_key_the_municipality_and_the_number() -> None:
    same = BUS.handle(CITY, "19")

    assert same == Handle.parse(BUS.handle(CITY, "19"))
    assert 4 == len({same, OTHER_BUS.handle(CITY, "19"), BUS.handle(TOWN, "19"), BUS.handle(CITY, "019")})


@given(sixteen_bytes)
def test_an_event_reference_can_be_turned_back_and_differs_by_municipality(event_id: bytes) -> None:
    reference = BUS.event_ref(CITY, event_id)

    assert event_id == BUS.event_id_of(CITY, reference)
    assert reference not in (BUS.event_ref(TOWN, event_id), BUS.pairwise_id(CITY, event_id), event_id)


@given(parts, parts)
def test_an_event_id_depends_on_every_part(
    one: tuple[str, str, str, int, str], other: tuple[str, str, str, int, str]
) -> None:
    assert (one == other) == (SOURCE.event_id(*one) == SOURCE.event_id(*other))


def test_parts_of_an_event_id_never_run_into_each_other() -> None:
    assert SOURCE.event_id("1", "23", "4", 5, "6") != SOURCE.event_id("12", "3", "4", 5, "6")
    assert SOURCE.event_id("1", "2", "3", 45, "6") != SOURCE.event_id("1", "2", "34", 5, "6")
    assert SOURCE.event_id("1", "2", "3", 4, "5") != SourceKey(b"t" * 32).event_id("1", "2", "3", 4, "5")


def test_a_group_s_id_is_opaque_and_another_one_for_each_municipality() -> None:
    assert 32 == len(BUS.opaque(CITY, "g1")) == len(bytes.fromhex(BUS.opaque(CITY, "g1"))) * 2
    assert 3 == len({BUS.opaque(CITY, "g1"), BUS.opaque(TOWN, "g1"), BUS.opaque(CITY, "g2")})


@given(handles, handles)
def test_an_issuer_is_another_one_for_each_municipality_person_and_source(one: Handle, other: Handle) -> None:
    issuer = BUS.issuer(CITY, one, TOWN)

    assert 32 == len(issuer) == len(bytes.fromhex(issuer)) * 2
    assert issuer not in {BUS.issuer(TOWN, one, TOWN), BUS.issuer(CITY, one, CITY), OTHER_BUS.issuer(CITY, one, TOWN)}
    assert (issuer == BUS.issuer(CITY, other, TOWN)) == (one == other)


def test_no_group_s_id_can_be_made_to_look_like_an_issuer() -> None:
    handle = BUS.handle(CITY, "19")
    texts = (TOWN, f"{handle.hex()}{TOWN}", f"{handle.hex()} {TOWN}")

    assert BUS.issuer(CITY, handle, TOWN) not in {BUS.opaque(CITY, text) for text in texts}


def test_the_check_value_tells_keys_apart() -> None:
    assert 8 == len(BUS.check_value()) == len(SOURCE.check_value())
    assert BUS.check_value() == BusKeys(2, BUS.secret).check_value()
    assert BUS.check_value() != OTHER_BUS.check_value()
    assert SOURCE.check_value() != SourceKey(b"t" * 32).check_value()


def test_a_secret_is_never_shown() -> None:
    BUS.pairwise_id(CITY, bytes(16))
    shown = f"{BUS} {BUS!r} {SOURCE} {SOURCE!r}"

    assert "BusKeys(version=1) BusKeys(version=1) SourceKey() SourceKey()" == shown


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(InvalidKeyError, match="32 bytes"):
        BusKeys(1, bytes(length))
    with pytest.raises(InvalidKeyError, match="32 bytes"):
        SourceKey(bytes(length))


def test_a_pairwise_id_and_a_handle_are_what_they_are_called() -> None:
    handle = BUS.handle(CITY, "19")

    assert isinstance(handle, Handle)
    assert isinstance(BUS.pairwise_id(CITY, handle), PairwiseId)


def test_a_recalls_id_is_a_function_of_the_event_and_the_key() -> None:
    assert BUS.recall_id(bytes(16)) == BUS.recall_id(bytes(16)) != BUS.recall_id(bytes(15) + b"\1")
    assert BusKeys(1, bytes(32)).recall_id(bytes(16)) != BUS.recall_id(bytes(16)) != bytes(16)


def test_what_is_kept_of_a_code_is_found_by_nobody_without_the_key() -> None:
    kept = BUS.code("34679CDFGH")

    assert kept == BUS.code("34679CDFGH") != BUS.code("34679CDFGJ")
    assert (32, True) == (len(kept), BusKeys(1, bytes(32)).code("34679CDFGH") != kept)


def test_what_is_sealed_opens_in_its_scope_alone_and_not_after_a_change() -> None:
    sealed = BUS.sealed(b"about", "desk", CITY)

    assert b"about" == BUS.unsealed(sealed, "desk", CITY)
    assert sealed == BUS.sealed(b"about", "desk", CITY) != BUS.sealed(b"about", "desk", TOWN)
    for changed, scope in ((sealed, TOWN), (sealed[:-1] + bytes([sealed[-1] ^ 1]), CITY), (b"", CITY)):
        with pytest.raises(ForgedAddressError):
            BUS.unsealed(changed, "desk", scope)
