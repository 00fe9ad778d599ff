"""
Hostile statements, one a line: what is sent, what it attacks, and what becomes of it.

Each is a valid statement with one thing bent by the writer in ``raw.py``, so that the line says what is wrong. ADMITTED
means that a text is just a text: names are carried exactly, whatever somebody's screen, shell or sheet makes of them.
"""

import zlib
from typing import NamedTuple

from kairan.shapes import shape
from tests.hostile.raw import Raw, bent, raw, some, statement, text, varint
from tests.unit.processors.admission import statements as s

ADMITTED = "admitted"
NOT_CANONICAL = "avro.not_canonical"
MOVED_IN, BORN, AMENDED = "residence.MovedIn", "vital.Born", "residence.RecordAmended"
FLAG, TAX = "protection.ProtectionChanged", "tax.ResidentTaxAssessed"
FRAME = b"\0" + shape("statement", MOVED_IN).schema_id.to_bytes(4)
VALID = s.statement(MOVED_IN)
MOST = 64 * 1024


class Case(NamedTuple):
    """``outcome``: the reason codes in their order, or ADMITTED."""

    name: str
    attacks: str
    outcome: str
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def codes(self) -> list[str]:
        return [] if self.outcome == ADMITTED else self.outcome.split()


def named(name: str | Raw) -> bytes:
    """An arrival of somebody with this name."""
    return bent(MOVED_IN, name={"text": name, "kana": None, "kana_confirmed": False})


def built(building: str | Raw) -> bytes:
    return bent(MOVED_IN, address=s.address() | {"building": building})


def numbered(number: str | Raw) -> bytes:
    return statement(MOVED_IN, subject={"kind": "person", "atena_number": number, "pairwise_id": None})


def sized(size: int) -> bytes:
    """A valid statement of so many bytes: its building's name is as long as it takes."""
    return next(
        value
        for more in range(3)
        if len(value := built("a" * (size - len(built("a" * 20_000)) + 20_000 - more))) == size
    )


def of(code: str, business: str = "001") -> dict[str, str]:
    return {"municipality": code, "business": business}


def party(code: str, role: str = "tax_base") -> dict[str, str | None]:
    return {"role": role, "code": code, "ward": None}


SPOOFED = (("ce_type", b"vital.Died"), ("ce_source", b"131237"), ("ce_source", b"141003"), ("traceparent", b"\r\n\xff"))
HUGE = (("ce_subject", b"a" * 1_000_000), *((f"ce_{n}", b"") for n in range(500)))

FRAMES = (
    Case("no value", "frame", "frame.missing", None),
    Case("no bytes", "frame", "frame.missing", b""),
    Case("four bytes", "frame", "frame.missing", b"\0\0\0\x27"),
    Case("another first byte", "frame", "frame.missing", b"\1" + VALID[1:]),
    Case("JSON instead of Avro", "frame", "frame.missing", b'{"type":"residence.MovedIn","version":1}'),
    Case("Avro's single-object encoding", "frame", "frame.missing", b"\xc3\1" + VALID[1:]),
    Case("a container file with deflate", "decompression", "frame.missing", b"Obj\1" + zlib.compress(bytes(30_000_000), 9)),
    Case("an unknown schema", "schema", "schema.unknown", b"\0\x7f\xff\xff\xff" + VALID[5:]),
    Case("schema -1", "schema", "schema.unknown", b"\0\xff\xff\xff\xff" + VALID[5:]),
    Case("the event's schema", "schema", "schema.not_a_statement", b"\0" + shape("event", MOVED_IN).schema_id.to_bytes(4) + VALID[5:]),
    Case("a receipt's schema", "schema", "schema.not_a_statement", b"\0" + (40501).to_bytes(4) + VALID[5:]),
    Case("another type's schema", "schema", NOT_CANONICAL, s.statement(FLAG)[:5] + VALID[5:]),
    Case("the bulk lane's type", "schema", "schema.wrong_lane", s.statement(TAX)),
    Case("another type in the envelope", "schema", "type.not_the_shapes", statement(MOVED_IN, type="vital.Died")),
    Case("a frame alone", "truncation", NOT_CANONICAL, FRAME),
    Case("the last byte missing", "truncation", NOT_CANONICAL, VALID[:-1]),
    Case("an envelope alone", "truncation", NOT_CANONICAL, VALID[:300]),
    Case("a byte left over", "left over", NOT_CANONICAL, VALID + b"\0"),
    Case("two statements in one record", "left over", NOT_CANONICAL, VALID + VALID),
    Case("64 KiB less one", "size", ADMITTED, sized(MOST - 1)),
    Case("64 KiB", "size", ADMITTED, sized(MOST)),
    Case("64 KiB and one", "size", "size.too_large", sized(MOST + 1)),
    Case("two megabytes of zeros", "size", "size.too_large", FRAME + bytes(2_000_000)),
    Case("two megabytes of related persons", "size", "size.too_large", statement(MOVED_IN, related=Raw(varint(900_000) + bytes(1_800_000) + b"\0"))),
    Case("nesting of five thousand", "nesting", NOT_CANONICAL, FRAME + b"\2" * 5_000),
    Case("five thousand zeros", "nesting", NOT_CANONICAL, FRAME + bytes(5_000)),
    Case("five thousand times 255", "nesting", NOT_CANONICAL, FRAME + b"\xff" * 5_000),
    Case("spoofed ce_ headers", "headers", ADMITTED, statement(MOVED_IN, version=2), SPOOFED),
    Case("a megabyte of headers", "headers", ADMITTED, statement(MOVED_IN, version=3), HUGE),
)  # fmt: skip
"""The bytes as a whole."""

