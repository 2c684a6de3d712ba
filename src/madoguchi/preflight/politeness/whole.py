"""Rules about a letter as such: its tone in an apology, its thanks, one spelling throughout, the season."""

import re
from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.politeness.rule import Hit, Rule, sentence_around
from madoguchi.preflight.surroundings import Surroundings

_APOLOGY = re.compile(
    r"申し?訳(?:ござ|あり|御座|ない)|お(?:詫|わ)び|陳謝|謝罪|ご迷惑を?お?(?:かけ|掛け)|ご不便を?お?(?:かけ|掛け)|ご心配を?お?(?:かけ|掛け)|失礼いたしました|恐れ入りますが|ご不快"
)
_SORRY = re.compile(
    r"申し?訳(?:ござ|あり|御座|ない)|お(?:詫|わ)び|陳謝|謝罪|(?:ご迷惑|ご不便|ご心配|ご不快)[^。\n]{0,16}(?:かけ|掛け)"
)
_LIVELY = re.compile(
    "[！!♪☆★♡♥]{1,8}|[\U0001f300-\U0001faff☀-⛿✨❤]\ufe0f?|[(（][笑汗泣涙][)）]|(?<=[ぁ-んァ-ヺ一-鿿。])[wｗ]"
    "{1,8}(?=[。\n \u3000]|$)"
    r"|\((?:\^|>|T)[-_.^oO;]{1,3}(?:\^|<|T);?\)|m\(_ ?_\)m"
)
_THANKS = re.compile(r"ありがと|有難|有り難|感謝|御?礼(?:申|を)|お礼|お世話になって|平素|毎度|ご愛顧|恐れ入ります。")
_COMPLAINT = re.compile(
    r"(?:壊|割|破)れ(?:て|た)|破損|不良|欠け(?:て|た)|汚れ(?:て|た)|傷(?:が|つ|だらけ)|届(?:きません|かない|いていない|いておりません|いてない)|まだ届|遅(?:れて|すぎ|い)|間違(?:って|い|え)|違う(?:商品|物|もの|色|サイズ)"
    r"|(?:足り|入ってい|動か|使え|つなが|繋が)な(?:い|かった)|足りません|動きません|使えません|入っていません|返事がな|対応がひど|困って|納得でき|残念|がっかり|失望|怒|ひどい|最悪|クレーム|苦情|二重に?(?:請求|引)|焦げ|煙|怪我|けが"
)
_PAIRS: tuple[tuple[re.Pattern[str], re.Pattern[str], str, str], ...] = (
    (re.compile("ください"), re.compile("下さい"), "ください", "下さい"),
    (
        re.compile("(?<=[てでし])いただ|(?<=[ごお][^ぁ-ん]{2})いただ"),
        re.compile("(?<=[てでし])頂|(?<=[ごお][^ぁ-ん]{2})頂"),
        "いただ",
        "頂",
    ),
    (re.compile("いたし"), re.compile("致し(?!方)"), "いたし", "致し"),
    (re.compile("ございま"), re.compile("御座いま"), "ございま", "御座いま"),
    (re.compile("お客様"), re.compile("お客さま"), "お客様", "お客さま"),
    (re.compile("お問い合わせ"), re.compile("お問合せ|お問合わせ|お問い合せ"), "お問い合わせ", "お問合せ"),
)
#: Months in which a greeting fits.
_SEASONS: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile("新春|明けまして|謹賀新年|松の内"), frozenset({1})),
    (re.compile("厳寒|厳冬|寒さ厳し|余寒"), frozenset({12, 1, 2})),
    (re.compile("早春|春の訪れ|桜の(?:季節|花)|花冷え|陽春|春爛漫"), frozenset({2, 3, 4})),
    (re.compile("新緑|若葉|薫風"), frozenset({4, 5, 6})),
    (re.compile("梅雨|長雨"), frozenset({6, 7})),
    (re.compile("盛夏|猛暑|酷暑|暑さ厳し|厳しい暑さ|暑中"), frozenset({7, 8})),
    (re.compile("残暑"), frozenset({8, 9})),
    (re.compile("秋冷|紅葉の|錦秋|秋晴れ|行楽の秋"), frozenset({9, 10, 11})),
    (re.compile("師走|年の瀬|年末のご?多忙|よいお年を|良いお年を"), frozenset({12})),
)

#: A season is greeted with; 春の新緑をイメージした柄 is a pattern.
_GREETS = re.compile(
    r"の(?:候|折|節|砌|みぎり)|(?:季節|時期|頃|時季)(?:と|に)な|を?迎え(?:ま|て|、)|(?:暑さ|寒さ|日|雨|猛暑|長雨)が?続(?:き|く|いて)|いかが|お変わり"
    r"|お元気|自愛|見舞|おめでとう|多忙|お慶び|お喜び|よいお年|良いお年|謹賀|明けまして|訪れ(?:を|が)|(?:の候|ますが)、"
)


