"""Builders of raw mails for the tests of the decoder."""

import base64

from madoguchi.connectors.mail.parse import parse_mail

CRLF = b"\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8  #: the beginning of one, enough to be known by


def mail(body=b"", *fields, content_type=b"", encoding=b"", sender=b"Taro <taro@customer.example>", subject=b"Test"):
    """One mail; `fields` are whole header lines."""
    head = [b"From: " + sender, b"Subject: " + subject, b"Date: Sun, 22 Nov 2026 16:22:00 +0900", *fields]
    if content_type:
        head.append(b"Content-Type: " + content_type)
    if encoding:
        head.append(b"Content-Transfer-Encoding: " + encoding)
    return CRLF.join([*head, b"Message-ID: <1@customer.example>", b"", body])


def part(body, content_type=b"text/plain; charset=utf-8", *fields):
    return CRLF.join([b"Content-Type: " + content_type, *fields, b"", body])


def multipart(*parts, subtype=b"mixed", boundary=b"bound", extra=b""):
    """(content type, body) of a multipart."""
    body = b"".join(b"--" + boundary + CRLF + one + CRLF for one in parts) + b"--" + boundary + b"--" + CRLF
    return b'multipart/%s; boundary="%s"%s' % (subtype, boundary, extra), body


def multipart_mail(*parts, subtype=b"mixed", extra=b""):
    content_type, body = multipart(*parts, subtype=subtype, extra=extra)
    return mail(body, content_type=content_type)


def file_part(content, name=b"a.bin", content_type=b"application/octet-stream", *fields):
    return part(
        base64.encodebytes(content).replace(b"\n", CRLF),
        content_type,
        b'Content-Disposition: attachment; filename="' + name + b'"',
        b"Content-Transfer-Encoding: base64",
        *fields,
    )


def subject_of(value):
    return parse_mail(mail(b"x", subject=value)).subject


def from_of(value):
    return parse_mail(mail(b"x", sender=value)).sender


def b_word(raw, label="iso-2022-jp"):
    return b"=?" + label.encode() + b"?B?" + base64.b64encode(raw) + b"?="


def q_word(raw, label="utf-8"):
    return b"=?" + label.encode() + b"?Q?" + b"".join(b"=%02X" % byte for byte in raw) + b"?="
