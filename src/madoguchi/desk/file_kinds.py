"""What kind of paper an attachment is, for its picture: by the end of its name, else by its media type."""

from dataclasses import dataclass

_ENDINGS = {
    "pdf": "pdf",
    **dict.fromkeys(("doc", "docx", "odt", "rtf"), "doc"),
    **dict.fromkeys(("xls", "xlsx", "xlsm", "ods", "csv", "tsv"), "sheet"),
    **dict.fromkeys(("ppt", "pptx", "odp"), "slides"),
    **dict.fromkeys(("zip", "lzh", "7z", "rar", "gz", "tgz"), "archive"),
    **dict.fromkeys(("eml", "msg"), "mail"),
    **dict.fromkeys(("txt", "log", "md"), "text"),
}
_TYPES = {
    "application/pdf": ("pdf", "PDF"),
    "message/rfc822": ("mail", "EML"),
    "text/plain": ("text", "TXT"),
    "text/csv": ("sheet", "CSV"),
    "text/calendar": ("text", "ICS"),
    "application/zip": ("archive", "ZIP"),
}


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind by which the picture is coloured, and the few letters written on it."""

    kind: str
    mark: str


def kind_of_file(name: str, content_type: str = "") -> FileKind:
    """The kind of a file; an ending nobody knows is written on it as it is, up to four letters."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending in _ENDINGS:
        return FileKind(_ENDINGS[ending], ending.upper())
    kind, mark = _TYPES.get(content_type, ("other", ""))
    return FileKind(kind, mark or (ending.upper() if ending.isascii() and ending.isalnum() and len(ending) < 5 else ""))