def _lively_apology(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    if not _SORRY.search(letter.said):
        return
    for match in _LIVELY.finditer(letter.said):
        yield Hit(match.start(), match.end(), "。" if _ends_here(letter.said, match) else "")


def _ends_here(text: str, match: re.Match[str]) -> bool:
    """True where the sentence would be left without its end."""
    before, after = text[max(match.start() - 1, 0) : match.start()], text[match.end() : match.end() + 1]
    is_mark = set(match[0]) <= {"！", "!"}
    return before.isalnum() and (is_mark or after in ("", "\n", " ", "\u3000")) and after not in ("。", "、")


def _many_apologies(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    found = list(re.finditer(r"申し?訳(?:ござ|あり|御座)|お詫び申し上げ|お詫びいたし", letter.said))
    if len(found) > 3:
        message = _("The letter apologises %(count)d times.") % {"count": len(found)}
        yield from (Hit(match.start(), match.end(), None, message) for match in found[2:])


def _no_thanks(letter: Outgoing, around: Surroundings) -> Iterator[Hit]:
    if _is_answer(letter, around, chars=40) and not _THANKS.search(letter.said):
        yield Hit()


def _no_apology(letter: Outgoing, around: Surroundings) -> Iterator[Hit]:
    is_trouble = _COMPLAINT.search(around.heard[:5_000]) is not None
    if is_trouble and _is_answer(letter, around, chars=20) and not _APOLOGY.search(letter.said):
        yield Hit()


def _is_answer(letter: Outgoing, around: Surroundings, *, chars: int) -> bool:
    """The first answer to a customer, of so many characters at least."""
    is_first = letter.is_reply and not letter.is_forward and around.is_first_answer
    return is_first and len("".join(letter.said.split())) >= chars


def _two_spellings(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """Of two spellings of the same word in one letter the rarer is pointed at."""
    for plain, kanji, spelled, other in _PAIRS:
        ones, others = list(plain.finditer(letter.said)), list(kanji.finditer(letter.said))
        if not ones or not others:
            continue
        rarer, instead = (others, spelled) if len(others) <= len(ones) else (ones, other)
        message = _("Both “%(one)s” and “%(other)s” stand in this letter.") % {"one": spelled, "other": other}
        yield from (Hit(match.start(), match.end(), instead, message) for match in rarer)


def _out_of_season(letter: Outgoing, around: Surroundings) -> Iterator[Hit]:
    for pattern, months in _SEASONS:
        if around.now.month not in months:
            for match in pattern.finditer(letter.said[:600]):
                if _GREETS.search(sentence_around(letter.said, match)):
                    yield Hit(match.start(), match.end())


WHOLE: tuple[Rule, ...] = (
    Rule(
        "lively_apology",
        _("An apology does not go with exclamation marks or pictures."),
        _("It reads as if the matter were not taken seriously."),
        "ご迷惑をおかけして申し訳ございません！",
        "ご迷惑をおかけして申し訳ございません。",
        _lively_apology,
    ),
    Rule(
        "many_apologies",
        _("The letter apologises again and again."),
        _("Twice is enough, at the beginning and at the end. What matters is the cause, what is done, and by when."),
        "申し訳ございません。(4回以上)",
        "冒頭と結びの2回まで",
        _many_apologies,
        most=Level.NOTE,
    ),
    Rule(
        "no_thanks",
        _("The first answer does not thank for the inquiry."),
        _("「お問い合わせいただき、誠にありがとうございます。」 at the beginning tells that somebody has listened."),
        "(お礼がない最初の返信)",
        "このたびはお問い合わせいただき、誠にありがとうございます。",
        _no_thanks,
        most=Level.NOTE,
    ),
    Rule(
        "no_apology",
        _("The customer reports a trouble, and the answer does not say sorry."),
        _("Before the facts are known one can be sorry for the trouble: 「ご不便をおかけし、申し訳ございません。」"),
        "(不具合の連絡への、お詫びのない返信)",
        "ご不便をおかけし、申し訳ございません。",
        _no_apology,
        most=Level.NOTE,
    ),
    Rule(
        "two_spellings",
        _("The same word is spelled in two ways (表記ゆれ)."),
        _("One spelling throughout reads calmer. Auxiliary verbs are usually written in kana."),
        "ご確認ください。ご返送下さい。",
        "ご確認ください。ご返送ください。",
        _two_spellings,
        most=Level.NOTE,
    ),
    Rule(
        "season",
        _("This greeting belongs to another season."),
        _("It was most likely copied from an older letter."),
        "(11月に)猛暑の折、",
        "紅葉の季節となりました。",
        _out_of_season,
    ),
)
