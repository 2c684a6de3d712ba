"""Which sentences of our own text promise something by some moment. Pure, linear, and rather silent than wrong.

A promise is a date that has an end, and behind it in the same sentence a verb by which we commit ourselves; nothing
between them or behind it may make it a request, a question, a condition, a refusal or somebody else's word. Notes of
the staff are terser (「明日17時までに折り返し」) and have words of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from madoguchi.calendars.written.folding import fold
from madoguchi.calendars.written.found import Bound, Reference, Written
from madoguchi.calendars.written.reading import find_written
from madoguchi.conversations.folding import SpanKind
from madoguchi.conversations.folding import fold as fold_quotes
from madoguchi.customers.masking import cut_whole

#: Nobody writes longer sentences; what is longer is cut there.
_MOST_SENTENCE = 400
MOST_PROMISES = 20
_SENTENCE = re.compile(r"[^。！？!?\n]{1,400}[。！？!?]?")
_DEEDS = (
    r"連絡|返信|回答|報告|案内|対応|確認|手配|発送|送付|返金|出荷|訪問|説明|用意|準備|相談|交換|修理|処理|手続き?|設定|修正"
    r"|調査|電話|提示|提出|再送|郵送|配送|メール|折り?返し|架電|返答|通知|入金|振込|お振込み?|解決|復旧|再開|納品|返品|検討|共有"
)
#: By these verbs we commit ourselves; what follows is looked at by `_UNDONE`.
_COMMITS = re.compile(
    r"(?:いたします|致します|いたす予定|させて(?:いただ|頂)きます|申し上げます|差し上げます|さしあげます|まいります|参ります"
    r"|伺います|うかがいます|お約束します|おりますので必ず|つもりです|所存です|折り?返します|[かけ架掛]け直します"
    rf"|(?:{_DEEDS})(?:を|は|も)?お?(?:します|しております?予定)|お(?:送り|電話|届け|伝え|知らせ|返し|渡し|調べ|持ち|答え|返事|繋ぎ)"
    rf"(?:を)?します|(?:{_DEEDS}|お届け|お渡し)(?:を)?(?:させていただく|いたします|いたす|する|の)?予定(?:です|でございます|でおります))"
)
_ENGLISH = re.compile(
    r"\b(?:we|i)(?:'ll|’ll| will(?! not)| shall(?! not)| are going to| am going to|'m going to| promise to| plan to)\b",
    re.IGNORECASE,
)
#: Terse words of notes.
_NOTED = re.compile(
    rf"(?:{_DEEDS})(?:予定|の約束|約束|する(?!よう)|します|いたします|と(?:案内|回答|返答|伝え|お伝え)|済み?)|折電|TEL予定"
    r"|(?:連絡|返信|回答|報告|案内|発送|送付|返金|電話|返答|再送|折り?返し|メール|架電)(?:$|[。、)])"
    r"|お?約束|と(?:お?伝え|ご?案内|ご?回答)(?:済|した|しました|$|[。、])|折り?返す|送る|かけ直す|電話する"
)
#: What of a sentence before the date says that it is about every day.
_ALWAYS = re.compile(
    r"通常|原則|基本的|一般に|一般的|平均|平日は|毎日|毎週|毎月|随時|受付時間|営業時間は|\b(?:usually|normally|typically)\b"
)
#: Right before a date: days that are counted from what happens at some time, 「出荷から10日後」.
_COUNTED_FROM = re.compile(
    r"(?:出荷|発送|到着|着荷|届け|受領|受取|受け取り|購入|注文|入金|決済|支払い?|申込み?|申し込み|契約|解約|返品|返送|終了|完了)(?:日|後|時)?"
    r"(?:から|より)\s?\Z"
)
_BEFORE_CHARS = 16
#: Between date and verb: a request, a condition, an answer of theirs.
_NOT_OURS = re.compile(
    r"(?<!させて)(?:いただ|頂)(?:[いけくこ]|き(?!ます))|下さ|くださ|場合|なければ|ましたら|でしたら|れば|ますと|次第|までは|有効|期限"
    r"|お客様(?:が|から|の方)|お申(?:し)?[込出]|お願い|願い|ご希望|ご予定|ご都合|ください|届きまし|た後|到着|休業|休み|終了|締め?切"
)
#: Behind the verb: a question, a refusal, a condition, what others say.
_UNDONE = re.compile(
    r"^(?:か(?!ら)|ましょうか|でしょうか|よう|と(?:の|聞|伺|言|いう|い[うわ]|は限)|こと(?:は|が)?(?:でき|難|叶|かな|あり)|わけでは"
    r"|場合|旨|際|時は|前に|には)|できません|できかね|いたしかね|致しかね|ございません|とは限りません|お約束(?:は|が)|保証(?:は|でき|いた)"
    r"|とのこと|そうです"
)
_ENGLISH_UNDONE = re.compile(
    r"\b(?:if|unless|cannot|can't|won't|not|could you|please|would you|you will|usually)\b|\?", re.IGNORECASE
)
_NOTE_UNDONE = re.compile(
    r"お願い|ください|下さい|希望|場合|なければ|ましたら|したら|れば|次第|ですか|ますか|でしょうか|[?？]|できない|不可|要望|とのこと|[たる]ら"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A promise in a text: where its date begins, the sentence, and by when."""

    place: int
    end: int  #: of the verb
    words: str
    due_at: datetime
    written: Written


