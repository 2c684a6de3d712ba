"""Subjects: marks read and taken away, our number put in and found."""

import pytest

from madoguchi.conversations.subjects import (
    Subject,
    base_subject,
    clean_subject,
    forward_subject,
    is_reply_subject,
    number_in,
    numbered_subject,
    reply_subject,
)


@pytest.mark.parametrize(
    ("written", "base", "is_reply", "is_forward"),
    [
        ("お問い合わせ", "お問い合わせ", False, False),
        ("Re: お問い合わせ", "お問い合わせ", True, False),
        ("RE: Re: re:お問い合わせ", "お問い合わせ", True, False),
        ("Re[2]: 件名", "件名", True, False),
        ("RE(3): 件名", "件名", True, False),
        ("Re^4: 件名", "件名", True, False),
        ("返信: 件名", "件名", True, False),
        ("Ｒｅ：件名", "件名", True, False),
        ("AW: SV: 件名", "件名", True, False),
        ("Fw: 件名", "件名", False, True),
        ("FWD: 件名", "件名", False, True),
        ("転送：件名", "件名", False, True),
        ("WG: 件名", "件名", False, True),
        ("ＦＷ： Re: 件名", "件名", True, True),
        ("Re: Fw: 件名", "件名", True, False),
        ("TR: RV: 件名", "件名", False, True),
        ("Request: 件名", "Request: 件名", False, False),
        ("Re 件名", "Re 件名", False, False),
        ("【店名】Re: 件名", "【店名】Re: 件名", False, False),
        ("Re:", "", True, False),
        ("", "", False, False),
        ("Re: " * 60 + "件名", "Re: " * 10 + "件名", True, False),
    ],
)
def test_clean_subject_takes_prefixes_away(written, base, is_reply, is_forward):
    assert clean_subject(written) == Subject(base, is_reply, is_forward)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("件名", "Re: 件名(受付番号:7)"),
        ("RE: Re: 件名", "Re: 件名(受付番号:7)"),
        ("Fw: 件名", "Re: 件名(受付番号:7)"),
        ("返信：件名(受付番号:6)", "Re: 件名(受付番号:7)"),
        ("ＲＥ［２］：件名", "Re: 件名(受付番号:7)"),
        ("", "Re: (受付番号:7)"),
    ],
)
def test_reply_subject_has_exactly_one_mark_and_number(written, answer):
    assert reply_subject(written, 7, language="ja") == answer


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("Broken mug", "Re: Broken mug [#7]"),
        ("RE: Re: Broken mug [#7]", "Re: Broken mug [#7]"),
        ("Re: Broken mug［＃７］", "Re: Broken mug [#7]"),
        ("Re: Broken mug(受付番号:7)", "Re: Broken mug [#7]"),
        ("[#4521] Your order", "Re: [#4521] Your order [#7]"),  # by which their desk knows it
        ("", "Re: [#7]"),
    ],
)
def test_outside_japanese_the_number_stands_in_brackets(written, answer):
    assert reply_subject(written, 7, language="en") == answer


def test_a_conversation_that_changes_its_language_keeps_one_number():
    assert reply_subject("Re: マグカップ [#7]", 7, language="ja") == "Re: マグカップ(受付番号:7)"
    assert numbered_subject("Your mug(受付番号:7)", 7, language="en") == "Your mug [#7]"
    assert numbered_subject("マグカップ", 7, language="ja") == "マグカップ(受付番号:7)"


@pytest.mark.parametrize(
    ("subject", "is_reply"),
    [("Re: 件", True), ("答复：件", True), ("Fw: Re: 件", False), ("件 Re:", False), ("", False)],
)
def test_only_the_outermost_mark_makes_a_reply(subject, is_reply):
    assert is_reply_subject(subject) is is_reply


def test_what_is_compared_has_neither_marks_nor_number():
    assert base_subject("Odp: RE(3): Tea  Pot (受付番号：12)") == base_subject("tea pot") == "tea pot"
    assert forward_subject("Re: 件") == "Fw: 件"
    assert number_in("Re: 件(受付番号:12)") == 12
    assert number_in("件") is None


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: Broken mug [#12]", 12),
        ("Re: Broken mug［＃１２］", 12),
        ("Re: Broken mug [# 12 ] ", 12),
        ("Re: Broken mug [#12] - still broken", 12),
        ("Re: [#4521] Your order [#12]", 12),
        ("Re: [#4521] 注文(受付番号:12)", 12),
        ("ＲＥ：件名（受付番号：１２）", 12),
        ("Item [12]", None),
        ("Item #12", None),
    ],
)
def test_the_number_is_found_in_either_form(subject, number):
    assert number_in(subject) == number


def test_subjects_are_compared_without_our_number_and_with_theirs():
    assert base_subject("Re: Broken  mug [#12]") == base_subject("Broken mug") == "broken mug"
    assert base_subject("[#4521] Your order") != base_subject("[#4600] Your order")