ENCODINGS = (
    Case("version overlong", "varint", NOT_CANONICAL, statement(BORN, version=raw("8200"))),
    Case("version with 35 bits", "varint", "number.out_of_range", statement(BORN, version=raw("80808080 80808001"))),
    Case("resend with 33 bits", "varint", NOT_CANONICAL, statement(BORN, resend=Raw(varint(1 << 32)))),
    Case("resend with 65 bits", "varint", NOT_CANONICAL, statement(BORN, resend=Raw(varint(1 << 65)))),
    Case("registered with 65 bits", "varint", NOT_CANONICAL, statement(BORN, registered=raw("ffffffffffffffffff02"))),
    Case("registered with padding", "varint", NOT_CANONICAL, statement(BORN, registered=Raw(varint(s.REGISTERED, 2)))),
    Case("a varint without end", "varint", NOT_CANONICAL, statement(BORN, version=Raw(b"\x80" * 60_000))),
    Case("a varint of nothing", "varint", NOT_CANONICAL, statement(BORN, version=Raw(b"\x80" * 10 + b"\0"))),
    Case("enum -1", "enum", NOT_CANONICAL, statement(BORN, change=raw("01"))),
    Case("enum beyond its symbols", "enum", NOT_CANONICAL, statement(BORN, protection=raw("06"))),
    Case("enum overlong", "enum", NOT_CANONICAL, statement(BORN, change=raw("8000"))),
    Case("enum with five bytes", "enum", NOT_CANONICAL, statement(BORN, change=raw("feffffff0f"))),
    Case("union -1", "union", NOT_CANONICAL, statement(BORN, group=raw("01"))),
    Case("union 2", "union", NOT_CANONICAL, statement(BORN, correlation=raw("04 02 61"))),
    Case("union overlong", "union", NOT_CANONICAL, statement(BORN, correlation=raw("8200 02 61"))),
    Case("union 2 in a body", "union", NOT_CANONICAL, bent(BORN, sex=raw("04 02 31"))),
    Case("boolean 2", "boolean", NOT_CANONICAL, bent(BORN, name={"text": "a", "kana": None, "kana_confirmed": raw("02")})),
    Case("boolean 255", "boolean", NOT_CANONICAL, statement(BORN, effective=s.day(s.TODAY) | {"certain": raw("ff")})),
    Case("a length overlong", "length", NOT_CANONICAL, statement(BORN, correlation=raw("02 8200 61"))),
    Case("a length below zero", "length", NOT_CANONICAL, statement(BORN, correlation=raw("02 01"))),
    Case("a length of -2^63", "length", NOT_CANONICAL, statement(BORN, correlation=raw("02 ffffffffffffffffff01"))),
    Case("a length of 2^62", "length", NOT_CANONICAL, statement(BORN, correlation=Raw(b"\2" + varint(1 << 62)))),
    Case("a length of a gigabyte", "length", NOT_CANONICAL, statement(BORN, correlation=Raw(b"\2" + varint(1 << 30) + b"a"))),
    Case("a list in two blocks", "blocks", NOT_CANONICAL, bent(FLAG, scope=raw("02 02 02 61 02 02 61 00"))),
    Case("a list in a negative block", "blocks", NOT_CANONICAL, bent(FLAG, scope=raw("02 01 04 02 61 00"))),
    Case("a list in many blocks", "blocks", NOT_CANONICAL, bent(FLAG, scope=Raw(b"\2" + b"\2\0" * 30_000 + b"\0"))),
    Case("a list overlong", "blocks", NOT_CANONICAL, bent(FLAG, scope=raw("02 8200 02 61 00"))),
    Case("a list's end overlong", "blocks", NOT_CANONICAL, bent(FLAG, scope=raw("02 02 02 61 8000"))),
    Case("fifty million items in five bytes", "bomb", NOT_CANONICAL, bent(FLAG, scope=Raw(b"\2" + varint(50_000_000)))),
    Case("2^62 items", "bomb", NOT_CANONICAL, bent(FLAG, forwarded_to=Raw(b"\2" + varint(1 << 62)))),
    Case("-2^63 items", "bomb", NOT_CANONICAL, bent(FLAG, perpetrators=raw("02 ffffffffffffffffff01 00"))),
    Case("2^62 municipalities", "bomb", NOT_CANONICAL, statement(BORN, municipalities=Raw(varint(1 << 62) + b"\0" * 100))),
    Case("an item too few", "bomb", NOT_CANONICAL, bent(FLAG, scope=raw("02 04 02 61 00"))),
)  # fmt: skip
"""Places where Avro can be written in two ways, or promises more than comes."""