def find_promises(text: str, reference: Reference, *, is_note: bool = False) -> list[Found]:
    """The promises of a text of ours; quoted and signed parts promise nothing."""
    found: list[Found] = []
    for start, end in _own_parts(text, is_note=is_note):
        dates = find_written(text[start:end], reference)
        for sentence in _SENTENCE.finditer(text, start, end):
            inside = [
                each
                for each in dates
                if sentence.start() <= each.start + start
                and each.end + start <= sentence.end()
                and _is_ahead(each, reference)
            ]
            if inside and (one := _promise(sentence, inside, start, reference, is_note=is_note)) is not None:
                found.append(one)
                if len(found) == MOST_PROMISES:
                    return found
    return found


def _own_parts(text: str, *, is_note: bool) -> Iterator[tuple[int, int]]:
    if is_note:
        yield 0, len(text)
        return
    for span in fold_quotes(text):
        if span.kind is SpanKind.WRITTEN:
            yield span.start, span.end


def _is_ahead(written: Written, reference: Reference) -> bool:
    return written.due is not None and written.bound is not Bound.FROM and written.due > reference.moment


def _promise(
    sentence: re.Match[str], dates: list[Written], offset: int, reference: Reference, *, is_note: bool
) -> Found | None:
    """The first promise of a sentence: of several dates the last before the verb is the one that counts."""
    begin, folded = sentence.start(), fold(sentence.group())
    if folded.lstrip().startswith(">"):
        return None
    verb_end = _noted(folded) if is_note else None
    for date in reversed(dates):
        at, until = date.start + offset - begin, date.end + offset - begin
        if _COUNTED_FROM.search(folded, max(0, at - _BEFORE_CHARS), at):
            continue
        end = verb_end if verb_end is not None else _committed(folded, at, until)
        if end is not None:
            return Found(
                begin + at, begin + end, _words(folded, sentence.group(), at, end), _due(date, reference), date
            )
    return None


def _due(date: Written, reference: Reference) -> datetime:
    """When it is over; a promise for a day that ends at midnight is due in its last minute, not on the day after."""
    assert date.due is not None  # `_is_ahead`
    local = date.due.astimezone(reference.zone)
    if local.time() == time(0) and date.last is not None and date.last < local.date():
        return date.due - timedelta(minutes=1)
    return date.due


def _committed(folded: str, at: int, until: int) -> int | None:
    """Where the verb ends by which we commit ourselves to a date; None where none does."""
    if folded.endswith(("?", "？")) or _ALWAYS.search(folded, 0, at):
        return None
    if verb := _COMMITS.search(folded, until):
        between, behind = folded[until : verb.start()], folded[verb.end() :]
        said = folded.count("「", 0, verb.start()) > folded.count("」", 0, verb.start())
        if not said and not _NOT_OURS.search(between) and not _UNDONE.search(behind):
            return verb.end()
        return None
    english = _ENGLISH.search(folded)
    if english and not _ENGLISH_UNDONE.search(folded):
        return max(until, english.end())
    return None


def _noted(folded: str) -> int | None:
    if _NOTE_UNDONE.search(folded):
        return None
    verb = _NOTED.search(folded)
    if verb is None:
        english = _ENGLISH.search(folded)
        return len(folded) if english and not _ENGLISH_UNDONE.search(folded) else None
    return verb.end()


def _words(folded: str, sentence: str, at: int, end: int) -> str:
    """From the date to the verb, as it was written; with what stands before if that is little."""
    begin = 0 if len(sentence) <= 60 else min(at, end)
    cut = len(folded.rstrip()) if len(sentence) <= 60 else max(end, at)
    return cut_whole(" ".join(sentence[begin:cut].split()), 200)
