"""Unstructured header text: RFC 2047 encoded words as senders really write them, and raw bytes without any.

Neighbouring words of one charset are joined before decoding, because many mailers cut between the bytes of a
character and leave ISO-2022-JP in the middle of its shift state. Whatever comes in, the result is one line
without control or direction-override characters, so a header can never smuggle in another.
"""

import re
from itertools import groupby

from . import charsets
from .lenient import lenient_base64

_WORD_START = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,60})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?")
#: One whole encoded word whose end is near; in address fields it may hold commas and brackets.
ENCODED_WORD = re.compile(r"=\?[A-Za-z0-9_.:+*-]{1,80}\?[bBqQ]\?[^?\r\n]{0,1000}\?=")
_BLANKS = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")
#: Controls, and the characters that turn or hide text (CVE-2021-42574): marks that only order text may stay.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")

#: A word still encoded: its charset and its bytes; plain text has no charset.
_Token = tuple[str, bytes | str]


def decode_words(value: bytes, *, charset: str = "", carrier: str = "", force: str = "") -> str:
    """Decode one header value. `charset` is the guess for undeclared bytes, `force` overrides every label."""
    if value.isascii() and b"=?" not in value and b"\x1b" not in value:
        return clean_line(value.decode("ascii"))
    plain = (
        charsets.read_as(value, force, carrier=carrier)
        if force and _is_odd(value)
        else _undeclared(value, charset, carrier)
    )
    if "=?" not in plain:
        return clean_line(plain)
    return clean_line(decode_encoded(plain, carrier=carrier, force=force))


def decode_encoded(text: str, *, carrier: str = "", force: str = "") -> str:
    """Replace the encoded words of a text; everything else stays, blanks between two words go (RFC 2047 §6.2)."""
    out = []
    for label, group in groupby(_tokens(text), key=lambda token: charsets.canonical(token[0]) or token[0]):
        pieces = [content for _, content in group]
        if label:
            joined = b"".join(piece for piece in pieces if isinstance(piece, bytes))
            out.append(charsets.read_as(joined, force, carrier=carrier) if force else _worded(joined, label, carrier))
        else:
            out += [piece for piece in pieces if isinstance(piece, str)]
    return "".join(out)


def clean_line(text: str) -> str:
    """One line: blanks of any kind become a space, control and override characters disappear."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _UNWANTED.sub("", _BLANKS.sub(" ", text)).strip()


def _worded(raw: bytes, label: str, carrier: str) -> str:
    return charsets.decode(raw, label, carrier=carrier).text


def _undeclared(value: bytes, charset: str, carrier: str) -> str:
    if not _is_odd(value):
        return value.decode("ascii")
    return charsets.decode(value, charset, carrier=carrier).text


def _is_odd(value: bytes) -> bool:
    return b"\x1b" in value or not value.isascii()


def _tokens(text: str) -> list[_Token]:
    """Encoded words and the text around them, in order."""
    found: list[_Token] = []
    position, pending = 0, ("", "")
    while start := _WORD_START.search(text, position):
        end = text.find("?=", start.end())
        if end < 0:
            break
        between = text[position : start.start()]
        if between and not (found and found[-1][0] and between.isspace()):
            found.append(("", between))
            pending = ("", "")
        label, kind, content = start[1].lower(), start[2].upper(), text[start.end() : end]
        if kind == "B" and pending[0] == label:
            content = pending[1] + content
            found.pop()
        pending = (label, content) if kind == "B" and _is_cut(content) else ("", "")
        found.append((label, _bytes_of(kind, content)))
        position = end + 2
    if position < len(text):
        found.append(("", text[position:]))
    return found


def _is_cut(content: str) -> bool:
    """Base64 that stops inside a group of four: the mailer cut the encoded text, the next word goes on."""
    return len(content.strip()) % 4 != 0 and "=" not in content


def _bytes_of(kind: str, content: str) -> bytes:
    raw = content.encode("utf-8")
    if kind == "Q":
        return _HEX.sub(lambda code: bytes((int(code[1], 16),)), raw.replace(b"_", b" "))
    return b"".join(map(lenient_base64, raw.split(b"=")))
