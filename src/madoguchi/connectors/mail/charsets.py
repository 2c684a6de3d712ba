"""Which encoding some bytes are in: the declared one where it holds, otherwise the most plausible one.

`decode` serves the parser, `candidates` the choice a person is offered when a text looks garbled. Nothing
here raises for any input.
"""

import codecs
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from . import japanese
from .carrier_emoji import replace_private_use
from .plausible import plausibility

#: What mailers call an encoding, folded to lower case without punctuation, and what it really is.
_NAMES = {
    "iso-2022-jp": "iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 iso2022jpms iso2022jpext csiso2022jp"
    " cp50220 cp50221 cp50222 xwindowsiso2022jp jis xjis jis7 isoir87",
    "cp932": "shiftjis sjis xsjis mskanji csshiftjis windows31j cswindows31j cp932 ms932 ibm943 xmscp932 shiftjis2004"
    " shiftjisx0213 windows932 xshiftjis",
    "euc-jp": "eucjp xeucjp ujis eucjpms xeucjpms cp51932 eucjpwin eucjis2004 cseucpkdfmtjapanese xeuc",
    "utf-8": "utf8 unicode11utf8 xutf8 utf8mb4 cp65001 utf8n",
    "utf-7": "utf7 unicode11utf7 csunicode11utf7 cp65000",
    "utf-16": "utf16 unicode ucs2 utf16le utf16be",
    "gb18030": "gb2312 gbk gb18030 euccn cp936 csgb2312 xgbk gb231280 chinese",
    "big5": "big5 cp950 big5hkscs csbig5 xxbig5 big5eten",
    "cp949": "euckr ksc56011987 ksc5601 ksc56011989 cp949 windows949 cseuckr uhc ms949 korean",
    "cp1252": "iso88591 latin1 cp1252 windows1252 xcp1252 isoir100 l1 ansi",
    "us-ascii": "usascii ascii ansix341968 iso646us us",
    "": "unknown unknown8bit xunknown autodetect none default 8bit binary xuserdefined",
}
_KNOWN = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
#: Other codecs of Python that are plain text encodings; the rest (hex, zlib, idna, escapes) must not be reachable.
_OTHER = re.compile(
    r"iso8859-\d{1,2}|cp(?:437|720|737|775|8[5-7]\d|1006|125[0-8])|koi8-[rtu]|mac-[a-z]+|tis-620|hz|iso2022_kr"
    r"|johab|utf-16-[bl]e|utf-32(?:-[bl]e)?|ptcp154|kz1048"
)
_FALLBACKS = ("utf-8", "cp932", "euc-jp", "cp1252", "gb18030", "big5", "cp949")
_SAMPLE_BYTES = 16_384
_ODD_BYTE = re.compile(rb"[\x80-\xff\x1b]")
_SURROGATES = re.compile("[\ud800-\udfff]")
#: From the beginning of a run of such letters on, so that no run is read twice.
_UTF7 = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9/]*+\+[A-Za-z0-9+/]{3,}+-")
_ESCAPE_MARKS = (b"\x1b$", b"\x1b(", b"\x0e")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read some bytes; `confidence` from 0 to 1 only ranks, it is no probability."""

    charset: str
    text: str
    confidence: float


def decode(raw: bytes, declared: str = "", *, carrier: str = "") -> Candidate:
    """Read `raw` as declared if that gives sense, otherwise as the best candidate. Never raises."""
    if not raw:
        return Candidate(canonical(declared) or "us-ascii", "", 1.0)
    name = canonical(declared)
    plain = raw.isascii() and b"\x1b" not in raw and b"\x0e" not in raw
    if plain and not name.startswith("utf-") and name not in ("hz", "iso2022_kr") and not _UTF7.search(raw):
        return Candidate(name or "us-ascii", raw.decode("ascii"), 1.0)
    if name == "utf-8" and not (raw.isascii() and not plain):
        try:
            return Candidate(name, _finish(raw.decode("utf-8"), carrier), 1.0)
        except UnicodeDecodeError:
            pass
    if name == "iso-2022-jp" and raw.isascii():
        return Candidate(name, _finish(japanese.decode_iso2022jp(raw, carrier), carrier), 1.0)
    if name in ("cp932", "euc-jp") and not _is_utf8(raw):
        text = read_as(raw, name, carrier=carrier)
        if "\ufffd" not in text and plausibility(text) >= 0.5:
            return Candidate(name, text, 1.0)
    best = candidates(raw, declared, carrier=carrier)[0]
    return best if len(raw) <= _SAMPLE_BYTES else replace(best, text=read_as(raw, best.charset, carrier=carrier))


def candidates(raw: bytes, declared: str = "", *, carrier: str = "") -> list[Candidate]:
    """Every reading worth offering, the most plausible first, at least one; equal texts are offered once.

    Long input is judged and shown by 16 KB from where it stops being ASCII.
    """
    name, raw = canonical(declared), _sample(raw)
    best: dict[str, Candidate] = {}
    for charset in _worth_trying(raw, name):
        text = read_as(raw, charset, carrier=carrier)
        score = plausibility(text) + _prior(raw, charset, name)
        known = best.get(text)
        if known is None or known.confidence < score:
            best[text] = Candidate(charset, text, score)
    ranked = sorted(best.values(), key=lambda candidate: -candidate.confidence)
    return [Candidate(c.charset, c.text, round(min(1.0, max(0.0, c.confidence)), 3)) for c in ranked]


def read_as(raw: bytes, charset: str, *, carrier: str = "") -> str:
    """Read `raw` in one encoding by force; what does not fit becomes U+FFFD. An unknown name reads as latin-1."""
    name = canonical(charset)
    if name == "cp932":
        text = japanese.decode_cp932(raw, carrier)
    elif name == "iso-2022-jp":
        text = japanese.decode_iso2022jp(raw, carrier)
    elif name == "euc-jp":
        text = japanese.decode_euc_jp(raw)
    elif name == "utf-16":
        text = raw.decode(_utf16_order(raw), "replace")
    elif name == "big5":
        text = raw.decode("big5hkscs", "replace")
    elif name in ("", "us-ascii"):
        text = raw.decode("ascii" if raw.isascii() else "latin-1")
    else:
        text = raw.decode(name, "replace")
    return _finish(text, carrier)


def canonical(label: str) -> str:
    """Our name of a declared encoding; empty when it names none that is safe and known."""
    return _canonical(label[:60].lower())


@lru_cache(maxsize=256)
def _canonical(label: str) -> str:
    label = label.strip(" \t\"'").partition("*")[0]
    squeezed = re.sub(r"[^a-z0-9]", "", label)
    if squeezed in _KNOWN:
        return _KNOWN[squeezed]
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return name if _OTHER.fullmatch(name) else _KNOWN.get(re.sub(r"[^a-z0-9]", "", name), "")


def _sample(raw: bytes) -> bytes:
    if len(raw) <= _SAMPLE_BYTES:
        return raw
    odd = _ODD_BYTE.search(raw)
    start = raw.rfind(b"\n", 0, odd.start()) + 1 if odd and odd.start() > _SAMPLE_BYTES // 2 else 0
    return raw[start : start + _SAMPLE_BYTES]


def _worth_trying(raw: bytes, declared: str) -> list[str]:
    names = [declared] if declared and (raw.isascii() or declared != "us-ascii") else []
    if any(mark in raw for mark in _ESCAPE_MARKS):
        names.append("iso-2022-jp")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[:200].count(0) > len(raw[:200]) // 5:
        names.append("utf-16")
    if raw.isascii():
        if b"~{" in raw:
            names.append("hz")
        if _UTF7.search(raw):
            names.append("utf-7")
        names.append("us-ascii")
    else:
        names += _FALLBACKS
    return list(dict.fromkeys(names))


def _prior(raw: bytes, charset: str, declared: str) -> float:
    """What is known before looking at the text: UTF-8 rarely fits by accident, and senders mean what they say."""
    bonus = 0.0
    if charset == declared:
        bonus = 0.15 if charset in _NAMES else 0.5  # nobody says koi8-r by mistake
    if charset == "utf-8":
        bonus += 0.6 if _is_utf8(raw) else 0.0
    elif charset in ("iso-2022-jp", "hz", "utf-7", "utf-16"):
        bonus += 0.6 if raw.isascii() or (charset == "utf-16" and raw[:200].count(0)) else 0.0
    elif charset in ("cp932", "euc-jp"):
        bonus += 0.1
    return bonus


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # A text cut in its last character, with others whole before it, is still UTF-8.
        return error.end == len(raw) and error.reason == "unexpected end of data" and not raw[: error.start].isascii()
    return True


def _utf16_order(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-16-be" if raw[0:400:2].count(0) > raw[1:400:2].count(0) else "utf-16-le"


def _finish(text: str, carrier: str) -> str:
    """Emoji from private use, no byte order mark, no lone surrogates, no half character at the end."""
    text = replace_private_use(text.removeprefix("\ufeff"), carrier)
    text = text.removesuffix("\ufffd")
    return _SURROGATES.sub("\ufffd", text)
