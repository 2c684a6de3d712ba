"""What a customer wants with an order, as far as their words say it: cancel, exchange, send back, know where it is.

A suggestion and no more: it decides what is shown beside the mail, never what is done. Pure and linear.
"""

import re
import unicodedata
from enum import StrEnum

#: Nobody asks after more words than these.
_CHARS = 5_000


class Intent(StrEnum):
    """What the customer seems to want."""

    NONE = ""
    CANCEL = "cancel"
    EXCHANGE = "exchange"
    RETURN = "return"
    WHERE = "where"


#: The first that is found counts: who wants to cancel because it does not come wants to cancel.
_SIGNS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        Intent.CANCEL,
        re.compile(
            r"キャンセル|取り?消し?(?:たい|て|を|お願い)|注文を(?:取|とり)|取りやめ|\bcancel(?:l?ed|l?ing|lation)?\b"
        ),
    ),
    (
        Intent.EXCHANGE,
        re.compile(
            r"交換(?:し|を|で|いた|お願い)|(?:違う|別の|ちがう|誤った)(?:商品|もの|物|色|サイズ)|間違(?:え|っ)て(?:届|注文|頼|購入)"
            r"|注文を間違|割れて|壊れて|破損|不良品|\bexchange\b|\bwrong (?:item|size|colou?r)\b|\bbroken\b|\bdamaged\b"
        ),
    ),
    (Intent.RETURN, re.compile(r"返品|返金|\breturn (?:it|this|the|my)\b|\brefund\b")),
    (
        Intent.WHERE,
        re.compile(
            r"届(?:か|いて(?:い)?)(?:ない|ません|なく)|いつ(?:頃|ごろ)?(?:届|着|発送|出荷)|発送(?:は|状況|され)|配送状況|追跡"
            r"|まだ(?:届|来)|\bwhere is\b|\bnot arrived\b|\btracking\b|\bwhen will\b"
        ),
    ),
)
#: Words that speak of no wish: how to cancel is asked, or it is denied.
_DENIED = re.compile(
    r"キャンセル(?:で|し)は(?:ありませ|な)|キャンセルしない|キャンセル(?:待ち|料|ポリシー)|\bnoise[- ]cancel"
)


def intent_of(text: str) -> Intent:
    """What these words want; NONE where they do not say it."""
    words = unicodedata.normalize("NFKC", text[:_CHARS]).lower()
    told = _DENIED.sub(" ", words)
    return next((intent for intent, sign in _SIGNS if sign.search(told)), Intent.NONE)
