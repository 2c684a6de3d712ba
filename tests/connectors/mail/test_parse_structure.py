"""How the parts of a mail are found: broken, nested, hostile structures."""

import base64

import pytest
from tests.connectors.mail.mails import (
    CRLF,
    file_part,
    mail,
    multipart,
    multipart_mail,
    part,
)

from madoguchi.connectors.mail.parse import Limits, Unparsable, parse_mail


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
