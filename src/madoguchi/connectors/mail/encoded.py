"""Header values on the way out: encoded words, folded lines, quoted addresses, file names in both forms."""

import base64
import re
from urllib.parse import quote

from madoguchi.channels.contract import Address

from .japanese import encode_iso2022jp
from .words import clean_line

#: RFC 2047 §2: an encoded word has at most 75 characters, a line that holds one at most 76.
_MAX_WORD = 75
_MAX_LINE = 76
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[[A-Fa-f0-9.:IPv]{3,60}\]")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_NOT_IN_ID = re.compile(r"[^\x21-\x7e]|[<>]")


class UnsendableAddress(ValueError):
    """No mail server could take this address: no @, no domain, or letters outside ASCII before the @."""


def encode_text(text: str, charset: str, *, first: int = 0) -> list[str]:
    """Unstructured text as words to be folded; `first` characters of the first line are taken already."""
    line = clean_line(text)
    if line.isascii() and "=?" not in line and all(len(word) < 900 for word in line.split(" ")):
        return line.split(" ")
    return _encoded_words(line, charset, first)


def encode_address(address: Address, charset: str) -> str:
    """`name <addr>` with name and local part quoted or encoded as needed. Raises UnsendableAddress."""
    bare = addr_spec(address.email)
    name = clean_line(address.name)
    if not name:
        return bare
    if name.isascii() and "=?" not in name and len(name) < 200:
        shown = name if _PLAIN_PHRASE.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        shown = "\r\n ".join(_encoded_words(name, charset, 10))
    return f"{shown} <{bare}>" if len(shown) + len(bare) < 60 and "\r" not in shown else f"{shown}\r\n <{bare}>"


def addr_spec(email: str) -> str:
    """The address as SMTP and headers need it: odd local parts quoted, domain in ASCII. Raises UnsendableAddress."""
    local, at, domain = clean_line(email).rpartition("@")
    if len(local) > 2 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnsendableAddress(f"The domain of {email[:320]!r} cannot be written in ASCII.") from error
    if not (at and local and local.isascii() and local.isprintable() and _DOMAIN.fullmatch(ascii_domain)):
        raise UnsendableAddress(f"{email[:320]!r} is not an address mail can be sent to.")
    if not _ATOM.fullmatch(local):
        local = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    return f"{local}@{ascii_domain}"


def message_id(external_id: str) -> str:
    """An id in angle brackets, without anything that could end it; empty for none."""
    bare = _NOT_IN_ID.sub("", external_id)[:990]
    return f"<{bare}>" if bare else ""


def folded(name: str, words: list[str], separator: str = "") -> bytes:
    """One field, folded before words that would make a line longer than 76; empty when there are no words."""
    words = [word for word in words if word]
    if not words:
        return f"{name}: ".encode() if name == "Subject" else b""
    out, length = f"{name}:", len(name) + 1
    for number, word in enumerate(words):
        ending = separator if number + 1 < len(words) else ""
        head = word.partition("\r\n")[0]
        fits = length + 1 + len(head) + len(ending) <= _MAX_LINE or number == 0
        out += (" " if fits else "\r\n ") + word + ending
        length = len(out) - out.rfind("\n") - 1
    return out.encode("ascii")


def file_name_fields(content_type: str, name: str, *, is_inline: bool) -> list[str]:
    """Content-Type and Content-Disposition: RFC 2231 for the standard, an encoded word for old Japanese clients."""
    disposition = "inline" if is_inline else "attachment"
    if name.isascii() and len(name) < 60:
        quoted = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
        return [
            f"Content-Type: {content_type};\r\n name={quoted}",
            f"Content-Disposition: {disposition};\r\n filename={quoted}",
        ]
    words = "\r\n ".join(_encoded_words(name, "utf-8", 8))
    pieces = _percent_pieces(name)
    if len(pieces) == 1:
        extended = f"\r\n filename*=utf-8''{pieces[0]}"
    else:
        pieces[0] = f"utf-8''{pieces[0]}"
        extended = ";".join(f"\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))
    return [f'Content-Type: {content_type};\r\n name="{words}"', f"Content-Disposition: {disposition};{extended}"]


def _percent_pieces(name: str) -> list[str]:
    """Percent-encoded, cut between characters, each piece short enough for its line."""
    pieces = [""]
    for char in name:
        encoded = quote(char, safe="")
        if len(pieces[-1]) + len(encoded) > 50:
            pieces.append("")
        pieces[-1] += encoded
    return pieces


def _encoded_words(text: str, charset: str, first: int) -> list[str]:
    """Encoded words that never split a character; a base character and its marks stay together too."""
    words, current, room = [], "", _MAX_WORD - first
    for cluster in _clusters(text):
        if current and len(_word(current + cluster, charset)) > room:
            words.append(_word(current, charset))
            current, room = "", _MAX_WORD
        current += cluster
    return [*words, _word(current, charset)]


def _clusters(text: str) -> list[str]:
    """Characters with their variation selectors, joiners and combining marks; never longer than eight."""
    found: list[str] = []
    for char in text:
        joins = 0xFE00 <= ord(char) <= 0xFE0F or char in "\u200d\u3099\u309a" or 0x1F3FB <= ord(char) <= 0x1F3FF
        if found and (joins or found[-1].endswith("\u200d")) and len(found[-1]) < 8:
            found[-1] += char
        else:
            found.append(char)
    return found


def _word(text: str, charset: str) -> str:
    raw = encode_iso2022jp(text) if charset == "iso-2022-jp" else text.encode("utf-8", "replace")
    label = "ISO-2022-JP" if charset == "iso-2022-jp" else "UTF-8"
    return f"=?{label}?B?{base64.b64encode(raw).decode('ascii')}?="
