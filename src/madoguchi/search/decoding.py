"""The words of a text file, whose name and type say nothing of its encoding; for the index and for the screen."""

_TEXT_ENCODINGS = ("utf-8-sig", "cp932", "euc_jp")


class NotText(Exception):
    """The bytes are no text, whatever they are called."""


def decode_text(content: bytes) -> str:
    """The words of a text file in whatever encoding it was saved: UTF-8, UTF-16, ISO-2022-JP, CP932 or EUC-JP.

    Raises `NotText` for what is none.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x1b$" in content[:100_000]:
        return content.decode("iso2022_jp_ext", errors="replace")
    for encoding in _TEXT_ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if b"\x00" in content:
        raise NotText("binary data that is called text")
    return content.decode("utf-8", errors="replace")
