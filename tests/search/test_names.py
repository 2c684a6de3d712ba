"""The index of names: any spelling, whole names for the words of texts, texts by the names they were indexed with."""

import pytest

from madoguchi.search.lexemes import name_tsquery, named_tsquery, whole_name_tsquery
from madoguchi.search.models import NameEntry
from madoguchi.search.names import Naming, entries_naming, index_names, named, wholly_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    index_names(
        "person",
        [
            Naming(object_id=1, names=["渡邉 智子", "03-1234-5678"], addresses=["tomo@mail.example"]),
            Naming(object_id=2, names=["東海林 元"], readings=["ショウジ ハジメ"]),
            Naming(object_id=3, names=["Thompson Emily"]),
        ],
    )
    index_names("firm", [Naming(object_id=1, names=["渡辺商店"])])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("渡辺", [1]),
        ("ﾜﾀﾅﾍﾞ", [1]),
        ("1234", [1]),
        ("0312345678", [1]),
        ("tomo@", [1]),
        ("mail", [1]),
        ("しょうじはじめ", [2]),
        ("ハジメ", [2]),
        ("元", [2]),
        ("tho", [3]),
        ("Thompson Em", [3]),
        ("", []),
        ("・", []),
    ],
)
def test_named(people, text, ids):
    assert list(named("person", text)) == ids


def test_addresses_are_no_names_where_names_are_asked_for(people):
    assert list(named("person", "mail", has_addresses=False)) == []
    assert list(named("person", "tomo@mail.example", has_addresses=False)) == []
    assert list(named("person", "03-1234-5678", has_addresses=False)) == [1]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("渡邊", [1]),
        ("わたなべ", [1]),
        ("0312345678", [1]),
        ("tomo@mail.example", [1]),
        ("しょうじ", [2]),
        ("emily", [3]),
        ("しょう", []),
        ("thomp", []),
        ("1234", []),
        ("mail", []),
        ("", []),
    ],
)
def test_wholly_named(people, text, ids):
    assert list(wholly_named("person", text)) == ids


def test_what_is_indexed_again_is_replaced(people):
    index_names("person", [Naming(object_id=1, names=["齋藤 智子"])])
    index_names("person", [])

    assert list(named("person", "渡辺")) == []
    assert list(named("person", "斉藤")) == [1]
    assert NameEntry.objects.count() == 4
    assert str(NameEntry.objects.get(kind="firm")) == "firm:1"


def test_texts_are_found_by_the_names_they_came_with(put):
    put(1, "渡辺様", names=("髙橋 翔太", "shota@mail.example"), title="渡邉の件")
    put(2, "高橋様", names=("渡邉 智子",))
    put(3, "", names=("渡邉 智子",), kind="note")

    assert list(entries_naming("mail", "渡辺")) == [2]
    assert list(entries_naming("mail", "高橋")) == list(entries_naming("mail", "shota@mail.example")) == [1]
    assert list(entries_naming("mail", "SHO")) == [1]
    assert list(entries_naming("mail", "。")) == []


@pytest.mark.parametrize(
    "ask", [whole_name_tsquery, named_tsquery, lambda text: name_tsquery(text, has_addresses=True)]
)
@pytest.mark.parametrize("text", ["'", "\\", "a'b:*", "💡", "\u0000", "  ", "﷽" * 50, "x" * 3000])
def test_anything_may_be_asked(people, ask, text):
    tsquery = ask(text)

    assert tsquery == "" or NameEntry.objects.extra(where=["vector @@ %s::tsquery"], params=[tsquery]).count() >= 0
