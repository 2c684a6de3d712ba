"""The pieces of the decoder by themselves: flowed text, inline files, invitations, winmail.dat, names, language."""

import base64
import binascii
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.connectors.mail.filenames import default_name, safe_name, sniffed_type
from madoguchi.connectors.mail.flowed import unflow
from madoguchi.connectors.mail.inline_files import take_inline_files
from madoguchi.connectors.mail.invites import summarise_invite
from madoguchi.connectors.mail.language import guess_language
from madoguchi.connectors.mail.tnef import TnefFile, decompress_rtf, is_tnef, unpack


@pytest.mark.parametrize(
    ("text", "delsp", "joined"),
    [
        ("a \nb\nc", False, "a b\nc"),
        ("お世話に \nなって \nおります。\n次", True, "お世話になっております。\n次"),
        ("> a \n> b\n>> c \n> d", False, "> a b\n>> c \n> d"),
        (" >stuffed\n From here", False, ">stuffed\nFrom here"),
        ("a \n-- \nsignature", False, "a \n-- \nsignature"),
        ("-- \nsignature", False, "-- \nsignature"),
        ("", False, ""),
        ("\n\na", False, "\n\na"),
    ],
)
def test_unflow(text, delsp, joined):
    assert unflow(text, delsp=delsp) == joined


def uuencoded(content, name=b"a.bin", end=b"end\n"):
    lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\n" + end


def yencoded(content, crc=None):
    escaped = b"".join(
        b"=" + bytes(((byte + 42 + 64) % 256,)) if (byte + 42) % 256 in b"\x00\n\r=" else bytes(((byte + 42) % 256,))
        for byte in content
    )
    check = zlib.crc32(content) if crc is None else crc
    return b"=ybegin line=128 size=%d name=a b.bin\n%s\n=yend size=%d crc32=%08x\n" % (
        len(content), escaped, len(content), check,
    )  # fmt: skip


CONTENT = bytes(range(256)) * 2


@pytest.mark.parametrize(
    ("block", "name"),
    [
        (uuencoded(CONTENT), b"a.bin"),
        (uuencoded(CONTENT).replace(b"\n", b"\r\n"), b"a.bin"),
        (uuencoded(CONTENT, b'"a b.bin"'), b"a b.bin"),
        (uuencoded(CONTENT).replace(b"\nM", b"\nM").replace(b"\n`", b"\n "), b"a.bin"),
        (b"begin-base64 644 a.bin\n" + base64.encodebytes(CONTENT) + b"====\n", b"a.bin"),
        (yencoded(CONTENT), b"a b.bin"),
        (yencoded(CONTENT).replace(b"\n", b"\n=ypart begin=1 end=512\n", 1), b"a b.bin"),
    ],
)
def test_inline_files_are_taken_out_of_the_text(block, name):
    text, files = take_inline_files(b"before\n" + block + b"after\n")

    assert files == [(name, CONTENT)]
    assert text.replace(b"\r\n", b"\n").split() == [b"before", b"after"]


@pytest.mark.parametrize(
    "block",
    [
        uuencoded(CONTENT, end=b""),
        uuencoded(CONTENT).replace(b"\nM", b"\n\x01"),
        b"begin 644 empty\nend\n",
        b"begin 644 cut",
        b"begin 644 a\nMcut",
        b"begin-base64 644 a\nAAAA\n",
        b"begin-base64 644 a\n***\n====\n",
        yencoded(CONTENT, crc=1),
        yencoded(CONTENT).partition(b"=yend")[0],
        b"begin here, please\n",
        b"no blocks\n",
    ],
)
def test_what_is_no_whole_block_stays_text(block):
    assert take_inline_files(b"a\n" + block) == (b"a\n" + block, [])


def test_uuencoded_lines_with_a_checksum_character_are_read():
    line = binascii.b2a_uu(b"a" * 45).rstrip(b"\n") + b"X!!\n"

    assert take_inline_files(b"begin 644 a\n" + line + b"end\n")[1] == [(b"a", b"a" * 45)]


