import base64
import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mail.outgoing import MESSAGE

from madoguchi.channels.contract import Address, OutboundAttachment, OutboundMessage
from madoguchi.connectors.mail.compose import CHARSETS, compose, lost_characters
from madoguchi.connectors.mail.encoded import UnsendableAddress
from madoguchi.connectors.mail.japanese import decode_iso2022jp, encode_iso2022jp
from madoguchi.connectors.mail.parse import parse_mail
from madoguchi.connectors.mail.screening import Ours, Verdict, screen

LONG_NAME = "領収書のお願い_2026年1月分_株式会社サンプル商事様宛_最終版.pdf"


def fields(raw):
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


def unfolded(raw):
    return re.sub(rb"\r\n[ \t]", b" ", raw.partition(b"\r\n\r\n")[0]).split(b"\r\n")


@pytest.mark.parametrize("charset", CHARSETS)
def test_what_is_composed_reads_back(charset):
    raw = compose(MESSAGE, charset=charset)

    message = parse_mail(raw)

    assert message.external_id == MESSAGE.external_id
    assert (message.sender, message.to, message.cc) == (MESSAGE.sender, MESSAGE.to, MESSAGE.cc)
    assert (message.subject, message.text) == (MESSAGE.subject, MESSAGE.text.strip())
    assert (message.in_reply_to, message.references) == (MESSAGE.in_reply_to, MESSAGE.references)
    assert message.sent_at == datetime(2026, 11, 22, 7, 22, tzinfo=UTC)
    assert (message.charset, message.warnings) == (charset, ())


@pytest.mark.parametrize("charset", CHARSETS)
def test_the_standard_library_agrees(charset):
    read = email.message_from_bytes(compose(MESSAGE, charset=charset), policy=email.policy.default)

    assert read["subject"] == MESSAGE.subject
    # The library puts a blank between two encoded words of a name, against RFC 2047 §6.2.
    assert read["from"].addresses[0].display_name.replace(" ", "") == MESSAGE.sender.name.replace(" ", "")
    assert read["to"].addresses[0].username == "taro..y."
    assert read.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert read.defects == []


@pytest.mark.parametrize("charset", CHARSETS)
def test_lines_stay_in_their_bounds(charset):
    file = OutboundAttachment(LONG_NAME, "application/pdf", b"x" * 5_000)
    long = replace(
        MESSAGE, text="長い行。" * 500, attachments=(file,), references=tuple(f"{n}@x.example" for n in range(60))
    )

    raw = compose(long, charset=charset)

    assert max(len(line) for line in raw.split(b"\r\n")) <= 76
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^?]+\?B\?[^?]*\?=", raw))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert parse_mail(raw).text == long.text


def test_every_encoded_word_stands_by_itself():
    words = re.findall(rb"=\?UTF-8\?B\?([^?]*)\?=", compose(replace(MESSAGE, subject="あ𠮷👨‍👩‍👧が" * 20)))

    assert len(words) > 5
    assert all(base64.b64decode(word).decode("utf-8") for word in words)


def test_a_machines_mail_says_so_and_asks_for_no_answer():
    sent = fields(compose(replace(MESSAGE, is_automatic=True, in_reply_to="")))

    assert b"Auto-Submitted: auto-generated" in sent
    assert b"X-Auto-Response-Suppress: All" in sent
    assert b"List-Id: <support.shop.example>" in sent


def test_the_marker_tells_a_mail_that_comes_back():
    raw = compose(MESSAGE, marker="installation-1")
    inbound = replace(parse_mail(raw), external_id="changed-on-the-way@x.example")

    back = screen(inbound, email.message_from_bytes(raw), ours=Ours(marker="installation-1"))

    assert (back.verdict, back.why) == (Verdict.QUARANTINE, "own_marker")


def test_bcc_is_never_written():
    assert b"secret" not in compose(MESSAGE)


def test_a_mail_only_to_bcc_names_nobody():
    raw = compose(replace(MESSAGE, to=(), cc=()))

    assert b"To: undisclosed-recipients:;" in fields(raw)
    assert b"secret" not in raw


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: evil@x.example", "a\nBcc: evil@x.example", "a\x00\x0bb\u2028Bcc: e", "a\r\n\r\nbody"]
)
def test_no_value_can_add_a_header_or_end_them(evil):
    attachment = OutboundAttachment(evil, evil, b"x", evil)
    raw = compose(
        replace(
            MESSAGE,
            external_id=evil,
            sender=Address("a@x.example", evil),
            to=(Address("b@x.example", evil),),
            subject=evil,
            in_reply_to=evil,
            references=(evil,),
            attachments=(attachment,),
            html="<p>x</p>",
        )
    )

    names = [line.partition(b":")[0] for line in unfolded(raw)]

    assert names == [b"Date", b"From", b"To", b"Cc", b"Subject", b"Message-ID", b"In-Reply-To", b"References",
                     b"MIME-Version", b"Content-Type"]  # fmt: skip
    assert not re.search(rb"(?m)^Bcc", raw)


