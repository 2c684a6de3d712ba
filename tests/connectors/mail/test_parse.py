"""Whole mails through the decoder, one habit of senders at a time."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from tests.connectors.mail.mails import (
    CRLF,
    b_word,
    file_part,
    from_of,
    mail,
    multipart,
    multipart_mail,
    part,
    subject_of,
)
from tests.connectors.mail.test_parts import EVENT, RENDER, attribute, string8, tnef, uuencoded
from tests.connectors.mail.test_parts import properties as mapi

from madoguchi.channels.contract import Address
from madoguchi.connectors.mail.parse import Limits, Unparsable, parse_mail, readings

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8


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


def test_an_image_shown_by_the_html_is_inline():
    related_type, related = multipart(
        part(b'<p>a<img src="cid:logo@x"></p>', b"text/html"),
        file_part(PNG, b"logo.png", b"image/png", b"Content-ID: <logo@x>"),
        file_part(PNG, b"other.png", b"image/png", b"Content-ID: <other@x>"),
        subtype=b"related",
        boundary=b"inner",
    )
    raw = multipart_mail(part(b"a"), part(related, related_type), subtype=b"alternative")

    message = parse_mail(raw)

    assert message.html == '<p>a<img data-cid="logo@x"></p>'
    assert [(one.name, one.content_id, one.is_inline) for one in message.attachments] == [
        ("logo.png", "logo@x", True),
        ("other.png", "other@x", False),
    ]


def test_text_parts_around_an_image_are_one_text():
    raw = multipart_mail(part(b"before\r\n"), file_part(PNG, b"a.png", b"image/png"), part(b"after\r\n"))

    message = parse_mail(raw)

    assert message.text == "before\n\nafter"
    assert [(one.name, one.content_type) for one in message.attachments] == [("a.png", "image/png")]


def test_html_between_text_parts_keeps_both_readings():
    raw = multipart_mail(part(b"a & b"), part(b"<b>c</b>", b"text/html"))

    message = parse_mail(raw)

    assert (message.text, message.html) == ("a & b\n\nc", "a &amp; b\n<b>c</b>")


def test_a_named_text_part_after_the_body_is_a_file():
    raw = multipart_mail(
        part(b"body"), part(b"log", b'text/plain; name="log.txt"'), part(b"<p>", b'text/html; name="a.html"')
    )

    message = parse_mail(raw)

    assert message.text == "body"
    assert [(one.name, one.content) for one in message.attachments] == [("log.txt", b"log"), ("a.html", b"<p>")]


def test_a_named_text_part_that_comes_first_is_the_body():
    assert parse_mail(mail(b"body", content_type=b'text/plain; name="message.txt"')).text == "body"


def test_an_attached_text_is_a_file():
    raw = multipart_mail(part(b"body"), part(b"x", b"text/plain", b"Content-Disposition: attachment"))

    assert [(one.name, one.content) for one in parse_mail(raw).attachments] == [("text.txt", b"x")]


def test_an_attached_message_is_named_by_its_subject():
    inner = b"Subject: " + b_word(b"\x1b$BCmJ8$N7o\x1b(B") + b" 1/2\r\nFrom: a@x.example\r\n\r\ninner"
    raw = multipart_mail(part(b"see"), part(inner, b"message/rfc822"), part(b"\r\nno subject", b"message/rfc822"))

    message = parse_mail(raw)

    assert message.text == "see"
    assert [(one.name, one.content_type) for one in message.attachments] == [
        ("注文の件 1／2.eml", "message/rfc822"),
        ("message.eml", "message/rfc822"),
    ]
    assert message.attachments[0].content == inner


def test_an_attached_message_with_hostile_headers_is_kept_without_reading_them():
    inner = b"A: b\r\n" * 3_000 + b"Subject: x\r\n\r\n"
    raw = multipart_mail(part(b"see"), part(inner, b"message/rfc822"))

    assert [one.name for one in parse_mail(raw).attachments] == ["message.eml"]


def test_the_parts_of_a_report_for_machines_are_not_shown():
    status = part(b"Final-Recipient: rfc822; a@x.example\r\n", b"message/delivery-status")
    raw = multipart_mail(part(b"sorry"), status, part(b"Subject: x", b"text/rfc822-headers"), subtype=b"report")

    message = parse_mail(raw)

    assert (message.text, message.attachments) == ("sorry", ())


def test_a_signature_is_a_file_and_the_signed_text_the_body():
    raw = multipart_mail(part(b"signed"), part(b"sig", b"application/pgp-signature"), subtype=b"signed")

    message = parse_mail(raw)

    assert message.text == "signed"
    assert [one.name for one in message.attachments] == ["attachment.asc"]


@pytest.mark.parametrize(
    "raw",
    [
        multipart_mail(part(b"Version: 1", b"application/pgp-encrypted"), part(b"x", b"application/octet-stream"),
                       subtype=b"encrypted"),
        mail(b"eA==", content_type=b"application/pkcs7-mime; name=smime.p7m", encoding=b"base64"),
    ],
)  # fmt: skip
def test_an_encrypted_mail_says_so(raw):
    message = parse_mail(raw)

    assert "encrypted" in message.warnings
    assert message.attachments


def test_apple_double_gives_the_file_without_its_resource_fork():
    kind, body = multipart(
        part(b"fork", b"application/applefile; name=a.pdf"),
        file_part(b"%PDF-1", b"a.pdf"),
        subtype=b"appledouble",
        boundary=b"inner",
    )

    message = parse_mail(multipart_mail(part(b"see"), part(body, kind)))

    assert [(one.name, one.content_type) for one in message.attachments] == [("a.pdf", "application/pdf")]


def test_winmail_dat_is_unpacked():
    packed = tnef(attribute(1, 0x9003, mapi(string8(0x1000, "中の本文"))), RENDER, attribute(2, 0x8010, b"a.pdf"),
                  attribute(2, 0x800F, b"%PDF-1"))  # fmt: skip
    alone = mail(base64.encodebytes(packed), content_type=b"application/ms-tnef; name=winmail.dat", encoding=b"base64")

    with_text = parse_mail(
        multipart_mail(part("外の本文".encode()), file_part(packed, b"winmail.dat", b"application/ms-tnef"))
    )
    without = parse_mail(alone)

    assert (with_text.text, without.text) == ("外の本文", "中の本文")
    assert [one.name for one in with_text.attachments] == [one.name for one in without.attachments] == ["a.pdf"]


def test_winmail_dat_with_only_rtf_gives_it_as_a_file():
    rtf = b"\x00" * 4 + (2).to_bytes(4, "little") + b"MELA" + b"\x00" * 4 + b"{}"
    packed = tnef(
        attribute(
            1, 0x9003, mapi(b"\x02\x01\x09\x10\x01\x00\x00\x00" + len(rtf).to_bytes(4, "little") + rtf + b"\x00\x00")
        )
    )

    alone = parse_mail(mail(base64.encodebytes(packed), content_type=b"application/ms-tnef", encoding=b"base64"))
    with_text = parse_mail(multipart_mail(part(b"x"), file_part(packed, b"winmail.dat", b"application/ms-tnef")))

    assert [(one.name, one.content) for one in alone.attachments] == [("message.rtf", b"{}")]
    assert with_text.attachments == ()


def test_a_damaged_winmail_dat_stays_a_file():
    message = parse_mail(
        multipart_mail(part(b"x"), file_part(b"\x78\x9f\x3e\x22junk", b"winmail.dat", b"application/ms-tnef"))
    )

    assert [one.name for one in message.attachments] == ["winmail.dat"]
    assert "broken_tnef" in message.warnings


def test_uuencoded_files_in_the_text_become_attachments():
    block = uuencoded(b"%PDF-1", "見積.pdf".encode("cp932"))

    message = parse_mail(mail(b"before\n" + block + b"after\n", content_type=b"text/plain; charset=us-ascii"))

    assert message.text.split() == ["before", "after"]
    assert [(one.name, one.content_type) for one in message.attachments] == [("見積.pdf", "application/pdf")]


def test_an_invitation_is_readable_and_attached():
    calendar = part(EVENT.encode(), b"text/calendar; charset=utf-8; method=REQUEST")

    alone = parse_mail(mail(EVENT.encode(), content_type=b"text/calendar; charset=utf-8"))
    beside_text = parse_mail(multipart_mail(part("ご確認ください".encode()), calendar, subtype=b"alternative"))
    told_already = parse_mail(multipart_mail(part("打ち合わせ, 第1回 のご案内".encode()), calendar, calendar))
    with_html = parse_mail(multipart_mail(part(b"<p>a</p>", b"text/html"), calendar))

    assert alone.text.startswith("【予定の招待】打ち合わせ, 第1回\n日時: ")
    assert beside_text.text.startswith("ご確認ください\n\n【予定の招待】")
    assert told_already.text == "打ち合わせ, 第1回 のご案内"
    assert "【予定の招待】" in with_html.html
    assert [(one.name, one.content_type) for one in alone.attachments] == [("invite.ics", "text/calendar")]


def test_an_uuencoded_part_is_decoded_and_a_broken_one_kept():
    kind = b"application/pdf; name=a.pdf"

    whole = parse_mail(multipart_mail(part(uuencoded(b"%PDF-1"), kind, b"Content-Transfer-Encoding: x-uuencode")))
    broken = parse_mail(multipart_mail(part(b"cut", kind, b"Content-Transfer-Encoding: x-uuencode")))

    assert [one.content for one in whole.attachments] == [b"%PDF-1"]
    assert [one.content for one in broken.attachments] == [b"cut"]
    assert broken.warnings == ("broken_uuencode",)


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


@pytest.mark.parametrize(
    ("body", "encoding", "text", "warning"),
    [
        (base64.b64encode("本文".encode()), b"base64", "本文", None),
        (base64.b64encode("本文".encode()), b'"BASE64"', "本文", None),
        (b"5pys5paH", b"base64", "本文", None),
        (b"5pys5paH5pys5paH5pys5paH5p", b"base64", "本文本文本文", "broken_base64"),
        (b"5pys\xa05paH5pys5paH5pys5paH", b"base64", "本文本文本文", "broken_base64"),
        (b"5pys==\r\n5paH", b"base64", "本文", "broken_base64"),
        (base64.encodebytes("本文".encode() * 30).replace(b"\n", CRLF) + b"__\r\nML footer\r\n", b"base64", "本文" * 30,
         "broken_base64"),
        ("これは本文です。".encode(), b"base64", "これは本文です。", "not_base64"),
        (b"Hello, this is plain.", b"base64", "Hello, this is plain.", "not_base64"),
        (b"=E6=9C=AC=\r\n=E6=96=87", b"quoted-printable", "本文", None),
        (b"=E6=9C=AC=ZZ", b"Quoted-Printable", "本=ZZ", None),
        ("本文".encode(), b"7bit", "本文", None),
        ("本文".encode(), b"x-unknown", "本文", None),
        ("本文".encode(), b"8bit; x", "本文", None),
    ],
)  # fmt: skip
def test_transfer_encodings_true_and_false(body, encoding, text, warning):
    message = parse_mail(mail(body, content_type=b"text/plain; charset=utf-8", encoding=encoding))

    assert (message.text, message.warnings) == (text, (warning,) if warning else ())


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        (b"multipart/mixed", b"guess"),
        (b'multipart/mixed; boundary=""', b"guess"),
        (b"multipart/mixed boundary=guess", b"guess"),
        (b"multipart/mixed; boundary=other", b"guess"),
        (b'multipart/mixed; boundary="----=_ (x)"', b"----=_ (x)"),
        (b"Multipart/Mixed; BOUNDARY*0=gu; boundary*1=ess", b"guess"),
    ],
)
def test_boundaries_missing_wrong_and_odd(content_type, boundary):
    _, body = multipart(part("本文".encode()), file_part(b"x", b"a.txt", b"text/plain"), boundary=boundary)

    message = parse_mail(mail(b"preamble\r\n" + body, content_type=content_type))

    assert message.text == "本文"
    assert [(one.name, one.content) for one in message.attachments] == [("a.txt", b"x")]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_kind(newline):
    raw = multipart_mail(part("本文\r\n二行".encode()), file_part(b"x")).replace(b"\r\n", newline)

    message = parse_mail(raw)

    assert message.text == "本文\n二行"
    assert [one.content for one in message.attachments] == [b"x"]


def test_a_multipart_without_its_end_gives_its_parts():
    raw = multipart_mail(part(b"a"), file_part(b"%PDF-1", b"a.pdf"))

    assert [one.content for one in parse_mail(raw.removesuffix(b"--bound--\r\n")).attachments] == [b"%PDF-1"]


def test_delimiters_that_follow_each_other_and_words_that_only_look_like_one():
    body = b"--bound\r\n--bound\r\n\r\n--boundary is no delimiter\r\nx--bound\r\n--bound-- \r\nepilogue"

    message = parse_mail(mail(body, content_type=b"multipart/mixed; boundary=bound"))

    assert message.text == "--boundary is no delimiter\nx--bound"


def test_a_multipart_without_any_delimiter_is_text():
    assert parse_mail(mail("ただの本文".encode(), content_type=b"multipart/mixed; boundary=b")).text == "ただの本文"


def test_a_whole_multipart_in_base64_is_still_read():
    kind, body = multipart(part(b"inside"))

    assert parse_mail(mail(base64.encodebytes(body), content_type=kind, encoding=b"base64")).text == "inside"


def test_a_digest_holds_messages():
    raw = multipart_mail(b"\r\nSubject: one\r\n\r\n1", b"\r\nSubject: two\r\n\r\n2", subtype=b"digest")

    assert [one.name for one in parse_mail(raw).attachments] == ["one.eml", "two.eml"]


@pytest.mark.parametrize(
    "raw",
    [
        b"From a@x.example Sun Nov 22 16:22:00 2026\nSubject: s\n\nbody",
        b"Subject: s\n>From a@x.example Sun Nov 22\n\nbody",
        b"Subject:\ts\n\nbody",
        b"Subject : s\n\nbody",
        b"Subject: s\r\n\r\nbody",
        b"\xff: x\nSubject: s\n\nbody",
    ],
)
def test_header_blocks_a_little_wrong(raw):
    message = parse_mail(raw)

    assert (message.subject, message.text) == ("s", "body")


def test_a_folded_line_that_lost_its_blank_continues_the_field():
    assert parse_mail(b"Subject: one\ntwo\n three\n\nbody").subject == "one two three"


@pytest.mark.parametrize(
    ("raw", "subject", "text"),
    [
        (b"just text\nwithout header", "", "just text\nwithout header"),
        (b"\r\nbody only", "", "body only"),
        (b"\nbody only", "", "body only"),
        (b"Subject: only header", "only header", ""),
        (b"Subject: only header\r\n", "only header", ""),
    ],
)
def test_mails_without_body_or_header(raw, subject, text):
    message = parse_mail(raw)

    assert (message.subject, message.text) == (subject, text)


def test_undeclared_headers_are_read_as_the_body():
    raw = mail("本文です".encode("euc_jp"), content_type=b"text/plain; charset=euc-jp", subject="請求".encode("euc_jp"))

    assert parse_mail(raw).subject == "請求"


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


FIFTY = multipart(*[part(b"x")] * 50, boundary=b"inner")


@pytest.mark.parametrize(
    ("raw", "limits", "reason"),
    [
        (b"x" * 100, Limits(raw_bytes=99), "too_large"),
        (b"Subject: " + b"x" * 2_000_000, Limits(), "headers_too_large"),
        (b"x" * 2_000_000 + b"\n\nbody", Limits(), "headers_too_large"),
        (b"Subject: " + b"x" * 2_000 + b"\n\n", Limits(header_bytes=1_000), "headers_too_large"),
        (b"A: b\n" * 3_000 + b"\n", Limits(), "too_many_headers"),
        (multipart_mail(*[part(b"x")] * 600), Limits(), "too_many_parts"),
        (multipart_mail(*[part(FIFTY[1], FIFTY[0])] * 20), Limits(), "too_many_parts"),
        (multipart_mail(file_part(b"x" * 5_000)), Limits(decoded_bytes=4_000), "decoded_too_large"),
        (multipart_mail(part(b"x" * 5_000, b"message/rfc822")), Limits(decoded_bytes=4_000), "decoded_too_large"),
    ],
)
def test_hostile_structures_are_refused_with_a_reason(raw, limits, reason):
    with pytest.raises(Unparsable) as refused:
        parse_mail(raw, limits=limits)

    assert (refused.value.reason, str(refused.value)) == (reason, reason)


def test_a_nest_too_deep_is_refused():
    kind, body = multipart(part(b"x"))
    for level in range(30):
        kind, body = multipart(part(body, kind), boundary=b"b%d" % level)

    with pytest.raises(Unparsable) as refused:
        parse_mail(mail(body, content_type=kind))

    assert refused.value.reason == "too_deep"


@pytest.mark.parametrize("size", [600, 5_000])
def test_a_text_too_long_is_cut_and_marked(size):
    message = parse_mail(mail(b"a" * size), limits=Limits(text_chars=500))

    assert message.text == "a" * 500
    assert "text_cut" in message.warnings


def test_all_parts_of_the_body_together_have_a_bound():
    kind, body = multipart(part(b"one"), part(b"<p>two", b"text/html"), part(b"three"), boundary=b"b")

    message = parse_mail(mail(body, content_type=kind), limits=Limits(body_bytes=11))

    assert message.text == "one\n\ntwo\n\nth"
    assert "text_cut" in message.warnings


def test_html_of_all_parts_together_has_a_bound():
    parts = [part(b"<p>%d" % number, b"text/html") for number in range(9)]
    kind, body = multipart(*parts, part(b"a@b.example " * 9), boundary=b"b")

    message = parse_mail(mail(body, content_type=kind), limits=Limits(html_chars=10, text_chars=12))

    assert message.html == '<p>0</p>\n<p>1</p>\n<a href="mailto:a@b.exampl">a@b.exampl</a>'
    assert message.text == "0\n\n1\n\na@b.ex"
    assert "text_cut" in message.warnings


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
