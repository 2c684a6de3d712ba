"""Amounts of money as people write them in a letter: 5,000円, ¥5,000, 1万2千円, 12.5万円, 八萬円, 80, 000円, $500.

Where a text may be read in two ways, the larger amount counts: it decides whether somebody looks at a letter. For the
same reason foreign money counts as more yen than it is worth.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from madoguchi.core.seen_text import seen

_WRITTEN = ("〇零", "一壱壹", "二弐貳", "三参參", "四", "五伍", "六", "七", "八", "九")
_DIGITS = {kanji: digit for digit, each in enumerate(_WRITTEN) for kanji in each}
_TIMES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "阡": 1_000}
_SECTIONS = {"万": 10**4, "萬": 10**4, "億": 10**8, "兆": 10**12}
_KANJI = "".join((*_DIGITS, *_TIMES, *_SECTIONS))
_NUMBER = r"[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?![0-9])|[0-9]{1,40}(?:\.[0-9]{1,4})?"
_IN_RUN = rf"[0-9{_KANJI},. ]"
_AMOUNT = re.compile(
    rf"(?:[¥\\]|JPY)\s?+(?=(?P<signed>[0-9{_KANJI}]{_IN_RUN}{{0,40}}+))"
    rf"|(?<!{_IN_RUN})(?P<plain>{_IN_RUN}++)\s{{0,3}}+(?:\([^()\n]{{1,8}}+\))?"
    r"(?:[円圓]|yen|JPY|エン(?![ァ-ヶー])|えん(?![そぴげぢじど]))",
    re.IGNORECASE,
)
#: Of a run behind ¥ what belongs to it; of one before 円 its end is looked at.
_BEHIND_SIGN = re.compile(rf"(?:{_NUMBER}|[{_KANJI}])[0-9{_KANJI}]*")
_LONGEST = 60
_PART = re.compile(rf"(?P<number>[0-9][0-9,. ]*)|(?P<kanji>[{_KANJI}])")
_NUMBERS = re.compile(_NUMBER)
#: 80.000円 is written by who has learned it elsewhere; 12.5万円 is a fraction.
_DOTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_MOST = 10**15
#: What is written around or within a number and changes nothing: 80, 000 and 80、000, 8 0 0 0 0, 8 0000, 80,000-円.
_PLAINLY = (
    (re.compile(r"(?<=[0-9])(?<![0-9]{4})(?: ,|, |['’、・_])(?=[0-9]{3}(?![0-9]))"), ","),
    (re.compile(r"(?<=[0-9]) (?=0{3,12}(?![0-9]))"), ""),
    (re.compile(r"(?<![0-9] )(?<![0-9])[0-9](?: [0-9]){3,11}(?! ?[0-9])"), lambda found: found[0].replace(" ", "")),
    (re.compile(r"(?<=[0-9])\.?[-‐−–—](?= ?[円圓])"), ""),
    (re.compile(r"\(([円圓])\)"), r"\1"),
    (re.compile(rf"(?<=[0-9])( ?)¥(?! ?[0-9{_KANJI}])"), r"\1円"),
)
_FEW = r"[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,12}(?:\.[0-9]{1,4})?"
_FOREIGN = re.compile(
    rf"(?<![0-9A-Za-z$])(?:[$€£]|USD|EUR|GBP) ?(?P<signed>{_FEW})(?![0-9A-Za-z$%&])"
    rf"|(?<![0-9,.])(?P<plain>{_FEW}) ?(?:ドル|ユーロ|ポンド|USD|EUR|GBP)",
    re.IGNORECASE,
)
#: Yen for one of any of them.
_AT_MOST = 250


def amounts_in(text: str) -> list[int]:
    """Every amount in yen, in the order of the text, then foreign ones; fractions of a yen are cut."""
    read = _plain(seen(text))
    yen = [amount for found in _AMOUNT.finditer(read) if (amount := _yen(_run(found)))]
    foreign = (_yen(found["signed"] or found["plain"]) for found in _FOREIGN.finditer(read))
    return yen + [_AT_MOST * amount for amount in foreign if amount]


def _plain(text: str) -> str:
    for pattern, put in _PLAINLY:
        text = pattern.sub(put, text)
    return text


def _run(found: re.Match[str]) -> str:
    if (signed := found["signed"]) is None:
        return found["plain"][-_LONGEST:]
    own = _BEHIND_SIGN.match(signed)
    return own[0] if own else ""


def _yen(run: str) -> int:
    """What a run of figures and kanji says: 八, 万 and 千 are multiplied, what is above 万 is kept apart."""
    total = section = Decimal(0)
    number: Decimal | None = None
    for kanji, value in _parts(run):
        if not kanji:
            total, section, number = (total, section, value) if number is None else (Decimal(0), Decimal(0), value)
        elif kanji in _DIGITS:
            number = value if number is None else number * 10 + value
        elif kanji in _TIMES:
            section, number = section + (1 if number is None else number) * value, None
        else:
            total, section, number = total + (section + (number or 0) or 1) * value, Decimal(0), None
    return int(min(total + section + (number or 0), Decimal(_MOST)))


def _parts(run: str) -> Iterator[tuple[str, Decimal]]:
    """Each kanji with what it stands for, and each number without one; of several numbers side by side the last."""
    parts = list(_PART.finditer(run))
    for at, part in enumerate(parts):
        if kanji := part["kanji"]:
            yield kanji, Decimal(_DIGITS.get(kanji) or _TIMES.get(kanji) or _SECTIONS.get(kanji) or 0)
        else:
            yield "", _number(part["number"].rstrip(",. "), is_last=at + 1 == len(parts))


def _number(written: str, *, is_last: bool) -> Decimal:
    if is_last and _DOTS.fullmatch(written):
        return Decimal(written.replace(".", ""))
    last = _NUMBERS.findall(written)[-1]
    if "," in (word := written.rsplit(" ", maxsplit=1)[-1]) and "." not in word:  # 1,2345 is one number too
        last = max(last, word, key=len)
    return Decimal(last.replace(",", "").replace(" ", ""))
