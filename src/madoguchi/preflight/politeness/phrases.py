"""Rules that words alone decide. Sources: 文化審議会「敬語の指針」(2007), and what support teams teach."""

import re

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.politeness.rule import Rule, words
from madoguchi.preflight.politeness.vocabulary import ra_row

#: A day or an hour that is said beside vague words.
_WHEN = (
    r"[0-9０-９]{1,2}(?:月[0-9０-９]|日(?!以内)|時|[/／][0-9０-９])|本日|明日|明後日|今日|[月火水木金土日]曜"
    r"|翌(?:営業)?日"
)
_UNDERSTOOD = {
    "しました": "承知いたしました",
    "いたしました": "承知いたしました",
    "致しました": "承知いたしました",
    "です": "承知いたしました",
}
_COLLOQUIAL = dict(
    pair.split("→")
    for pair in [
        "ちょっと→少々",
        "やっぱり→やはり",
        "やっぱ→やはり",
        "すごく→大変",
        "とっても→大変",
        "だいたい→おおよそ",
        "たぶん→おそらく",
        "もうちょっと→もう少々",
        "いっぱい→多く",
        "ぜんぜん→まったく",
        "どっち→どちら",
        "こっち→こちら",
        "そっち→そちら",
        "あっち→あちら",
        "さっき→先ほど",
        "あとで→のちほど",
        "いちおう→念のため",
        "一応→念のため",
        "とりあえず→まずは",
        "取り急ぎ→まずは",
        "取り敢えず→まずは",
    ]
)
_POINTING = frozenset({"どっち", "こっち", "そっち", "あっち", "さっき", "だいたい"})
_ANY_COLLOQUIAL = "|".join(sorted(map(re.escape, _COLLOQUIAL), key=len, reverse=True))
_RECEIVING = {"もらえ": "いただけ", "もらう": "いただく", "もらって": "いただいて"}
#: Mistakes that become possible only behind some stems: 破損しかねません is right.
_OWN_DEEDS = (
    "でき|出来|いたし|致し|応じ|お?答え|お?受け|承り|分かり|わかり|判り|申し上げ|お?伝えし|お?受けし|お?約束し|保証し|対応し|返答し|回答し"
    "|返金し|交換し|判断し|説明し|開示し|提供し|手配し|発送し|案内し|了承し|承認し|認め|[おご][^\\s、。]{1,6}し"
)
#: Honorific verbs, and お or ご with 〜になる.
_DOUBLED = r"おっしゃ|仰|召し上が|いらっしゃ|[おご][ぁ-んァ-ヺ一-鿿]{1,8}?にな"


def _understood(match: re.Match[str]) -> str:
    return _UNDERSTOOD[match[1]]


def _single(match: re.Match[str]) -> str | None:
    """おっしゃられました → おっしゃいました, おっしゃられた → おっしゃった."""
    stem = {"仰": "おっしゃ"}.get(match[1], match[1])
    ending = ra_row(match[2], match.string[match.end(2) : match.end(2) + 2])
    if ending is None:
        return None
    return stem + ("い" if ending == "り" and stem in ("おっしゃ", "いらっしゃ") else ending) + match[3]


#: How いただく goes on, and how 伺う and する go on in its place; what is longer first.
_RECEIVED = "きます|きまし|きませ|きた|き|いた|いて|けれ|ける|け|かな|く|こう"
_VISIT = {
    "きます": "伺います", "きまし": "伺いまし", "きませ": "伺いませ", "きた": "伺いた", "き": "伺い",
    "いた": "伺った", "いて": "伺って", "けれ": "伺えれ", "ける": "伺える", "け": "伺え", "かな": "伺わな",
    "く": "伺う", "こう": "伺おう",
}  # fmt: skip
_DO = {
    "きます": "します", "きまし": "しまし", "きませ": "しませ", "きた": "した", "き": "し", "いた": "した",
    "いて": "して", "けれ": "できれ", "ける": "できる", "け": "でき", "かな": "しな", "く": "する",
    "こう": "しよう",
}  # fmt: skip


def _colloquial(match: re.Match[str]) -> str | None:
    """What an adverb is; before の it would have to be another word."""
    following, is_adverb = match.string[match.end() : match.end() + 2], match[0] not in _POINTING
    return None if is_adverb and following.startswith(("の", "で", "だ")) else _COLLOQUIAL[match[0]]


