"""Where a signature begins: the `-- ` of RFC 3676, "Sent from my …", and the ruled blocks of Japanese business mail.

Only the end of somebody's words is searched. A ruled block counts as a signature when it says how to reach somebody,
and never when it looks like a form or a list that was filled in: hiding an order is worse than showing a signature.
"""

import re
from typing import Final

from madoguchi.conversations.folding.lines import Line

_MAX_BODY: Final = 15  #: lines a ruled signature may have
_MAX_AFTER_DASHES: Final = 30
_WINDOW: Final = 80  #: lines from the end that are searched at all
_MAX_FOOTER: Final = 6  #: lines under a row of underscores (mailing lists)
_MAX_NAMES: Final = 3
_MAX_NAME: Final = 32

_DASHES: Final = frozenset({"--", "—", "―", "－－"})
_SENT_FROM: Final = re.compile(
    r"sent from my [\w-]{1,30}(?: [\w-]{1,30}){0,3}"
    r"|sent (?:from|via) (?:(?:the )?(?:outlook|yahoo|gmail|mail|samsung|proton|aol)\b).{0,60}|get outlook for .{1,40}"
    r"|outlook(?: for (?:ios|android|mac))?\s?を(?:入手|取得)(?:する)?.{0,80}|yahoo!メールアプリ.{0,30}"
    r"|.{0,30}(?:iphone|ipad|ipod|android|スマートフォン|スマホ|携帯(?:電話)?|mobile|xperia|galaxy|モバイル|アプリ"
    r"|outlook|gmail)"
    r".{0,20}から(?:の)?送信(?:され(?:まし)?た(?:もの|メール)?(?:です)?)?[。.!！]?"
    r"|von meinem .{1,40} gesendet|envoyé de mon \w+|enviado desde mi \w+|verzonden vanaf mijn \w+",
    re.IGNORECASE,
)
_DASH_NAME: Final = re.compile(r"-[A-Z][A-Za-z.']{1,20}(?: [A-Z][A-Za-z.']{0,20}){0,2}")

_REACH: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\btel\b|℡|電話|\bphone\b|携帯|\bmobil|ｔｅｌ|☎|☏|(?:^|\s)\+?0\d{1,4}[-(‐–ー]\d{1,4}[-)‐–ー]\d{3,4}",
        r"\bfax\b|ｆａｘ",
        r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]|e-?mail|メール\s?[:：]|ｍａｉｌ",
        r"https?://|\bwww\.|\burl\b|ｕｒｌ",
        r"〒|(?:東京都|北海道|(?:京都|大阪)府|.{2,3}県).{1,20}[市区町村郡]",
        r"株式会社|有限会社|合同会社|[㈱㈲]|\(株\)|（株）|社団法人|財団法人|学校法人|病院|大学|\binc\b|\bltd\b|\bllc\b|\bcorp",
        r"営業時間|受付時間|定休日",
    )
)
_COMPANY: Final = _REACH[5]
_FIRM_ROLE: Final = re.compile(r"部|課|室|係|グループ|チーム|センター|店|窓口|担当|department|support")
_CONFIDENTIAL: Final = re.compile(r"機密|秘密情報|誤って(?:受信|送信|お送り)|confidential|privileged", re.IGNORECASE)
_FILLED_IN: Final = re.compile(
    r"注文番号|受注番号|問い?合わせ(?:内容|番号)|ご?注文(?:内容|日|者)|商品|数量|金額|合計|個数|(?:お|御)?名前|氏名\s?[:：]"
    r"|フリガナ|ふりがな|(?:お?届け?|配送|送付|発送|返送|請求)先|希望|変更(?:前|後)|ご?要望|内容\s?[:：]|口座|振込|予約"
    r"|日時\s?[:：]|型番|品番|order (?:no|number)|quantity",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?:[。！？!?]|です|ます|ません|ました|ください|下さい)$")