def test_blocks_without_an_end_are_tried_a_few_times_only():
    assert take_inline_files(b"begin 644 a\n" * 1_000)[1] == []


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_inline_files_of_any_bytes(raw):
    given_body = b"begin 644 x\n" + raw + b"\nend\n=ybegin size=1 name=y\n" + raw

    body, files = take_inline_files(given_body)

    assert body == given_body if not files else len(body) < len(given_body)


EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:打ち合わせ\\, 第1回
DTSTART;TZID=Asia/Tokyo:20261125T130000
DTEND;TZID=Asia/Tokyo:20261125T140000
LOCATION:会議室
  A
ORGANIZER;CN="佐藤, 花子":mailto:hanako@x.example
ATTENDEE;PARTSTAT=ACCEPTED;CN=Taro:mailto:taro@x.example
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_summed_up():
    assert summarise_invite(EVENT).split("\n") == [
        "【予定の招待】打ち合わせ, 第1回",
        "日時: 2026年11月25日(水) 13:00〜14:00",
        "場所: 会議室 A",
        "主催者: 佐藤, 花子 <hanako@x.example>",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("METHOD:REQUEST", "METHOD:CANCEL", "【予定の取り消し】打ち合わせ, 第1回"),
        ("METHOD:REQUEST", "METHOD:X", "【予定】打ち合わせ, 第1回"),
        ("METHOD:REQUEST", "METHOD:REPLY", "返事: Taro <taro@x.example> 承諾"),
        (";TZID=Asia/Tokyo:20261125T130000", ":20261125T040000Z", "日時: 2026年11月25日(水) 13:00〜14:00"),
        (";TZID=Asia/Tokyo:20261125T130000", ";VALUE=DATE:20261125", "日時: 2026年11月25日(水)"),
        (
            "DTSTART;TZID=Asia/Tokyo",
            "DTSTART;TZID=Europe/Paris",
            "日時: 2026年11月25日(水) 13:00〜14:00 (Europe/Paris)",
        ),
        (
            "DTEND;TZID=Asia/Tokyo:20261125T14",
            "DTEND:20261126T09",
            "日時: 2026年11月25日(水) 13:00〜2026年11月26日(木) 09:00",
        ),
        ("DTEND;", "X-END;", "日時: 2026年11月25日(水) 13:00"),
        ('ORGANIZER;CN="佐藤, 花子"', "ORGANIZER", "主催者: hanako@x.example"),
    ],
)
def test_invitations_of_other_kinds(old, new, line):
    assert line in summarise_invite(EVENT.replace(old, new)).split("\n")


@pytest.mark.parametrize("start", ["DTSTART:20261399T000000", "DTSTART:00010101T000000Z", "DTSTART:soon", "X:1"])
def test_an_invitation_with_an_impossible_date_has_no_date_line(start):
    calendar = EVENT.replace("DTSTART;TZID=Asia/Tokyo:20261125T130000", start)

    assert "0001年1月1日" in calendar or "日時: 2026" not in summarise_invite(calendar)


@pytest.mark.parametrize("calendar", ["", "BEGIN:VCALENDAR\nEND:VCALENDAR", "garbage", "BEGIN:VTODO\nSUMMARY:x"])
def test_a_calendar_without_event_has_no_summary(calendar):
    assert summarise_invite(calendar) == ""


def test_an_event_without_end_is_still_summed_up():
    assert summarise_invite("BEGIN:VEVENT\nSUMMARY:x\n") == "【予定】x"


def attribute(level, name, data):
    return struct.pack("<BHHI", level, name, 0, len(data)) + data + b"\x00\x00"


def string8(name, text, kind=0x1E):
    data = text.encode("cp932") + b"\x00" if kind == 0x1E else text.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<HHII", kind, name, 1, len(data)) + data.ljust((len(data) + 3) & ~3, b"\x00")


