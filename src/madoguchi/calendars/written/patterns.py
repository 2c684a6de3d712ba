"""The atoms of written dates and times: one alternation, each piece of which sees a bounded number of characters.

What looks like an atom and is none (3日間, 10分ほど) is swallowed as `NOTHING`, so that no part of it is taken for one.
Groups of an atom are read by their place behind its name.
"""

import re

_N = r"\d{1,3}|[〇一二三四五六七八九十]{1,4}"
_Y = r"(?:19|20|21)\d\d"
_APART = r"(?<![\d/.,:#A-Za-z-])"
_WEEK = "月火水木金土日"
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_DAYS = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_LONG_DAYS = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_FEW = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten"
_HALF = r"午前|午後|早朝|朝|お?昼|夕方|夜|深夜"

#: In the order in which they are tried.
ATOMS: tuple[tuple[str, str], ...] = (
    ("ERA", rf"(令和|平成|昭和)({_N}|元)年({_N})月({_N})日"),
    ("ERA_SHORT", rf"{_APART}([RHS])(\d{{1,2}})[./-](\d{{1,2}})[./-](\d{{1,2}})(?![\d./-])"),
    ("YMD", rf"(?<!\d)({_Y}|二〇[〇一二三四五六七八九]{{2}})年({_N})月({_N})日"),
    ("YMD_SHORT", rf"{_APART}({_Y})[./-](\d{{1,2}})[./-](\d{{1,2}})(?![\d/-]|\.\d)"),
    ("MD", rf"(?<![\d第])({_N})月({_N})日"),
    ("MD_SHORT", rf"{_APART}(0?[1-9]|1\d)/(\d{{1,2}})(?![\d/%A-Za-z-]|\.\d|[サカイ量個枚本倍杯程])"),
    ("CLOCK", rf"(?:({_HALF})の?)?(?<![\d:.])(\d{{1,2}}):([0-5]\d)(?![\d:]| ?[ap]\.?m)"),
    (
        "OCLOCK",
        rf"(?:({_HALF})の?)?(?<![\d第])({_N})時(?![間点的期限給計代差期折刻])(?:(半)|({_N})分(?![間以後ほ程で]))?",
    ),
    (
        "AMOUNT",
        (
            rf"(?:({_N})(?:[、,・~-]|から|ないし)|あと)?(?<![\d第/.])({_N}|数|一両)"
            r"(営業日間?|日間?|時間|分間?|週間|[かカヵヶケ箇]月間?)(以内|後|のうち|ほどで|程度で|くらいで)"
        ),
    ),
    (
        "AMOUNT_IN",
        (
            rf"(?:({_N})(?:[、,・~-]|から|ないし)(?=(?:{_N})[日営時週])|(?=(?:{_N})[営時週]|数|一両))(?<![\d第/.])({_N}|数|一両)"
            r"(営業日|日|時間|週間)[中内](?=に|で|を|の)"
        ),
    ),
    (
        "NOTHING",
        (
            rf"(?:({_N})(?:[、,・~-]))?(?<![\d第])(?:{_N})"
            r"(?:日(?:間|分|あたり|当|程|ほど|以(?![降後])|前(?!後)|ごと|毎|目|おき|でも|も|か[かけ]|経|遅れ|早[いくめ]|[町市]|\d(?!\d?(?:時|:\d)))"
            r"|営業日|時間|分(?![の、])|週間|[かカヵヶケ箇]月|人|名|件|個|円)"
        ),
    ),
    (
        "MONTH_END",
        rf"(今月|来月|再来月|翌月|当月|先月|(?<![\d第])(?:{_N})月)の?(?:月末|末日?)(?![尾端永])|(?<![\d一-龠])月末",
    ),
    (
        "MONTH",
        (
            rf"(今月|来月|再来月|翌月|当月|先月|(?<![\d第])(?:{_N})月(?![曜額謝給面々経次見刊号分]))の?"
            r"(上旬|初旬|中旬|下旬|頭|初め|はじめ|前半|後半)?"
        ),
    ),
    ("DAY", rf"(?<![\d第年.,/両])({_N})日(?![本曜間々常程]|月(?!曜))"),
    (
        "NEAR",
        (
            r"明々後日|明明後日|しあさって|明後日|あさって|明日|あした|(?<![ぁ-ん])あす(?=[のま中にはへ、午\d朝夕])|みょうにち"
            r"|翌々日|(?<!の)翌日|本日|今日|きょう|昨日|きのう|一昨日|おととい"
        ),
    ),
    ("WEEK_DAY", rf"(今週|来週|再来週|翌週|次週|先週)の?([{_WEEK}])(?:曜日?|(?=[にまのはで、。(\s\d午夕朝]|\Z))"),
    ("WEEK", r"(今週|来週|再来週|翌週|次週|先週)の?(末|明け|頭|初め|はじめ|前半|半ば|後半)?"),
    ("PERIOD", r"週明け|週末|週内|月内|月初|月明け|年内|年末|年明け|今年|年度末|年度内|連休明け|休み?明け"),
    ("NEXT_OPEN", r"翌々営業日|翌営業日|次の?営業日"),
    ("IN_BRACKETS", rf"\(([{_WEEK}])(?:曜日?)?(?:[・/,、 ]?(?:祝日?|休|祭))?\)|\(祝日?\)|([㈪㈫㈬㈭㈮㈯㈰])"),
    ("WEEKDAY", rf"([{_WEEK}])曜日?"),
    ("NOON", r"正午"),
    (
        "PART",
        (
            r"午前中|午前|午後一番?|午後イチ|午後|夕方|夕刻|朝一番?|朝イチ|朝いち|早朝|(?<!毎)朝(?!食|礼)|昼過ぎ|お昼|昼"
            r"|今夜|今晩|(?<!昨)夜|深夜|終業時?間?|営業時間(?:内|終了)|営業終了|業務終了|定時"
        ),
    ),
    (
        "LATER",
        (
            r"近日中|近々|後日|追って|後ほど|のちほど|早急に|至急|早々に|速やかに|なるべく早く|できるだけ早く|可能な限り早く"
            r"|折り?返し(?![先用まのて致い])"
        ),
    ),
    ("EN_YMD", rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTHS})\b\.?(?:,? ({_Y})\b)?"),
    ("EN_MD", rf"\b({_MONTHS})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,? ({_Y})\b)?"),
    ("EN_DAY", r"\bthe (\d{1,2})(?:st|nd|rd|th)\b"),
    ("EN_NEAR", r"\b(?:the )?day after tomorrow\b|\btomorrow\b|\btoday\b|\byesterday\b"),
    ("EN_END", r"\b(?:the )?end of (?:the |this )?(next )?(day|business day|week|month|year)\b|\b(?:EOD|COB|EOB)\b"),
    ("EN_NEXT_OPEN", r"\b(?:the )?next (?:business|working) day\b"),
    (
        "EN_AMOUNT",
        (
            rf"\b(within|in) (?:the next |about )?({_FEW}) ?(?:(?:to|-|or) ?({_FEW}) )?(business |working )?"
            r"(minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\b"
        ),
    ),
    ("EN_WEEK_DAY", rf"\b(this |next |coming )?({_LONG_DAYS})\b"),
    ("EN_BRACKETS", rf"\(({_DAYS})\.?\)"),
    ("EN_WEEK", r"\b(this|next) (week|month|year)\b"),
    ("EN_CLOCK", r"\b(\d{1,2})(?::([0-5]\d))? ?(a|p)(?:m\b|\.m\.)"),
    ("EN_NOON", r"\bnoon\b|\bmidnight\b"),
    ("EN_PART", r"\b(?:in the |this )?(morning|afternoon|evening)\b|\btonight\b"),
    ("EN_LATER", r"\bas soon as possible\b|\bASAP\b|\bshortly\b|\bsoon\b"),
)
#: An atom begins with one of these, or with a word of English: most places of a text are left at once.
_BEGINS = (
    r"(?=[\d〇一二三四五六七八九十令平昭今来再翌当先月火水木金土日㈪-㈰(明しあみ本きお週年連休次正午夕朝早昼夜深終営業定]"
    r"|[近後追の至速なで可折数両昨])"
)
ATOM = re.compile(
    rf"(?:{_BEGINS}|(?<![A-Za-z])(?=[A-Za-z]))(?:{'|'.join(f'(?P<{name}>{pattern})' for name, pattern in ATOMS)})",
    re.IGNORECASE,
)

#: What may stand between two atoms of one date.
JOINT = re.compile(r"(?:[、,]? ?|の|, ?at | at | on | by | in the |, ?)\Z", re.IGNORECASE)
#: What may stand between the two ends of a stretch, the first of which has taken から already.
STRETCH = re.compile(r" ?(?:~|-|から|より|to|until)? ?\Z", re.IGNORECASE)
#: What follows and says on which side.
AFTERWARDS = re.compile(
    r"(?P<from>以降|以後|から|より(?!も)|~(?=\D|\Z)|[ ]?onwards?\b)|(?P<about>頃|ごろ|前後|ころ|くらい|ぐらい)"
    r"|(?P<by>の?(?:までには?|まで|迄に?|中には?|中|のうちに?|内には?|いっぱい))",
    re.IGNORECASE,
)
#: What stands before and says on which side, in English.
BEFOREHAND = re.compile(
    r"(?:\b(?P<by>by|before|until|till|no later than|not later than)|\b(?P<from>from|after|since)"
    r"|\b(?P<about>around|about))(?: (?:the|around|about|on))? ?\Z",
    re.IGNORECASE,
)