PHRASES: tuple[Rule, ...] = (
    Rule(
        "ryokai",
        _("了解 is said among equals, not to customers."),
        _("了解 grants permission from above. To customers one says 承知いたしました or かしこまりました."),
        "ご希望の件、了解しました。",
        "ご希望の件、承知いたしました。",
        words(r"了解(しました|いたしました|致しました|です)", _understood),
    ),
    Rule(
        "wakarimashita",
        _("わかりました sounds curt to a customer."),
        _("To customers one says 承知いたしました or かしこまりました."),
        "わかりました。すぐ手配します。",
        "承知いたしました。すぐに手配いたします。",
        words(r"(?:(?<=[。\n])|(?<=^))[ 　]{0,3}(?:分|わ|判)かりました(?=。|\n|、)", "承知いたしました"),
    ),
    Rule(
        "gokuro",
        _("ご苦労様 is said to those below."),
        _("It thanks somebody for work done for oneself. Customers are thanked by ありがとうございます."),
        "お電話での確認、ご苦労様でした。",
        "お電話でご確認いただき、ありがとうございました。",
        words(r"(?:ご|御)苦労(?:様|さま|さん)(?:です|でした|でございます|でございました)?"),
    ),
    Rule(
        "osewasama",
        _("お世話様 is too casual for a customer."),
        _("Among colleagues it passes; to customers one writes お世話になっております."),
        "お世話様です。",
        "お世話になっております。",
        words(r"お世話(?:様|さま)(?:です|でした|でございます)?", "お世話になっております"),
    ),
    Rule(
        "yoroshikatta",
        _("よろしかったでしょうか asks about now in the past tense."),
        _("What is asked now is asked in the present: よろしいでしょうか."),
        "お届け先はご自宅でよろしかったでしょうか。",
        "お届け先はご自宅でよろしいでしょうか。",
        words(r"(よろしか|宜しか|良か|よか)ったでしょうか", "よろしいでしょうか"),
    ),
    Rule(
        "sumimasen",
        _("すみません is too light for an apology in writing."),
        _("In letters to customers one writes 申し訳ございません, or 恐れ入ります before a request."),
        "ご連絡が遅くなり、すみません。",
        "ご連絡が遅くなり、申し訳ございません。",
        words(
            r"す[みい]ません(でした)?(?!か[。？])", lambda match: "申し訳ございません" + ("でした" if match[1] else "")
        ),
    ),
    Rule(
        "gomen",
        _("ごめんなさい is no apology of a firm."),
        _("In letters to customers one writes 申し訳ございません."),
        "お待たせしてごめんなさい。",
        "お待たせして申し訳ございません。",
        words(r"(?:ごめんなさい|御免なさい)", "申し訳ございません"),
    ),
    Rule(
        "dekikanemasen",
        _("This says the opposite: 〜かねません means that it may well happen."),
        _("できかねます is “we cannot”. できかねません turns it around."),
        "ご返品のご要望には応じかねません。",
        "ご返品のご要望には応じかねます。",
        words(
            rf"({_OWN_DEEDS})(兼|か)ねません(でした)?",
            lambda match: f"{match[1]}{match[2]}ね{'ました' if match[3] else 'ます'}",
        ),
    ),
    Rule(
        "double_honorific",
        _("Two honorific forms in one verb (二重敬語)."),
        _("The verb is honorific already; られる is one too many. 「敬語の指針」 calls one enough."),
        "お客様がおっしゃられた件",
        "お客様がおっしゃった件",
        words(
            rf"({_DOUBLED})ら(れる|れれ|れよう|れ)([たて]?)",
            _single,
        ),
    ),
    Rule(
        "double_humble",
        _("Two humble forms in one verb (二重敬語)."),
        _("伺う and 拝見する are humble already: 伺います, 拝見いたしました."),
        "明日お伺いさせていただきます。",
        "明日伺います。",
        words(
            rf"お?(?:伺いさせ|うかがいさせ|伺わせ|うかがわせ)て(?:いただ|頂)({_RECEIVED})",
            lambda match: _VISIT[match[1]],
        ),
    ),
    Rule(
        "double_humble_look",
        _("Two humble forms in one verb (二重敬語)."),
        _("拝 is humble already: 拝見しました, 拝読しました. させていただく or ご in front is one too many."),
        "お写真を拝見させていただきました。",
        "お写真を拝見しました。",
        words(rf"ご?拝(見|読|聴|受)させて(?:いただ|頂)({_RECEIVED})", lambda match: f"拝{match[1]}{_DO[match[2]]}"),
    ),
    Rule(
        "humble_for_customer",
        _("A humble word lowers the customer here."),
        _(
            "拝見, 伺う, 参る and 申す are said of oneself. Of customers one says ご覧, お聞き,"
            " いらっしゃる, おっしゃる."
        ),
        "添付の書類を拝見してください。",
        "添付の書類をご覧ください。",
        words(
            r"ご?拝見(?:して)?(?:ください|下さい|いただけ|頂け)|(?:申され|参られ|(?<![持降古新])参され)(?:た|ま|て|る)|ご拝(?:見|読|聴)|(?:伺|うかが)って(?:ください|下さい)|いただいて(?:ください|下さい)(?=。|\n)",
            lambda match: {
                "拝見してください": "ご覧ください",
                "拝見ください": "ご覧ください",
                "ご拝見ください": "ご覧ください",
            }.get(match[0]),
        ),
    ),
    Rule(
        "onchu_sama",
        _("御中 and 様 do not go together."),
        _("御中 is for a firm as such, 様 for a person. With a person's name 御中 falls away."),
        "株式会社みどり商事 御中 山田様",
        "株式会社みどり商事 山田様",
        words(r"(?:御中|おんちゅう)[ 　]{0,3}\n?[^\n、。]{0,24}?様"),
    ),
    Rule(
        "title_sama",
        _("A title is honorific already: 部長様 is one too many."),
        _("The title goes in front: 営業部長 山田様, or 営業部 部長 山田様."),
        "山田部長様",
        "部長 山田様",
        words(
            r"(?<=[^\s])(?:社長|副社長|専務|常務|部長|次長|課長|係長|主任|所長|室長|支店長|工場長|理事長|校長|教授)(?:様|さま|殿)"
        ),
    ),
    Rule(
        "kakui_sama",
        _("各位 is honorific already."),
        _("各位 addresses each of many with respect. 各位様 and 各位殿 are one too many; お客様各位 has become usual."),
        "関係者各位様",
        "関係者各位",
        words(r"各位(?:様|殿|さま)", "各位"),
    ),
    Rule(
        "dono",
        _("殿 is for those below; customers are 様."),
        _("殿 stands on certificates and in letters of offices. To customers one writes 様."),
        "山田太郎殿",
        "山田太郎 様",
        words(r"(?<=[一-鿿ァ-ヺぁ-ん])(?<!各位)[ 　]?殿(?=[ 　]{0,3}(?:\n|、|$))", " 様"),
    ),
    Rule(
        "kabu",
        _("㈱ and its kin are spelled out in letters."),
        _("They depend on the machine that reads them, and abbreviating a firm's name is rude."),
        "㈱みどり商事",
        "株式会社みどり商事",
        words(r"㈱|㈲|[(（][株有][)）]", lambda match: "株式会社" if match[0] in "㈱(株)（株）" else "有限会社"),
    ),
    Rule(
        "hou",
        _("のほう says nothing here (バイト敬語)."),
        _("のほう compares or points. 「お荷物のほうお送りします」 is 「お荷物をお送りします」."),
        "ご返金のほう手続きいたします。",
        "ご返金の手続きをいたします。",
        words(
            r"の(?:ほう|方)(?:を|は|が|、)?(?=(?:ご(?:確認|連絡|用意|案内|返金|返送|送付)|お(?:送り|届け|調べ|手続き|待ち)|確認|手配|発送|対応|返金|交換|手続き|送付|返送|用意|案内|連絡|報告|させて)(?:いた|し|させ|を|く|い|中|の|願))"
        ),
    ),
    Rule(
        "daijoubu",
        _("大丈夫 is everyday speech."),
        _("In letters: 問題ございません, 差し支えございません, よろしいでしょうか."),
        "そのままで大丈夫です。",
        "そのままで問題ございません。",
        words(
            r"大丈夫(でしょうか|ですか(?!ら)|ですので|です|でございます)",
            lambda match: (
                "よろしいでしょうか" if "か" in match[1] else f"問題ございません{'ので' if 'ので' in match[1] else ''}"
            ),
        ),
    ),
    Rule(
        "morau",
        _("もらう is not polite enough towards customers."),
        _("What customers do for us is いただく."),
        "写真を送ってもらえますか。",
        "写真をお送りいただけますか。",
        words(
            r"[てで](?:(もらえ)(?=ます|ません|ない|れば)|(もらう)(?=こと[はが]?(?:可能|でき))|(もらって)(?=いい|も|よろしい))",
            lambda match: (
                match[0][0] + {"もらえ": "いただけ", "もらう": "いただく", "もらって": "いただいて"}[match[0][1:]]
            ),
        ),
    ),
    Rule(
        "ageru",
        _("してあげる sounds like a favour."),
        _("What we do for customers is いたします or お〜します."),
        "こちらで直してあげます。",
        "こちらでお直しいたします。",
        words(r"て(?:あげ|上げ)(?:ます|ました|る|たい)"),
    ),
    Rule(
        "nanode",
        _("なので at the beginning of a sentence is speech."),
        _("In writing: そのため, したがいまして."),
        "なので、本日は発送できません。",
        "そのため、本日は発送できません。",
        words(r"(?:(?<=[。\n])|(?<=^))[ 　]{0,3}(?:なので|だから|ですので)(?=、)", "そのため"),
    ),
    Rule(
        "colloquial",
        _("Everyday speech in a letter."),
        _("What one says at the counter reads careless on the screen."),
        "ちょっとお待ちください。",
        "少々お待ちください。",
        words(
            rf"(?:(?<![ぁ-ん])|(?<=[はがもを]))(?:{_ANY_COLLOQUIAL})(?!なら|して|した)",
            _colloquial,
        ),
        most=Level.NOTE,
    ),
    Rule(
        "vague_time",
        _("This does not say when."),
        _("Customers wait for a day and an hour: 「11月25日(水)17時まで」. Vague words make them ask again."),
        "早急にご連絡いたします。",
        "11月25日(水)17時までにご連絡いたします。",
        words(
            r"(?:早急に|至急(?=[^ご。\n]{0,10}(?:いたし|致し|し|させ))|大至急|なるべく早[くめ]に?|できるだけ早[くめ]に?|出来るだけ早[くめ]に?|なる早で?|可及的速やかに|近日中に?|近いうちに|そのうちに?"
            r"|(?:後日|後ほど|のちほど|後程|追って)(?=、?(?:改めて|あらためて)?(?:ご(?:連絡|案内|返信|回答|報告)|お(?:送り|届け|知らせ|電話))))"
            r"(?!.{0,20}(?:ください|下さい|お願い))",
            unless=_WHEN,
        ),
    ),
    Rule(
        "within_days",
        _("〜日以内 leaves open which day that is."),
        _("Does today count, do holidays? A date with its weekday leaves no question."),
        "3日以内にご連絡いたします。",
        "11月26日(木)までにご連絡いたします。",
        words(
            r"(?<![到着購入受領受取後らり0-9０-９一二三四五六七十])(?:[0-9０-９]{1,2}|[一二三四五六七十]{1,3}|数)(?:営業)?日以内に?(?=[^。\n]{0,30}(?:いた|致)(?:し|だけ?る?予定)|[^。\n]{0,30}(?:発送|お届け|ご連絡|ご返信|ご返金)(?:し|の予定|予定|を?差し上げ))"
            r"(?![^。\n]{0,20}(?:ください|下さい|いただけ|お願い|場合|限り))"
        ),
        most=Level.NOTE,
    ),
    Rule(
        "absolute",
        _("This promises more than anybody can keep."),
        _("What is promised without reserve is held against the shop, in law too."),
        "絶対に故障しません。",
        "故障しにくいつくりです。",
        words(
            r"絶対(?:に|、)?(?=[^。\n]{0,20}(?:ません|ます|です|大丈夫|ありえ|あり得))(?![^。\n]{0,20}ないで)"
            r"|(?:100|１００)[%％](?=[^。\n]{0,10}(?:満足|安全|大丈夫|届|保証|改善|解決|可能))|百パーセント|間違いなく"
            r"|確実に(?=[^。\n]{0,12}(?:届|お届|直|治|改善))|必ず(?=[^。\n]{0,8}(?:届|お届けでき|直り|治|改善(?:し|さ)))"
        ),
    ),
)
