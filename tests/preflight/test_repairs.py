"""What a repair writes is Japanese: every rule of wording in every conjugation that people write."""

import pytest
from tests.factories.preflight import look, only

from madoguchi.preflight.choices import Check
from madoguchi.preflight.politeness import RULES

#: Rules that offer no words, or put right what has no conjugation; their examples are tried below.
CASES = """
go_sareru	ご注文された商品です。	ご注文になった商品です。
go_sareru	ご利用されて、	ご利用になって、
go_sareru	ご利用されている方	ご利用になっている方
go_sareru	ご利用されます。	ご利用になります。
go_sareru	ご利用されました。	ご利用になりました。
go_sareru	ご利用されましたら、	ご利用になりましたら、
go_sareru	ご利用されません。	ご利用になりません。
go_sareru	ご利用されれば	ご利用になれば
go_sareru	ご利用されたら	ご利用になったら
go_sareru	ご利用されたり	ご利用になったり
go_sareru	ご利用されない場合	ご利用にならない場合
go_sareru	ご利用されなかった場合	ご利用にならなかった場合
go_sareru	ご利用されなければ	ご利用にならなければ
go_sareru	ご利用されず、	ご利用にならず、
go_sareru	ご利用されたい方	ご利用になりたい方
go_sareru	ご利用され、ご登録ください。	ご利用になり、ご登録ください。
go_sareru	ご利用されながら	ご利用になりながら
go_sareru	ご利用される場合	ご利用になる場合
go_sareru	ご利用されようとした	ご利用になろうとした
go_sareru	ご購入された時期	ご購入になった時期
double_honorific	おっしゃられた件	おっしゃった件
double_honorific	おっしゃられていた件	おっしゃっていた件
double_honorific	おっしゃられます。	おっしゃいます。
double_honorific	おっしゃられました。	おっしゃいました。
double_honorific	おっしゃられましたら	おっしゃいましたら
double_honorific	おっしゃられません。	おっしゃいません。
double_honorific	おっしゃられる場合	おっしゃる場合
double_honorific	おっしゃられれば	おっしゃれば
double_honorific	おっしゃられない場合	おっしゃらない場合
double_honorific	おっしゃられたい	おっしゃいたい
double_honorific	ご覧になられた方	ご覧になった方
double_honorific	ご覧になられましたか。	ご覧になりましたか。
double_honorific	ご覧になられますか。	ご覧になりますか。
double_honorific	ご覧になられれば	ご覧になれば
double_honorific	ご覧になられない場合	ご覧にならない場合
double_honorific	ご覧になられたら	ご覧になったら
double_honorific	ご覧になられる際	ご覧になる際
double_honorific	お召し上がりになられて	お召し上がりになって
double_honorific	いらっしゃられましたら	いらっしゃいましたら
double_humble	お伺いさせていただきます。	伺います。
double_humble	お伺いさせていただきました。	伺いました。
double_humble	お伺いさせていただきまして	伺いまして
double_humble	お伺いさせていただいた件	伺った件
double_humble	お伺いさせていただいて	伺って
double_humble	お伺いさせていただきたく	伺いたく
double_humble	お伺いさせていただければ	伺えれば
double_humble	お伺いさせていただけますか。	伺えますか。
double_humble	お伺いさせていただく予定	伺う予定
double_humble_look	拝見させていただきました。	拝見しました。
double_humble_look	拝見させていただいた	拝見した
double_humble_look	拝見させていただき、	拝見し、
double_humble_look	拝見させていただきまして	拝見しまして
double_humble_look	拝見させていただければ	拝見できれば
double_humble_look	拝読させていただく	拝読する
dekikanemasen	返金には応じかねません。	返金には応じかねます。
dekikanemasen	返金には応じかねませんでした。	返金には応じかねました。
dekikanemasen	返金には応じかねませんので、	返金には応じかねますので、
ranuki	ここで見れます。	ここで見られます。
ranuki	ここで見れました。	ここで見られました。
ranuki	ここで見れない場合	ここで見られない場合
ranuki	ここで見れて	ここで見られて
ranuki	ここで見れたら	ここで見られたら
ranuki	ここで見れる。	ここで見られる。
ranuki	窓口まで来れない	窓口まで来られない
ranuki	お時間を変えれません。	お時間を変えられません。
retasu	期限は延ばせれません。	期限は延ばせません。
retasu	本日は飲めれます。	本日は飲めます。
retasu	説明書が読めれない場合	説明書が読めない場合
inuki	確認してます。	確認しています。
inuki	確認してました。	確認していました。
inuki	確認してまして、	確認していまして、
inuki	まだ届いてない。	まだ届いていない。
inuki	確認してる	確認している
inuki	取扱説明書を読んでる方	取扱説明書を読んでいる方
saire	内容を読まさせていただきます。	内容を読ませていただきます。
saire	内容を読まさせて	内容を読ませて
saire	商品を送らさせていただいた	商品を送らせていただいた
ni_narimasu	こちらが領収書になります。	こちらが領収書です。
ni_narimasu	合計5,940円になります。	合計5,940円です。
sumimasen	お待たせしてすみません。	お待たせして申し訳ございません。
sumimasen	お待たせしてすみませんでした。	お待たせして申し訳ございませんでした。
sumimasen	すみませんが、	申し訳ございませんが、
morau	写真を送ってもらえますか。	写真を送っていただけますか。
morau	説明書を読んでもらえませんか。	説明書を読んでいただけませんか。
morau	送ってもらえれば	送っていただければ
daijoubu	そのままで大丈夫です。	そのままで問題ございません。
daijoubu	そのままで大丈夫ですか。	そのままでよろしいでしょうか。
daijoubu	そのままで大丈夫ですので、	そのままで問題ございませんので、
daijoubu	そのままで大丈夫ですから、	そのままで問題ございませんから、
daijoubu	そのままで大丈夫ですが、	そのままで問題ございませんが、
colloquial	ちょっとお待ちください。	少々お待ちください。
colloquial	返金はだいたい1週間ほどです。	返金はおおよそ1週間ほどです。
colloquial	さっきのメール	先ほどのメール
lively_apology	申し訳ございません！	申し訳ございません。
lively_apology	申し訳ございません。！	申し訳ございません。
lively_apology	申し訳ございません♪	申し訳ございません。
lively_apology	申し訳ございません(汗)。	申し訳ございません。
yoroshikatta	カードでよろしかったでしょうか。	カードでよろしいでしょうか。
itadaku_kudasaru	お客様がご指定いただきました日	お客様にご指定いただきました日
"""