@pytest.mark.parametrize("email_address", ["a@x.example\r\nBcc: b@x.example", "a\r\n@x.example", "a@x.ex\nample"])
def test_an_address_cannot_add_a_header(email_address):
    try:
        raw = compose(replace(MESSAGE, to=(Address(email_address),), cc=()))
    except UnsendableAddress:
        return

    assert not re.search(rb"(?m)^Bcc", raw)


@pytest.mark.parametrize(
    "email_address",
    ["", "nobody", "@x.example", "a@", "太郎@x.example", "a@x y.example", "a@" + "あ" * 70 + ".example"],
)
def test_addresses_no_server_takes_are_refused(email_address):
    with pytest.raises(UnsendableAddress):
        compose(replace(MESSAGE, to=(Address(email_address),)))


@pytest.mark.parametrize(
    ("email_address", "written"),
    [
        ("a.b+c@x.example", b"a.b+c@x.example"),
        ("taro..y.@docomo.ne.jp", b'"taro..y."@docomo.ne.jp'),
        (".taro@x.example", b'".taro"@x.example'),
        ("-taro@x.example", b"-taro@x.example"),
        ('"a b"@x.example', b'"a b"@x.example'),
        ('a"b\\c@x.example', b'"a\\"b\\\\c"@x.example'),
        ("a@日本語.example", b"a@xn--wgv71a119e.example"),
        ("a@[192.0.2.1]", b"a@[192.0.2.1]"),
    ],
)
def test_addresses_as_they_are_written(email_address, written):
    raw = compose(replace(MESSAGE, to=(Address(email_address),)))

    assert b"To: " + written in fields(raw)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Taro Yamada", b"To: Taro Yamada <a@x.example>"),
        ("Yamada, Taro", b'To: "Yamada, Taro" <a@x.example>'),
        ("=?utf-8?Q?x?=", b"To: =?UTF-8?B?PT91dGYtOD9RP3g/PQ==?= <a@x.example>"),
        ("", b"To: a@x.example"),
    ],
)
def test_names_as_they_are_written(name, written):
    assert b"\r\n" + written + b"\r\n" in compose(replace(MESSAGE, to=(Address("a@x.example", name),)))


@pytest.mark.parametrize("name", ["a" * 300, "名" * 100, "a" * 50])
def test_long_names_are_folded(name):
    raw = compose(replace(MESSAGE, to=(Address("a@x.example", name),)))

    assert max(len(line) for line in raw.split(b"\r\n")) <= 80
    assert parse_mail(raw).to[0].name == name


def test_machine_mail_is_marked_and_other_mail_is_not():
    automatic = compose(replace(MESSAGE, is_automatic=True))
    first = compose(replace(MESSAGE, is_automatic=True, in_reply_to=""))

    assert {b"Auto-Submitted: auto-replied", b"X-Auto-Response-Suppress: All"} <= set(fields(automatic))
    assert b"Auto-Submitted: auto-generated" in fields(first)
    assert b"Auto-Submitted" not in compose(MESSAGE)


def test_html_pictures_and_files_nest_as_they_should():
    raw = compose(
        replace(
            MESSAGE,
            html='<p>本文<img src="cid:logo@x"></p>',
            attachments=(
                OutboundAttachment("logo.png", "image/png", b"\x89PNG\r\n\x1a\n", "logo@x"),
                OutboundAttachment(LONG_NAME, "application/pdf", b"%PDF-1"),
                OutboundAttachment("mail.eml", "message/rfc822", b"Subject: x"),
                OutboundAttachment('a\\b".txt', "bad type", b"text"),
            ),
        )
    )

    message = parse_mail(raw)
    read = email.message_from_bytes(raw, policy=email.policy.default)

    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf", "application/octet-stream", "application/octet-stream",
    ]  # fmt: skip
    assert message.html == '<p>本文<img data-cid="logo@x"></p>'
    assert [(one.name, one.is_inline) for one in message.attachments] == [
        ("logo.png", True),
        (LONG_NAME, False),
        ("mail.eml", False),
        ("b.txt", False),
    ]


def test_a_picture_without_html_is_a_file():
    raw = compose(replace(MESSAGE, attachments=(OutboundAttachment("a.png", "image/png", b"x", "cid@x"),)))

    assert b"multipart/mixed" in raw
    assert b"multipart/related" not in raw


