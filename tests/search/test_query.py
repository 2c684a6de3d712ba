"""The search box."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.search.operators import IS, IS_VALUES, OPERATORS, operator_kind, read_date, suggest
from madoguchi.search.query import MAX_PIECES, Operator, Query, Term, describe, parse_query

TODAY = date(2026, 11, 22)


def parse(text):
    return parse_query(text, today=TODAY)


def test_words_are_all_wanted():
    assert parse("返品　傘 abc").wanted == ((Term("返品"),), (Term("傘"),), (Term("abc"),))


@pytest.mark.parametrize(
    "text", ['"返品の 方法"', "「返品の 方法」", "『返品の 方法』", "“返品の 方法”", '"返品の 方法']
)
def test_phrases(text):
    query = parse(f"傘 {text}")

    assert query.phrases == ("返品の 方法",)
    assert query.words == ("傘",)


@pytest.mark.parametrize("text", ["傘 OR 鍋", "傘 | 鍋", "傘 または 鍋", "傘 ｜ 鍋"])
def test_alternatives(text):
    assert parse(text).wanted == ((Term("傘"), Term("鍋")),)


@pytest.mark.parametrize("text", ["OR 傘", "傘 OR", "傘 OR tag:a", "| 傘"])
def test_or_without_two_sides_is_ignored(text):
    assert parse(text).wanted == ((Term("傘"),),)


@pytest.mark.parametrize("text", ["-傘", "－傘", "−傘"])
def test_excluded(text):
    assert parse(text) == Query(excluded=(Term("傘"),))


def test_minus_alone_is_a_word():
    assert parse("- 傘").words == ("-", "傘")


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("from:yamada", Operator("from", "yamada")),
        ("差出人：山田", Operator("from", "山田")),
        ("ＦＲＯＭ：山田", Operator("from", "山田")),
        ("宛先:a@b.example", Operator("to", "a@b.example")),
        ('タグ:"VIP 様"', Operator("tag", "VIP 様")),
        ("-tag:VIP", Operator("tag", "VIP", is_negated=True)),
        ("状態:保留", Operator("status", "保留")),
        ("担当:自分", Operator("assignee", "me")),
        ("担当:なし", Operator("assignee", "none")),
        ("窓口:返品窓口", Operator("inbox", "返品窓口")),
        ("is:未読", Operator("is", "unread")),
        ("条件:期限超過", Operator("is", "late")),
        ("has:添付", Operator("has", "attachment")),
        ("添付:あり", Operator("has", "attachment")),
        ("添付:なし", Operator("has", "attachment", is_negated=True)),
        ("-添付:なし", Operator("has", "attachment")),
        ("-件名:傘", Operator("subject", "傘", is_negated=True)),
        ("number:104655", Operator("number", "104655")),
    ],
)
def test_operators(text, operator):
    assert parse(text) == Query(operators=(operator,))


def test_values_of_one_operator():
    query = parse("tag:a tag:b -tag:c is:open")

    assert query.values("tag") == ("a", "b")
    assert query.values("tag", is_negated=True) == ("c",)


def test_title():
    assert parse("件名:返品").title == (Term("返品"),)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("after:2026-11-20", date(2026, 11, 20), None),
        ("before:2026-11-20", None, date(2026, 11, 19)),
        ("以前:2026/11/20", None, date(2026, 11, 20)),
        ("on:昨日", date(2026, 11, 21), date(2026, 11, 21)),
        ("以降:11/20 以前:11/21", date(2026, 11, 20), date(2026, 11, 21)),
        ("after:7d after:2026年11月20日", date(2026, 11, 20), None),
        ("before:11/20 before:11/10", None, date(2026, 11, 9)),
        ("before:0001-01-01", None, date(1, 1, 1)),
    ],
)
def test_dates(text, since, until):
    assert parse(text) == Query(since=since, until=until)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        ("昨日", date(2026, 11, 21)),
        ("12/24", date(2025, 12, 24)),
        ("１１／２０", date(2026, 11, 20)),
        ("2週間前", date(2026, 11, 8)),
        ("1ヶ月前", date(2026, 10, 23)),
        ("9999y", date(1, 1, 1)),
        ("2026-02-30", None),
        ("2/30", None),
        ("いつか", None),
    ],
)
def test_read_date(text, day):
    assert read_date(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["foo:bar", "10:30", "https://shop.example/a", "before:いつか", "-before:昨日"])
def test_what_is_no_operator_is_a_word(text):
    query = parse(text)

    assert [term.text for terms in query.wanted for term in terms] + [term.text for term in query.excluded] == [
        text.removeprefix("-")
    ]


@pytest.mark.parametrize("text", ["tag:", "件名:", "", "   ", '""', "。", "before:"])
def test_nothing_is_asked_yet(text):
    query = parse(text)

    assert not query.operators
    assert query.is_empty or query.wanted


def test_query_without_words():
    assert not parse("tag:a").has_text
    assert not parse("tag:a").is_empty
    assert parse("-傘").has_text


def test_only_so_many_pieces_are_read():
    assert len(parse("傘 " * 100).wanted) == MAX_PIECES


@given(st.text(max_size=60) | st.text(alphabet='":-「」 |OR傘from件名：　', max_size=60))
def test_anything_can_be_typed(text):
    query = parse(text)

    assert isinstance(describe(query), list)


def test_describe_says_what_was_understood():
    query = parse('返品 "傘の色" OR 鍋 -茶碗 件名:至急 tag:a -tag:b after:2026-11-01 before:2026-11-20')

    with translation.override("en"):
        said = describe(query)

    assert said == [
        "返品",
        "“傘の色” or 鍋",
        "without 茶碗",
        "至急 in the subject",
        "Tag: a",
        "Tag: not b",
        "Since: Nov. 1, 2026",
        "Until: Nov. 19, 2026",
    ]


@pytest.mark.parametrize(
    ("typed", "in_english", "in_japanese"),
    [
        ("is:late", "Overdue", "期限超過"),
        ("-is:late", "not: Overdue", "期限超過以外"),
        ("has:attachment", "with files", "添付あり"),
        ("添付:なし", "without files", "添付なし"),
        ("-has:画像", "without pictures", "画像なし"),
        ("has:メモ", "with an internal note", "社内メモあり"),
        ("-tag:b", "Tag: not b", "タグ: b以外"),
        ("優先度:高", "Priority: 高", "優先度: 高"),
        ("desk:法人", "Inbox: 法人", "窓口: 法人"),
        ("分類:返品", "Category: 返品", "分類: 返品"),
    ],
)
def test_conditions_are_said_in_the_readers_language(typed, in_english, in_japanese):
    def value(operator):
        return str(IS_VALUES[operator.value]) if operator.name == IS else operator.value

    with translation.override("en"):
        assert describe(parse(typed), value=value) == [in_english]
    with translation.override("ja"):
        assert describe(parse(typed), value=value) == [in_japanese]


def test_days_are_written_as_the_page_writes_them():
    with translation.override("en"):
        said = describe(parse("after:2026-11-01 until:2026-11-20"), day=lambda day: f"day {day.day}")

    assert said == ["Since: day 1", "Until: day 20"]


@pytest.mark.parametrize(
    ("typed", "inserts"),
    [
        ("fr", ["from:"]),
        ("担", ["担当:"]),
        ("-ta", ["-tag:"]),
        ("is:u", ["is:unread", "is:unassigned"]),
        ("条件：m", ["is:mine"]),
        ("has:", ["has:attachment", "has:image", "has:note"]),
        ("foo:", []),
        ("zzz", []),
    ],
)
def test_suggest(typed, inserts):
    assert [each.insert for each in suggest(typed)] == inserts


def test_suggest_offers_everything_at_first():
    assert [each.insert for each in suggest("", limit=99)] == [f"{kind.name}:" for kind in OPERATORS]


def test_operator_kind_is_found_by_its_english_name():
    assert operator_kind("tag").aliases[0] == "タグ"
