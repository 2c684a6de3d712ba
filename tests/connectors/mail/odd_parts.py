"""Odd parts of mails as tests write them: uuencode and yEnc blocks, an invitation, winmail.dat."""

import binascii
import struct
import zlib


def uuencoded(content, name=b"a.bin", end=b"end\n"):
    lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\n" + end


def yencoded(content, crc=None):
    escaped = b"".join(
        b"=" + bytes(((byte + 42 + 64) % 256,)) if (byte + 42) % 256 in b"\x00\n\r=" else bytes(((byte + 42) % 256,))
        for byte in content
    )
    check = zlib.crc32(content) if crc is None else crc
    return b"=ybegin line=128 size=%d name=a b.bin\n%s\n=yend size=%d crc32=%08x\n" % (
        len(content), escaped, len(content), check,
    )  # fmt: skip


CONTENT = bytes(range(256)) * 2


EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:打ち合わせ\\, 第1回
DTSTART;TZID=Asia/Tokyo:20261125T130000
DTEND;TZID=Asia/Tokyo:20261125T140000
LOCATION:会議室
  A
ORGANIZER;CN="佐藤, 花子":mailto:hanako@x.example
ATTENDEE;PARTSTAT=ACCEPTED;CN=Taro:mailto:taro@x.example
END:VEVENT
END:VCALENDAR
"""


def attribute(level, name, data):
    return struct.pack("<BHHI", level, name, 0, len(data)) + data + b"\x00\x00"


def string8(name, text, kind=0x1E):
    data = text.encode("cp932") + b"\x00" if kind == 0x1E else text.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<HHII", kind, name, 1, len(data)) + data.ljust((len(data) + 3) & ~3, b"\x00")


def binary(name, data, kind=0x102):
    return struct.pack("<HHII", kind, name, 1, len(data)) + data.ljust((len(data) + 3) & ~3, b"\x00")


def long(name, value):
    return struct.pack("<HHI", 3, name, value)


def properties(*items):
    return struct.pack("<I", len(items)) + b"".join(items)


def tnef(*attributes):
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x9007, struct.pack("<II", 932, 0)) + b"".join(attributes)


RENDER = attribute(2, 0x9002, b"\x00" * 14)


NAMED = (
    struct.pack("<HH", 0x1E, 0x8000)
    + b"\x00" * 16
    + struct.pack("<II", 1, 4)
    + b"a\x00\x00\x00"
    + struct.pack("<II", 1, 2)
    + b"x\x00\x00\x00"
)


NUMBERED = struct.pack("<HH", 0x3, 0x8001) + b"\x00" * 16 + struct.pack("<III", 0, 7, 5)


TWO_VALUES = struct.pack("<HHI", 0x1003, 0x6000, 2) + struct.pack("<II", 1, 2)
