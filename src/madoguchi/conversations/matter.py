"""The words of an inquiry that say what it is about, each as the index of texts is asked for it.

Greetings, names, numbers, days and verbs that every letter has say nothing of the matter; what is done (返品する, 届く)
says more than what it is done to; the subject says most. How much a word tells beside this, its history tells.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sudachipy import Morpheme, SplitMode

from madoguchi.conversations.concerns import concerns_in
from madoguchi.search.folding import compare, standard
from madoguchi.search.lexemes import either_tsquery
from madoguchi.search.query import Term
from madoguchi.search.tokens import cut, pieces_of, words

#: So much of a mail says what it is about,
_READ_CHARS = 1_500
#: in so many words; the first ones, those of the subject before all.
_MOST = 24
#: The subject names the matter; a verb alone says less than a noun.
_IN_SUBJECT, _IN_OUR_SUBJECT, _OF_VERBS, _OF_THINGS = 1.6, 0.6, 0.8, 0.8
_OF_CONCERNS = 1.5
_REPLY = re.compile(r"(?:re|aw|返信) ?[::]", re.IGNORECASE)
#: 今日, 場合, 3個, これ: words of every letter.
_UNTELLING = frozenset(("副詞可能", "助動詞語幹", "数詞"))
_COUNTERS, _COUNTER_CHARS = "助数詞可能", 2  #: 個, but not ポイント
_NAMES = frozenset(("人名", "地名"))
#: What letters to a desk say whatever they are about.
_POLITE = """
世話 願い 失礼 突然 恐縮 名前 株式会社 会社 件 件名 本文 方 手数 迷惑 お手数 お世話 お願い 問い合わせ 問合せ 連絡 返信
回答 返事 確認 対応 質問 希望 利用 使用 注文 番号 注文番号 購入 商品 客 お客様 店 ショップ 担当 担当者 了承 承知 検討
可能 無理 必要 状態 状況 内容 理由 予定 部分 感じ 気持ち 家族 母 父 妻 夫 娘 息子 友人 先方 当方 弊社 御社 貴社
貴店 自分 メール サイト ページ ホームページ 電話 感謝 挨拶 用件 次第 宜しい 有難う 思う 言う 来る 行く 見る 出る 出す
教える 知らせる 出来る 願う 待つ 押す 分かる 知る 聞く 書く 入れる 入る 取る 持つ 付ける 困る 急ぐ 済む 送る 申す 頼む
考える 掛ける 掛かる 受ける 始める 終わる 使う 買う 伺う 存じる 置く 呼ぶ 致す 頂く 下さる 遣る 感じる 続ける 続く
過ぎる 残る 忘れる 違う事 良い 欲しい 御世話 御願い 就く つく 事 こと 居る いる ます 無し なし 因る よる たつ すむ
以下 本当 大丈夫 御客様 名 何回 何度 一緒 株式 御中 丁寧 残念 最後 有無
"""
_ENGLISH = """
the and for you your our are was were have has had not but with this that from can could would will please
dear thank thanks hello regards best order number know let get got any all also there here they them what
when which who how why its been just like one two more some very about into out than then his her she him
item items mail
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """One word of the matter."""

    form: str
    tsquery: str  #: it and what means the same
    weight: float
    is_subject: bool = False  #: it stands in a subject that the customer wrote
    is_concern: bool = False  #: no word of the mail, but what it wants


def matter_of(subject: str, text: str, *, names: Iterable[str] = ()) -> list[Telling]:
    """What a mail is about, in the order of the text; `names` are those of who wrote it."""
    called = {form for name in names for word in words(name[:100]) for form in word.forms}
    found: dict[str, Telling] = {}
    is_ours = _REPLY.match(
        subject.strip()
    )  # then the subject is what we wrote about, or what is now about something else
    parts = ((subject, _IN_OUR_SUBJECT if is_ours else _IN_SUBJECT, not is_ours), (text[:_READ_CHARS], 1.0, False))
    for part, factor, is_subject in parts:
        for word, weight in _telling(part):
            form = compare(word)
            if form in found or form in called or form in _POLITE_FORMS or len(found) >= _MOST:
                continue
            if tsquery := either_tsquery([Term(word)]):
                found[form] = Telling(form, tsquery, weight * factor, is_subject)
    wanted = {
        name: word
        for part, factor, is_subject in reversed(parts)
        for name, word in _wanted(part, factor, is_subject=is_subject)
    }
    return list({each.tsquery: each for each in (*reversed(found.values()), *wanted.values())}.values())[::-1]


def _wanted(part: str, factor: float, *, is_subject: bool) -> Iterator[tuple[str, Telling]]:
    for concern in concerns_in(part):
        yield concern.name, Telling(concern.name, concern.tsquery, _OF_CONCERNS * factor, is_subject, is_concern=True)


def _telling(text: str) -> Iterator[tuple[str, float]]:
    regular = standard(text)
    for _begin, piece in pieces_of(regular):
        for morpheme in cut(piece):
            yield from _said(morpheme)


def _said(morpheme: Morpheme) -> Iterator[tuple[str, float]]:
    surface = morpheme.surface()
    pos = morpheme.part_of_speech()
    if surface.isascii():
        if surface.isalpha() and len(surface) > 2 and surface.casefold() not in _ENGLISH_FORMS:
            yield surface.casefold(), 1.0
        return
    form = standard(morpheme.normalized_form())
    if pos[0] == "動詞" and pos[1] == "一般" and len(form) > 1:
        yield form, _OF_VERBS
    elif pos[0] in {"名詞", "形状詞"} and pos[1] in {"普通名詞", "固有名詞", "一般"}:
        yield from _nouns(morpheme, pos, form)


def _nouns(morpheme: Morpheme, pos: tuple[str, ...], form: str) -> Iterator[tuple[str, float]]:
    if pos[2] in _UNTELLING or pos[2] in _NAMES or (pos[2] == _COUNTERS and len(form) <= _COUNTER_CHARS):
        return
    weight = 1.0 if pos[2] in {"サ変可能", "サ変形状詞可能"} else _OF_THINGS
    if len(form) > 1 and not any(char.isdigit() for char in form):
        yield form, weight
    parts = morpheme.split(SplitMode.A)
    if len(parts) > 1:
        for part in parts:
            yield from _said(part)


_POLITE_FORMS = frozenset(compare(standard(word)) for word in _POLITE.split())
_ENGLISH_FORMS = frozenset(_ENGLISH.split())
