"""An `OutboundMessage` to the bytes of a mail: correct MIME that old Japanese mail programs read too.

UTF-8 by default, ISO-2022-JP where an address needs it; `lost_characters` tells beforehand what that would cost.
No value can add a header: every one is cleaned to one line before it is written. Bcc is never written.
Sources: RFC 5322, 2045–2047, 2231, 3834 (Auto-Submitted), 1468; MS-OXCMAIL (X-Auto-Response-Suppress).
"""

import base64
import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from email.utils import format_datetime

from madoguchi.channels.contract import OutboundAttachment, OutboundMessage

from .encoded import encode_address, encode_text, file_name_fields, folded, message_id
from .filenames import default_name, safe_name
from .japanese import encode_iso2022jp, jis_form
from .screening import LOOP_HEADER
from .words import clean_line

CHARSETS = ("utf-8", "iso-2022-jp")
#: RFC 5322 §2.1.1 allows 998 bytes in a line.
_MAX_LINE_BYTES = 990
_MAX_REFERENCES = 40
_LINE_END = re.compile(r"\r\n|\r|\n")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")


def compose(message: OutboundMessage, *, charset: str = "utf-8", marker: str = "") -> bytes:
    """The mail as it leaves, with CRLF line ends; the same message gives the same bytes when it has its `at`.

    `charset` is one of CHARSETS; ISO-2022-JP writes 〓 for what it lacks. Raises UnsendableAddress for an address
    no mail server could take (none, or letters outside ASCII before the @). `marker` is the value of LOOP_HEADER,
    by which a mail is known that comes back in a circle.
    """
    if charset not in CHARSETS:
        raise ValueError(f"compose writes {CHARSETS}, not {charset!r}")
    return b"".join(field + b"\r\n" for field in _fields(message, charset, marker)) + _body(message, charset)


def lost_characters(text: str, charset: str) -> list[str]:
    """The characters that `charset` cannot carry, each once in the order of the text; empty means nothing is lost.

    What only differs by standard (〜 and ～, ― and —, half-width kana) is mapped when written and counts as kept.
    """
    if charset == "utf-8":
        return []
    lost = [char for char in dict.fromkeys(jis_form(text)) if not _fits(char)]
    return [char for char in lost if unicodedata.category(char) not in ("Cc", "Cf")]


def _fits(char: str) -> bool:
    try:
        char.encode("iso2022_jp")
    except UnicodeEncodeError:
        return False
    return True


def _fields(message: OutboundMessage, charset: str, marker: str) -> list[bytes]:
    at = message.at or datetime.now(UTC)
    fields = [
        b"Date: " + format_datetime(at).encode("ascii"),
        folded("From", [encode_address(message.sender, charset)]),
        folded("To", [encode_address(address, charset) for address in message.to], ","),
        folded("Cc", [encode_address(address, charset) for address in message.cc], ","),
        folded("Subject", encode_text(message.subject, charset, first=len("Subject: "))),
        folded("Message-ID", [message_id(message.external_id)]),
        folded("In-Reply-To", [message_id(message.in_reply_to)]),
        folded("References", [message_id(one) for one in _newest(message.references)]),
    ]
    if not message.to and not message.cc:
        fields.append(b"To: undisclosed-recipients:;")
    if message.is_automatic:
        fields += _automatic_fields(message)
    if marker:
        fields.append(f"{LOOP_HEADER}: {marker}".encode("ascii"))
    return [field for field in fields if field] + [b"MIME-Version: 1.0"]


def _automatic_fields(message: OutboundMessage) -> list[bytes]:
    """What keeps other machines from answering: RFC 3834, MS-OXCMAIL, and a List-Id for those that know neither."""
    kind = b"auto-replied" if message.in_reply_to else b"auto-generated"
    local, _at, domain = message.sender.email.encode("ascii", "ignore").decode().rpartition("@")
    list_id = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{local}.{domain}").strip(".-")
    return [
        b"Auto-Submitted: " + kind,
        b"X-Auto-Response-Suppress: All",
        f"List-Id: <{list_id}>".encode("ascii"),
    ]


def _newest(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first, which names the thread, and the newest (RFC 5537 §3.4.4 asks for the same of news)."""
    return references if len(references) <= _MAX_REFERENCES else (references[0], *references[1 - _MAX_REFERENCES :])


def _body(message: OutboundMessage, charset: str) -> bytes:
    inline = [one for one in message.attachments if one.content_id and message.html]
    files = [one for one in message.attachments if one not in inline]
    body = _text_part("plain", message.text, charset)
    if message.html:
        shown = _text_part("html", message.html, charset)
        if inline:
            shown = _multipart(message, "related", [shown, *map(_file_part, inline)])
        body = _multipart(message, "alternative", [body, shown])
    return _multipart(message, "mixed", [body, *map(_file_part, files)]) if files else body


def _text_part(subtype: str, text: str, charset: str) -> bytes:
    """7bit where it can be, otherwise base64: nothing on the way re-encodes either."""
    plain = _UNWRITABLE.sub("", _LINE_END.sub("\r\n", text))
    plain = plain if plain.endswith("\n") else plain + "\r\n"
    if charset == "utf-8":
        content = plain.encode()
    elif subtype == "html":
        content = jis_form(plain).encode("iso2022_jp", "xmlcharrefreplace")
    else:
        content = _jis(plain)
    label = "us-ascii" if content.isascii() and b"\x1b" not in content else charset
    is_plain = content.isascii() and max(map(len, content.split(b"\r\n"))) <= _MAX_LINE_BYTES
    head = f"Content-Type: text/{subtype}; charset={label}\r\nContent-Transfer-Encoding: "
    if is_plain:
        return head.encode() + b"7bit\r\n\r\n" + content
    return head.encode() + b"base64\r\n\r\n" + _base64(content)


def _jis(plain: str) -> bytes:
    """Line by line, so that each ends in ASCII as RFC 1468 wants."""
    return b"".join(encode_iso2022jp(line) + b"\r\n" for line in plain.removesuffix("\r\n").split("\r\n"))


def _file_part(one: OutboundAttachment) -> bytes:
    declared = one.content_type.lower()
    kind = declared if _CONTENT_TYPE.fullmatch(declared) else "application/octet-stream"
    if kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"  # those may not be base64 (RFC 2046 §5.2.1)
    fields = file_name_fields(kind, safe_name(one.name, default_name(kind)), is_inline=bool(one.content_id))
    if one.content_id:
        fields.append(f"Content-ID: {message_id(one.content_id)}")
    fields.append("Content-Transfer-Encoding: base64")
    return "\r\n".join(fields).encode("ascii") + b"\r\n\r\n" + _base64(one.content)


def _multipart(message: OutboundMessage, subtype: str, parts: list[bytes]) -> bytes:
    """The boundary comes from the content, so that no part can hold it and a retry is the same mail."""
    digest = hashlib.sha256(clean_line(message.external_id).encode("utf-8", "replace") + subtype.encode())
    for part in parts:
        digest.update(part)
    boundary = f"=_{digest.hexdigest()[:40]}".encode()
    head = b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def _base64(content: bytes) -> bytes:
    encoded = base64.b64encode(content)
    return b"".join(encoded[start : start + 76] + b"\r\n" for start in range(0, len(encoded), 76)) or b"\r\n"
