"""winmail.dat: what Outlook packs into one file when it takes everybody for Outlook (MS-OXTNEF, MS-OXRTFCP).

Our own reader because the libraries read hostile counts and lengths as they come. Every loop here is bounded by
the bytes that are left, and damage anywhere gives what was read until there.
"""

import struct
from dataclasses import dataclass, field

from . import charsets

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_OBJECTS = 2_000
_MAX_PROPERTIES = 2_000
_MAX_DEPTH = 3
_MAX_RTF_BYTES = 16 * 1024 * 1024

#: Attributes of the stream (level, id).
_RENDER_DATA, _TITLE, _DATA, _ATTACHMENT = (2, 0x9002), (2, 0x8010), (2, 0x800F), (2, 0x9005)
_BODY, _PROPERTIES, _CODEPAGE = (1, 0x800C), (1, 0x9003), (1, 0x9007)
#: Properties inside.
_PR_BODY, _PR_RTF, _PR_HTML, _PR_CPID = 0x1000, 0x1009, 0x1013, 0x3FDE
_PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME, _PR_TYPE, _PR_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
#: An embedded message: IID_IMessage in front of another stream.
_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")
#: The dictionary every compressed RTF starts from (MS-OXRTFCP §2.1.2.1).
_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


@dataclass(slots=True)
class TnefFile:
    """One packed file."""

    name: str = ""
    content: bytes = b""
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Unpacked:
    """What was inside; texts empty when there were none."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""  #: uncompressed; only where there is neither text nor HTML


def is_tnef(content_type: str, name: str, content: bytes) -> bool:
    """By type or name, and always by its first four bytes."""
    named = content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower().endswith("winmail.dat")
    return named and content.startswith(_SIGNATURE)


def unpack(content: bytes, depth: int = 0) -> Unpacked:
    """Take a winmail.dat apart; damaged ones give what could be read."""
    found, charset, rtf = Unpacked(), "cp1252", b""
    for kind, data in _objects(content):
        if kind == _CODEPAGE and len(data) >= 4:
            charset = _charset(struct.unpack_from("<I", data)[0])
        elif kind == _BODY:
            found.text = _string(data, charset)
        elif kind == _PROPERTIES:
            rtf = _read_message(found, data, charset) or rtf
        elif kind == _RENDER_DATA:
            found.files.append(TnefFile())
        elif found.files and kind == _TITLE:
            found.files[-1].name = _string(data, charset)
        elif found.files and kind == _DATA:
            found.files[-1].content = data
        elif found.files and kind == _ATTACHMENT:
            _read_attachment(found, data, charset, depth)
    if rtf and not found.text and not found.html:
        found.rtf = decompress_rtf(rtf)
    found.files = [one for one in found.files if one.content]
    return found


def decompress_rtf(packed: bytes) -> bytes:
    """LZFu of MS-OXRTFCP; empty when damaged or larger than is sensible."""
    if len(packed) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", packed)
    if kind == 0x414C454D:  # "MELA": stored
        return packed[16 : 16 + size]
    if kind != 0x75465A4C or size > _MAX_RTF_BYTES:
        return b""
    window = bytearray(_RTF_START.ljust(4096, b"\x00"))
    write, position, out = len(_RTF_START), 16, bytearray()
    while position < len(packed) and len(out) < size:
        control, position = packed[position], position + 1
        for bit in range(8):
            if not control >> bit & 1:
                run, step = packed[position : position + 1], 1
            elif position + 1 < len(packed):
                token = int.from_bytes(packed[position : position + 2])
                if token >> 4 == write:
                    return bytes(out[:size])
                run, step = _copied(window, token >> 4, (token & 15) + 2, write), 2
            else:
                return bytes(out[:size])
            for byte in run:
                window[write] = byte
                write = (write + 1) % 4096
            out += run
            position += step
    return bytes(out[:size])


def _copied(window: bytearray, start: int, length: int, write: int) -> bytes:
    """A run from the window, which may overlap what it is about to write."""
    run = bytearray()
    for number in range(length):
        ahead = (start + number - write) % 4096
        run.append(run[ahead] if ahead < len(run) else window[(start + number) % 4096])
    return bytes(run)


def _objects(content: bytes) -> list[tuple[tuple[int, int], bytes]]:
    found: list[tuple[tuple[int, int], bytes]] = []
    position = 6
    while position + 9 <= len(content) and len(found) < _MAX_OBJECTS:
        level, name, _, length = struct.unpack_from("<BHHI", content, position)
        position += 9
        found.append(((level, name), content[position : position + length]))
        position += length + 2
    return found


def _read_message(found: Unpacked, data: bytes, charset: str) -> bytes:
    """Fill in the bodies; returns the compressed RTF, empty when there is none."""
    properties = _properties(data)
    cpid = properties.get(_PR_CPID, (0, b""))[1]
    charset_of_html = _charset(struct.unpack("<I", cpid)[0]) if len(cpid) == 4 else charset
    if _PR_BODY in properties:
        found.text = _value(properties[_PR_BODY], charset)
    if _PR_HTML in properties:
        kind, html = properties[_PR_HTML]
        found.html = _value((kind, html), charset_of_html)
    return properties.get(_PR_RTF, (0, b""))[1]


def _read_attachment(found: Unpacked, data: bytes, charset: str, depth: int) -> None:
    one, properties = found.files[-1], _properties(data)
    for name in (_PR_LONG_NAME, _PR_SHORT_NAME):
        if name in properties and (text := _value(properties[name], charset)):
            one.name = text
            break
    if _PR_TYPE in properties:
        one.content_type = _value(properties[_PR_TYPE], charset).lower()
    if _PR_CONTENT_ID in properties:
        one.content_id = _value(properties[_PR_CONTENT_ID], charset).strip("<>")
    content = properties.get(_PR_DATA, (0, b""))[1]
    if content.startswith(_IMESSAGE) and depth < _MAX_DEPTH:
        inner = unpack(content[16:], depth + 1)
        readable = inner.text.encode() or inner.html.encode() or inner.rtf
        suffix = ".txt" if inner.text else ".html" if inner.html else ".rtf" if inner.rtf else ".tnef"
        one.name, one.content = f"{one.name or 'message'}{suffix}", readable or content[16:]
        found.files += [TnefFile(f.name, f.content, f.content_type) for f in inner.files]
    elif content:
        one.content = content[16:] if properties[_PR_DATA][0] == 0x0D else content


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """Property id to its type and first value, as far as the bytes make sense."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        count, position = struct.unpack_from("<I", data)[0], 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, position)
            position += 4
            if name >= 0x8000:
                position = _after_named(data, position)
            value, position = _first_value(data, position, kind)
            found.setdefault(name, (kind & 0x0FFF, value))
    except struct.error:
        pass  # damaged: what was read so far counts
    return found


