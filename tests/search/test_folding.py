"""The comparison form, and the way back to the original."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.search.folding import compare, fold, fold_with_origins, spelled, standard
from madoguchi.search.variants import TO_COMPARE, TO_STANDARD

ODD = "ｶﾞか゛ハ゜﨑𠮷邉󠄀コ-ヒ-〜ー–—İßſΣς각\u1100\u1161\u11a8ｱﾞ①㈱\u200b\x00\u0301é神Ⅷッヶ3ヶ月"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ﾍﾝﾋﾟﾝ", "へんぴん"),
        ("か゛き゜", "がき"),
        ("ＨＫ－１０４６５５", "hk-104655"),
        ("ＨＫー１０４６５５", "hk-104655"),
        ("サーバー", "さ-ば-"),
        ("コ-ヒ-", "こ-ひ-"),
        ("コ〜ヒ～", "こ-ひ-"),
        ("ちょっとッ", "ちよつとつ"),
        ("3ヶ月", "3け月"),
        ("髙﨑𠮷邉󠄀神塚", "高崎吉辺神塚"),
        ("埼玉の斉藤", "崎玉の斎藤"),
        ("國學院", "国学院"),
        ("①㈱", "1(株)"),
        ("a\u200bb\x00c\ufeff", "abc"),
        ("ヱビス", "えびす"),
        ("ㇰ", "く"),
        ("Straße", "strasse"),
        ("\ud83d", ""),
        ("\u1100\u309b\u1161", "\uac00"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_standard_keeps_what_the_dictionary_needs():
    assert standard("埼玉のｻｰﾊﾞｰ") == "埼玉のサーバー"


def test_a_dash_between_words_stays_a_dash():
    assert standard("カード-A、03-1234、コース - 東京") == "カード-a、03-1234、コース - 東京"


def test_a_long_vowel_between_digits_is_a_hyphen():
    assert standard("０９０ー１２３４ｰ５６７８、(03)ー1234") == "090-1234-5678、(03)-1234"
    assert standard("2ーＢ、コーヒー2ーつ") == "2-b、コーヒー2ーつ"


def test_variants_lead_to_an_end():
    ends = {ord(end) for end in TO_STANDARD.values()}

    assert not ends & TO_STANDARD.keys()
    assert not {ord(end) for end in TO_COMPARE.values()} & TO_COMPARE.keys()
    assert len(TO_STANDARD) > 500


def test_variants_are_not_what_nfkc_does_already():
    assert [chr(code) for code in TO_STANDARD if unicodedata.normalize("NFKC", chr(code)) != chr(code)] == []


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from(ODD), max_size=40))
def test_fold_with_origins_folds_the_same(text):
    folded = fold_with_origins(text)

    assert folded.text == fold(text)
    assert compare(folded.standard) == folded.text
    assert list(folded.origins) == sorted(folded.origins)
    assert len(folded.origins) == len(folded.text) + 1


@given(st.text(alphabet=st.sampled_from(ODD + "返品 abc"), max_size=40))
def test_fold_of_folded_text_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_original_span_covers_all_that_became_one_character():
    folded = fold_with_origins("先日ﾍﾝﾋﾟﾝ邉󠄀です")

    assert folded.original_span(2, 6) == (2, 7)
    assert folded.original_span(6, 7) == (7, 9)
    assert folded.original_span(8, 9) == (10, 11)
    assert folded.original_span(3, 3) == (3, 3)


def test_original_span_of_one_character_that_became_many():
    folded = fold_with_origins("㈱窓")

    assert folded.original_span(1, 2) == (0, 1)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("渡辺", ["渡邉", "渡邊", "渡 辺", "渡\u3000邉"]),
        ("ﾜﾀﾅﾍﾞ", ["わたなべ", "ワタナベ", "ﾜﾀﾅﾍﾞ"]),
        ("コーヒー", ["ｺｰﾋｰ", "こーひー", "コ-ヒ-"]),
        ("高橋 翔太", ["髙橋翔太", "髙橋\u3000翔太"]),
        ("Tomo", ["ＴＯＭＯ", "tomo"]),
        ("a.b+c@mail.example", ["A.B+C@mail.example"]),
    ],
)
def test_every_spelling_is_found_by_one_expression(text, others):
    for other in (text, *others):
        assert re.fullmatch(spelled(text), other)


@pytest.mark.parametrize(("text", "other"), [("渡辺", "渡部"), ("a.b", "axb"), ("tomo", "to mo"), ("は", "ば")])
def test_other_words_are_no_spelling(text, other):
    assert not re.fullmatch(spelled(text), other)
