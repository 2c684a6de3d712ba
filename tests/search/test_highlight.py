"""Snippets with hits in the original spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.search.highlight import MAX_CHARS, highlight, mark
from madoguchi.search.query import Query, Term


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("返品", "先日のﾍﾝﾋﾟﾝの件、ヘンピンと返品", ["ﾍﾝﾋﾟﾝ", "ヘンピン", "返品"]),
        ("へんぴん", "返品とﾍﾝﾋﾟﾝ", ["返品", "ﾍﾝﾋﾟﾝ"]),
        ("りょうしゅうしょ", "領収書をください", ["領収書"]),
        ("領収書", "りょうしゅうしょをください", ["りょうしゅうしょ"]),
        ("高橋", "髙󠄀橋様、タカハシです", ["髙󠄀橋", "タカハシ"]),
        ("0312345678", "電話は03-1234-5678です", ["03-1234-5678"]),
        ("HK-104655", "hk104655とＨＫ－１０４６５５", ["hk104655", "ＨＫ－１０４６５５"]),
        ("スマホ", "スマートフォンから", ["スマートフォン"]),
        ("届かない", "まだ届きません", ["届き"]),
        ("傘", "折りたたみ傘", ["傘"]),
        ("高橋陽子", "高橋 陽子です", ["高橋 陽子"]),
        ("傘 鍋", "傘と鍋", ["傘", "鍋"]),
        ("件名:傘", "傘", ["傘"]),
        ("order", "All orders, border", ["order"]),
        ("-傘 鍋", "傘と鍋", ["鍋"]),
        ('"傘の色"', "傘の色は", ["傘の色"]),
        ("---", "a---b", []),
        ("象牙", "傘", []),
    ],
)
def test_hits_are_marked_as_they_are_written(ask, typed, text, marked):
    assert [piece for piece, is_hit in highlight(text, ask(typed)) if is_hit] == marked


def test_pieces_are_a_part_of_the_text(ask):
    pieces = highlight("先日の  返品\nの件", ask("返品"))

    assert pieces == [("先日の ", False), ("返品", True), (" の件", False)]


def test_markup_stays_text(ask):
    assert highlight("<b>傘</b>", ask("傘")) == [("<b>", False), ("傘", True), ("</b>", False)]


def test_snippet_surrounds_the_first_hit(ask):
    pieces = highlight("あ" * 300 + "返品" + "い" * 300, ask("返品"), width=40)

    assert pieces == [("…" + "あ" * 24, False), ("返品", True), ("い" * 14 + "…", False)]


def test_snippet_reaches_hits_far_behind(ask):
    pieces = highlight("長い前置きです。" * 2_000 + "返品" + "。" * 50, ask("返品"), width=40)

    assert ("返品", True) in pieces
    assert pieces[0][0].startswith("…")


def test_snippet_of_a_hit_near_the_end_is_full(ask):
    pieces = highlight("あ" * 100 + "返品", ask("返品"), width=40)

    assert pieces == [("…" + "あ" * 38, False), ("返品", True)]


@pytest.mark.parametrize("before", range(90, 106))
@pytest.mark.parametrize("whole", ["09043218771", "090-4321-8771", "hanako.yamada@pc.example"])
def test_a_snippet_tears_no_number_and_no_address(ask, whole, before):
    text = "あ" * 300 + whole + "い" * (before % 24) + "返品" + "う" * before + whole + "え" * 300

    said = "".join(piece for piece, _is_hit in highlight(text, ask("返品")))

    assert len(said.replace(whole, "").strip("…あいうえ返品")) == 0


def test_without_a_hit_the_beginning_is_shown(ask):
    assert highlight("あ" * 100, ask("返品"), width=10) == [("あ" * 10 + "…", False)]


def test_hit_cut_by_the_end_is_marked_so_far(ask):
    assert highlight("あいうえ領収書", ask("領収書"), width=6)[-2:] == [("領収", True), ("…", False)]


def test_text_beyond_the_limit_is_left_out(ask):
    assert highlight("あ" * MAX_CHARS + "返品", ask("返品"), width=5) == [("あ" * 5 + "…", False)]


def test_empty_text_has_no_pieces(ask):
    assert highlight("", ask("傘")) == []


def test_empty_query_marks_nothing():
    assert mark("傘", Query()) == []


@given(st.text(max_size=80), st.text(min_size=1, max_size=4))
def test_marks_stay_inside_the_text(text, typed):
    spans = mark(text, Query(wanted=((Term(typed),),)))

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
