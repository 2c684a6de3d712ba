"""Customers found by what they are called, in any spelling (JAPAN.md 2.9)."""

import pytest

from madoguchi.customers.actions import add_identity, change_customer, create_customer, identify_customer
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer
from madoguchi.customers.naming import customers_called, customers_meant, words_of_name
from madoguchi.events.actor import Actor
from madoguchi.search.models import NameEntry

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


@pytest.fixture
def watanabe():
    create_customer(by=BY, emails=["taro@mail.example"], family_name="佐藤", given_name="太郎")
    return create_customer(
        by=BY,
        emails=["w.tomoko@mail.example"],
        phones=["070-0000-0105"],
        family_name="渡邉",
        given_name="智子",
        company="㈱つむぎ商店",
    )


@pytest.fixture
def takahashi():
    return create_customer(
        by=BY, emails=[], family_name="髙橋", given_name="翔太", family_kana="タカハシ", given_kana="ショウタ"
    )


def called(text):
    return list(Customer.objects.filter(pk__in=customers_called(text)))


@pytest.mark.parametrize(
    "text",
    [
        "渡邉",
        "渡邊",
        "渡辺",
        "渡辺智子",
        "渡邊\u3000智子",
        "智子",
        "辺智",
        "わたなべ",
        "ワタナベ",
        "ﾜﾀﾅﾍﾞ",
        "わたなべともこ",
        "tomoko",
        "TOMO",
        "w.tomoko@mail.example",
        "tomoko@ma",
        "㈱つむぎ商店",
        "070-0000-0105",
        "07000000105",
        "０７０－００００－０１０５",
        "+81 70-0000-0105",
        "0000-0105",
        "00000105",
        "0105",
        "つむぎ",
        "株式会社つむぎ商店",
    ],
)
def test_a_customer_is_called_so_in_any_spelling(watanabe, text):
    assert called(text) == [watanabe]


@pytest.mark.parametrize(
    "text", ["高橋", "髙橋", "たかはし", "タカハシ", "ﾀｶﾊｼ", "高橋翔太", "たかはししょうた", "しようた"]
)
def test_the_kana_of_a_customer_is_as_good_as_the_name(takahashi, watanabe, text):
    assert called(text) == [takahashi]


@pytest.mark.parametrize("text", ["渡部", "田渡", "(有)つむぎ商店", "高橋", "07000000106", "1", "。", "", "x" * 500])
def test_others_are_not_called_so(watanabe, text):
    assert called(text) == []


def test_the_kana_that_is_known_counts_and_not_what_the_dictionary_says():
    mizuki = create_customer(by=BY, emails=[], family_name="東海林", family_kana="ショウジ")

    assert called("しょうじ") == [mizuki]
    assert NameEntry.objects.get().vector.count("しようじ") == 1


def test_names_in_latin_letters_are_found_in_either_order():
    emily = create_customer(
        by=BY, emails=[], family_name="Thompson", given_name="Emily", family_kana="トンプソン", given_kana="エミリー"
    )

    assert (
        called("emily thompson")
        == called("Thompson Emily")
        == called("ﾄﾝﾌﾟｿﾝ")
        == called("とんぷそん")
        == called("えみりー")
        == [emily]
    )
    assert customers_meant("エミリー", most=1) == [emily.pk]


def test_a_customer_who_only_wrote_is_found_by_the_name_in_the_mail():
    customer = identify_customer(IdentityKind.MAIL, "sai@mail.example", name="齋藤 めぐみ").customer

    assert called("斎藤") == called("さいとうめぐみ") == called("斉藤") == [customer]


def test_changes_are_known_at_once(takahashi):
    change_customer(takahashi, by=BY, family_name="濵田", family_kana="")
    add_identity(takahashi, IdentityKind.PHONE, "03-0000-0125", by=BY)

    assert called("浜田") == called("0300000125") == [takahashi]
    assert called("高橋") == []


def test_a_word_of_a_text_means_whole_names_and_numbers_only(watanabe, takahashi):
    def meant(text):
        return customers_meant(text, most=5)

    assert meant("渡辺") == meant("わたなべともこ") == meant("070-0000-0105") == meant("0000-0105") == [watanabe.pk]
    assert meant("ﾀｶﾊｼ") == meant("たかはし") == [takahashi.pk]
    assert meant("w.tomoko@mail.example") == [watanabe.pk]
    assert meant("辺智") == meant("0105") == meant("mail") == meant("") == []


def test_a_name_of_many_means_nobody(watanabe):
    create_customer(by=BY, emails=[], family_name="渡辺", given_name="由紀")

    assert customers_meant("渡辺", most=1) == []
    assert len(customers_meant("渡辺", most=2)) == Customer.objects.filter(family_name__startswith="渡").count()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("渡辺\u3000智子", ["渡辺", "智子"]),
        ("０７０ ００００ ０１０５", ["07000000105"]),
        ("+81 (70) 0000-0105", ["07000000105"]),
        ("--", []),
        ("  ", []),
    ],
)
def test_what_is_looked_for_one_by_one(text, words):
    assert words_of_name(text) == words
