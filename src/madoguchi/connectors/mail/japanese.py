"""The Japanese encodings as mail really uses them: ISO-2022-JP with Microsoft's and NEC's rows, CP932, EUC-JP.

Python's codecs refuse NEC row 13 (①㈱№), half-width kana in ISO-2022-JP and the vendors' kanji, so all three
decode through one table of rows and cells built from Python's cp932. Decoders never raise: what no table
knows becomes U+FFFD, a carrier's pictogram its emoji. Sources: RFC 1468, RFC 2237, JIS X 0202 (ISO 2022),
Microsoft code pages 932, 50220 and 51932.
"""

import codecs
import re
import struct
import unicodedata
from contextlib import suppress
from functools import cache
from itertools import batched

from .carrier_emoji import from_au_mail, from_shift_jis, softbank_kanji

_BAD = "\ufffd"
#: eucJP-ms: IBM's kanji outside JIS X 0208 and 0212, from 8F F3 F3 on (The Open Group Japan, 1996).
_IBM_FROM_F3F3 = (
    "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤﨎咊坙﨏塚增寬峵嵓﨑德悅愠敎昻晥晴朗栁﨓﨔橫櫢淸淲瀨凞猪甁"
    "皂皞益礰礼神祥福竧靖精綠緖羽荢﨟薰蘒﨡蠇諸譿賴赶﨣﨤逸郞都鄕﨧﨨閒隆﨩霻靍靑飯飼館馞髙魲鶴黑"
)
#: Escape sequences and what follows them, until the next.
_ESCAPES = re.compile(rb"(\x1b(?:\$\(?[A-Z@]|\([A-Z@]|&@|[-./].|N)|[\x0e\x0f])", re.DOTALL)
_TWO_BYTE = re.compile(rb"[\x21-\x7e]{2}|.", re.DOTALL)
_GRAPHIC = bytes(range(0x21, 0x7F))
_EUC = re.compile(
    rb"([\x00-\x7f]+)|((?:[\xa1-\xfe]{2})+)|((?:\x8e[\xa1-\xdf])+)|((?:\x8f[\xa1-\xfe]{2})+)|(.)", re.DOTALL
)
#: Sets that Python's own codecs know, used for one run each: JIS X 0213, GB 2312, KS X 1001.
_OTHER_SETS = {
    b"\x1b$(O": "iso2022_jp_3",
    b"\x1b$(Q": "iso2022_jp_2004",
    b"\x1b$(P": "iso2022_jp_2004",
    b"\x1b$A": "iso2022_jp_2",
    b"\x1b$(A": "iso2022_jp_2",
    b"\x1b$(C": "iso2022_jp_2",
}
_KANJI = {b"\x1b$@", b"\x1b$B", b"\x1b$(@", b"\x1b$(B"}
#: SoftBank's "web codes": ESC $ G ! SI is U+E001; each letter is one page of private-use code points.
_WEB_CODES = {
    b"\x1b$G": 0xE000,
    b"\x1b$E": 0xE100,
    b"\x1b$F": 0xE200,
    b"\x1b$O": 0xE300,
    b"\x1b$P": 0xE400,
    b"\x1b$Q": 0xE500,
}
#: A two-byte code cp932 does not know, carried through the codec as a code point of plane 15.
_CARRIED = re.compile("[\ue000-\ue757\U000f8000-\U000fffff]")
#: Characters that differ only in which standard's table named them; all exist in JIS X 0208.
_JIS_TWINS = str.maketrans(
    {
        "～": "〜", "－": "−", "∥": "‖", "￠": "¢", "￡": "£", "￢": "¬", "—": "―", "–": "‐", "‑": "‐", "¥": "￥",
        "‾": "￣", "⋯": "…", "•": "・", "‧": "・", "\u00a0": " ", "\u2002": " ", "\u2003": "\u3000", "\ufe0e": "",
        "\ufe0f": "", "\u200b": "", "\ufeff": "", "\u00c5": "\u212b", "µ": "μ",
    }
)  # fmt: skip
_HALF_WIDTH_KANA = re.compile("[｡-ﾟ]+")


