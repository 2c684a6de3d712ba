"""What signatures and forms say about their writer."""

import pytest

from madoguchi.customers.signing import Signed, read_form, read_signature

CARD = """
──────────────────────
株式会社あおぞら企画 総務部
中島 綾(なかじま あや)
〒103-0000 東京都中央区京浜町1-6-10 第二京浜ビル4F
TEL:03-1234-5678 FAX:03-1234-5679
携帯:090-1234-5678
E-mail:aya.nakajima@co-aozora.example
https://co-aozora.example/
──────────────────────
"""


def test_a_card_is_read():
    found = read_signature(CARD)

    assert found == Signed(
        family_name="中島",
        given_name="綾",
        family_kana="ナカジマ",
        given_kana="アヤ",
        company="株式会社あおぞら企画",
        department="総務部",
        phones=[("03-1234-5678", ""), ("090-1234-5678", "携帯")],
        mails=["aya.nakajima@co-aozora.example"],
        postal_code="103-0000",
        prefecture="東京都",
        city="中央区",
        street="京浜町1-6-10",
        building="第二京浜ビル4F",
    )


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("北風商事(株) 仕入課", "company", "北風商事(株)"),
        ("株式会社 北風商事", "company", "株式会社 北風商事"),
        ("Haru Trading Co., Ltd.", "company", "Haru Trading Co., Ltd."),
        ("〒060-0000 北海道札幌市中央区北三条西27丁目4-1", "city", "札幌市中央区"),
        ("東京都大島町元浜字椿野15", "city", "大島町"),
        ("京都府京都市中京区花筏通六角下る東雲町315", "street", "花筏通六角下る東雲町315"),
        ("ＴＥＬ　０３－１２３４－５６７８", "phones", [("03-1234-5678", "")]),
        ("■ 担当:佐藤 健", "family_name", "佐藤"),
        ("FAX 03-1234-5679", "phones", []),
        ("注文番号 1234567890", "phones", []),
        ("サカモト リョウコ", "given_name", "リョウコ"),
        ("よろしくお願いいたします", "family_name", ""),
        ("iPhoneから送信", "family_name", ""),
    ],
)
def test_one_line_is_read(line, name, value):
    assert getattr(read_signature(line), name) == value


def test_a_form_is_read():
    text = (
        "お名前:山田 太郎 様\nフリガナ:やまだ たろう\n【電話番号】090-1234-5678\n"
        "ご住所:大阪府大阪市北区みなと町5-3\n内容:返品したい"
    )

    found = read_form(text)

    assert (found.family_name, found.given_name, found.family_kana) == ("山田", "太郎", "ヤマダ")
    assert (found.phones, found.prefecture, found.city) == ([("090-1234-5678", "")], "大阪府", "大阪市北区")


def test_prose_is_no_form():
    assert read_form("お名前を教えてください。電話番号は控えておりません。") == Signed()
