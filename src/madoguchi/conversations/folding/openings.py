"""Where a quotation or a forwarded message begins: the headings that mail programs put above one.

Each program has its own: a sentence ("On … wrote:", 「2026年11月20日(金) 10:23 名前 <addr>:」), a block of header lines
(From:/差出人:), or a titled rule (-----Original Message-----). All patterns are tried on at most a few short lines.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from madoguchi.conversations.folding.lines import Line

_MAX_SENTENCE_LINES: Final = 4
_MAX_SENTENCE: Final = 400
_MAX_HEADER_LINES: Final = 16
_MAX_FOLDED: Final = 2  #: lines of a header field that go on without a name
_MAX_LABEL: Final = 120


class Kind(Enum):
    """What a heading announces."""

    SENTENCE = auto()
    HEADERS = auto()
    FORWARD = auto()


@dataclass(frozen=True, slots=True)
class Opening:
    """A heading found at a line."""

    kind: Kind
    length: int  #: lines it takes
    label: str  #: who and when, at most 120 characters
    is_sure: bool = True  #: False for a sentence that a person may have written himself


_ADDRESS: Final = r"[<＜\[(]?\s?(?:mailto:)?[^\s<>@]{1,100}@[^\s<>@]{1,150}"
_VERB: Final = (
    r"(?:wrote|writes|said|schrieb|schreef|geschreven|a écrit|escribió|escreveu|ha scritto|scrisse|skrev"
    r"|napisał(?:\(a\))?|napsal(?:\(a\))?|kirjoitti|написал(?:\(а\)|а)?|пишет"
    r"|さん(?:は|が|の)(?:書きました|発言|メール)|は書きました|のメール|のメッセージ)"
)
_DATE: Final = (
    r"(?:(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|令和\d{1,2}年"
    r"|\d{1,2}[-/. ]\s?\w{1,12}[-/., ]{1,2}\s?(?:19|20)?\d\d"
    r"|\w{3,10}\.? \d{1,2}, (?:19|20)\d\d|\d{1,2} (?:de )?\w{3,12}\.? (?:de )?(?:19|20)\d\d)"
)
_SENTENCES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # On Fri, 20 Nov 2026 10:23:00 +0900, Hanako <hanako@…> wrote: (and its translations)
        rf"(?:on|at|le|el|il|em|op|am|den|dnia|w dniu|dne|på|в)\b(?=.*\d).{{5,300}}\b{_VERB}\s?[:：]",
        # Hanako <hanako@…> wrote: / schrieb am Di., 16. Aug. 2016 um 12:52 Uhr:
        rf"-{{0,5}}\s?.{{0,150}}{_ADDRESS}[>＞\])]?\s?{_VERB}(?:\s.{{5,60}})?\s?[:：](?:\s?-{{3,}})?",
        # понедельник, 6 октября 2014 г. пользователь lidel написал:
        rf"\w{{2,20}}, .{{0,20}}\d.{{5,100}}\s{_VERB}\s?[:：]",
        # 2016-03-03 17:21 GMT+01:00 Hanako <hanako@…>:
        r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:?\d\d\s.{1,200}",
        # 2026年11月20日(金) 10:23 名前 <addr>:   2026/11/20 10:23、名前 <addr>:
        rf"[(（]?{_DATE}日?.{{0,20}}\d{{1,2}}[:：時]\d\d.{{0,120}}{_ADDRESS}[>＞\])]?\s?(?:{_VERB})?\s?[:：]",
        # (2026/11/20 10:23), 名前 wrote:   2026/11/20 10:23、名前のメール:
        rf"[(（]?{_DATE}日?.{{0,20}}\d{{1,2}}[:：時]\d\d.{{0,120}}{_VERB}\s?[:：]",
        # 名前さんは書きました:   名前 wrote (2026/11/20 10:23):
        r".{1,80}(?:さん|様|氏)?(?:は|が)?\s?書きました\s?[:：。]?",
        rf".{{1,80}}\s{_VERB}\s?[(（]{_DATE}.{{0,30}}[)）]\s?[:：]",
        # -----Hanako/Sales/Example wrote: -----
        r"-{3,10}\s?.{1,120}\swrote:\s?-{3,10}",
    )
)
#: The first line of a sentence that may go on below must look like one of these, or hold an address or a verb.
_BEGINS: Final = re.compile(
    rf"(?:on|at|le|el|il|em|op|am|den|dnia|w dniu|dne|på|в)\b.*\d|[(（]?{_DATE}|\w{{2,20}}, .{{0,20}}\d", re.IGNORECASE
)
_HINTS: Final = ("@", "wrote", "書きました")
_ENDS: Final = (":", "：", "書きました", "書きました。")
#: An address, a time of day or a rule: a person who says "on Monday she wrote:" gives neither.
_MACHINE_MADE: Final = re.compile(rf"{_ADDRESS}|\d[:：時.]\d\d(?!\d)|^-{{3}}")

_NAMES: Final = {
    "from": "from|差出人|送信者|送信元|発信者|von|de|da|från|fra|od|от|от кого|van|expéditeur|remitente|mittente",
    "date": (
        "sent|date|sent at|送信日時|日時|送信日|日付|受信日時|gesendet|datum|envoyé|fecha|enviado(?: el| em)?"
        "|enviada em|inviato|data|skickat|dato|sendt|wysłano|отправлено|дата|verzonden"
    ),
    "to": "to|宛先|あて先|宛て先|送信先|an|à|para|a|till|til|do|кому|aan",
    "subject": ("subject|sub|件名|題名|タイトル|betreff|objet|asunto|assunto|oggetto|ämne|emne|temat|тема|onderwerp"),
    "copy": "cc|bcc|ｃｃ|copie|kopie|reply-to|返信先|importance|重要度|attachments",
}
_HEADER: Final = re.compile(
    r"\*{0,2}(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _NAMES.items()) + r")\s{0,3}[:：]\*{0,2}(?!//)",
    re.IGNORECASE,
)
_NEEDED_AFTER_FROM: Final = 2
_NEEDED_AFTER_RULE: Final = 2

_DRAWN: Final = r"[-_=－─━—―]"
_ORIGINAL: Final = re.compile(
    rf"[*\s]{{0,3}}{_DRAWN}{{2,60}}\s?(?:original (?:message|mail|appointment)"
    r"|(?:返信)?元の?(?:メッセージ|メール)"
    r"|ursprüngliche nachricht|message d'origine|message original|mensaje original|mensagem original"
    rf"|messaggio originale|oorspronkelijk bericht)\s?{_DRAWN}{{0,60}}[:：]?[*\s]{{0,3}}",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(
    rf"[*\s]{{0,3}}{_DRAWN}{{0,60}}\s?(?:begin forwarded message"
    r"|forwarded (?:message|mail)(?: (?:from|by)\b.{0,80})?"
    r"|転送(?:された)?(?:メッセージ|メール)(?:はここから)?|転送元メッセージ|メッセージの転送を開始"
    r"|weitergeleitete nachricht|message transféré|mensaje reenviado|mensagem encaminhada|messaggio inoltrato)"
    rf"\s?[:：。]?\s?{_DRAWN}{{0,60}}[:：]?[*\s]{{0,3}}",
    re.IGNORECASE,
)

_NAMES_SOMEBODY: Final = re.compile(r"\b(?:from|by)\b", re.IGNORECASE)


def is_forward_heading(text: str) -> bool:
    """True for a line that announces a forwarded message."""
    return bool(_FORWARD.fullmatch(text))


def is_title(text: str) -> bool:
    """True for a line that says nothing but that another mail follows: -----Original Message-----."""
    return bool(_ORIGINAL.fullmatch(text) or (_FORWARD.fullmatch(text) and not _NAMES_SOMEBODY.search(text)))


def header_value(text: str) -> str | None:
    """What stands behind From:, 件名: and the like; None for a line that is none of them."""
    match = _HEADER.match(text)
    return text[match.end() :].strip() if match else None


def find_opening(lines: list[Line], at: int) -> Opening | None:
    """Return the heading that begins at line `at`, or None."""
    text = lines[at].text
    if not text:
        return None
    if _FORWARD.fullmatch(text) and _announces(text):
        return _with_headers(lines, at, Kind.FORWARD)
    if _ORIGINAL.fullmatch(text):
        return _with_headers(lines, at, Kind.HEADERS)
    if _HEADER.match(text):
        length, label = _header_block(lines, at)
        return Opening(Kind.HEADERS, length, label) if length else None
    if lines[at].is_rule:
        below = _skip_blank(lines, at + 1)
        if below < len(lines) and (heading := _HEADER.match(lines[below].text)) and heading["from"]:
            length, label = _header_block(lines, below)
            return Opening(Kind.HEADERS, below + length - at, label) if length else None
    return _sentence(lines, at)


def _announces(text: str) -> bool:
    """A bare 「転送メール」 is a word; with dashes, a colon or "begin" it is a heading."""
    return text[-1] in "-:：。_=－─━—―*" or text[0] in "-_=－─━—―*" or text.lower().startswith("begin")


def _skip_blank(lines: list[Line], at: int) -> int:
    """Return the first line from `at` on that is not blank, looking over two blank lines at most."""
    for step in range(3):
        if at + step >= len(lines) or lines[at + step].text:
            return at + step
    return at + 3


def _with_headers(lines: list[Line], at: int, kind: Kind) -> Opening:
    """Take the header lines below a titled rule with it; they may come in any order there."""
    below = _skip_blank(lines, at + 1)
    length, label = _header_block(lines, below, needed=_NEEDED_AFTER_RULE) if below < len(lines) else (0, "")
    if length:
        return Opening(kind, below + length - at, label)
    return Opening(kind, 1, lines[at].text.strip("-_=－─━—―* :：")[:_MAX_LABEL])


def _header_block(lines: list[Line], at: int, *, needed: int | None = None) -> tuple[int, str]:
    """Return how many lines of header fields begin at `at`, and whose; 0 when they do not look like a mail's.

    Without `needed` the first must say who sent it, and two more kinds must follow.
    """
    seen: dict[str, str] = {}
    last = folded = 0
    for step, line in enumerate(lines[at : at + _MAX_HEADER_LINES]):
        match = _HEADER.match(line.content)
        if match is None:
            folded += 1
            if line.is_blank or not seen or folded > _MAX_FOLDED:
                last = step if line.is_blank and seen else last
                break
            continue
        folded, last = 0, step + 1
        seen.setdefault(str(match.lastgroup), line.content[match.end() :].strip())
    told = len(seen.keys() - {"copy"})
    enough = told >= needed if needed else next(iter(seen), "") == "from" and told > _NEEDED_AFTER_FROM
    if not enough:
        return 0, ""
    return last, _label(f"{seen.get('from', '')} {seen.get('date', '')}")


def _sentence(lines: list[Line], at: int) -> Opening | None:
    """Return the sentence "on … somebody wrote:" that begins at `at`; programs break it over up to four lines."""
    first = lines[at].text
    if not (any(hint in first for hint in _HINTS) or _BEGINS.match(first)):
        return None
    whole = ""
    for length, line in enumerate(lines[at : at + _MAX_SENTENCE_LINES], start=1):
        if line.is_blank or (length > 1 and line.is_quoted):
            return None
        whole = f"{whole} {line.text}".strip()
        if len(whole) > _MAX_SENTENCE:
            return None
        ends = whole.endswith(_ENDS) or " GMT" in whole or ("wrote:" in whole and whole.endswith("---"))
        if ends and any(pattern.fullmatch(whole) for pattern in _SENTENCES):
            return Opening(Kind.SENTENCE, length, _label(whole.rstrip(" :：-")), bool(_MACHINE_MADE.search(whole)))
    return None


def _label(text: str) -> str:
    return " ".join(text.split())[:_MAX_LABEL]