def signature_start(lines: list[Line]) -> int:
    """Return the index of the line where the signature at the end of `lines` begins; len(lines) when there is none."""
    end = _without_blank(lines, len(lines))
    found = len(lines)
    while end:
        start = _one_start(lines[:end] if end < _WINDOW else lines[end - _WINDOW : end]) + max(0, end - _WINDOW)
        if start >= end:
            break
        found = start
        end = _without_blank(lines, start)
    return found


def _without_blank(lines: list[Line], end: int) -> int:
    while end and lines[end - 1].is_blank:
        end -= 1
    return end


def _one_start(lines: list[Line]) -> int:
    """Return where the last piece of a signature begins; the last line of `lines` is not blank."""
    starts = (_dashed(lines), _ruled(lines), _sent_from(lines), _plain_card(lines))
    return min(starts)


def _dashed(lines: list[Line]) -> int:
    """RFC 3676: a line of two dashes, the topmost that has no more than a signature's worth of lines below."""
    filled = 0
    found = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].text in _DASHES:
            found = at
        filled += not lines[at].is_blank
        if filled > _MAX_AFTER_DASHES:
            break
    return found


def _sent_from(lines: list[Line]) -> int:
    last = lines[-1].text
    alone = len(lines) == 1 or lines[-2].is_blank
    if _SENT_FROM.fullmatch(last) or (alone and _DASH_NAME.fullmatch(last)):
        return len(lines) - 1
    return len(lines)


def _ruled(lines: list[Line]) -> int:
    """A block under a rule, with or without a rule below; several such blocks on end are one signature."""
    found = len(lines)
    while True:
        is_closed = lines[found - 1].is_rule
        opener = _rule_above(lines, found - 1 if is_closed else found)
        if opener is None:
            return found - 1 if is_closed and found == len(lines) else found
        body = [line for line in lines[opener + 1 : found - is_closed] if not line.is_blank]
        if not _is_signature(body, rule=lines[opener].text, is_closed=is_closed or found < len(lines)):
            return found
        found = opener
        if not found:
            return 0
        above = _without_blank(lines, found)
        if not above or above < found or _rule_above(lines, above) is None:
            return found


def _rule_above(lines: list[Line], end: int) -> int | None:
    for at in range(end - 1, max(-1, end - _MAX_BODY - 8), -1):
        if lines[at].is_rule:
            return at
    return None


def _is_signature(body: list[Line], *, rule: str, is_closed: bool) -> bool:
    if len(body) > _MAX_BODY:
        return False
    whole = "\n".join(line.text for line in body)
    if _CONFIDENTIAL.search(whole):
        return True
    if _FILLED_IN.search(whole) or sum(bool(_SENTENCE_END.search(line.text)) for line in body) > 1:
        return False
    if any(pattern.search(whole) for pattern in _REACH):
        return True
    if set(rule) <= {"_", "＿"} and len(rule) >= _MAX_FOOTER:
        return len(body) <= _MAX_FOOTER
    short = all(len(line.text) <= _MAX_NAME and not _SENTENCE_END.search(line.text) for line in body)
    return not body or (is_closed and short and len(body) <= _MAX_NAMES)


def _plain_card(lines: list[Line]) -> int:
    """A business card without rules: the last paragraph, when it names a firm and two ways or more to reach it."""
    start = len(lines)
    while start and not lines[start - 1].is_blank:
        start -= 1
    body = lines[start:]
    if not start or not 3 <= len(body) <= _MAX_BODY or any(_SENTENCE_END.search(line.text) for line in body):
        return len(lines)
    whole = "\n".join(line.text for line in body)
    above = lines[_without_blank(lines, start) - 1].text if _without_blank(lines, start) else ""
    if _FILLED_IN.search(whole) or not _COMPANY.search(whole) or above.endswith((":", "：", "以下", "下記")):
        return len(lines)
    ways = sum(bool(pattern.search(whole)) for pattern in _REACH[:5])
    has_role = bool(_FIRM_ROLE.search(whole))
    return start if ways + has_role > 2 else len(lines)
