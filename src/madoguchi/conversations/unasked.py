"""Mails that no template answers, whatever words they share with one: thanks, offers, requests to the firm, machines.

Read as people write them; a mail that thanks and asks is an inquiry, and so is an offer that complains.
"""

import re

from madoguchi.search.folding import standard

#: So much of a mail says what kind of mail it is.
_READ_CHARS = 1_500
#: What colleagues wrote down of a call.
_OF_CALLS = re.compile(r"【(?:着信|受電|要旨)】|^電話メモ")
_FROM_MACHINES = re.compile(
    r"^ ?(?:自動(?:応答|返信)|不在(?:通知|連絡)|out of office|automatic reply|auto(?:matic)?[ -]?(?:reply|response)"
    r"|undeliver|mail delivery|delivery status|returned mail|delivery (?:failure|has failed))"
)
_ENDS = re.compile(r"返[信事](?:は|には)?(?:ご)?(?:不要|無用|及びません|結構)|自己解決|無視して(?:くだ|下|いただ)")
_THANKS = re.compile(r"ありがとう|有難う|感謝|お?礼(?:を|まで|申)|助かりました|解決しました|承知|了解|無事|thank")
#: What makes of thanks an inquiry.
_ASKS = re.compile(
    r"[??]|(?:です|ます|ません|でしょう|だろう|るの|のか)か(?:[。、\n ]|$)|(?<!宜しく)(?<!よろしく)お願い"
    r"|(?:くだ|下)さい|たいの?です|たいと(?:思|考)|ほしい|欲しい|困って|不良|違|足り(?:ない|ません)|届(?:か|いてい?)(?:ない|ません)"
    r"|まだ|のですが|ですけど|\b(?:please|could you|can you|would you|how|when|where|not|but|however)\b"
)
#: Somebody sells, or wants something of the firm: each of them alone is enough.
_OFFERS = re.compile(
    r"突然の(?:ご連絡|メール)[^\n]{0,80}(?:サービス|媒体|営業|ご紹介|ご提案)|(?:貴社|御社|貴店)(?:の)?(?:サイト|ページ|ec|売上)[^\n]{0,24}"
    r"(?:拝見|改善|上げ|向上|掲載|検索|集客|倍)|(?:資料|カタログ)を?(?:お送り(?:し|いた|させ)|送付)|無料(?:診断|掲載|相談|体験|デモ)"
    r"|打ち合わせ|ミーティング|オンライン(?:商談|で[^。\n]{0,10}お時間)|月額[0-9一二三四五六七八九十万,]|アポ(?:イント)?を"
    r"|(?:運用|制作|集客|採用|業務)(?:を|の)?代行|お取り?扱い(?:いただ|頂|くだ)|取材|編集部|撮影|広報|寄付|寄贈|協賛|求人|アルバイト"
    r"|(?:パート|社員|スタッフ)[^。\n]{0,6}募集|採用(?:に|の|は|情報|担当)|面接|副業|在宅で|当選|line登録|seo|仕入れのご提案"
    r"|\b(?:backlinks?|guest post|first page of (?:search|google)|free audit|wholesale|distributor|partnership)\b"
)
#: Bait, which pretends to be a notice.
_BAIT = re.compile(
    r"メールボックスの(?:容量|記憶域)|(?:24|48|72)時間以内に[^。\n]{0,30}(?:更新|確認|クリック|ログイン)|有効期限が(?:切れ|間もなく)[^。\n]{0,10}。"
    r"[^。\n]{0,30}(?:下記|以下|こちら|リンク)|不在のため[^。\n]{0,8}持ち帰|(?:以下|下記)の(?:ボタン|リンク|url)(?:から|より|を)[^。\n]{0,24}(?:更新|確認|増加|入力)"
)


def asks_nothing(subject: str, text: str) -> bool:
    """Whether nobody would answer a mail by a template for inquiries."""
    title, words = standard(subject), standard(text[:_READ_CHARS])
    whole = f"{title}\n{words}"
    if _FROM_MACHINES.search(title) or _OF_CALLS.search(whole) or _ENDS.search(words):
        return True
    if _OFFERS.search(whole) or (_BAIT.search(whole) and not _TELLS_OF_BAIT.search(whole)):
        return True
    return bool(_THANKS.search(whole)) and not _ASKS.search(whole)


#: A customer who asks whether such a notice is ours.
_TELLS_OF_BAIT = re.compile(r"本物|偽|不審|怪し|詐欺|なりすま|フィッシング")