def test_file_names_are_written_in_both_forms():
    raw = compose(replace(MESSAGE, attachments=(OutboundAttachment("請求書.pdf", "application/pdf", b"x"),)))

    assert b"filename*=utf-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf" in raw
    assert b'name="=?UTF-8?B?6KuL5rGC5pu4LnBkZg==?="' in raw


def test_empty_values_give_a_valid_mail():
    raw = compose(OutboundMessage("1@x.example", Address("a@x.example"), (Address("b@x.example"),), "", "",
                                  attachments=(OutboundAttachment("", "", b""),)))  # fmt: skip

    message = parse_mail(raw)

    assert (message.subject, message.text) == ("", "")
    assert [(one.name, one.content) for one in message.attachments] == [("attachment.bin", b"")]
    assert abs(message.sent_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_same_message_gives_the_same_bytes():
    files = (OutboundAttachment("a", "text/plain", b"x"),)

    assert compose(replace(MESSAGE, attachments=files)) == compose(replace(MESSAGE, attachments=files))


def test_another_charset_is_refused():
    with pytest.raises(ValueError, match="not 'cp932'"):
        compose(MESSAGE, charset="cp932")


def test_plain_ascii_is_sent_as_it_is():
    raw = compose(replace(MESSAGE, text="Hello\r\nworld"), charset="iso-2022-jp")

    assert raw.endswith(b"charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\nworld\r\n")


def test_html_in_iso_2022_jp_loses_nothing():
    raw = compose(replace(MESSAGE, html="<p>①髙😀</p>"), charset="iso-2022-jp")

    assert parse_mail(raw).html == "<p>①髙😀</p>"


def test_each_line_of_iso_2022_jp_ends_in_ascii():
    body = compose(replace(MESSAGE, text="一行\n二行\n"), charset="iso-2022-jp").partition(b"\r\n\r\n")[2]

    assert all(line.endswith(b"\x1b(B") for line in body.split(b"\r\n") if line)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("①㈱髙𠮷です①", ["①", "㈱", "髙", "𠮷"]),
        ("〜～―—－−‖∥¢£¬", []),
        ("ﾊﾝｶｸ ガ", []),
        ("ｶﾞ¥", []),
        ("👨‍👩‍👧😀️", ["👨", "👩", "👧", "😀"]),
        ("改行\r\n\tと空白\u3000\u00a0", []),
        ("é", ["é"]),
    ],
)
def test_lost_characters_are_named_before_sending(text, lost):
    assert lost_characters(text, "iso-2022-jp") == lost
    assert lost_characters(text, "utf-8") == []


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf"], exclude_characters="〓"),
        max_size=50,
    )
)
@settings(deadline=None)
def test_lost_characters_are_exactly_what_becomes_geta(text):
    written = decode_iso2022jp(encode_iso2022jp(text))

    assert ("〓" in written) is bool(lost_characters(text, "iso-2022-jp"))


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf"])


LINES = st.text(alphabet=PRINTABLE, max_size=120).map(lambda text: " ".join(text.split()))


NAMES = LINES.filter(lambda name: not set(name) & set("\"'<>"))


FILES = st.builds(
    OutboundAttachment,
    st.text(alphabet="あ髙a1 _-表", min_size=1, max_size=80).map(lambda name: " ".join(name.split()) + "x.pdf"),
    st.just("application/pdf"),
    st.binary(max_size=200),
)


@given(subject=LINES, name=NAMES, lines=st.lists(LINES, max_size=5), files=st.lists(FILES, max_size=2))
@settings(max_examples=150, deadline=None)
def test_any_message_survives_the_way_out_and_in(subject, name, lines, files):
    text = "\n".join(lines).strip("\n")
    sent = replace(MESSAGE, subject=subject, to=(Address("b@x.example", name),), text=text, attachments=tuple(files))

    read = parse_mail(compose(sent))

    assert (read.subject, read.to[0].name, read.text) == (subject, name, text)
    assert [(one.name, one.content) for one in read.attachments] == [(one.name, one.content) for one in files]


JIS_TEXT = st.text(alphabet=st.characters(codec="iso2022_jp", exclude_categories=["Cc", "Cs"]), max_size=100)


@given(
    JIS_TEXT.map(lambda text: " ".join(text.split())).filter(lambda text: text.isascii() or not set("¥‾\\") & set(text))
)
@settings(max_examples=150, deadline=None)
def test_text_of_jis_survives_in_iso_2022_jp(text):
    twins = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢")

    read = parse_mail(compose(replace(MESSAGE, subject=text, text=text), charset="iso-2022-jp"))

    assert (read.subject, read.text) == (text.translate(twins), text.translate(twins))
