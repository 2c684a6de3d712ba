"""Cutting text into words."""

import threading
import time

import pytest

from madoguchi.search.tokens import MAX_TEXT_CHARS, Word, is_one_whole, japanese_runs, reading_of, words


def forms(text):
    return [word.forms[0] for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("返品の方法", ["返品", "方法"]),
        ("領収書", ["領収", "書"]),
        ("届いていません", ["届く"]),
        ("HK-104655", ["hk", "104655"]),
        ("hk104655", ["hk", "104655"]),
        ("03-1234-5678", ["03", "1234", "5678"]),
        ("Tシャツ", ["t", "tしやつ"]),
        ("QRコード", ["qr", "qrこ-ど"]),
        ("café 안녕", ["café", "안녕"]),
        ("err_conn", ["err", "conn"]),
        ("こと、です。", []),
        ("", []),
    ],
)
def test_words(text, expected):
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("領収書", ("領収書",)),
        ("HK-104655", ("hk104655",)),
        ("+81-3-1234-5678", ("0312345678",)),
        ("+81(0)3-1234-5678", ("0312345678",)),
        ("100-0001", ("1000001",)),
        ("taro.yamada@shop.example", ("taro.yamada@shop.example",)),
    ],
)
def test_compounds_and_numbers_are_kept_whole(text, whole):
    found = words(text)

    assert found[0].whole == whole
    assert found[0].whole_end == found[-1].end == len(text)
    assert is_one_whole(found)


def test_single_word_is_no_compound():
    assert not is_one_whole(words("返品"))
    assert not is_one_whole([])


def test_words_know_where_they_stand():
    assert [(word.start, word.end) for word in words("先日 hk-1 の返品")] == [(0, 2), (3, 5), (6, 7), (9, 11)]


def test_reading_and_kind_of_a_kanji_noun():
    assert words("雨傘")[0] == Word(0, 2, ("雨傘",), readings=("あまがさ",), tail="傘", whole_end=0)


def test_reading_in_brackets_is_read():
    assert forms("髙橋(たかはし)様") == ["高橋", "たかはし"]


def test_hiragana_that_the_dictionary_cuts_wrongly_is_kept_as_it_stands():
    assert [word.runs for word in words("へんぴんしたい")] == [("へんぴんしたい",), ()]


def test_unknown_katakana_is_found_by_its_endings():
    assert "ぽいんと" in words("ハルカゼポイント")[0].runs


def test_long_text_is_cut_at_sentences_without_losing_words():
    text = "傘を返品したい。" * 3_000

    assert len(words(text)) == 6_000


def test_text_without_any_place_to_cut_is_read():
    assert len(words("返品" * 10_000)) >= 10_000


def test_text_beyond_the_limit_is_not_read():
    assert words(" " * MAX_TEXT_CHARS + "返品") == []


def test_endless_words_are_left_out():
    assert words("a" * 200 + " 返品")[0].forms == ("返品",)


@pytest.mark.parametrize("text", ["a.", "1-", "a@", "0 1 ", "ア", "漢", "-", "(", "あ゛", "+81"])
def test_hostile_text_takes_linear_time(text):
    words("返品")
    started = time.perf_counter()

    words(text * (MAX_TEXT_CHARS // len(text)))

    assert time.perf_counter() - started < 5


def test_threads_share_one_dictionary():
    found = []
    threads = [threading.Thread(target=lambda: found.append(forms("折りたたみ傘の返品"))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [["折りたたみ", "傘", "返品"]] * 4


def test_japanese_runs_are_folded():
    assert japanese_runs(" 傘 abc サーバー") == ["傘", "さ-ば-"]


@pytest.mark.parametrize(
    ("name", "reading"),
    [("渡邉 智子", "わたなべともこ"), ("髙橋ケン", "たかはしけん"), ("Emily", ""), ("やまだ", ""), ("", "")],
)
def test_how_a_name_is_read(name, reading):
    assert reading_of(name) == reading


def test_pieces_of_an_address_are_known_as_such():
    assert [word.forms[0] for word in words("返信は a@pc.example へ。PC の件") if word.is_address] == [
        "a",
        "pc",
        "example",
    ]
