from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mail.mails import b_word, q_word

from madoguchi.connectors.mail.headers import read_date, read_ids, read_kept
from madoguchi.connectors.mail.params import read_parameters
from madoguchi.connectors.mail.words import clean_line, decode_words

JIS = b"\x1b$BCmJ8$N7o\x1b(B"  # 注文の件


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?B?5rOo5paH?=", "注文"),
        (b"=?UTF-8?q?Caf=C3=A9_au_lait?=", "Café au lait"),
        (b"=?utf-8*ja?B?5rOo5paH?=", "注文"),
        (b_word(JIS), "注文の件"),
        (b_word(b"\x1b$B-!-j\x1b(B", "ISO-2022-JP"), "①㈱"),
        (b_word(b"\x1b$B-!-j\x1b(B", "iso-2022-jp-ms"), "①㈱"),
        (b_word("①".encode("cp932"), "shift_jis"), "①"),
        # words cut inside a character, and inside a shift state
        (b_word("注文".encode()[:4], "utf-8") + b" " + b_word("注文".encode()[4:], "utf-8"), "注文"),
        (b_word("注文".encode()[:4], "utf-8") + b"\r\n\t" + q_word("注文".encode()[4:]), "注文"),
        (b_word(JIS[:7]) + b" " + b_word(JIS[7:], "ISO-2022-JP"), "注文の件"),
        # base64 cut inside a group of four
        (b"=?utf-8?B?5rOo5p?= =?utf-8?B?aH?=", "注文"),
        (b"=?utf-8?B?5rOo5paH", "=?utf-8?B?5rOo5paH"),
        (b"=?utf-8?B?5rOo5paH=?=", "注文"),
        (b"=?utf-8?B?5rOo==5paH?=", "注文"),
        # neighbours: blanks between words go, text between them stays
        (b"=?utf-8?B?5rOo?= =?utf-8?B?5paH?=", "注文"),
        (b"Re: =?utf-8?B?5rOo?= and =?utf-8?B?5paH?=!", "Re: 注 and 文!"),
        (b"=?utf-8?B?5rOo?==?utf-8?B?5paH?=", "注文"),
        (b"=?utf-8?B?5rOo?= =?iso-2022-jp?B?GyRCSjgbKEI=?=", "注文"),
        (b"=?utf-8?Q?What?_?=", "What?"),
        (b"=?utf-8?Q?raw blank?=", "raw blank"),
        (b"=?utf-8?Q?=E6=B3=A8=ZZ?=", "注=ZZ"),
        # wrong labels
        (b_word("注文の件です".encode(), "iso-2022-jp"), "注文の件です"),
        (b_word("お問い合わせ".encode("cp932"), "utf-8"), "お問い合わせ"),
        (b_word(JIS, "utf-8"), "注文の件"),
        (b_word(b"abc", "x-unknown"), "abc"),
        # no encoding at all
        (JIS, "注文の件"),
        ("注文の件です".encode(), "注文の件です"),
        ("お問い合わせ".encode("cp932"), "お問い合わせ"),
        ("お問い合わせ".encode("euc_jp"), "お問い合わせ"),
        (b"\x1b$B=?\x1b(B", "戎"),
        # nothing smuggled in
        (b"=?utf-8?Q?a=0D=0ABcc:_b@x.example?=", "a Bcc: b@x.example"),
        (b"a\x00b\x07c\x7f", "abc"),
        ("a\u202eb\u2066c\u2028d".encode(), "abc d"),
    ],
)
def test_header_text_is_decoded_to_one_clean_line(value, text):
    assert decode_words(value) == text


def test_undeclared_bytes_are_read_as_the_body_was():
    raw = "請求書".encode("euc_jp")

    assert decode_words(raw, charset="euc-jp") == "請求書"


def test_force_overrides_every_label():
    raw = "日本".encode("euc_jp")

    assert decode_words(b_word(raw, "utf-8"), force="euc-jp") == "日本"
    assert decode_words(raw, force="euc-jp") == "日本"
    assert decode_words(b"plain =?utf-8?Q?a?=", force="euc-jp") == "plain a"


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_header_bytes_become_one_printable_line(raw):
    line = decode_words(raw)

    assert line == clean_line(line)
    assert not any(char in line for char in "\r\n\x00\x85\u2028\u202e")


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"<a@x.example>", ("a@x.example",)),
        (b"<a@x.example>\t<b@x.example> <a@x.example>", ("a@x.example", "b@x.example")),
        (b'Your mail of Monday <a@x.example> "hi"', ("a@x.example",)),
        (b"a@x.example", ("a@x.example",)),
        (b"<a b@x.example>", ("b@x.example",)),
        (b"<" + b"a" * 999 + b"@x>", ()),
        (b"", ()),
        (b"none", ()),
    ],
)
def test_read_ids(value, ids):
    assert read_ids(value) == ids


