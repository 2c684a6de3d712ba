"""Content-Type and Content-Disposition: a value and its parameters, in all the forms senders use.

RFC 2231 (charset, continuations), encoded words inside quotes, raw 8-bit and raw ISO-2022-JP, percent signs
without a star, missing quotes. Tokens are cut on bytes, before any decoding, because a Shift_JIS or JIS
character may contain a quote, a backslash or a semicolon.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from . import charsets
from .words import decode_words

#: Two-byte characters first: in 7-bit JIS up to its closing escape, in Shift_JIS with a trail byte like \\.
_CHARACTER = rb"\x1b\$[@B][^\x1b]{0,600}\x1b\([BJ]|[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"
_PARAMETER = re.compile(
    rb";[\s;]{0,20}([^\s=;\"]{1,80})\s*=\s*(?:\"((?:"
    + _CHARACTER
    + rb"|\\.|[^\"\\])*)\"?|((?:"
    + _CHARACTER
    + rb"|[^;])*))",
    re.DOTALL,
)
_STARRED = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
_CHARSET_PREFIX = re.compile(rb"([A-Za-z0-9_.:-]{0,40})'[A-Za-z-]{0,20}'")
_ESCAPED = re.compile(rb'\\(["\\])')
_MAX_PARAMETERS = 200
_MAX_BYTES = 50_000


@dataclass(slots=True)
class Parameters:
    """A structured field: its main value in lower case, its parameters by lower-case name, still as bytes."""

    value: str
    plain: dict[str, bytes] = field(default_factory=dict)
    extended: dict[str, list[tuple[int, bool, bytes]]] = field(default_factory=dict)

    def raw(self, name: str) -> bytes:
        """The bytes of a parameter, continuations joined."""
        return self.plain.get(name) or b"".join(piece for _, _, piece in sorted(self.extended.get(name, ())))

    def text(self, name: str, *, charset: str = "", carrier: str = "") -> str:
        """A parameter decoded; the RFC 2231 form wins over the plain one. `charset` is tried for undeclared bytes."""
        if name in self.extended:
            return _decode_extended(self.extended[name], charset, carrier)
        raw = self.plain.get(name, b"")
        if prefix := _CHARSET_PREFIX.match(raw):
            return _percent_decoded(raw[prefix.end() :], prefix[1], charset, carrier)
        if b"%" in raw and raw.isascii() and not (decoded := unquote_to_bytes(raw)).isascii():
            reading = charsets.candidates(decoded, "utf-8")[0]
            return reading.text if reading.confidence >= 0.9 else raw.decode("ascii")
        return decode_words(raw, charset=charset, carrier=carrier)


def read_parameters(value: bytes) -> Parameters:
    """Read a structured field; never raises, ignores what makes no sense."""
    value = value[:_MAX_BYTES]
    main, _, _ = value.partition(b";")
    found = Parameters(main.strip().strip(b"\"'").decode("ascii", "ignore").lower())
    if b"=" not in value:
        return found
    for number, match in enumerate(_PARAMETER.finditer(value)):
        if number >= _MAX_PARAMETERS:
            break
        content = _unquoted(match[2]) if match[2] is not None else match[3].strip()
        starred = _STARRED.fullmatch(match[1].decode("latin-1").lower())
        assert starred is not None  # group 1 takes at least one character, and the rest is optional
        name, number_text, percent = starred.groups()
        if number_text is None and percent is None:
            found.plain.setdefault(name, content)
        else:
            found.extended.setdefault(name, []).append((int(number_text or 0), percent is not None, content))
    return found


def _unquoted(content: bytes) -> bytes:
    if b"\\" not in content or not content.isascii() or b"\x1b" in content:
        return content
    return _ESCAPED.sub(rb"\1", content)


def _decode_extended(pieces: list[tuple[int, bool, bytes]], charset: str, carrier: str) -> str:
    ordered = sorted(pieces, key=lambda piece: piece[0])
    declared = b""
    if ordered[0][1] and (prefix := _CHARSET_PREFIX.match(ordered[0][2])):
        declared = prefix[1]
        ordered[0] = (0, True, ordered[0][2][prefix.end() :])
    raw = b"".join(unquote_to_bytes(piece) if percent else piece for _, percent, piece in ordered)
    if not declared and b"=?" in raw:
        return decode_words(raw, charset=charset, carrier=carrier)
    return charsets.decode(raw, declared.decode("ascii") or charset, carrier=carrier).text


def _percent_decoded(content: bytes, declared: bytes, charset: str, carrier: str) -> str:
    return charsets.decode(unquote_to_bytes(content), declared.decode("ascii") or charset, carrier=carrier).text
