"""winmail.dat and the compressed RTF in it."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mail.odd_parts import (
    NAMED,
    NUMBERED,
    RENDER,
    TWO_VALUES,
    attribute,
    binary,
    long,
    properties,
    string8,
    tnef,
)

from madoguchi.connectors.mail.tnef import TnefFile, decompress_rtf, is_tnef, unpack


def test_winmail_dat_gives_its_files_and_bodies():
    packed = tnef(
        attribute(1, 0x9003, properties(NAMED, NUMBERED, TWO_VALUES, string8(0x1000, "本文"), long(0x3FDE, 65001),
                                        binary(0x1013, "<p>本文</p>".encode()))),
        RENDER,
        attribute(2, 0x8010, "見積.pdf\x00".encode("cp932")),
        attribute(2, 0x800F, b"%PDF-1"),
        RENDER,
        attribute(2, 0x8010, b"SHORT~1.TXT\x00"),
        attribute(2, 0x9005, properties(string8(0x3707, "長い名前①.txt", 0x1F), string8(0x370E, "text/plain"),
                                        string8(0x3712, "<cid@x>"), binary(0x3701, b"text"))),
        RENDER,
        attribute(2, 0x9005, properties(string8(0x3704, "ole.bin"), binary(0x3701, b"I" * 16 + b"object", 0x0D))),
        RENDER,
    )  # fmt: skip

    found = unpack(packed)

    assert (found.text, found.html) == ("本文", "<p>本文</p>")
    assert found.files == [
        TnefFile("見積.pdf", b"%PDF-1"),
        TnefFile("長い名前①.txt", b"text", "text/plain", "cid@x"),
        TnefFile("ole.bin", b"object"),
    ]


def test_winmail_dat_with_a_message_inside():
    inner = tnef(attribute(1, 0x800C, "内側".encode("cp932")), RENDER, attribute(2, 0x8010, b"b.txt"),
                 attribute(2, 0x800F, b"b"))  # fmt: skip
    nested = properties(
        string8(0x3704, "件名"), binary(0x3701, bytes.fromhex("0703020000000000c000000000000046") + inner, 0x0D)
    )

    found = unpack(tnef(RENDER, attribute(2, 0x9005, nested)))

    assert found.files == [TnefFile("件名.txt", "内側".encode()), TnefFile("b.txt", b"b")]


def test_winmail_dat_with_nothing_readable_inside_keeps_the_inner_stream():
    inner = tnef()
    nested = properties(binary(0x3701, bytes.fromhex("0703020000000000c000000000000046") + inner, 0x0D))

    assert unpack(tnef(RENDER, attribute(2, 0x9005, nested))).files == [TnefFile("message.tnef", inner)]


@pytest.mark.parametrize(
    "damage",
    [
        struct.pack("<HHII", 0x1E, 0x3707, 1, 500) + b"cut",
        struct.pack("<HH", 0x77, 0x3707),
        struct.pack("<HH", 3, 0x3707) + b"\x00",
        struct.pack("<HHI", 0x101E, 0x3707, 1 << 31),
    ],
)
def test_a_damaged_property_ends_the_reading_of_its_block(damage):
    block = struct.pack("<I", 3) + binary(0x3701, b"content") + damage

    assert unpack(tnef(RENDER, attribute(2, 0x9005, block))).files == [TnefFile("", b"content")]


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_damaged_winmail_dat_gives_what_can_be_read(raw):
    found = unpack(tnef(attribute(1, 0x9003, raw), RENDER, attribute(2, 0x9005, raw)) + raw)

    assert all(one.content for one in found.files)


def compressed(*tokens, size):
    body = b""
    for start in range(0, len(tokens), 8):
        group = tokens[start : start + 8]
        control = sum(1 << bit for bit, token in enumerate(group) if len(token) == 2)
        body += bytes((control,)) + b"".join(group)
    return struct.pack("<IIII", len(body) + 12, size, 0x75465A4C, 0) + body


def test_compressed_rtf_is_unpacked():
    start = 207  # the length of the dictionary every stream begins with
    copy_from_dictionary = (0 << 4 | 4).to_bytes(2)  # six bytes: {\rtf1
    overlapping = ((start + 6) << 4 | 3).to_bytes(2)  # five bytes of the one just written
    end = ((start + 12) << 4).to_bytes(2)

    assert decompress_rtf(compressed(copy_from_dictionary, b"a", overlapping, end, size=100)) == b"{\\rtf1aaaaaa"
    assert decompress_rtf(compressed(copy_from_dictionary, size=6)) == b"{\\rtf1"
    assert decompress_rtf(compressed(copy_from_dictionary, size=6)[:-1]) == b""
    assert decompress_rtf(struct.pack("<IIII", 0, 3, 0x414C454D, 0) + b"{}}x") == b"{}}"


@pytest.mark.parametrize(
    "packed", [b"", b"short", struct.pack("<IIII", 1, 1, 1, 1), struct.pack("<IIII", 1, 1 << 30, 0x75465A4C, 0)]
)
def test_rtf_that_is_damaged_or_too_large_is_left_out(packed):
    assert decompress_rtf(packed) == b""


def test_rtf_is_given_only_where_there_is_no_other_body():
    rtf = binary(0x1009, struct.pack("<IIII", 0, 2, 0x414C454D, 0) + b"{}")

    assert unpack(tnef(attribute(1, 0x9003, properties(rtf)))).rtf == b"{}"
    assert unpack(tnef(attribute(1, 0x9003, properties(rtf, string8(0x1000, "本文"))))).rtf == b""


@pytest.mark.parametrize(
    ("kind", "name", "content", "expected"),
    [
        ("application/ms-tnef", "x", b"\x78\x9f\x3e\x22", True),
        ("application/octet-stream", "WINMAIL.DAT", b"\x78\x9f\x3e\x22", True),
        ("application/ms-tnef", "winmail.dat", b"PK", False),
        ("application/octet-stream", "a.bin", b"\x78\x9f\x3e\x22", False),
    ],
)
def test_is_tnef(kind, name, content, expected):
    assert is_tnef(kind, name, content) is expected