def repaired(rule: str, text: str) -> str:
    """The text with everything put right that the rule offers."""
    found = look(Check.POLITENESS, text, rules=only(Check.POLITENESS))
    places = [each for each in found if each.rule == rule and each.repair is not None]
    for each in sorted(places, key=lambda each: -each.place.start):
        text = text[: each.place.start] + each.repair.text + text[each.place.end :]
    return text


@pytest.mark.parametrize("case", [line for line in CASES.splitlines() if line])
def test_a_repair_is_grammatical(case):
    rule, wrong, right = case.split("\t")

    assert repaired(rule, wrong) == right


@pytest.mark.parametrize(
    ("ending", "right"),
    [
        ("きます", "いたします"),
        ("きました", "いたしました"),
        ("きたく", "いたしたく"),
        ("いております", "いたしております"),
    ],
)
def test_what_asks_for_permission_too_often_is_simply_done(ending, right):
    text = f"確認させていただ{ending}。発送させていただ{ending}。連絡させていただ{ending}。"

    assert repaired("sasete_itadaku", text) == f"確認{right}。発送{right}。連絡{right}。"


@pytest.mark.parametrize("ending", ["けますか", "ければ", "けません"])
def test_a_request_for_permission_is_left_to_the_writer(ending):
    text = f"確認させていただ{ending}。発送させていただ{ending}。連絡させていただ{ending}。"

    assert repaired("sasete_itadaku", text) == text


@pytest.mark.parametrize(
    ("rule", "text"),
    [("ni_narimasu", "4,980円が3,980円になります。"), ("ni_narimasu", "こちらが領収書になりますでしょうか。")]
    + [("retasu", text) for text in ("飲めれば", "送れれば", "延ばせられれば", "箱に入れられます。", "調べられます。")],
)
def test_what_is_right_is_left(rule, text):
    assert repaired(rule, text) == text


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.wrong.startswith("(")], ids=lambda rule: rule.key)
def test_no_repair_stumbles_over_itself(rule):
    once = repaired(rule.key, rule.wrong)

    assert repaired(rule.key, once) == once
