"""The shape of a mail: header fields and parts as bytes, found by our own splitter, nothing decoded as text.

Written for hostile and broken input: every bound is checked while splitting, each byte is looked at once per
level, and what breaks MIME (no boundary, no end, wrong nesting) gives the parts a person would see.
Sources: RFC 5322, RFC 2045, RFC 2046.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

from .inline_files import take_inline_files
from .lenient import ALPHABET, lenient_base64
from .params import Parameters, read_parameters


class Unparsable(Exception):
    """The mail's structure is beyond what is safe to take apart; `reason` is a stable word for people and logs."""

    def __init__(self, reason: str) -> None:
        """One of too_large, too_deep, too_many_parts, headers_too_large, too_many_headers, decoded_too_large."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what is taken apart. Real mails stay far below; the largest providers take 25 to 50 MB."""

    raw_bytes: int = 64 * 1024 * 1024
    header_bytes: int = 1024 * 1024  #: of all parts together
    header_fields: int = 2_000  #: of one part
    depth: int = 25
    parts: int = 500
    decoded_bytes: int = 96 * 1024 * 1024  #: of all parts together
    body_bytes: int = 12_000_000  #: of all parts that are read as the body; more is cut and marked
    html_chars: int = 2_000_000  #: of the HTML of all parts together
    text_chars: int = 500_000  #: of the body; more is cut and marked


Fields = list[tuple[str, bytes]]


@dataclass(slots=True)
class Part:
    """One node. `fields` are (lower-case name, unfolded value) in order; `body` is still transfer-encoded."""

    fields: Fields
    content_type: str
    params: Parameters
    body: bytes
    children: "list[Part]" = field(default_factory=list)
    _disposition: Parameters | None = None

    def first(self, name: str) -> bytes:
        """The first field of that name, empty when there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    @property
    def disposition(self) -> Parameters:
        """Content-Disposition, read."""
        if self._disposition is None:
            self._disposition = read_parameters(self.first("content-disposition"))
        return self._disposition

    @property
    def content_id(self) -> str:
        """Content-ID without its angle brackets."""
        return self.first("content-id").decode("ascii", "ignore").strip().strip("<>").strip()[:255]


_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"([!-9;-~]{1,80})[ \t]*:[ \t]*(.*)", re.DOTALL)
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\n)")
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\s-][^\r\n]{0,200}?)[ \t]{0,9}\r?\n(?=content-)", re.IGNORECASE)


def read_structure(raw: bytes, limits: Limits = Limits()) -> Part:
    """Split a mail into its parts. Raises Unparsable."""
    if len(raw) > limits.raw_bytes:
        raise Unparsable("too_large")
    return _Splitter(limits).part(raw, 0, "text/plain")


def read_fields(head: bytes, limits: Limits = Limits()) -> Fields:
    """Header fields in order, unfolded; lines that are no field continue the one before. Raises Unparsable."""
    fields: list[tuple[str, list[bytes]]] = []
    for line in _LINE_END.split(head):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif found := _FIELD.fullmatch(line):
            fields.append((found[1].decode("ascii").lower(), [found[2]]))
        elif line and fields and not line.startswith((b"From ", b">From ")):
            # A folded line that lost its indentation: part of the value, as every mail client shows it.
            fields[-1][1].append(b" " + line)
    if len(fields) > limits.header_fields:
        raise Unparsable("too_many_headers")
    return [(name, lines[0] if len(lines) == 1 else b"".join(lines)) for name, lines in fields]


def decode_body(part: Part) -> tuple[bytes, str]:
    """The part's bytes without transfer encoding, and a warning key when the encoding lied ("" when not)."""
    encoding = part.first("content-transfer-encoding").strip().strip(b"\"'").lower().partition(b";")[0].rstrip()
    if encoding == b"base64":
        return _from_base64(part.body)
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(part.body), ""
    if encoding in (b"x-uuencode", b"uuencode", b"x-uue"):
        files = take_inline_files(part.body)[1]
        return (files[0][1], "") if files else (part.body, "broken_uuencode")
    return part.body, ""


