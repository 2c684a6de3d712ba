"""The machine-readable half of a report: its parts, its header-like fields, the message it returns.

Reads what `email` made of the bytes and never raises on it. Broken MIME is common here (a wrong boundary, a report
pasted into plain text, a forwarded one with `>` in front), so the same fields are also found inside running text.
"""

import binascii
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from functools import lru_cache
from typing import Final, cast

type Fields = dict[str, list[str]]  #: lower-case name → its values in order

MAX_TEXT: Final = 200_000  #: characters of any one part that are looked at
#: Characters of one field, and of one that says how a part is written: to find encoded words and parameters, the
#: library takes the square of their length.
_MAX_HEADER: Final = 10_000
_MAX_CONTENT_HEADER: Final = 2_000
_MAX_PARTS: Final = 60
_MAX_DEPTH: Final = 6
_MAX_BLOCKS: Final = 500
STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
FEEDBACK_TYPES: Final = frozenset({"message/feedback-report"})
RECEIPT_TYPES: Final = frozenset({"message/disposition-notification"})
_RETURNED_TYPES: Final = frozenset(
    {"message/rfc822", "message/global", "message/partial", "text/rfc822-headers", "message/rfc822-headers"}
)

_FIELD: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*(.*)")
_QUOTE: Final = re.compile(r"^(?:> ?)+", re.MULTILINE)
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,900})>")
_HEADER_ID: Final = re.compile(r"^[> \t]*message-id:\s{0,5}<([^<>\s]{1,900})>", re.IGNORECASE | re.MULTILINE)


class _ShortFields(Compat32):
    """What the library reads by default, only that it never sees more of a field than a report needs."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The field as `Message.get` gives it."""
        most = _MAX_CONTENT_HEADER if name.lower().startswith("content-") else _MAX_HEADER
        return cast("str", super().header_fetch_parse(name, value[:most]))  # or a Header, as the library has it


SHORT_FIELDS: Final = _ShortFields()


def header(message: "Message[str, str]", name: str) -> str:
    """Return a header decoded on one line, empty when it is absent; undecodable text is returned as it came."""
    value = message.get(name)
    if value is None:
        return ""
    raw = " ".join(str(value)[:_MAX_HEADER].split())
    return _plain(raw) if "=?" in raw else raw


@lru_cache(maxsize=64)
def _plain(raw: str) -> str:
    """Decoded once for all the checks that look at the same field."""
    try:
        return " ".join(str(make_header(decode_header(raw))).split())
    except (HeaderParseError, LookupError, ValueError, binascii.Error):
        return raw


def parts(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Yield the parts outside any returned message, the container first; bounded in number and depth."""
    waiting = [(message, 0)]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part, depth = waiting.pop(0)
        yield part
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart" and depth < _MAX_DEPTH:
            waiting = [(child, depth + 1) for child in payload[:_MAX_PARTS] if isinstance(child, Message)] + waiting


def content(part: "Message[str, str]") -> str:
    """Return the text of one part, decoded as well as its labels allow, at most MAX_TEXT characters."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    payload = payload[: MAX_TEXT * 4]
    try:
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, UnicodeError):
        text = payload.decode("utf-8", "replace")
    return text[:MAX_TEXT]


def own_text(message: "Message[str, str]") -> str:
    """Return the readable text of the report itself; a container that could not be taken apart counts as text."""
    texts = [
        content(part)
        for part in parts(message)
        if not isinstance(part.get_payload(), list) and part.get_content_type() not in _RETURNED_TYPES | {"text/html"}
    ]
    return "\n".join(texts)[:MAX_TEXT]


def blocks(part: "Message[str, str]") -> list[Fields]:
    """Return the groups of fields of a status part; `email` keeps each group as a small message of its own."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return blocks_in_text(content(part))
    found: list[Fields] = []
    for group in payload[:_MAX_BLOCKS]:
        fields: Fields = {}
        for name, value in group.items() if isinstance(group, Message) else ():
            fields.setdefault(name.lower(), []).append(" ".join(str(value).split()))
        if fields:
            found.append(fields)
    if not found and payload and isinstance(payload[0], Message):  # encoded as a whole, against RFC 3464 but seen
        return blocks_in_text(_decoded(str(payload[0].get_payload()), str(part.get("content-transfer-encoding", ""))))
    return found


def _decoded(text: str, encoding: str) -> str:
    if encoding.strip().lower() != "base64":
        return text
    try:
        return binascii.a2b_base64(text[:MAX_TEXT].encode("ascii", "ignore")).decode("utf-8", "replace")
    except binascii.Error:
        return text


def blocks_in_text(text: str) -> list[Fields]:
    """Return the groups of fields found in running text; a group ends at a blank line, folded lines are joined."""
    found: list[Fields] = []
    fields: Fields = {}
    name = ""
    for line in unquoted(text).splitlines():
        if name and line[:1] in {" ", "\t"} and line.strip():
            fields[name][-1] += " " + line.strip()
        elif match := _FIELD.match(line):
            name = match[1].lower()
            fields.setdefault(name, []).append(match[2].strip())
        elif fields:
            found.append(fields)
            fields, name = {}, ""
            if len(found) == _MAX_BLOCKS:
                return found
    return [*found, fields] if fields else found


def unquoted(text: str) -> str:
    """Return `text` without the `>` a forwarding mail program put before each line.

    Nothing is taken from a text that is not mostly quoted: there `>>>` marks what one server said to another.
    """
    text = text[:MAX_TEXT]
    if text.count("\n>") * 2 < text.count("\n"):
        return text
    return _QUOTE.sub("", text)


def returned(message: "Message[str, str]") -> "Message[str, str] | None":
    """Return the headers of the message that came back, when the report holds them as a part of their own."""
    for part in parts(message):
        if part.get_content_type() not in _RETURNED_TYPES:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            if payload and isinstance(payload[0], Message):
                return payload[0]
            continue
        bare: Message[str, str] = Message()
        for group in blocks_in_text(content(part))[:1]:
            for name, values in group.items():
                for value in values:
                    bare[name] = value
        return bare
    return None


def message_ids(text: str) -> tuple[str, ...]:
    """Return the ids in < > of a header value, in order."""
    return tuple(_MESSAGE_ID.findall(text[:20_000]))


def id_in_text(text: str) -> str:
    """Return the id of the first Message-ID line in running text, quoted or not; empty when there is none."""
    match = _HEADER_ID.search(text[:MAX_TEXT])
    return match[1] if match else ""


def returned_id(message: "Message[str, str]", original: "Message[str, str] | None") -> str:
    """Return the id of the returned message from its own headers, however badly the report wrapped them."""
    inner = [part for part in parts(message) if part is not message]
    for part in ([original] if original is not None else []) + inner:
        if ids := message_ids(header(part, "Message-ID")):
            return ids[0]
    for part in ([original] if original is not None else []) + inner:
        payload = part.get_payload()
        if isinstance(payload, str) and (found := id_in_text(payload)):
            return found
    return ""