def decode_cp932(raw: bytes, carrier: str = "") -> str:
    """Shift_JIS in its Microsoft form, whatever it was called; `carrier` decides colliding pictogram codes."""
    text = raw.decode("cp932", "madoguchi.carry")
    if text.isascii():
        return text
    if carrier == "softbank":
        text = text.translate(softbank_kanji())
    return _CARRIED.sub(lambda found: _carried(ord(found[0]), carrier), text)


def decode_iso2022jp(raw: bytes, carrier: str = "") -> str:
    """ISO-2022-JP with everything senders put in it (-MS, CP50220, CP50221, JIS X 0212 and 0213, 8-bit kana)."""
    escape, shifted, out = b"", False, []
    for number, piece in enumerate(_ESCAPES.split(raw)):
        if not number % 2:
            if piece:
                out.append(_segment(escape, shifted, piece, carrier))
        elif len(piece) == 1:
            shifted = piece == b"\x0e"
            escape = b"" if escape in _WEB_CODES else escape
        else:
            escape, shifted = piece, False
    return "".join(out)


def decode_euc_jp(raw: bytes) -> str:
    """EUC-JP with row 13 and the vendors' kanji (CP51932 and eucJP-ms)."""
    out = []
    rows, extra = _rows(), _rows_0212()
    for ascii_run, kanji, kana, supplement, stray in _EUC.findall(raw):
        if ascii_run:
            out.append(ascii_run.decode("ascii"))
        elif kanji:
            out += [rows.get(code & 0x7F7F, _BAD) for code in struct.unpack(f">{len(kanji) // 2}H", kanji)]
        elif kana:
            out.append(kana[1::2].decode("cp932"))
        elif supplement:
            out += [extra.get(hi << 8 | lo, _BAD) for _, hi, lo in batched(supplement, 3)]
        else:
            out.append("" if stray in (b"\x8e", b"\x8f") else _BAD)
    return "".join(out)


def encode_iso2022jp(text: str) -> bytes:
    """Strict ISO-2022-JP (JIS X 0208 only): twins are mapped, half-width kana widened, the rest becomes 〓."""
    return jis_form(text).encode("iso2022_jp", "madoguchi.geta")


def jis_form(text: str) -> str:
    """The same text with characters replaced by their equal in JIS X 0208, where there is one."""
    widened = _HALF_WIDTH_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", widened).translate(_JIS_TWINS)


def _segment(escape: bytes, shifted: bool, piece: bytes, carrier: str) -> str:  # noqa: FBT001 -- parser state
    if escape in _KANJI:
        return _two_byte(piece, carrier)
    if escape == b"\x1b(I" or shifted:
        return piece.translate(_KANA_TO_8BIT).decode("cp932", "replace")
    if escape == b"\x1b$(D":
        return _supplement(piece)
    if escape in _WEB_CODES:
        return _web_codes(_WEB_CODES[escape], piece)
    if escape in _OTHER_SETS:
        return (escape + piece).decode(_OTHER_SETS[escape], "replace")
    text = piece.decode("ascii") if piece.isascii() else decode_cp932(piece, carrier)
    # JIS X 0201 Roman differs from ASCII in two places; its overline is kept as ~, which URLs need.
    return text.replace("\\", "¥") if escape == b"\x1b(J" else text


def _two_byte(piece: bytes, carrier: str) -> str:
    rows = _rows_of_au() if carrier == "au" else _rows()
    if len(piece) % 2 == 0 and not piece.translate(None, _GRAPHIC):
        return "".join([rows.get(code, _BAD) for code in struct.unpack(f">{len(piece) // 2}H", piece)])
    return "".join(
        rows.get(pair[0] << 8 | pair[1], _BAD) if len(pair) == 2 else _stray(pair) for pair in _TWO_BYTE.findall(piece)
    )


