"""Names and types of files from outside, made safe to store, show and hand to a browser."""

import mimetypes
import re
import unicodedata

MAX_NAME_CHARS = 150
_FORBIDDEN = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[^.\s/\\]{1,16}$")
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNKNOWN = _names(
    "application/octet-stream application/force-download application/x-download application/download application/binary"
    " application/unknown application/x-unknown binary/octet-stream application/x-octet-stream text/plain"
)
_EXTENSION_OF = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "image/jpeg": ".jpg",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "text/vcard": ".vcf",
}
#: Types by name that differ between machines' tables or are missing there.
_TYPE_OF = {
    ".eml": "message/rfc822",
    ".ics": "text/calendar",
    ".heic": "image/heic",
    ".webp": "image/webp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv",
    ".zip": "application/zip",
    ".7z": "application/x-7z-compressed",
}


def safe_name(name: str, fallback: str = "attachment") -> str:
    """A name without path, control and direction characters, at most 150 characters, its extension kept."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    base = re.sub(r"\s+", " ", _FORBIDDEN.sub("", base)).strip(" .")
    if not base:
        return fallback
    if _RESERVED.fullmatch(base):
        base = f"_{base}"
    if len(base) <= MAX_NAME_CHARS:
        return base
    extension = found[0] if (found := _EXTENSION.search(base)) else ""
    return base[: MAX_NAME_CHARS - len(extension)].rstrip() + extension


def default_name(content_type: str) -> str:
    """What to call a file without a name."""
    kind = content_type.partition("/")[0]
    stem = kind if kind in ("image", "audio", "video", "text", "message") else "attachment"
    return stem + (_EXTENSION_OF.get(content_type) or mimetypes.guess_extension(content_type, strict=True) or ".bin")


def sniffed_type(declared: str, name: str, content: bytes) -> str:
    """The declared type, unless it says nothing; then by the first bytes and the name's extension."""
    declared = (
        declared if re.fullmatch(r"[\w.+-]{1,100}/[\w.+-]{1,100}", declared, re.ASCII) else "application/octet-stream"
    )
    if declared not in _UNKNOWN:
        return declared
    for signature, content_type in _SIGNATURES:
        if content.startswith(signature):
            return content_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    extension = found[0].lower() if (found := _EXTENSION.search(name)) else ""
    by_name = _TYPE_OF.get(extension) or mimetypes.guess_type(f"x{extension}")[0]
    if by_name and not by_name.startswith(("image/png", "image/jpeg", "image/gif")):
        return by_name
    if content[:4] == b"PK\x03\x04":
        return "application/zip"
    return declared
