"""What customers of a shop want, however they say it: 割れていた, 粉々 and 電源が入らない are all 不良・破損.

Each concern has the expressions by which an inquiry is recognised, and the words by which templates and past mails
speak of it; so a template is found that shares no word with the mail. Which template it is the words decide, the past
answers, and its name: nothing here names a template. The other table says which mails ask for nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from madoguchi.search.folding import standard
from madoguchi.search.lexemes import either_tsquery
from madoguchi.search.query import Term

_NOT = "(?:ない|なく|なかっ|ません|ず|ぬ)"
#: Name; the words of templates and mails about it; what customers write.
_CONCERNS = (
    (
        "late",
        "配送状況 遅延 到着 追跡 配送",
        (rf"(?<!メールが)(?<!メールも)(?<!通知が)(?:届|着)(?:か|い|き|け|く)[^。\n]{{0,4}}{_NOT}|まだ(?:来|届|着|です|でしょ|か)"
         rf"|来(?:て)?い?{_NOT}|遅(?:い|す|れ|延)|いつ(?:頃|ごろ)?(?:に)?(?:届|着|来|到着|発送|お届け)|到着(?:は|予定|日)"
         r"|配送(?:状況|の状況)|追跡|(?:発送|出荷)(?:は|が|の連絡|連絡|され|済|予定|して)|お?届け予定|間に合(?:い|う)|輸送中"
         r"|まだ[??]|(?:発送|配送)(?:の)?(?:連絡|れんらく)[^。\n]{0,6}(?:な[しい]|無[しい])"),
    ),
    (
        "delivered",
        "配達完了 未着 調査",
        (r"(?:配達|お?届け|配送)(?:が|は)?(?:完了|済)|完了(?:に|と)な|配達された(?:こと|と)|置き配|不在票"
         rf"|(?:受け?取|受領し)(?:って|て)(?:い)?{_NOT}"),
    ),
    (
        "broken",
        "不良 破損 不具合",
        (r"割れ|欠け|ひび|ヒビ|壊れ|破損|粉々|ほつれ|ほどけ|破れ|破けて|ゆが[みんむ]|歪|凹|へこ[みんむ]|穴があ|外れ(?:た|て|まし)"
         rf"|ぐらつ|ぐらぐら|動か{_NOT}|(?:電源|スイッチ|火|ランプ)[^。\n]{{0,8}}(?:入[らり]|つ[かき]|点[かき]){_NOT}|不良|不具合|故障"
         r"|漏れ[るてま]|焦げ(?:臭|た(?:よう|にお))|煙|発熱|(?:蓋|ふた)[^。\n]{0,8}(?:閉ま|合い?ま|合わ)"),
    ),
    (
        "mistaken",
        "誤配送 数量不足 誤り",
        (r"(?:違う|違った|別の|間違った|間違って|頼んでいない|注文していない)[^。\n]{0,10}(?:届|入って|送られ)"
         r"|(?:頼|注文|購入|希望)[^。\n]{0,14}(?:と(?:は)?違|のに[^。\n]{0,16}(?:届|入って|来|でし))|中身[^。\n]{0,4}違"
         rf"|足り{_NOT}|不足|(?:しか|足が|枚が|個が|本が)[^。\n]{{0,4}}(?:入って|届|あり)|数[がは量](?:合|違|足|不)"
         rf"|入れ間違|入れ忘|誤配送|届いた(?:の|品)は|付属[^。\n]{{0,8}}入って(?:い)?{_NOT}"),
    ),
    (
        "cancel",
        "キャンセル",
        r"キャンセル|取り?消|取りやめ|取り止め|注文[をの](?:やめ|止め|辞め|中止)|発送(?:を|前なら)止め",
    ),
    (
        "size",
        "サイズ交換",
        (r"(?:サイズ|色|カラー|大き[さい]|小さ[さい]|きつ[いく]|ゆる[いく]|[SMLsml])[^。\n]{0,18}(?:交換|替え|かえ|換え|代え)"
         r"|サイズ(?:が|も)?(?:合わ|変更|違)"),
    ),
    (
        "return",
        "返品",
        (r"返品|(?:返|戻)(?:したい|せますか|せる|すこと)|不要にな|(?:要|い)らなくな|気が変わ|受け?取り?(?:を)?拒否"
         r"|(?:イメージ|思っ|想像|写真)[^。\n]{0,8}(?:違|重|大き|小さ)"),
    ),
    ("refund", "返金", r"返金|払い?戻|返って(?:き|こ)|(?:二重|2重|2回分?|余分)[^。\n]{0,8}(?:引|請求|決済)|入金が"),
    ("receipt", "領収書", r"領収|レシート|インボイス|適格請求書|但し書|宛名[^。\n]{0,10}(?:変更|会社|訂正|違)"),
    (
        "login",
        "ログイン",
        (rf"ログイン|サインイン|パスワード|(?:会員|マイ)ページ[^。\n]{{0,6}}入[れ]{_NOT}|アカウント[^。\n]{{0,8}}(?:ロック|停止|解除)"
         rf"|(?:確認|認証|再設定|登録|仮登録)[^。\n]{{0,6}}メール[^。\n]{{0,12}}(?:届|来|着|こ)[かき]?{_NOT}|会員登録"),
    ),
    (
        "points",
        "ポイント クーポン",
        (r"クーポン|割引コード|ポイント[^。\n]{0,16}(?:付[いかき与]|つ[いかき]|反映|加算|消え|失効|期限|使え|戻)"),
    ),
    (
        "skip",
        "定期便 スキップ お届け日の変更",
        (r"(?:定期|次回|来月|今月|毎月)[^。\n]{0,24}(?:休|スキップ|飛ば|とば|延|変更|ずら|早め|後ろ|遅ら|間隔|ペース)"),
    ),
    ("stop", "定期便 解約", r"定期[^。\n]{0,24}(?:解約|[や止辞]め|停止|終わ|終了|退会)|解約"),
    (
        "address",
        "お届け先 住所 変更",
        (r"(?:届け先|送り先|配送先|送付先|届ける先|住所)[^。\n]{0,18}(?:変更|変え|かえ|間違|訂正|忘|追加|直|誤)|引っ?越|転居"
         r"|部屋番号|番地|別の(?:住所|場所)(?:に|へ)"),
    ),
    ("stock", "在庫 再入荷", r"在庫|売り?切れ|品切れ|再入荷|再販|入荷|欠品|廃番"),
    (
        "quote",
        "見積り 法人 大口",
        (r"見積|大口|まとめ(?:て)?(?:購入|買|注文)|法人|請求書払|掛け?払い|卸(?:価|売|し)"
         r"|[0-9百]{2,6}(?:個|セット|枚|組|本|台|部)[^。\n]{0,14}(?:購入|買|注文|検討|欲|必要)"),
    ),
    (
        "complaint",
        "苦情 不快 対応",
        (r"がっかり|失望|納得(?:が|でき|いか|いき)|不愉快|不快|態度|たらい回し|責任者|上司|謝(?:って|罪|れ)|誠意|最悪"
         r"|二度と(?:買|利用|使)|クレーム|苦情|腹が立|憤"),
    ),
    (
        "privacy",
        "個人情報 開示 削除",
        (r"(?:個人(?:情報|データ)|登録(?:情報|内容)|会員情報|データ|アカウント)[^。\n]{0,24}(?:削除|消去|開示|利用停止|抹消|消し)"
         r"|退会|開示(?:請求|を求|して)"),
    ),
    (
        "leak",
        "誤送付 誤封入 他のお客様",
        (r"(?:知らない|別の|他の|ほかの|違う|見知らぬ)(?:方|人|客|お客|名前)[^。\n]{0,24}(?:納品書|伝票|注文書|明細|住所|名前|宛|紙)"
         r"|他人の|漏え?い|情報漏|流出"),
    ),
    (
        "phishing",
        "なりすまし 不審",
        r"偽物?(?:の|で|メ|サイト)|詐欺|フィッシング|なりすま|不審|怪し|あやし|本物(?:の|で|か)|を名乗|をかたる",
    ),
    (
        "wish",
        "要望 ご意見 貴重なご意見",
        (r"要望|改善し|提案(?:です|が|させ)|(?:ように|ようになると)(?:して|なると|なれば|なったら)?[^。\n]{0,4}(?:ほし|欲し|いただ|助か|うれし|嬉し|便利)"
         r"|(?:対応|導入|追加|復活|増や|作っ)して?[^。\n]{0,4}(?:ほし|欲し|いただきた|もらえると)|てはいかが"),
    ),
    (
        "english delivery",
        "delivery",
        (r"\b(?:deliver\w{0,5}|arriv\w{0,4}|re-?schedul\w{0,4}|parcel|package|shipment|time slot|shipped)\b"),
    ),
)  # fmt: skip
_EXPRESSIONS = tuple((name, words, re.compile(expression)) for name, words, expression in _CONCERNS)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that a customer wants."""

    name: str
    tsquery: str  #: how templates and mails speak of it


def concerns_in(text: str) -> Iterator[Concern]:
    """What a text shows that its writer wants, in the order of the table."""
    regular = standard(text)
    for name, words, expression in _EXPRESSIONS:
        if expression.search(regular):
            yield Concern(name, _tsquery(words))


@cache
def _tsquery(words: str) -> str:
    return either_tsquery([Term(word) for word in words.split()])