def _stray(byte: bytes) -> str:
    """Line ends and blanks between two-byte characters are themselves; half a character is lost."""
    return byte.decode("ascii") if byte <= b" " else _BAD


def _supplement(piece: bytes) -> str:
    extra = _rows_0212()
    return "".join(
        extra.get((pair[0] << 8 | pair[1]) | 0x8080, _BAD) if len(pair) == 2 else _stray(pair)
        for pair in _TWO_BYTE.findall(piece)
    )


def _web_codes(page: int, piece: bytes) -> str:
    """Private-use code points, which the caller turns into emoji like any other."""
    return "".join(chr(page + byte - 0x20) if 0x21 <= byte <= 0x7A else chr(byte & 0x7F) for byte in piece)


def _carried(code: int, carrier: str) -> str:
    if code < 0xF0000:  # cp932 decodes its user-defined area, F040 to F9FC, in a line from U+E000 on
        lead, cell = divmod(code - 0xE000, 188)
        return from_shift_jis((0xF0 + lead) * 256 + 0x40 + cell + (cell >= 0x3F), carrier)
    return from_au_mail(code - 0xF0000) if 0xEB40 <= code - 0xF0000 <= 0xECFC else _BAD


def _carry(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: keep a whole two-byte code that is unassigned, so that the next character is right."""
    assert isinstance(error, UnicodeDecodeError)
    pair = error.object[error.start : error.start + 2]
    is_pair = len(pair) == 2 and (0x81 <= pair[0] <= 0x9F or 0xE0 <= pair[0] <= 0xFC)
    if is_pair and 0x40 <= pair[1] <= 0xFC and pair[1] != 0x7F:
        return chr(0xF0000 + int.from_bytes(pair)), error.start + 2
    return _BAD, error.start + 1


def _geta(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: 〓 once for every character that cannot be encoded."""
    assert isinstance(error, UnicodeEncodeError)
    return "〓" * (error.end - error.start), error.end


codecs.register_error("madoguchi.carry", _carry)
codecs.register_error("madoguchi.geta", _geta)
_KANA_TO_8BIT = bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in range(256))


@cache
def _rows() -> dict[int, str]:
    """JIS code (row and cell, 2121 to 7E7E) to character, by way of cp932: rows 13 and 89 to 92 included."""
    rows = {}
    for row in range(94):
        for cell in range(94):
            code = _shift_jis(row, cell)
            try:
                rows[(row + 0x21) << 8 | (cell + 0x21)] = code.to_bytes(2).decode("cp932")
            except UnicodeDecodeError:
                if 0xEB40 <= code <= 0xECFC:  # rows 85 to 88: nothing but au's pictograms
                    rows[(row + 0x21) << 8 | (cell + 0x21)] = from_au_mail(code)
    return rows


@cache
def _rows_of_au() -> dict[int, str]:
    """The rows with au's pictograms where others have NEC's copy of IBM's kanji (JIS 7921 to 7B6D)."""
    return _rows() | {
        (row + 0x21) << 8 | (cell + 0x21): from_au_mail(_shift_jis(row, cell))
        for row in range(0x58, 0x5B)
        for cell in range(94)
        if _shift_jis(row, cell) <= 0xEE8D
    }


@cache
def _rows_0212() -> dict[int, str]:
    """EUC code (both bytes with the high bit) to character of JIS X 0212 and eucJP-ms."""
    ibm = {0xF3F3 + number + (0xA2 if number >= 12 else 0): char for number, char in enumerate(_IBM_FROM_F3F3)}
    for hi in range(0xA1, 0xFF):
        for lo in range(0xA1, 0xFF):
            with suppress(UnicodeDecodeError):
                ibm[hi << 8 | lo] = bytes((0x8F, hi, lo)).decode("euc_jp")
    return ibm


def _shift_jis(row: int, cell: int) -> int:
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + 0x40 + (cell >= 0x3F)
    return lead << 8 | trail