def test_read_ids_keeps_the_first_and_the_newest_of_very_many():
    ids = read_ids(b" ".join(b"<%d@x.example>" % number for number in range(500)))

    assert len(ids) == 100
    assert (ids[0], ids[1], ids[-1]) == ("0@x.example", "401@x.example", "499@x.example")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (b"Sun, 22 Nov 2026 16:22:00 +0900", datetime(2026, 11, 22, 7, 22, tzinfo=UTC)),
        (b"Sun, 22 Nov 2026 16:22:00 +0900 (JST)", datetime(2026, 11, 22, 7, 22, tzinfo=UTC)),
        (b"22 Nov 26 16:22 GMT", datetime(2026, 11, 22, 16, 22, tzinfo=UTC)),
        (b"Sun Nov 22 16:22:00 2026", datetime(2026, 11, 22, 16, 22, tzinfo=UTC)),
        (b"Sun, 22 Nov 2026 16:22:60 -0000", datetime(2026, 11, 22, 16, 22, 59, tzinfo=UTC)),
        (b"2026-11-22T16:22:00+09:00", datetime(2026, 11, 22, 7, 22, tzinfo=UTC)),
        (b"2026-11-22T16:22:00", datetime(2026, 11, 22, 16, 22, tzinfo=UTC)),
        (b"Sun, 32 Nov 2026 16:22:00 +0900", None),
        (b"Sun, 22 Nov 2026 16:22:00 +9999", None),
        (b"Fri, 31 Dec 9999 23:59:59 -1200", None),
        (b"yesterday", None),
        ("2026年11月22日".encode(), datetime(2026, 11, 22, tzinfo=UTC)),
        (b"", None),
    ],
)
def test_read_date_is_lenient_and_in_utc(value, moment):
    assert read_date(value) == moment


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_read_date_takes_anything(value):
    moment = read_date(value)

    assert moment is None or moment.utcoffset().total_seconds() == 0


def test_read_kept_keeps_the_first_of_the_fields_worth_it():
    kept = read_kept(
        [("x-spam-score", b"5"), ("list-id", b"=?utf-8?B?5rOo?= <l.x>"), ("list-id", b"2"), ("received", b"x")]
    )

    assert kept == {"x-spam-score": "5", "list-id": "注 <l.x>"}


NAME = "注文書 表.pdf"


@pytest.mark.parametrize(
    "value",
    [
        b"attachment; filename*=utf-8''%E6%B3%A8%E6%96%87%E6%9B%B8%20%E8%A1%A8.pdf",
        b"attachment; filename*=UTF-8'ja'%E6%B3%A8%E6%96%87%E6%9B%B8%20%E8%A1%A8.pdf; filename=\"x.pdf\"",
        b"attachment;filename*0*=utf-8''%E6%B3%A8%E6%96%87%E6%9B%B8;filename*1=\" \";filename*2*=%E8%A1%A8.pdf",
        b"attachment; filename*1*=%87%E6%9B%B8%20%E8%A1%A8.pdf; filename*0*=utf-8''%E6%B3%A8%E6%96",
        b"attachment; filename*=" + NAME.encode(),
        b'attachment; filename*0="=?utf-8?B?' + b"5rOo5paH5pu4IOihqC5wZGY=" + b'?="',
        b'attachment; filename="=?utf-8?B?5rOo5paH5pu4IOihqC5wZGY=?="',
        b"attachment; filename==?utf-8?B?5rOo5paH5pu4IOihqC5wZGY=?=",
        b'attachment; filename="=?utf-8?B?5rOo5paH?= =?utf-8?B?5pu4IOihqC5wZGY=?="',
        b'attachment; filename="' + NAME.encode() + b'"',
        b'attachment; filename="' + NAME.encode("cp932") + b'"',
        b"attachment; filename=" + NAME.encode("cp932"),
        b'attachment; filename="' + NAME.encode("euc_jp") + b'"; size=1',
        b'attachment; filename="\x1b$BCmJ8=q\x1b(B \x1b$BI=\x1b(B.pdf"; size=1',
        b"attachment; filename=\"utf-8''%E6%B3%A8%E6%96%87%E6%9B%B8%20%E8%A1%A8.pdf\"",
        b'attachment; filename="%E6%B3%A8%E6%96%87%E6%9B%B8%20%E8%A1%A8.pdf"',
        b'attachment;; filename="=?utf-8?Q?=E6=B3=A8=E6=96=87=E6=9B=B8_=E8=A1=A8.pdf?=" ; x',
    ],
)  # fmt: skip
def test_file_names_are_read_in_every_form(value):
    found = read_parameters(value)

    assert found.value == "attachment"
    assert found.text("filename") == NAME


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'attachment; filename="a\\"b;c.pdf"', 'a"b;c.pdf'),
        (b"attachment; filename=a b.pdf; size=1", "a b.pdf"),
        (b'attachment; filename="unclosed', "unclosed"),
        (b'attachment; filename="100%.txt"', "100%.txt"),
        (b'attachment; filename="%FF%FE.txt"', "%FF%FE.txt"),
        (b'attachment; filename="first"; filename="second"', "first"),
        (b"attachment", ""),
        (b"attachment; filename", ""),
        (b"", ""),
    ],
)
def test_file_names_of_plain_and_broken_fields(value, name):
    assert read_parameters(value).text("filename") == name


def test_parameters_are_bounded():
    found = read_parameters(b"x/y" + b"".join(b"; p%d=1" % number for number in range(1_000)))

    assert len(found.plain) == 200


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_parameters_take_any_bytes(raw):
    found = read_parameters(b"attachment; filename=" + raw)

    assert "\n" not in clean_line(found.text("filename"))
