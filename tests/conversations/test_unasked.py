"""What a customer wants, however it is said; and mails that nobody answers by a template."""

import pytest

from madoguchi.conversations.concerns import concerns_in
from madoguchi.conversations.unasked import asks_nothing


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("荷物がまだ届いていません", {"late"}),
        ("確認メールが届きません", {"login"}),
        ("配達完了になっています", {"delivered"}),
        ("ふたが割れていました", {"broken"}),
        ("電源が入りません", {"broken"}),
        ("頼んだ色と違うものが届いた", {"mistaken"}),
        ("注文を取り消してください", {"cancel"}),
        ("Mサイズに交換できますか", {"size"}),
        ("思っていたより重かった", {"return"}),
        ("払い戻しはいつですか", {"refund"}),
        ("定期便を一回休みたい", {"skip"}),
        ("定期便をやめたい", {"stop"}),
        ("引越したので住所を変えてください", {"address"}),
        ("Where is my parcel?", {"english delivery"}),
        ("土鍋はIHで使えますか", set()),
        ("急須は何人分ですか", set()),
    ],
)
def test_what_is_wanted_is_seen_in_other_words(said, wanted):
    assert {concern.name for concern in concerns_in(said)} == wanted


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("お礼", "昨日届きました。家族も喜んでいます。ありがとうございました。"),
        ("Re: 件", "承知しました。"),
        ("ご提案", "貴社サイトの改善について、資料をお送りします。"),
        ("取材のお願い", "特集で紹介したく、撮影にご協力いただけますか。"),
        ("自動応答:不在です", "休暇中です。"),
        ("重要", "メールボックスの容量がいっぱいです。"),
        ("電話の記録", "【着信】10:12 【要旨】折り返し希望。"),
        ("届きました", "無事受け取りました。お返事は不要です。"),
    ],
)
def test_what_nobody_answers_by_a_template_is_seen(subject, text):
    assert asks_nothing(subject, text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("お礼とお願い", "先日はありがとうございました。領収書を送ってください。"),
        ("ありがとうございました、でも", "届いたのですが、ひとつ足りません。"),
        ("偽物?", "「24時間以内に更新してください」という不審なメールが来ました。"),
        ("見積り", "弊社の記念品として百個購入したいのですが。"),
    ],
)
def test_who_thanks_and_asks_is_answered(subject, text):
    assert not asks_nothing(subject, text)
