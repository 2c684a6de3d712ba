"""What in a customer's words may be a complaint or harassment. Pure, and only ever offered to a person to consider.

Plain words looked for in folded text: they are wrong now and then, say why they speak up, and decide nothing (art. 5 of
Tokyo's ordinance protects the rights of customers).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.cases.choices import Conduct, SignKind

_COMPLAINT = (
    "苦情", "クレーム", "納得でき", "納得がいか", "許せ", "がっかり", "残念です", "ひどい", "酷い", "最低",
    "不愉快", "不快",
    "怒って", "腹が立", "責任者", "消費者センター", "消費生活センター", "説明してください", "どうなって", "対応が悪",
    "二度と", "信用でき", "誠意", "改善して", "いい加減", "何度も", "たらい回し", "呆れ", "話が違", "迷惑",
    "complaint", "unacceptable", "disappointed", "terrible", "furious", "outrageous",
)  # fmt: skip
_HARASSMENT: tuple[tuple[str, Conduct], ...] = (
    *((word, Conduct.PERSONAL) for word in (
        "バカ", "馬鹿", "アホ", "無能", "クズ", "死ね", "役立たず", "idiot", "moron",
    )),
    *((word, Conduct.VIOLENCE) for word in (
        "殺す", "殺して", "殴る", "殴って", "痛い目", "覚えとけ", "覚えておけ", "火をつけ", "場所はわかって",
        "ただじゃおか", "ただでは済", "乗り込", "kill you", "hurt you",
    )),
    *((word, Conduct.SOCIAL_THREAT) for word in (
        "SNSにさら", "SNSに晒", "SNSで拡散", "ネットにさら", "ネットに晒", "拡散してやる", "口コミに書", "さらすから",
        "晒すから", "晒してやる", "実名で",
    )),
    *((word, Conduct.PROSTRATION) for word in ("土下座",)),
    *((word, Conduct.EXCESSIVE) for word in ("倍払え", "慰謝料", "家まで謝り", "家まで来", "全額タダ", "迷惑料")),
    *((word, Conduct.DETENTION) for word in ("30分を超え", "帰らない", "電話を切らせ", "切るな", "大声")),
    *((word, Conduct.REPETITION) for word in ("何回言えば", "何度言えば", "誠意を見せろ", "責任者を出せ")),
    *((word, Conduct.DISCRIMINATION) for word in ("女のくせに", "女じゃ話に", "外人", "国に帰れ")),
)  # fmt: skip
#: More of a message is not read for this.
_READ = 20_000
#: So many messages of one customer within a day are told of as such.
MANY_MESSAGES = 5


@dataclass(frozen=True, slots=True)
class Sign:
    """What a message may be, and the words that say so."""

    kind: SignKind
    phrase: str
    conduct: Conduct | None = None


def signs_in(text: str) -> list[Sign]:
    """The signs of one text, each word once; harassment first."""
    folded = _folded(text[:_READ])
    harsh = [Sign(SignKind.HARASSMENT, word, conduct) for word, conduct in _HARASSMENT if _folded(word) in folded]
    return harsh + [Sign(SignKind.COMPLAINT, word) for word in _COMPLAINT if _folded(word) in folded]


def signs_of(texts: Iterable[str]) -> list[Sign]:
    """The signs of several texts, each once."""
    return list(dict.fromkeys(sign for text in texts for sign in signs_in(text)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