TEXTS = (
    Case("no UTF-8", "text", NOT_CANONICAL, named(text(b"\xff\xfe"))),
    Case("UTF-8 overlong", "text", NOT_CANONICAL, named(text(b"\xc0\x80"))),
    Case("half a surrogate pair", "text", NOT_CANONICAL, named(text(b"\xed\xa0\x80"))),
    Case("a surrogate pair as CESU-8", "text", NOT_CANONICAL, named(text(b"\xed\xa1\x82\xed\xbe\xb7"))),
    Case("beyond U+10FFFF", "text", NOT_CANONICAL, named(text(b"\xf4\x90\x80\x80"))),
    Case("a character cut short", "text", NOT_CANONICAL, named(text("山".encode()[:2]))),
    Case("U+0000", "text", NOT_CANONICAL, named("山\0田")),
    Case("U+0000 in a code", "text", NOT_CANONICAL, numbered(f"{s.number(1)}\0")),
    Case("no UTF-8 in a code", "text", NOT_CANONICAL, bent(BORN, sex=some(text(b"\xb1")))),
    Case("U+202E in a name", "text", ADMITTED, named("山田\u202e子花")),
    Case("signs of no width", "text", ADMITTED, named("山\u200b田\u2060\ufeff 花子")),
    Case("characters that are none", "text", ADMITTED, named("山田\uffff\U0010ffff")),
    Case("a thousand accents", "text", ADMITTED, named("a" + "\u0301" * 1_000)),
    Case("JSON in a name", "text", ADMITTED, named('","protection":"none","x":"')),
    Case("a log line in a name", "text", ADMITTED, named('\n{"level":"info","event":"admitted"}\r\n')),
    Case("a formula in a name", "text", ADMITTED, named("=cmd|'/C calc'!A0")),
    Case("a formula in wide letters", "text", ADMITTED, named("＝１＋１")),
    Case("SQL in a name", "text", ADMITTED, named("'); drop table core_system.outbox; --")),
    Case("a terminal's commands in a name", "text", ADMITTED, named("\x1b[2J\x1b]0;x\x07")),
    Case("markup in a name", "text", ADMITTED, named("[/red]<script>alert(1)</script>%s{0}")),
    Case("60 KB of digits", "guard", "text.too_many_digits", named("1" * 60_000)),
    Case("60 KB of digits and blanks", "guard", "text.too_many_digits", built("1 1" * 20_000)),
    Case("60 KB of dotted digits", "guard", "text.too_many_digits", built("1.1" * 20_000)),
    Case("an individual number", "guard", "individual_number.found", built(s.PLANTED)),
    Case("one in wide digits", "guard", "individual_number.found", built("１２３４５６７８９０１８")),
    Case("one in JSON in a name", "guard", "individual_number.found", named(f'{{"n":"{s.PLANTED}"}}')),
    Case("one with signs of no width", "guard", "individual_number.found", built("\u200b".join(s.PLANTED))),
    Case("one written backwards for the eye", "guard", "individual_number.found", built(f"\u202e{s.PLANTED}")),
    Case("one in an identifier", "guard", "individual_number.found", statement(BORN, correlation="1234 5678 9018")),
    Case("one in bytes that nobody can read", "guard", NOT_CANONICAL, built(s.PLANTED) + b"\0"),
    Case("a resident record code", "guard", "resident_record_code.found", built("住民票コード 12345678901")),
)  # fmt: skip
"""What a text can hold."""

