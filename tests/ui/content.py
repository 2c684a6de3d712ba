"""Made-up content for looking at the look: the desk of the drawings, and the ugliest things that really arrive."""

from datetime import datetime, timedelta

from madoguchi.ui.dates import TOKYO, Words, iso
from madoguchi.ui.rows import Row, Sign, Tag

NOW = datetime(2026, 11, 25, 11, 24, tzinfo=TOKYO)
LONG_SUBJECT = (
    "【至急・重要】先日お電話でもお伝えしました通り、十一月に注文した土鍋とリネンシャツとホーロー鍋の三点について、"
    "配送先の変更と領収書の宛名の変更と、あわせて一部商品の返品のお願い(注文番号 HK-104655、HK-103010、HK-102277)"
) * 4
LONG_WORD = "https://tracking.example/" + "a1b2c3d4e5f6" * 12
MAIL, LINE, FORM, PHONE = (
    Sign("mail", "メール"),
    Sign("line", "LINE"),
    Sign("form", "フォーム"),
    Sign("phone", "電話"),
)
CLIP = Sign("clip", "添付あり")
WORDS = {
    "new": "新着",
    "open": "対応中",
    "wait": "お客様の返信待ち",
    "internal": "社内確認中",
    "approval": "承認待ち",
    "hold": "保留",
    "done": "対応完了",
    "closed": "終了",
    "noreply": "対応不要",
    "spam": "迷惑メール",
    "late": "期限超過",
}


def row(number, status, name, subject, excerpt="", *, ago=0, due=None, **more):
    words = Words(NOW)
    due_at = NOW + timedelta(minutes=due) if due is not None else None
    when = NOW - timedelta(minutes=ago)
    return Row(
        id=number,
        href="/work",
        status=status,
        status_word=WORDS[status],
        name=name,
        subject=subject,
        excerpt=excerpt,
        when=words.short(when),
        when_at=iso(when),
        channel=more.pop("channel", MAIL),
        due=more.pop("due_text", "") or (words.due_short(due_at) if due_at else ""),
        is_late=bool(due_at and due_at < NOW),
        **more,
    )


def rows():
    return {
        "late": [
            row(
                "2511",
                "open",
                "石川 典子",
                "対応についてがっかりしています",
                "以前から何度か利用していますが、今回の対応は本当に残念でした。",
                ago=740,
                due=-84,
                assignee="渡辺",
                tags=(Tag("苦情", "beni"),),
                signs=(CLIP,),
            ),
            row(
                "2512",
                "new",
                "長谷川 薫",
                "個人情報の削除について",
                "長谷川薫と申します。半年ほど前に一度だけ購入したことがあります。",
                ago=905,
                due=-24,
                assignee="担当者なし",
                tags=(Tag("個人情報"),),
                is_unread=True,
            ),
        ],
        "today": [
            row(
                "2513",
                "internal",
                "山﨑 浩",
                "【至急】ケトルから焦げ臭いにおいがします",
                "先週届いた電気ケトル",
                ago=283,
                due=36,
                assignee="渡辺",
                flag=Tag("緊急", "beni"),
                tags=(Tag("製品事故の疑い"),),
                signs=(CLIP,),
            ),
            row(
                "2514",
                "open",
                "吉村 直樹",
                "Re: 【はるかぜ日用品店】ご返品商品を受領しました",
                ago=184,
                due=96,
                lock="中村さんが返信処理中です",
            ),
            row(
                "2518",
                "open",
                "髙橋 由美子",
                "商品がまだ届きません",
                "ご連絡ありがとうございます。土曜日は",
                ago=12,
                due=156,
                assignee="小林(自分)",
                tags=(Tag("配送会社へ調査"),),
                signs=(CLIP, Sign("draft", "下書きあり")),
                channel=LINE,
                is_vip=True,
                is_current=True,
            ),
            row(
                "2519",
                "approval",
                "渡邉 智子",
                "割れてました",
                "今日届いた土鍋のふたが割れてました 箱は凹んでなかったです",
                ago=960,
                due=186,
                assignee="高橋 → 佐々木",
                tags=(Tag("写真あり"),),
                signs=(CLIP,),
            ),
            row(
                "2520",
                "new",
                "上野 大地",
                "届け先の変更をお願いします(至急)",
                "2日前に注文した上野です。",
                ago=94,
                due=216,
                assignee="担当者なし",
                tags=(Tag("届け先変更"),),
                is_unread=True,
            ),
            row(
                "2521",
                "new",
                "佐藤 美咲",
                "注文のキャンセルについて",
                "先ほど注文したばかりなのですが、",
                ago=132,
                due=246,
                assignee="担当者なし",
                tags=(Tag("出荷前"),),
                is_unread=True,
                channel=FORM,
            ),
            row(
                "2522",
                "open",
                "Emily Thompson",
                "Order HK-104815 - Wrong delivery time slot",
                ago=26,
                due=306,
                assignee="中村",
                tags=(Tag("日時変更"),),
                signs=(Sign("translate", "英語"),),
            ),
            row(
                "2523",
                "new",
                "後藤 ゆかり",
                "ありがとうございました",
                "いつもお世話になっております。後藤です。",
                ago=1390,
                due=336,
                assignee="小林(自分)",
                tags=(Tag("感謝の声"),),
                is_unread=True,
                is_vip=True,
            ),
        ],
        "later": [
            row(
                "2524",
                "internal",
                "木村 和夫",
                "土鍋のひびについて折り返し希望",
                "お耳が遠く、大きめの声で",
                ago=59,
                due=1416,
                assignee="大野",
                tags=(Tag("折り返し"),),
                channel=PHONE,
            ),
            row(
                "2525",
                "wait",
                "小林 隆",
                "定期便を1回お休みしたいです",
                "来月ちょっと出張で家をあけるので、",
                ago=140,
                due_text="計測を停止中",
                assignee="小林(自分)",
                channel=LINE,
            ),
            row(
                "2526",
                "hold",
                "北風商事(株)",
                "お見積りのお願い【フェイスタオル 300セット】",
                ago=1500,
                due=2900,
                assignee="佐々木",
                tags=(Tag("法人"),),
                signs=(CLIP,),
            ),
        ],
    }


def ugly_rows():
    name = "髙﨑邉𠮷 龘 ウォルフェシュレーゲルシュタインハウゼンベルガードルフ・ジュニア"
    return [
        row(
            "1",
            "new",
            name,
            LONG_SUBJECT,
            LONG_WORD,
            ago=600000,
            due=-600000,
            assignee="とても長い名前の担当者の渡邊",
            tags=(Tag("とても長いタグの名前がここに入ります"), Tag("二つ目"), Tag("三つ目"), Tag("四つ目")),
            signs=(CLIP, Sign("draft", "下書きあり"), Sign("merge", "統合済み")),
            is_unread=True,
            is_vip=True,
            flag=Tag("緊急", "beni"),
        ),
        row("2", "spam", "no-reply-" + "x" * 60 + "@mail.example", LONG_WORD, ago=5, due_text="計測を停止中"),
        row("3", "wait", "(名前なし)", "(件名なし)", ago=400, due=3, assignee="大野"),
    ]
