"""Text with one form for each character, as long as before: places in it are places in the original."""

_FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = {ord(one): another for one, another in zip("\u3000\u00a0〜–—―−‐‑〔〕[]", "  ~------()()", strict=True)}
_FORMS = _FULL | _ALIKE

#: Digits as they are written in sentences; 十 is counted by `number_of`.
_DIGITS = {mark: value for value, mark in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1}


def fold(text: str) -> str:
    """Half-width letters, digits and marks, one hyphen, one wave; every character stays one character."""
    return text.translate(_FORMS)


def number_of(written: str) -> int:
    """25 from 25, 二十五 and 二五; 1 from 元 (元年), a, an and one."""
    if written.isdecimal():
        return int(written)
    if written.lower() in _ENGLISH:
        return _ENGLISH[written.lower()]
    tens, ten, ones = written.rpartition("十")
    if not ten:
        value = 0
        for mark in written:
            value = value * 10 + _DIGITS[mark]
        return value
    return (number_of(tens) if tens else 1) * 10 + (number_of(ones) if ones else 0)


_ENGLISH = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_ENGLISH |= {"eight": 8, "nine": 9, "ten": 10, "couple of": 2, "few": 3}