VALUES = (
    Case("a source in wide digits", "codes", "source.not_the_topic municipality.invalid", statement(BORN, source=of("１４１００３"))),
    Case("a source in Arabic digits", "codes", "source.not_the_topic municipality.invalid", statement(BORN, source=of("١٤١٠٠٣"))),
    Case("a source with five digits", "codes", "source.not_the_topic municipality.invalid", statement(BORN, source=of("14100"))),
    Case("a source with a line's end", "codes", "source.not_the_topic municipality.invalid", statement(BORN, source=of("141003\n"))),
    Case("another source", "codes", "source.not_the_topic", statement(BORN, source=of(s.EDOGAWA))),
    Case("a business in wide digits", "codes", "list.unknown_code protection.none_not_yours", statement(BORN, source=of(s.YOKOHAMA, "００１"))),
    Case("a type in wide letters", "codes", "type.not_the_shapes", statement(BORN, type="ｖital.Born")),
    Case("an atena number in wide digits", "codes", "atena_number.invalid", numbered(s.number(1).translate({48 + n: 0xFF10 + n for n in range(10)}))),
    Case("an atena number of 60 KB", "codes", "atena_number.invalid", numbered("1" * 60_000)),
    Case("an atena number turned round", "codes", "atena_number.invalid", numbered(f"\u202e{s.number(1)}")),
    Case("an empty atena number", "codes", "atena_number.invalid", numbered("")),
    Case("a postcode in wide digits", "codes", "digits.invalid", bent(MOVED_IN, address=s.address() | {"postcode": "２３０００５１"})),
    Case("a postcode in superscript", "codes", "digits.invalid", bent(MOVED_IN, address=s.address() | {"postcode": "²³⁰⁰⁰⁵¹"})),
    Case("a sex in a wide digit", "codes", "list.unknown_code", bent(MOVED_IN, sex="２")),
    Case("a reason in wide digits", "codes", "list.unknown_code", statement(MOVED_IN, reason={"code": "０１", "edition": "2024-07"})),
    Case("a day in wide digits", "codes", "date.invalid", statement(BORN, effective=s.day("２０２６-09-21"))),
    Case("a party in wide digits", "codes", "municipality.invalid", statement(BORN, municipalities=[party("１３１２３７")])),
    Case("a party twice", "duplicates", "party.repeated", statement(BORN, municipalities=[party(s.EDOGAWA)] * 2)),
    Case("a field amended twice", "duplicates", "amended.repeated", bent(AMENDED, amended=["name", "name"])),
    Case("twenty thousand parties", "lists", "party.too_many", statement(BORN, municipalities=[party("", "")] * 20_000)),
    Case("thirty thousand related persons", "lists", "related.too_many", statement(BORN, related=[{"role": "", "atena_number": ""}] * 30_000)),
    Case("sixty thousand scopes", "lists", "list.too_long", bent(FLAG, scope=[""] * 60_000)),
    Case("fifteen thousand forwardings", "lists", "list.too_long", bent(FLAG, forwarded_to=[{"municipality": "", "date": s.day("")}] * 13_000)),
    Case("sixty thousand amended fields", "lists", "amended.repeated list.too_long", bent(AMENDED, amended=[""] * 60_000)),
    Case("version 0", "numbers", "number.out_of_range", statement(BORN, version=0)),
    Case("version -2^31", "numbers", "number.out_of_range", statement(BORN, version=-(2**31))),
    Case("registered at the beginning of time", "numbers", "number.out_of_range", statement(BORN, registered=-(2**63))),
    Case("registered at its end", "numbers", "date.future", statement(BORN, registered=2**63 - 1)),
    Case("a group of 2^31", "numbers", ADMITTED, statement(BORN, group={"id": "a", "size": 2**31 - 1})),
    Case("a negative tax", "numbers", "schema.wrong_lane number.out_of_range", bent(TAX, amounts=s.AMOUNTS | {"total": -(2**63)})),
    Case("a pairwise id of zeros", "identity", "subject.pairwise_forged", statement(MOVED_IN, pairwise_id=bytes(16))),
    Case("a pairwise id of ones", "identity", "subject.pairwise_forged", statement(MOVED_IN, pairwise_id=b"\xff" * 16)),
    Case("a correction of an unknown event", "identity", "corrects.unknown", statement(MOVED_IN, change="corrected", corrects=bytes(16), version=2)),
    Case("a flag that says none", "protection", "protection.contradicts_measure", statement(FLAG, protection="none")),
)  # fmt: skip
"""What a value can claim."""

CASES = (*FRAMES, *ENCODINGS, *TEXTS, *VALUES)
