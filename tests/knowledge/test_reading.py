"""How articles read in letters, their steps, and the addresses that lead to them."""

import pytest
from tests.factories.knowledge import STEPS, make_article

from madoguchi.knowledge.choices import Part
from madoguchi.knowledge.links import address_of, numbers_in
from madoguchi.knowledge.reading import page_of, steps_of, words_for


@pytest.mark.django_db
def test_text_steps_and_link_of_an_article(settings):
    settings.BASE_URL = "https://desk.shop.example"
    article = make_article(title="注文をキャンセルしたい")

    assert words_for(article, Part.TEXT).startswith("出荷の準備が始まる前であれば、マイページからキャンセルできます。")
    assert words_for(article, Part.STEPS) == STEPS
    assert words_for(article, Part.LINK) == f"「注文をキャンセルしたい」\nhttps://desk.shop.example/help/{article.pk}"
    article.language = "en"
    assert words_for(article, Part.LINK).startswith("注文をキャンセルしたい\n")
    assert "<strong>キャンセル</strong>" in page_of(article)


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        ("はじめに\n\n1. 開く\n2. 押す\n\nおわり", "1. 開く\n2. 押す"),
        ("1. 開く\n\n2. **押す**", "1. 開く\n2. 押す"),
        ("１．開く\n２．押す", "１．開く\n２．押す"),
        ("1) 一\n2) 二\n他の場合\n1) い\n2) ろ\n3) は", "1) い\n2) ろ\n3) は"),
        ("1. 一つだけ", ""),
        ("2.5倍になります。\n3.0倍になります。", ""),
        ("手順はありません。", ""),
    ],
)
def test_steps_are_the_longest_run_of_numbered_lines(body, steps):
    assert steps_of(body) == steps


def test_numbers_of_articles_are_read_from_a_letter(settings):
    settings.BASE_URL = "https://desk.shop.example"
    letter = f"詳しくは{address_of(12)}。\nまた {address_of(7)} と {address_of(12)}#top、https://other.example/help/5"

    assert numbers_in(letter) == [12, 7]
    assert numbers_in("https://desk.shop.example/help/ https://desk.shop.example/help/0") == []
    assert numbers_in(f"https://desk.shop.example/help/{'9' * 30}") == []