def binary(name, data, kind=0x102):
    return struct.pack("<HHII", kind, name, 1, len(data)) + data.ljust((len(data) + 3) & ~3, b"\x00")


def long(name, value):
    return struct.pack("<HHI", 3, name, value)


def properties(*items):
    return struct.pack("<I", len(items)) + b"".join(items)


def tnef(*attributes):
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x9007, struct.pack("<II", 932, 0)) + b"".join(attributes)


RENDER = attribute(2, 0x9002, b"\x00" * 14)
NAMED = (
    struct.pack("<HH", 0x1E, 0x8000)
    + b"\x00" * 16
    + struct.pack("<II", 1, 4)
    + b"a\x00\x00\x00"
    + struct.pack("<II", 1, 2)
    + b"x\x00\x00\x00"
)
NUMBERED = struct.pack("<HH", 0x3, 0x8001) + b"\x00" * 16 + struct.pack("<III", 0, 7, 5)
TWO_VALUES = struct.pack("<HHI", 0x1003, 0x6000, 2) + struct.pack("<II", 1, 2)


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


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("見積書.pdf", "見積書.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\見積.xlsx", "見積.xlsx"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("exe\u202egpj.exe", "exegpj.exe"),
        ('a<b>:"|?*.txt', "ab.txt"),
        ("  a \t b .txt ", "a b .txt"),
        ("CON.txt", "_CON.txt"),
        ("か\u3099.txt", "が.txt"),
        ("...", "attachment"),
        ("", "attachment"),
        ("あ" * 200 + ".pdf", "あ" * 146 + ".pdf"),
        ("あ" * 200, "あ" * 150),
    ],
)
def test_safe_name(name, safe):
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("image/jpeg", "image.jpg"),
        ("message/rfc822", "message.eml"),
        ("text/plain", "text.txt"),
        ("application/pdf", "attachment.pdf"),
        ("application/x-no-such", "attachment.bin"),
    ],
)
def test_default_name(kind, name):
    assert default_name(kind) == name


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("declared", "name", "content", "kind"),
    [
        ("application/pdf", "a.bin", b"x", "application/pdf"),
        ("application/octet-stream", "a.bin", b"%PDF-1.7", "application/pdf"),
        ("application/octet-stream", "a.bin", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("application/octet-stream", "a.bin", b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        ("application/octet-stream", "a.xlsx", b"PK\x03\x04", EXCEL),
        ("application/octet-stream", "a.zzz", b"PK\x03\x04", "application/zip"),
        ("application/octet-stream", "a.eml", b"From: a", "message/rfc822"),
        ("application/octet-stream", "fake.png", b"<script>", "application/octet-stream"),
        ("text/plain", "a.csv", b"a,b", "text/csv"),
        ("text/plain", "a", b"a,b", "text/plain"),
        ("bad type", "a", b"x", "application/octet-stream"),
        ("a/b\r\nX: y", "a", b"x", "application/octet-stream"),
    ],
)  # fmt: skip
def test_sniffed_type(declared, name, content, kind):
    assert sniffed_type(declared, name, content) == kind


@pytest.mark.parametrize(
    ("text", "charset", "language"),
    [
        ("お問い合わせありがとうございます", "", "ja"),
        ("領収書送付", "", "ja"),
        ("领收书发送", "", "zh"),
        ("領収書送付", "gb18030", "zh"),
        ("주문 확인 부탁드립니다", "", "ko"),
        ("Please check my order", "", "en"),
        ("Bitte Rechnung", "", ""),
        ("Order OK です。ご確認ください", "", "ja"),
        ("> 引用です\nThank you", "", "en"),
        ("> 引用です", "", "ja"),
        ("https://x.example/the/order", "", "en"),
        ("12345", "", ""),
        ("", "", ""),
    ],
)
def test_guess_language(text, charset, language):
    assert guess_language(text, charset) == language
