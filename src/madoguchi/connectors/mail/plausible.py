"""How much a text looks like something a person wrote, to choose between readings of the same bytes.

Kana and frequent kanji, hanzi and hangul count for it; replacement and control characters, kanji alone between
Latin letters, and kanji no Japanese standard has next to kana count against it. The lists of frequent
characters are short on purpose: they only have to break ties between encodings on a subject of four characters.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from .japanese import decode_euc_jp

#: How much of a text is looked at; more does not change the verdict.
_SAMPLE_CHARS = 3_000
_LONE_KANJI = re.compile("(?<=[A-Za-z])[\u3400-\u9fff\uac00-\ud7a3](?=[A-Za-z])")
_SIGNS = frozenset("、。「」『』（）！？ー〜～・々：；＜＞【】■●○◆※…\u3000０１２３４５６７８９㈱①②③")
_JAPANESE = frozenset(
    "日一人年大本中出会時行月生上分国後事社者間地業方新場員立開手力問代明動京目通言理体主題意作用度公思家多正安院心教文元重近考画"
    "売知道集別物使品計特私始運終台広住真有口少町料工建空急止送切転研起着店質待試親験仕去写字答夜音注帰買悪図週室紙館屋色走服借"
    "願致様客株式書領収返金配番号確認連絡商請求支払電話登録届担当御世弊添付資見積契約納期在庫故障修交換取消変更所氏名山川佐藤鈴木"
    "高橋伊渡辺田村小林加吉斎松井清水森東西南北都県市区先受発点舗購入予緊回内定利以不下全報対何可次現実合無成平法第表関部要"
)
_CHINESE = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产面而方后多定行学法所经进着等"
    "部度家电高自理起小物现实加量都两体制机当使点从业本去好应开合还因其些前外天日那事全表间样与关各重新数正心你明看原利比或但第"
    "问题请谢您想查询订单快回复尽联系客服退款货发送件号确认收邮箱帮助需什么没已经再没"
    "這個們來時說對會發產過還後與學經進電實業機點從開關問題請謝訂單詢貨買賣嗎麼沒給為國號碼確認聯絡幫寄到您我想查何時"
)
_KOREAN = frozenset(
    "이다는을가에하고지의은를한로기사리도자나어일시대인수보정서있해그들것만아부오과장전제여라상주문안녕세요확인부탁드립니습합감배송환불"
    "교취소원번호고객센터결됐되었했면까와으구경우관련내용신청저희제품언무신속답변바랍무게메일첨"
)


def plausibility(text: str) -> float:
    """From about -3 (garbage) to 1 (fluent Japanese); 0.6 for text that is all ASCII."""
    sample = text[:_SAMPLE_CHARS]
    odd = [char for char in sample if not "\x20" <= char <= "\x7e" and char not in "\t\r\n"]
    if not odd:
        return 0.6
    kana = sum("\u3041" <= char <= "\u30fa" for char in odd)
    weight = _weight_beside_kana if kana > len(odd) // 10 else _weight
    lone = len(_LONE_KANJI.findall(sample))
    return sum(map(weight, odd)) / len(odd) - (0.6 if lone * 2 > len(odd) else 0.0)


@lru_cache(maxsize=8192)
def _weight_beside_kana(char: str) -> float:
    foreign = "\u3400" <= char <= "\u9fff" and char not in _level_one() and char not in _level_two()
    return -1.0 if foreign or "\uac00" <= char <= "\ud7a3" else _weight(char)


@lru_cache(maxsize=8192)
def _weight(char: str) -> float:
    code = ord(char)
    if char == "\ufffd" or code < 0x20 or 0x7F <= code < 0xA0:
        return -3.0
    if 0x3041 <= code <= 0x30FE or char in _SIGNS:
        return 1.0
    if 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0xF900 <= code <= 0xFAFF:
        return _weight_of_ideograph(char)
    return next((weight for first, last, weight in _RANGES if first <= code <= last), 0.4 if char.isalpha() else 0.2)


#: Half-width kana, private use, Latin, punctuation and symbols, emoji: first and last code point and weight.
_RANGES = (
    (0xFF61, 0xFF9F, 0.25),
    (0xE000, 0xF8FF, -0.5),
    (0xF0000, 0x10FFFF, -0.5),
    (0xC0, 0x24F, 0.55),
    (0x2010, 0x27BF, 0.6),
    (0x1F000, 0x1FAFF, 0.6),
)


def _weight_of_ideograph(char: str) -> float:
    if char in _JAPANESE:
        return 1.0
    if char in _CHINESE or char in _KOREAN:
        return 0.95
    if char in _level_one():
        return 0.8
    return 0.65 if char in _common_elsewhere() else 0.5 if char in _level_two() else 0.1


@cache
def _level_one() -> frozenset[str]:
    return _grid(decode_euc_jp, 0xB0, 0xCF)


@cache
def _level_two() -> frozenset[str]:
    return _grid(decode_euc_jp, 0xD0, 0xFE)


@cache
def _common_elsewhere() -> frozenset[str]:
    """GB 2312 level 1, the frequent half of Big5, and the hangul of KS X 1001."""
    frequent = b"".join(bytes((hi, lo)) for hi in range(0xA4, 0xC7) for lo in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    hanzi = _grid(lambda raw: raw.decode("gb2312", "ignore"), 0xB0, 0xD7) | set(frequent.decode("big5", "ignore"))
    return hanzi | _grid(lambda raw: raw.decode("euc_kr", "ignore"), 0xB0, 0xC8)


def _grid(reader: Callable[[bytes], str], first: int, last: int) -> frozenset[str]:
    cells = b"".join(bytes((hi, lo)) for hi in range(first, last + 1) for lo in range(0xA1, 0xFF))
    return frozenset(reader(cells)) - {"\ufffd"}
