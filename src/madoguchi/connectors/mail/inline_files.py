"""Files written into the text itself, as before MIME: uuencode and yEnc blocks.

Sources: POSIX.1-2017 uuencode; yEnc draft 1.3.
"""

import base64
import binascii
import re
import zlib

_BEGIN = re.compile(rb"^begin (?:[0-7]{3,4}) ([^\r\n]{1,255})\r?$", re.MULTILINE)
_BEGIN_BASE64 = re.compile(rb"^begin-base64 (?:[0-7]{3,4}) ([^\r\n]{1,255})\r?$", re.MULTILINE)
_YBEGIN = re.compile(rb"^=ybegin [^\r\n]{0,200}?size=\d{1,12}[^\r\n]{0,100}? name=([^\r\n]{1,255})\r?$", re.MULTILINE)
_YPART = re.compile(rb"=ypart [^\r\n]{0,200}\r?\n")
_YEND = re.compile(rb"^=yend [^\r\n]{0,200}\r?$", re.MULTILINE)
_CRC = re.compile(rb"\b(?:p)?crc32=([0-9A-Fa-f]{1,8})")
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_MAX_TRIES = 20  #: of each kind; a block without an end is searched to the end of the text

#: Name as written, and content.
InlineFile = tuple[bytes, bytes]


def take_inline_files(body: bytes) -> tuple[bytes, list[InlineFile]]:
    """The text without its blocks, and what was in them; a block that cannot be decoded stays text."""
    files: list[InlineFile] = []
    if b"begin" not in body:
        return body, files
    for begin, take in ((_BEGIN, _uuencoded), (_BEGIN_BASE64, _base64_block), (_YBEGIN, _yenc)):
        out: list[bytes] = []
        position = 0
        tries = 0
        while tries < _MAX_TRIES and (found := begin.search(body, position)):
            tries += 1
            taken = take(body, found.end())
            out.append(body[position : found.end() if taken is None else found.start()])
            position = found.end()
            if taken is not None:
                content, position = taken
                files.append((found[1].strip().strip(b'"'), content))
        body = b"".join(out) + body[position:]
    return body, files


def _uuencoded(body: bytes, start: int) -> tuple[bytes, int] | None:
    """Content and the position behind `end`; None when it is no uuencoded block, cut blocks included."""
    out: list[bytes] = []
    position = start
    while (line_start := body.find(b"\n", position)) >= 0:
        line_end = body.find(b"\n", line_start + 1)
        line = body[line_start + 1 : line_end if line_end >= 0 else len(body)].rstrip(b"\r")
        position = line_end if line_end >= 0 else len(body)
        if line.rstrip() == b"end":
            return (b"".join(out), position) if out else None
        if (decoded := _uu_line(line)) is None:
            return None
        out.append(decoded)
        if line_end < 0:
            break
    return None


def _uu_line(line: bytes) -> bytes | None:
    if not line.strip(b"` "):
        return b""
    if not 0x21 <= line[0] <= 0x60:
        return None
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    length = 1 + (((line[0] - 32) & 63) + 2) // 3 * 4
    try:  # some encoders append a checksum character or too many blanks
        return binascii.a2b_uu(line[:length])
    except binascii.Error:
        return None


def _base64_block(body: bytes, start: int) -> tuple[bytes, int] | None:
    end = body.find(b"====", start)
    if end < 0:
        return None
    try:
        return base64.b64decode(body[start:end].translate(None, b"\r\n \t"), validate=True), end + 4
    except binascii.Error:
        return None


def _yenc(body: bytes, start: int) -> tuple[bytes, int] | None:
    end = _YEND.search(body, start)
    if not end:
        return None
    encoded = body[start : end.start()]
    if part := _YPART.search(encoded, 0, 400):
        encoded = encoded[part.end() :]
    plain = _ESCAPED.sub(lambda pair: bytes(((pair[1][0] - 64) % 256,)), encoded.translate(None, b"\r\n"))
    content = plain.translate(_YENC)
    crc = _CRC.search(end[0])
    if crc and int(crc[1], 16) != zlib.crc32(content):
        return None  # damaged on the way, as 7-bit paths do; the text is all there is
    return content, end.end()


_YENC = bytes((byte - 42) % 256 for byte in range(256))