def _after_named(data: bytes, position: int) -> int:
    by_name, size = struct.unpack_from("<II", data, position + 16)
    return int(position + 24 + (_padded(size) if by_name else 0))


def _first_value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    is_multiple, base = bool(kind & 0x1000), kind & 0x0FFF
    count = 1
    if is_multiple or base in _VARIABLE:
        count = struct.unpack_from("<I", data, position)[0]
        position += 4
    if base not in _VARIABLE and base not in _FIXED:
        raise struct.error  # its length is unknown, so the rest cannot be read
    first = b""
    for number in range(count):
        length = _FIXED.get(base) or struct.unpack_from("<I", data, position)[0]
        position += 0 if base in _FIXED else 4
        if position + length > len(data):
            raise struct.error
        first = first if number else data[position : position + length]
        position += _padded(length)
    return first, position


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _value(found: tuple[int, bytes], charset: str) -> str:
    kind, data = found
    return data.decode("utf-16-le", "replace").rstrip("\x00") if kind == 0x1F else _string(data, charset)


def _string(data: bytes, charset: str) -> str:
    return charsets.decode(data.rstrip(b"\x00"), charset).text


def _charset(codepage: int) -> str:
    known = {
        932: "cp932",
        936: "gb18030",
        949: "cp949",
        950: "big5",
        65001: "utf-8",
        50220: "iso-2022-jp",
        51932: "euc-jp",
    }
    return known.get(codepage) or (f"cp{codepage}" if codepage < 70_000 else "")
