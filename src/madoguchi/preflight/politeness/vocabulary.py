"""Words that the rules of grammar know, and how れる and られる turn into a verb of ラ行. Pure."""

#: Nouns before 〜になる that are honorific, a state, or a true change.
NOT_BEING = frozenset({
    "世話", "御世話", "お世話", "覧", "御覧", "参考", "気", "頼り", "元", "元気", "力", "助け", "無料", "対象",
    "原因", "可能", "必要", "不要", "事", "こと", "為", "ため", "様", "よう", "次第", "通り", "方", "楽しみ",
    "励み", "負担", "手間", "迷惑", "御迷惑",
})  # fmt: skip
#: They end like causatives and are verbs of their own.
OWN_VERBS = frozenset({
    "減らす", "増やす", "動かす", "驚かす", "乾かす", "済ます", "照らす", "漏らす", "鳴らす", "濡らす", "散らす",
    "冷ます", "覚ます", "励ます", "悩ます", "だます", "生かす", "活かす", "沸かす", "飛ばす", "延ばす", "伸ばす",
    "及ぼす", "果たす", "満たす", "渡す", "交わす", "合わす", "表す", "促す", "汚す",
})  # fmt: skip
#: What customers do; ご請求, ご案内 and ご返金 are done to them.
CUSTOMERS_DEEDS = frozenset({
    "利用", "注文", "使用", "購入", "希望", "連絡", "確認", "返送", "入金", "予約", "来店", "登録", "指定", "入力",
    "記入", "質問", "契約", "参加", "出席", "入会", "退会", "解約", "検討", "選択", "持参", "返品", "申請", "出発",
    "心配", "覧",
})  # fmt: skip
#: Sums and counters that are so and do not become so.
MEASURES = frozenset({
    "円", "個", "点", "枚", "本", "台", "件", "名", "人", "日間", "年間", "ヶ月", "か月", "cm", "kg", "g",
})  # fmt: skip
POINTING = frozenset({
    "こちら", "此方", "以下", "下記", "上記", "これ", "此れ", "次", "以上",
})  # fmt: skip
_PAST = ("た", "て", "だ", "で")
_WISH = ("たい", "たく", "たか", "たけ", "たが")
_NOT = ("ない", "なか", "なく", "なけ", "ず", "ぬ", "なさ")


def ra_row(form: str, following: str) -> str | None:
    """The ending of a verb of ラ行 in the place of this form of れる: れ of ご利用されて is っ of ご利用になって.

    `following` is what comes behind it; None where no form fits.
    """
    if form != "れ":
        return {"れる": "る", "れれ": "れ", "れよう": "ろう"}.get(form)
    if following.startswith(_PAST) and not following.startswith(_WISH):
        return "っ"
    if following.startswith(_NOT):
        return "ら"
    return None if following.startswith(("られ", "ろ", "よ")) else "り"
