"""Whole mails through the decoder, one habit of senders at a time."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from tests.connectors.mail.mails import (
    PNG,
    b_word,
    file_part,
    from_of,
    mail,
    multipart_mail,
    part,
    subject_of,
)

from madoguchi.channels.contract import Address
from madoguchi.connectors.mail.parse import parse_mail, readings


def test_a_usual_japanese_mail():
    text = "お世話になっております。\r\n㈱サンプルの山田です。\r\n"
    jis = b"\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#\x1b(B\r\n\x1b$B-j%5%s%W%k$N;3ED$G$9!#\x1b(B\r\n"
    raw = mail(
        jis,
        b"To: =?iso-2022-jp?B?GyRCQWs4fRsoQg==?= <support@shop.example>, b@x.example",
        b"Cc: C <c@x.example>",
        b"Reply-To: <reply@x.example>",
        b"In-Reply-To: <p2@shop.example>",
        b"References: <p1@shop.example>\r\n <p2@shop.example>",
        b"X-Mailer: Mailer 1",
        b"Received: from x",
        content_type=b"text/plain; charset=iso-2022-jp",
        sender=b_word(b"\x1b$B;3ED\x1b(B") + b" <taro@customer.example>",
        subject=b"Re: " + b_word(b"\x1b$BCmJ8$N7o\x1b(B"),
    )

    message = parse_mail(raw)

    assert message.text == text.replace("\r\n", "\n").strip()
    assert message.external_id == "1@customer.example"
    assert message.sender == Address("taro@customer.example", "山田")
    assert message.subject == "Re: 注文の件"
    assert message.to == (Address("support@shop.example", "窓口"), Address("b@x.example"))
    assert message.cc == (Address("c@x.example", "C"),)
    assert message.reply_to == (Address("reply@x.example"),)
    assert message.sent_at == datetime(2026, 11, 22, 7, 22, tzinfo=UTC)
    assert message.in_reply_to == "p2@shop.example"
    assert message.references == ("p1@shop.example", "p2@shop.example")
    assert (message.language, message.charset, message.html) == ("ja", "iso-2022-jp", "")
    assert message.headers == {"x-mailer": "Mailer 1"}
    assert (message.attachments, message.warnings, message.is_forward) == ((), (), False)


def test_a_forward_is_recognised_by_its_subject():
    assert parse_mail(mail(b"x", subject="転送：件名".encode())).is_forward
    assert not parse_mail(mail(b"x", subject=b"Re: Fw: x")).is_forward


def test_a_mail_without_anything():
    message = parse_mail(b"")

    assert message.external_id == f"sha256-{hashlib.sha256(b'').hexdigest()}@raw"
    assert message.sender == Address("")
    assert (message.subject, message.text, message.sent_at) == ("", "", None)
    assert message.warnings == ("no_sender", "no_date", "no_message_id")


@pytest.mark.parametrize(
    ("fields", "email", "warning"),
    [
        (b"Sender: s@x.example\r\nReply-To: r@x.example", "s@x.example", "no_from"),
        (b"Reply-To: r@x.example", "r@x.example", "no_from"),
        (b"Return-Path: <b@x.example>", "b@x.example", "no_from"),
        (b"From: nobody", "", "no_sender"),
    ],
)
def test_the_sender_is_found_without_from(fields, email, warning):
    message = parse_mail(fields + b"\r\n\r\nx")

    assert message.sender.email == email
    assert warning in message.warnings


@pytest.mark.parametrize(
    ("field", "external_id"),
    [
        (b"Message-ID: <a@x.example>", "a@x.example"),
        (b"Message-Id:\r\n <a@x.example>", "a@x.example"),
        (b"message-id: a@x.example", "a@x.example"),
        (b"Message-ID: abc123", "abc123"),
        (b"Message-ID: <abc123>", "abc123"),
    ],
)
def test_the_id_of_a_mail(field, external_id):
    assert parse_mail(field + b"\r\n\r\nx").external_id == external_id


@pytest.mark.parametrize(
    "field", [b"Message-ID: two words", b"Message-ID: <" + b"a" * 999 + b">", b"Message-ID:", b"X: y"]
)
def test_a_mail_without_usable_id_is_named_by_its_bytes(field):
    raw = field + b"\r\n\r\nx"

    assert parse_mail(raw).external_id == f"sha256-{hashlib.sha256(raw).hexdigest()}@raw"


def test_html_and_text_are_both_kept():
    raw = multipart_mail(part("本文".encode()), part("<p>本<b>文</b></p>".encode(), b"text/html; charset=utf-8"),
                         subtype=b"alternative")  # fmt: skip

    message = parse_mail(raw)

    assert (message.text, message.html) == ("本文", "<p>本<b>文</b></p>")


def test_html_only_gives_text():
    message = parse_mail(mail(b"<p>a</p><p>b<script>x</script></p>", content_type=b"text/html"))

    assert (message.text, message.html) == ("a\n\nb", "<p>a</p><p>b</p>")


def test_an_empty_text_alternative_is_replaced_by_the_html():
    raw = multipart_mail(part(b"  \r\n"), part(b"<p>a</p>", b"text/html"), subtype=b"alternative")

    assert parse_mail(raw).text == "a"


@pytest.mark.parametrize(
    ("html", "text", "kept"),
    [
        (b'<img src="https://x.example/a.png">', "[画像]", True),
        (b"<p></p>", "", False),
        (b"<script>x</script>", "", False),
    ],
)
def test_text_is_never_empty_where_html_is_shown(html, text, kept):
    message = parse_mail(mail(html, content_type=b"text/html"))

    assert (message.text, bool(message.html)) == (text, kept)


def test_html_takes_its_charset_from_meta_when_the_header_has_none():
    body = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"></head>①</html>'

    assert parse_mail(mail(body.encode("cp932"), content_type=b"text/html")).text == "①"


def test_text_parts_around_an_image_are_one_text():
    raw = multipart_mail(part(b"before\r\n"), file_part(PNG, b"a.png", b"image/png"), part(b"after\r\n"))

    message = parse_mail(raw)

    assert message.text == "before\n\nafter"
    assert [(one.name, one.content_type) for one in message.attachments] == [("a.png", "image/png")]


def test_html_between_text_parts_keeps_both_readings():
    raw = multipart_mail(part(b"a & b"), part(b"<b>c</b>", b"text/html"))

    message = parse_mail(raw)

    assert (message.text, message.html) == ("a & b\n\nc", "a &amp; b\n<b>c</b>")


def test_format_flowed_is_joined():
    body = "お世話に \r\nなります。\r\n".encode()

    assert (
        parse_mail(mail(body, content_type=b"text/plain; charset=utf-8; format=flowed; delsp=yes")).text
        == "お世話になります。"
    )
    assert (
        parse_mail(mail(body, content_type=b"text/plain; charset=utf-8; format=Flowed")).text == "お世話に なります。"
    )


def test_blanks_and_control_characters_of_the_text():
    message = parse_mail(mail(b"\r\n\r\n  a \t\r\nb\x00\x07\x0cc\rd\r\n\r\n\r\n"))

    assert message.text == "  a\nb\nc\nd"
    assert "nul_bytes" in message.warnings


def test_carrier_pictograms_follow_the_senders_carrier():
    body = b"\xf9\x41"

    plain = parse_mail(mail(body, content_type=b"text/plain; charset=shift_jis", sender=b"a@x.example"))
    softbank = parse_mail(mail(body, content_type=b"text/plain; charset=shift_jis", sender=b"a@softbank.ne.jp"))

    assert softbank.text == "👦"
    assert plain.text != softbank.text


def test_a_wrong_charset_is_noticed():
    guessed = parse_mail(mail("お世話になります".encode("cp932"), content_type=b"text/plain; charset=utf-8"))
    broken = parse_mail(mail(b'\x1b$B$"\x29\x21$"\x1b(B', content_type=b"text/plain; charset=iso-2022-jp"))

    assert (guessed.text, guessed.charset) == ("お世話になります", "cp932")
    assert "charset_guessed" in guessed.warnings
    assert "undecodable_characters" in broken.warnings


def test_charset_override_re_reads_text_headers_and_names():
    subject, body = "日本".encode("euc_jp"), "京都".encode("euc_jp")
    raw = mail(body, content_type=b"text/plain; charset=cp949", subject=b_word(subject, "euc-kr"),
               sender=b_word(subject, "euc-kr") + b" <a@x.example>")  # fmt: skip

    message = parse_mail(raw, charset_override="EUC-JP")

    assert (message.subject, message.text, message.sender.name) == ("日本", "京都", "日本")
    assert message.charset == "euc-jp"


def test_readings_offer_the_encodings_of_the_body_or_of_the_subject():
    body = multipart_mail(
        file_part(b"x"), part("お問い合わせありがとう".encode("euc_jp"), b"text/plain; charset=shift_jis")
    )
    subject = mail(b"ascii", subject="お問い合わせありがとう".encode("euc_jp"))

    for raw in (body, subject):
        found = readings(raw)

        assert (found[0].charset, found[0].text) == ("euc-jp", "お問い合わせありがとう")
        assert len(found) > 2
    assert [one.text for one in readings(multipart_mail(file_part(b"x")))] == [""]


def test_one_mail_by_two_ways_has_one_fingerprint():
    text = "お世話になっております。\r\n\r\n  折り返しの違いだけです。\r\n".encode()
    kind = b"text/plain; charset=utf-8"
    one = mail(text, b"Received: a", content_type=kind, encoding=b"8bit")
    other = mail(
        base64.encodebytes(text), b"Received: b", content_type=kind, encoding=b"base64", sender=b"TARO@customer.EXAMPLE"
    )

    assert parse_mail(one).fingerprint == parse_mail(other).fingerprint


@pytest.mark.parametrize(
    "other",
    [
        mail(b"other"),
        mail(b"x", subject=b"other"),
        mail(b"x", sender=b"other@x.example"),
        mail(b"x").replace(b"16:22:00", b"16:22:01"),
        mail(b"x").replace(b"Date", b"X-Date"),
        multipart_mail(part(b"x"), file_part(b"file")),
    ],
)
def test_another_mail_with_the_same_id_has_another_fingerprint(other):
    assert parse_mail(other).external_id == parse_mail(mail(b"x")).external_id
    assert parse_mail(other).fingerprint != parse_mail(mail(b"x")).fingerprint


def test_repeated_address_fields_are_one_list():
    raw = mail(b"x", b"To: a@x.example", b"To: b@x.example, a@x.example")

    assert [one.email for one in parse_mail(raw).to] == ["a@x.example", "b@x.example"]


def test_helpers_of_headers_agree_with_the_whole():
    assert subject_of(b"=?utf-8?B?5rOo5paH?=") == "注文"
    assert from_of(b"taro..y.@docomo.ne.jp") == Address("taro..y.@docomo.ne.jp")
