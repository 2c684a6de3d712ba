"""The lines of a plain-text message, with what can be told from one line alone."""

import re
from dataclasses import dataclass
from typing import Final

#: Longer lines are never looked at beyond this many characters; headings and rules are short.
_MAX_LOOK: Final = 500

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_MARKED: Final = re.compile(r"[ \t\u3000]{0,3}[>＞»]")
_INITIALS: Final = re.compile(r"[A-Z][A-Za-z]{0,9}>(?: |$)")
_MARKS: Final = re.compile(r"(?:[ \t\u3000]*[>＞»])+")

#: A rule must hold some of these; dots alone are a pause, not a rule.
_STRONG: Final = "─━═—–―－_＿=＝*＊ー♪～~〜◇◆□■○●☆★#＃+＋┏┓┗┛┌┐└┘╋┼╭╮╰╯-"
_DECORATION: Final = frozenset(_STRONG + "・･.。:：/／\\|｜^＾∽∞§†…‥┃│├┤┣┫✦✿❀♡♥｡ﾟ゜,，'`´\"″<>＜＞oO°¨ \t\u3000")
_MIN_RULE: Final = 3
_TITLED_RULE: Final = re.compile(r"([─━═\-=＝*＊_＿～~]){4,}[^─━═\-=＝*＊_＿～~]{1,40}[─━═\-=＝*＊_＿～~]{4,}")
#: Trackers of some mail programs leave this letter on a line of its own.
_SPECK: Final = "ᐧ"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `start` and `end` are offsets in the message, `end` behind the line break."""

    start: int
    end: int
    text: str  #: stripped, cut at _MAX_LOOK
    is_marked: bool  #: begins with >
    is_quoted: bool  #: marked, or begins with somebody's initials and >

    @property
    def is_blank(self) -> bool:
        """True for a line of white space only."""
        return not self.text

    @property
    def is_rule(self) -> bool:
        """True for a line drawn with dashes, stars and the like; a title may stand in its middle."""
        return is_rule(self.text)

    @property
    def content(self) -> str:
        """The text without quotation marks."""
        return _MARKS.sub("", self.text, count=1).strip() if self.is_marked else self.text


def split_lines(text: str) -> list[Line]:
    """Return the lines of `text`; together they cover it completely."""
    lines = []
    start = 0
    for match in _LINE_END.finditer(text):
        lines.append(_line(text, start, match.start(), match.end()))
        start = match.end()
    if start < len(text):
        lines.append(_line(text, start, len(text), len(text)))
    return lines


def _line(text: str, start: int, stop: int, end: int) -> Line:
    shown = text[start : min(stop, start + _MAX_LOOK)]
    is_marked = bool(_MARKED.match(shown))
    return Line(start, end, shown.strip("\ufeff").strip(), is_marked, is_marked or bool(_INITIALS.match(shown)))


def is_rule(text: str) -> bool:
    """True for a line drawn with dashes, stars and the like."""
    if text == _SPECK:
        return True
    if not text or text[0] in ">＞" or text[0] not in _DECORATION:
        return False
    drawn = [char for char in text if not char.isspace()]
    if len(drawn) < _MIN_RULE:
        return False
    if all(char in _DECORATION for char in drawn):
        return sum(char in _STRONG for char in drawn) * 3 >= len(drawn)
    return bool(_TITLED_RULE.fullmatch(text))
