"""Which parts of a mail become files, and which are its body."""

import base64

import pytest
from tests.connectors.mail.mails import (
    PNG,
    b_word,
    file_part,
    mail,
    multipart,
    multipart_mail,
    part,
)
from tests.connectors.mail.odd_parts import EVENT, RENDER, attribute, string8, tnef, uuencoded
from tests.connectors.mail.odd_parts import properties as mapi

from madoguchi.connectors.mail.parse import parse_mail


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