@dataclass(slots=True)
class _Splitter:
    limits: Limits
    parts: int = 0
    header_bytes: int = 0

    def part(self, raw: bytes, depth: int, default_type: str) -> Part:
        self.parts += 1
        if depth > self.limits.depth:
            raise Unparsable("too_deep")
        if self.parts > self.limits.parts:
            raise Unparsable("too_many_parts")
        head, body = _split_head(raw, self.limits.header_bytes)
        self.header_bytes += len(head)
        if self.header_bytes > self.limits.header_bytes:
            raise Unparsable("headers_too_large")
        fields = read_fields(head, self.limits)
        given = next((value for name, value in fields if name == "content-type"), b"")
        params = read_parameters(given)
        content_type = params.value.partition(" ")[0]
        content_type = content_type if content_type.count("/") == 1 else default_type
        part = Part(fields, content_type, params, body)
        if content_type.startswith("multipart/"):
            self._split_multipart(part, depth)
        return part

    def _split_multipart(self, part: Part, depth: int) -> None:
        pieces = _between(part.body, _raw_boundary(part))
        if not pieces and part.first("content-transfer-encoding").strip().lower() in (b"base64", b"quoted-printable"):
            part.body, _ = decode_body(part)  # forbidden by RFC 2045 §6.4 and sent all the same
            pieces = _between(part.body, _raw_boundary(part))
        if not pieces and (guess := _GUESSED_BOUNDARY.search(part.body, 0, 65_536)):
            pieces = _between(part.body, guess[1])
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        if len(pieces) > self.limits.parts:
            raise Unparsable("too_many_parts")
        part.children = [self.part(piece, depth + 1, default) for piece in pieces]
        if part.children:
            part.body = b""
        else:
            part.content_type = "text/plain"


def _split_head(raw: bytes, most: int) -> tuple[bytes, bytes]:
    if raw[:1] in (b"\n", b"\r"):  # no header at all
        return b"", raw[2:] if raw[:2] == b"\r\n" else raw[1:]
    end = _HEAD_END.search(raw, 0, most + 4)
    if end:
        return raw[: end.start()], raw[end.end() :]
    if len(raw) > most:
        raise Unparsable("headers_too_large")
    first = raw.lstrip()[:200].partition(b"\n")[0].rstrip(b"\r")
    return (raw, b"") if _FIELD.fullmatch(first) or first.startswith(b"From ") else (b"", raw)


def _raw_boundary(part: Part) -> bytes:
    return part.params.raw("boundary").strip()


def _between(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the delimiter lines; the part after the last one too when the end is missing."""
    if not boundary:
        return []
    newline = b"\n" if b"\n" in body else b"\r"
    body, marker = newline + body, newline + b"--" + boundary
    pieces, start, at = [], -1, body.find(marker)
    while at >= 0:
        line_end = _DELIMITER_END.match(body, at + len(marker))
        if line_end is None:
            at = body.find(marker, at + 1)
            continue
        if start >= 0:
            # The line end before a delimiter belongs to it (RFC 2046 §5.1.1).
            pieces.append(body[start : max(start, at - (body[at - 1 : at + 1] == b"\r\n"))])
        if line_end[1]:
            return pieces
        start = line_end.end()
        at = body.find(marker, start - 1)
    if start >= 0:
        pieces.append(body[start:])
    return pieces


def _from_base64(body: bytes) -> tuple[bytes, str]:
    try:
        return base64.b64decode(body.translate(None, b"\r\n \t"), validate=True), ""
    except binascii.Error:
        return _from_broken_base64(body)


def _from_broken_base64(body: bytes) -> tuple[bytes, str]:
    """Bad padding, foreign characters or a text footer behind it; plain text under a wrong name stays as it is."""
    stripped = body.strip()
    foreign = len(stripped.translate(None, b"\r\n \t=" + ALPHABET))
    if foreign * 10 > len(stripped) or (b" " in stripped.partition(b"\n")[0] and foreign):
        return body, "not_base64"
    runs = (_leading_base64(stripped) if foreign else stripped).split(b"=")
    return b"".join(map(lenient_base64, runs)), "broken_base64"


def _leading_base64(body: bytes) -> bytes:
    """Lines up to the first that has blanks in it (a footer some list server appended)."""
    lines = []
    for line in body.splitlines():
        if b" " in line.strip():
            break
        lines.append(line)
    return b"".join(lines)
