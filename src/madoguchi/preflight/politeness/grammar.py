"""Rules that words alone would get wrong: they look at verbs and their conjugation, by Sudachi's morphemes."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from madoguchi.core.telling import telling as _
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.politeness.rule import Hit, Rule
from madoguchi.preflight.politeness.vocabulary import (
    CUSTOMERS_DEEDS,
    MEASURES,
    NOT_BEING,
    OWN_VERBS,
    POINTING,
    ra_row,
)
from madoguchi.preflight.surroundings import Surroundings
from madoguchi.search.morphemes import Morpheme, conjugation_of

_ICHIDAN = ("上一段", "下一段")
#: いただく of サ変: what can simply be いたす.
_HUMBLE = {
    "いただき": "いたし",
    "頂き": "いたし",
    "いただく": "いたす",
    "頂く": "いたす",
    "いただい": "いたし",
    "頂い": "いたし",
}
_CHANGES = frozenset({"から", "ので", "ば", "と", "たら", "場合"})
#: What makes a sum another one; 合計 and 送料 do not.
_MAKES_IT_SO = re.compile(r"割引|値引|値下|値上|引き|引い|改定|変更|増税|加算|半額|％|%|今なら|通常|定価|もともと|本来")
_GOES_ON = frozenset({"か", "ので", "の", "と", "が", "よう", "でしょう", "でしょ"})
_PASSIVE_HINTS = frozenset({"に", "から", "より", "によって"})


def _shortened_potential(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """見れる, 来れる, 届けれない; not 受け取れる, and not 見れば."""
    words = letter.morphemes
    for at, word in enumerate(words):
        following = words[at + 1].surface if at + 1 < len(words) else ""
        if following == "ば" or word.pos[5].startswith("仮定形"):
            continue
        if word.kind == "動詞" and "下一段-ラ行" in word.pos[4] and _is_short(word):
            yield Hit(word.start, word.end, _with_ra(word.surface))
        elif (
            word.pos[4] == "助動詞-レル"
            and word.surface.startswith("れ")
            and at
            and words[at - 1].pos[4].startswith(_ICHIDAN)
            and not _is_potential(words[at - 1])
        ):
            yield Hit(words[at - 1].start, word.end, f"{words[at - 1].surface}ら{word.surface}")


def _is_short(word: Morpheme) -> bool:
    """A potential of a verb that would need られる; the dictionary gives the verb it comes from."""
    stem = word.surface.rstrip("るばよ")
    if not stem.endswith("れ") or (stem[:-1] != word.normal[:-1] and word.normal != "来る"):
        return False
    return conjugation_of(word.normal).startswith((*_ICHIDAN, "カ行変格"))


def _doubled_potential(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """飲めれます, 延ばせれません; not 飲めれば."""
    words = letter.morphemes
    for word, after in pairwise(words):
        if not _is_potential(word):
            continue
        if after.pos[4] == "助動詞-レル" and after.surface.startswith("れ"):
            yield Hit(word.start, after.end, word.surface + after.surface[1:])
        elif word.pos[5].startswith("仮定形") and after.pos[4] in ("助動詞-マス", "助動詞-ナイ"):
            yield Hit(word.start, word.end, word.surface[:-1])


def _is_potential(word: Morpheme) -> bool:
    """飲め of 飲む: what can be done already."""
    is_ichidan = word.kind == "動詞" and word.pos[4].startswith("下一段")
    return is_ichidan and conjugation_of(word.normal).startswith("五段")


def _with_ra(surface: str) -> str:
    at = surface.rindex("れ")
    return f"{surface[:at]}ら{surface[at:]}"


def _shortened_state(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """届いてます, してました; not 育てます."""
    for at, word in enumerate(letter.morphemes):
        is_short = word.normal == "てる" or word.surface in ("て", "で", "でる")
        if is_short and word.kind == "助動詞" and word.pos[4].startswith("下一段") and at:
            before = letter.morphemes[at - 1]
            yield Hit(before.start, word.end, f"{before.surface}{word.surface[0]}い{word.surface[1:]}")


def _superfluous_sa(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """読まさせていただく, 送らさせて, 休まさせて."""
    words = letter.morphemes
    for at, word in enumerate(words[:-1]):
        after = words[at + 1]
        if word.kind != "動詞":
            continue
        if word.pos[4].startswith("五段") and word.pos[5].startswith("未然形") and after.surface.startswith("させ"):
            yield Hit(word.start, after.end, word.surface + after.surface[1:])
        elif _is_doubled_causative(word) and after.normal == "せる":
            yield Hit(word.start, after.end, word.surface[:-1] + after.surface)


def _is_doubled_causative(word: Morpheme) -> bool:
    """送らさ of 送らす: itself the causative of 送る."""
    if word.pos[4] != "五段-サ行" or not word.surface.endswith("さ") or len(word.surface) < 3:
        return False
    row = word.surface[-2]
    base = {"か": "く", "が": "ぐ", "た": "つ", "な": "ぬ", "ば": "ぶ", "ま": "む", "ら": "る", "わ": "う"}.get(row)
    return (
        base is not None
        and conjugation_of(word.surface[:-2] + base).startswith("五段")
        and word.surface[:-1] + "す" not in OWN_VERBS
    )


def _often_permitted(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """させていただく three times and more in one letter; from the third on it is pointed at."""
    found = list(_permissions(letter.morphemes))
    if len(found) < 3:
        return
    message = _("させていただく stands %(count)d times in this letter.") % {"count": len(found)}
    for hit in found:
        yield Hit(hit.start, hit.end, hit.instead, message)


def _permissions(words: Sequence[Morpheme]) -> Iterator[Hit]:
    for at in range(len(words) - 2):
        causative, te, itadaku = words[at : at + 3]
        if causative.normal not in ("せる", "させる") or te.surface != "て" or itadaku.normal not in ("頂く", "戴く"):
            continue
        before = words[at - 1] if at else causative
        is_suru = causative.normal == "せる" and before.normal == "為る"
        start = before.start if is_suru else causative.start
        yield Hit(start, itadaku.end, _HUMBLE.get(itadaku.surface) if is_suru else None)


def _becoming(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """こちらが領収書になります, 5,940円になります; not お世話になります, 必要になります, 10時から17時になります."""
    words = letter.morphemes
    for at in range(1, len(words) - 2):
        ni, naru, masu = words[at : at + 3]
        if ni.surface != "に" or ni.kind != "助詞" or naru.normal != "成る" or masu.surface != "ます":
            continue
        if _is_said_of_what_is(words, at):
            yield Hit(ni.start, masu.end, "です")


def _is_said_of_what_is(words: Sequence[Morpheme], at: int) -> bool:
    noun, sentence = words[at - 1], _sentence_before(words, at)
    if noun.kind != "名詞" or noun.normal in NOT_BEING or (at > 1 and words[at - 2].kind == "接頭辞"):
        return False
    if any(word.surface in _CHANGES and word.kind == "助詞" for word in sentence) or _asks(words, at):
        return False
    if any(word.surface == "が" and before.surface in MEASURES for before, word in pairwise(sentence)):
        return False  # 4,980円が3,980円になります
    if _MAKES_IT_SO.search("".join(word.surface for word in sentence)):
        return False
    is_sum = noun.surface in MEASURES and len(sentence) > 1 and sentence[-2].pos[1] == "数詞"
    points = any(word.normal in POINTING or word.surface in POINTING for word in sentence[:4])
    return is_sum or (points and noun.pos[1] == "普通名詞")


def _sentence_before(words: Sequence[Morpheme], at: int) -> Sequence[Morpheme]:
    for start in range(at - 1, -1, -1):
        if words[start].surface in ("。", "、", "\n") or "\n" in words[start].surface:
            return words[start + 1 : at]
    return words[:at]


def _asks(words: Sequence[Morpheme], at: int) -> bool:
    return at + 3 < len(words) and words[at + 3].surface in _GOES_ON


def _polite_passive(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """ご利用される, ご注文された: ご〜になる or ご〜なさる; what is done to the customer is passive and right."""
    words = letter.morphemes
    for at in range(1, len(words) - 1):
        suru, reru = words[at], words[at + 1]
        if suru.surface != "さ" or suru.normal != "為る" or reru.normal != "れる":
            continue
        first = at - 2 if at > 1 and words[at - 2].surface in ("ご", "御", "お") else at - 1
        noun = "".join(word.surface for word in words[first:at])
        if (
            noun[:1] in ("ご", "お", "御")
            and len(noun) > 2
            and noun[1:] in CUSTOMERS_DEEDS
            and not _is_passive(words, first)
        ):
            ending = ra_row(reru.surface, letter.said[reru.end : reru.end + 2])
            end = reru.end + (ending == "っ")  # た and て are shown with it: ご注文になっ is no word
            instead = f"{noun}にな{ending}{letter.said[reru.end : end]}" if ending else None
            yield Hit(words[first].start, end, instead)


def _is_passive(words: Sequence[Morpheme], first: int) -> bool:
    before = words[max(0, first - 2) : first]
    return any(word.surface in _PASSIVE_HINTS and word.kind == "助詞" for word in before)


def _mixed_giver(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
    """お客様がご指定いただいた: 〜に〜いただく, 〜が〜くださる."""
    words = letter.morphemes
    for at, word in enumerate(words):
        if (
            word.normal not in ("頂く", "戴く")
            or word.kind != "動詞"
            or at < 3
            or (words[at - 1].surface == "て" and words[at - 2].normal in ("せる", "させる"))
        ):
            continue
        giver = _giver(words, at)
        if giver is not None:
            particle = words[giver + 1]
            yield Hit(
                words[giver].start,
                word.end,
                letter.said[words[giver].start : particle.start] + "に" + letter.said[particle.end : word.end],
            )


def _giver(words: Sequence[Morpheme], at: int) -> int | None:
    """お客様が or 〜様が shortly before, with no other clause between."""
    for place in range(at - 2, max(at - 9, -1), -1):
        word, after = words[place], words[place + 1]
        if word.surface in ("、", "。", "\n") or (word.pos[1] == "接続助詞" and word.surface != "て"):
            return None
        if after.surface == "が" and after.pos[1] == "格助詞":
            return place if word.surface in ("お客様", "様", "さま", "皆様", "皆さま", "お客さま") else None
    return None


GRAMMAR: tuple[Rule, ...] = (
    Rule(
        "ranuki",
        _("ら is missing (ら抜き言葉)."),
        _("Common in speech; in a letter many readers take it for a mistake."),
        "マイページから見れます。",
        "マイページから見られます。",
        _shortened_potential,
    ),
    Rule(
        "retasu",
        _("One れ too many (れ足す言葉)."),
        _("飲める and 延ばせる say already that it can be done."),
        "期限は延ばせれません。",
        "期限は延ばせません。",
        _doubled_potential,
    ),
    Rule(
        "inuki",
        _("い is missing (い抜き言葉)."),
        _("〜てます is how one speaks; one writes 〜ています, to customers 〜ております."),
        "ご入金を確認してます。",
        "ご入金を確認しています。",
        _shortened_state,
    ),
    Rule(
        "saire",
        _("One さ too many (さ入れ言葉)."),
        _("五段 verbs take せる: 読ませて, 送らせて. させる is for the others."),
        "内容を読まさせていただきました。",
        "内容を読ませていただきました。",
        _superfluous_sa,
    ),
    Rule(
        "sasete_itadaku",
        _("させていただく stands too often in this letter."),
        _("It asks for permission and thanks for it. Where nobody is asked, いたします is shorter and clearer."),
        "発送させていただきます。ご連絡させていただきます。確認させていただきます。",
        "発送いたします。ご連絡いたします。確認いたします。",
        _often_permitted,
    ),
    Rule(
        "ni_narimasu",
        _("Nothing becomes anything here: です or でございます is meant."),
        _("になります tells of a change. What simply is so is です."),
        "こちらが領収書になります。",
        "こちらが領収書です。",
        _becoming,
    ),
    Rule(
        "go_sareru",
        _("ご〜される mixes two forms of respect."),
        _("Of what customers do one says ご利用になる or ご利用なさる, or asks with ご利用ですか."),
        "ポイントをご利用されますか。",
        "ポイントをご利用になりますか。",
        _polite_passive,
    ),
    Rule(
        "itadaku_kudasaru",
        _("いただく and くださる are mixed up."),
        _("One receives from somebody (お客様にご指定いただく), or somebody gives (お客様がご指定くださる)."),
        "お客様がご指定いただいた日時",
        "お客様にご指定いただいた日時",
        _mixed_giver,
    ),
)
