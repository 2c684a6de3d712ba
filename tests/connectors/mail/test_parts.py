"""The pieces of the decoder by themselves: flowed text, inline files, invitations, winmail.dat, names, language."""

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mail.odd_parts import CONTENT, EVENT, uuencoded, yencoded

from madoguchi.connectors.mail.filenames import default_name, safe_name, sniffed_type
from madoguchi.connectors.mail.flowed import unflow
from madoguchi.connectors.mail.inline_files import take_inline_files
from madoguchi.connectors.mail.invites import summarise_invite
from madoguchi.connectors.mail.language import guess_language


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
