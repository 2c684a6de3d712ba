"""Address fields: RFC 5322 where it is kept, and what phones, carriers and people write instead.

Carriers gave out local parts the standard forbids (`taro..y.@`, a leading hyphen); they are real people and stay
as they are. Groups, comments, quoted names, missing angle brackets and Japanese commas are understood.
The text is cut before encoded words are decoded, because a decoded name may hold a comma.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from madoguchi.channels.contract import Address

from . import charsets
from .words import ENCODED_WORD, clean_line, decode_encoded

_MAX_ADDRESSES = 1_000
_MAX_BYTES = 100_000
_MAX_EMAIL_CHARS = 320  # RFC 3696, erratum 1690: 64 + @ + 255
_MAX_NAME_CHARS = 300
#: Nothing is taken back: a field of 100,000 blanks is read as quickly as any.
_USUAL = re.compile(
    r'\s*+(?:"([^"\\<>]*+)"\s*+|([^"\\<>,;:()@]*+))<\s*+([^<>@\s,;:"()]++@[^<>@\s,;:"()\[\]]++)\s*+>\s*+'
)
_BARE = re.compile(r"\s*([^<>@\s,;:\"()]+@[A-Za-z0-9.-]+)\s*")
_DELIMITERS = r"\s<>()\[\],;:\"'「」（）"
_EMAIL_WORD = re.compile(f"(?<![^{_DELIMITERS}])[^{_DELIMITERS}]{{1,64}}@[^{_DELIMITERS}]{{1,255}}")
_QUOTED_LOCAL = re.compile(r'\s*"((?:[^"\\]|\\.){1,128})"@(\S{1,255})\s*')
_NEEDS_QUOTES = re.compile(r'[\s"\\<>(),:;\[\]@]')
_QUOTED_CONTENT = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)
_BRACKETS = re.compile(r"\\.|[()]", re.DOTALL)
_WORD = re.compile(r'[^"(<,;:=\r\n、，；]+|.', re.DOTALL)
_WIDE_SIGNS = str.maketrans("＠．＜＞", "@.<>")


def read_addresses(value: bytes, *, charset: str = "", carrier: str = "", force: str = "") -> tuple[Address, ...]:
    """The addresses of one field, in order, at most a thousand; an entry without an address is left out."""
    value = value[:_MAX_BYTES]
    if value.isascii() and b"\x1b" not in value:
        text = value.decode("ascii")
    else:
        text = charsets.read_as(value, force, carrier=carrier) if force else _literal(value, charset, carrier)
    if text.count("@") == 1 and (usual := _usual(text, carrier, force)):
        return (usual,)
    entries = _Scanner(text).entries()[:_MAX_ADDRESSES]
    return tuple(address for entry in entries if (address := _address(entry, carrier, force)))


def domain_of(value: bytes) -> str:
    """The domain of the first address in a field, without reading the rest; empty when there is none."""
    _, at, after = value.partition(b"@")
    found = re.match(rb"[A-Za-z0-9.-]{1,255}", after)
    return found[0].decode("ascii").lower() if at and found else ""


@dataclass(slots=True)
class _Entry:
    """One mailbox as text: what stood outside, between < >, in quotes and in comments."""

    words: list[str] = field(default_factory=list)
    angle: str = ""
    comments: list[str] = field(default_factory=list)
    has_address: bool = False


@dataclass(slots=True)
class _Scanner:
    """Cuts a field at its commas, semicolons and group names; one pass, no recursion."""

    text: str
    position: int = 0
    entry: _Entry = field(default_factory=_Entry)
    found: list[_Entry] = field(default_factory=list)

    def entries(self) -> list[_Entry]:
        while self.position < len(self.text):
            char = self.text[self.position]
            if char == '"':
                self._quoted()
            elif char == "=" and (word := ENCODED_WORD.match(self.text, self.position)):
                self.entry.words.append(word[0])
                self.position = word.end()
            elif char == "(":
                self._comment()
            elif char == "<":
                self._angle()
            elif char in ",;\r\n" or (char in "、，；" and self.entry.has_address):
                self._end()
            elif char == ":" and not self.entry.has_address:
                self.entry, self.position = _Entry(), self.position + 1  # what came before names a group
            else:
                self._word()
        self._end()
        return self.found

    def _end(self) -> None:
        self.found.append(self.entry)
        self.entry, self.position = _Entry(), self.position + 1

    def _quoted(self) -> None:
        end = _QUOTED_CONTENT.match(self.text, self.position + 1)
        assert end is not None  # the pattern matches the empty text too
        content = re.sub(r"\\(.)", r"\1", end[0])
        self.position = end.end() + 1
        if self.text[self.position : self.position + 1] == "@":
            self.entry.words.append(f'"{content}"')
            self.entry.has_address = True
        else:
            self.entry.words.append(content)

    def _comment(self) -> None:
        depth, start = 0, self.position + 1
        for found in _BRACKETS.finditer(self.text, self.position):
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            if depth == 0:
                self.entry.comments.append(self.text[start : found.start()])
                self.position = found.end()
                return
        self.entry.comments.append(self.text[start:])  # never closed
        self.position = len(self.text)

    def _angle(self) -> None:
        end = self.text.find(">", self.position)
        end = end if end >= 0 else len(self.text)
        content = self.text[self.position + 1 : end].rpartition("<")[2]
        if not self.entry.angle or "@" not in self.entry.angle:
            self.entry.angle = content
            self.entry.has_address = True
        self.position = end + 1

    def _word(self) -> None:
        end = _WORD.match(self.text, self.position)
        assert end is not None
        self.entry.words.append(end[0])
        self.entry.has_address |= "@" in end[0]
        self.position = end.end()


def _usual(text: str, carrier: str, force: str) -> Address | None:
    found = _USUAL.fullmatch(text)
    if found:
        email, name = _email(found[3]), _name(found[1] or found[2] or "", carrier, force)
    else:
        bare = _BARE.fullmatch(text)
        email, name = _email(bare[1]) if bare else "", ""
    return Address(email, name) if email else None


def _address(entry: _Entry, carrier: str, force: str) -> Address | None:
    outside = "".join(entry.words)
    comments = " ".join(entry.comments)
    if email := _email(entry.angle):
        return Address(email, _name(outside.strip(" <>\t") or comments, carrier, force))
    decoded = decode_encoded(f"{outside} {entry.angle}", carrier=carrier, force=force).translate(_WIDE_SIGNS)
    if quoted := _QUOTED_LOCAL.fullmatch(outside):
        return Address(_email(f'"{quoted[1]}"@{quoted[2]}'), _name(comments, carrier, force))
    found = _EMAIL_WORD.search(decoded)
    if not found or not (email := _email(found[0])):
        return None
    rest = decoded.replace(found[0], " ", 1)
    return Address(email, _name(rest.strip(" <>\t") or comments, carrier, force))


def _email(text: str) -> str:
    """An address without blanks, characters that nobody sees and needless quotes; empty when it is none."""
    email = _seen(clean_line(text.translate(_WIDE_SIGNS)))
    local, at, domain = email.rpartition("@")
    if local.startswith('"') and local.endswith('"') and len(local) > 2:
        bare = local[1:-1]
        local = local if _NEEDS_QUOTES.search(bare) else bare
    else:
        local = re.sub(r"\s+", "", local.rpartition(":")[2])  # a source route (RFC 5322 §4.4) ends with a colon
    domain = re.sub(r"\s+", "", _seen(unicodedata.normalize("NFKC", domain))).strip(".").removesuffix(">")
    email = f"{local}@{domain}"
    return email if at and local and domain and len(email) <= _MAX_EMAIL_CHARS else ""


def _seen(text: str) -> str:
    """Without soft hyphens and the like, by which two addresses would differ that look the same."""
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())


def _name(text: str, carrier: str, force: str) -> str:
    if "=?" in text:
        text = decode_encoded(text, carrier=carrier, force=force)
    name = re.sub(r"\s+", " ", clean_line(text))
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" and name.count(name[0]) == 2:
        name = name[1:-1]  # quotes around an encoded word, or doubled by a forwarding program
    return name.strip()[:_MAX_NAME_CHARS]


def _literal(value: bytes, charset: str, carrier: str) -> str:
    return charsets.decode(value, charset, carrier=carrier).text
