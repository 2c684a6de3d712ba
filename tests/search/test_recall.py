"""What a person types finds what another person wrote: the pairs that desks complain about."""

from datetime import UTC, date, datetime

import pytest

from madoguchi.search.actions import Document, index_entry
from madoguchi.search.queries import Bounds, find
from madoguchi.search.query import parse_query

pytestmark = pytest.mark.django_db

TAKAHASHI = ["髙橋", "高橋", "たかはし", "タカハシ", "ﾀｶﾊｼ"]
WATANABE = ["渡邉", "渡辺", "渡邊"]
RETURN = ["返品", "ﾍﾝﾋﾟﾝ", "ヘンピン", "へんぴん"]


def is_found(query: str, *, body: str = "", title: str = "", names: tuple[str, ...] = ()) -> bool:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    index_entry(Document(kind="mail", object_id=1, group_id=1, scope_id=1, at=at, title=title, body=body, names=names))
    return bool(find(parse_query(query, today=date(2026, 11, 22)), Bounds(scope_ids=[1])))


@pytest.mark.parametrize("written", TAKAHASHI)
@pytest.mark.parametrize("typed", TAKAHASHI)
def test_takahashi_is_found_in_every_writing(typed, written):
    assert is_found(typed, body=f"お世話になっております。{written}です。")


@pytest.mark.parametrize("written", [*WATANABE, "渡邉󠄀", "わたなべ"])
@pytest.mark.parametrize("typed", WATANABE)
def test_watanabe_is_found_in_every_writing(typed, written):
    assert is_found(typed, body=f"{written}様からのご注文")


@pytest.mark.parametrize("written", RETURN)
@pytest.mark.parametrize("typed", RETURN)
def test_return_is_found_in_every_writing(typed, written):
    assert is_found(typed, body=f"傘を{written}したいです。")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("スマホ", "スマートフォンから注文しました"),
        ("スマートフォン", "スマホで見ています"),
        ("すまーとふぉん", "ｽﾏｰﾄﾌｫﾝで見ています"),
        ("りょうしゅうしょ", "領収書をお願いします"),
        ("領収書", "りょうしゅうしょをはっこうしてください"),
        ("はっこう", "りょうしゅうしょをはっこうしてください"),
        ("領収書", "領収証を発行してください"),
        ("りょうしゅう", "領収書をお願いします"),
        ("0312345678", "電話は03-1234-5678です"),
        ("03-1234-5678", "電話は0312345678です"),
        ("03-1234-5678", "電話は+81-3-1234-5678です"),
        ("03-1234-5678", "電話は03(1234)5678です"),
        ("０３‐１２３４‐５６７８", "電話は03-1234-5678です"),
        ("09012345678", "電話は０９０ー１２３４ー５６７８です"),
        ("5678", "電話は03-1234-5678です"),
        ("HK-104655", "注文番号はhk104655です"),
        ("hk104655", "注文番号はＨＫ－１０４６５５です"),
        ("104655", "注文番号はHK-104655です"),
        ("HK-104655", "注文番号はHK 104655です"),
        ("10465", "注文番号はHK-104655です"),
        ("1000001", "〒100-0001 東京都千代田区"),
        ("傘", "折りたたみ傘が壊れました"),
        ("傘", "雨傘が壊れました"),
        ("かさ", "傘が壊れました"),
        ("鍋", "土鍋が割れていた"),
        ("東京", "東京都千代田区"),
        ("千代田区", "東京都千代田区"),
        ("問い合わせ", "問合せの件"),
        ("お問い合わせ", "問合わせの件"),
        ("キャンセル", "注文の取り消しをお願いします"),
        ("引越し", "引っ越しました"),
        ("引っ越す", "引越しの予定です"),
        ("取消", "注文を取り消したい"),
        ("キャンセル", "注文を取り消したい"),
        ("支払い", "まだ支払っていません"),
        ("壊れ", "箱が壊れていました"),
        ("ひっこし", "引越しの予定です"),
        ("サーバ", "サーバーが落ちた"),
        ("コーヒー", "ｺ-ﾋ-を注文"),
        ("コーヒー", "コ〜ヒ〜を注文"),
        ("返品方法", "返品の方法を教えて"),
        ('"返品の方法"', "返品の方法を教えて"),
        ("届かない", "まだ届きません"),
        ("壊れた", "こわれていました"),
        ("ポイント", "ハルカゼポイントが付きません"),
        ("ハルカゼ", "ハルカゼポイントが付きません"),
        ("山崎", "山﨑です"),
        ("斎藤", "齋藤です"),
        ("斉藤", "齊藤です"),
        ("浜田", "濵田です"),
        ("吉野家", "𠮷野家"),
        ("國學院", "国学院大学"),
        ("埼玉", "埼玉県"),
        ("taro.yamada@shop.example", "連絡先は taro.yamada@shop.example です"),
        ("yamada", "連絡先は taro.yamada@shop.example です"),
        ("orders", "All my orders were lost"),
        ("order", "All my orders were lost"),
        ("Ünal", "ünal さんへ"),
        ("привет", "Привет!"),
        ("電話 傘", "傘の件で電話しました"),
        ("象牙 OR 傘", "傘の件"),
        ("傘 -鍋", "傘の件"),
        ("が゛くぶち", "がくぶち"),
    ],
)
def test_typed_finds_written(typed, written):
    assert is_found(typed, body=written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("京都", "東京都千代田区"),
        ("橋", "箸が折れました"),
        ("効果", "交換してください"),
        ("効果", "こうかんしてください"),
        ("傘 鍋", "傘の件"),
        ("傘 -鍋", "傘と鍋の件"),
        ('"傘 鍋"', "鍋の傘"),
        ("0312345678", "電話は03-1234-5679です"),
        ("HK-104655", "注文番号はHK-104656です"),
        ("件名:返品", "返品したい"),
        ("の", "返品の方法"),
    ],
)
def test_typed_does_not_find_written(typed, written):
    assert not is_found(typed, body=written)


@pytest.mark.parametrize("typed", ["折りたた", "りたたみ", "傘の", "折", "髙", "陽子", "ようこ", "橋陽"])
def test_titles_and_names_are_found_by_any_two_characters(typed):
    assert is_found(typed, title="折りたたみ傘の返品", names=("高橋 陽子", "タカハシ ヨウコ"))


def test_name_is_found_without_the_blank_inside():
    assert is_found("高橋陽子", names=("髙橋　陽子",))


def test_title_operator_looks_into_the_title():
    assert is_found("件名：返品 傘", title="返品について", body="傘です")
