"""Cleaned HTML as text: where links lead is said, and no page takes longer than its length."""

import pytest

from madoguchi.core.text_of_html import text_of_clean_html, text_run_together

MANY = 100_000  #: a reading that looks back at every cell would take hours


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://harukaze.example/", "harukaze.example"),
        ("https://www.harukaze.example", "https://harukaze.example/"),
        ("https://harukaze.example/a", "詳しくは https://harukaze.example/a をご覧ください"),
        ("mailto:shop@harukaze.example", "shop@harukaze.example"),
        ("tel:0312345678", "03-1234-5678"),
    ],
)
def test_an_address_that_is_shown_is_not_said_twice(target, shown):
    assert text_of_clean_html(f'<a href="{target}">{shown}</a>') == shown


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://yo.example", "https://www.harukaze-nichiyo.example"),
        ("https://yo.example", "https://www.harukaze-nichi.yo.example/mypage"),
        ("https://harukazenichiyo.example", "https://harukaze-nichiyo.example"),
        ("https://ha/", "harukaze"),
        ("mailto:a@b.example", "aa@b.example"),
        ("tel:0901111222", "090-1111-2222"),
        ("https://harukaze.example/pay", "https://harukaze.example/"),
    ],
)
def test_another_address_than_the_one_shown_is_said(target, shown):
    said = target.removeprefix("mailto:").removeprefix("tel:")

    assert text_of_clean_html(f'<a href="{target}">{shown}</a>') == f"{shown} <{said}>"


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr>" + "<td>\xa0</td>" * MANY + "<td>終わり</td></tr></table>",
        "<table><tr>" + "<td>a</td>" * MANY + "<td>" + "b<br>" * MANY + "終わり</td></tr></table>",
        '<a href="https://b.example">' + "a.example" * MANY + "終わり</a>",
    ],
    ids=["empty cells", "cells beside a long one", "a long link"],
)
def test_a_hostile_page_is_read_once(page):
    assert "終わり" in text_of_clean_html(page)
    assert "終わり" in (text_run_together(page) or text_of_clean_html(page))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>返金<del>いたしません</del>いたします</p>", "返金（取り消し：いたしません）いたします"),
        (
            "<p><s>3,000円</s> <strike>2,800円</strike> 2,500円</p>",
            "（取り消し：3,000円） （取り消し：2,800円） 2,500円",
        ),
        ('<p style="color:red;text-decoration:line-through">終わり</p><p>続き</p>', "（取り消し：終わり）\n\n続き"),
        ("<p>It is <s>never <s>ever</s></s> late</p>", "It is (struck out: never ever) late"),
        ("<p>80,<s></s>000円</p>", "80,000円"),
        ("<p><s>終わり", "（取り消し：終わり"),
    ],
)
def test_what_is_struck_out_is_said_as_such(page, said):
    assert text_of_clean_html(page) == said


def test_what_is_struck_out_is_also_read_as_if_it_were_not():
    assert text_run_together("<p>80,<s>000</s>円</p>") == "80,000円"
    assert text_run_together("<p>80,000円</p>") == ""
