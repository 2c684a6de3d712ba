"""顧客: the list, the page of one, and changing the record."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.customers.actions import change_customer
from madoguchi.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="en")


def test_the_list_is_narrowed_by_a_part_of_the_name(me):
    make_conversation()
    make_conversation(sender=Address("sato@mail.example", "佐藤 健"))
    browser = browser_of(me)

    everybody = text_of(browser.get(url("customers")))
    narrowed = text_of(browser.get(url("customers"), {"q": "佐藤"}))

    assert "髙橋 由美子" in everybody
    assert "佐藤 健" in narrowed
    assert "髙橋 由美子" not in narrowed
    assert 'class="empty"' in text_of(browser.get(url("customers"), {"q": "存在しない"}))


def test_the_list_says_when_there_is_nobody(me):
    assert 'class="empty"' in text_of(browser_of(me).get(url("customers")))


@pytest.mark.parametrize(("sort", "front"), [("", "髙橋 由美子"), ("newest", "佐藤 健")])
def test_the_list_goes_on(me, monkeypatch, sort, front):
    monkeypatch.setattr("madoguchi.desk.views.customers.ON_A_PAGE", 1)
    known = make_conversation()
    change_customer(known.customer, by=me.actor, family_name="髙橋", given_name="由美子", family_kana="タカハシ")
    make_conversation(sender=Address("sato@mail.example", "佐藤 健"))
    browser = browser_of(me)

    first = text_of(browser.get(url("customers"), {"sort": sort}))
    more = re.search(r'href="(/customers\?[^"]*after=\d+)"', first).group(1).replace("&amp;", "&")
    second = text_of(browser.get(more))

    names = ["佐藤 健", "髙橋 由美子"]
    assert [name in first for name in names] == [name == front for name in names]
    assert [name in second for name in names] == [name != front for name in names]
    assert f'href="/customers{"?sort=newest" if sort else ""}">Back to the beginning' in second


def test_the_list_asks_as_often_for_three_as_for_one(me):
    browser = browser_of(me)
    counts = []
    for n in range(3):
        make_conversation(sender=Address(f"c{n}@mail.example", f"客{n}"))
        browser.get(url("customers"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("customers"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_a_customer_shows_conversations_and_all_mail_over_the_visible_desks(me):
    conversation = make_conversation(subject="土鍋の返品")
    reply_to(conversation, me, text="本日発送いたします。")
    make_conversation(make_inbox(is_open_to_all=False), subject="秘密の相談")

    page = text_of(browser_of(me).get(url("customer", conversation.customer_id)))

    assert "土鍋の返品" in page
    assert "本日発送いたします。" in page
    assert "yumiko@mail.example" in page
    assert "秘密の相談" not in page


@pytest.mark.parametrize(
    ("language", "name", "others"),
    [("en", "Emily Thompson", "様"), ("ja", "Thompson Emily", "Emily Thompson"), ("", "Emily Thompson", "Thompson E")],
)
def test_the_name_is_shown_as_its_language_writes_it(me, language, name, others):
    conversation = make_conversation(subject="My mug", sender=Address("emily@mail.example"), language=language)
    names = {"family_name": "Thompson", "given_name": "Emily"}
    change_customer(conversation.customer, by=me.actor, **names)
    browser = browser_of(me)

    pages = [
        text_of(browser.get(url("customer", conversation.customer_id))),
        text_of(browser.get(url("customers"))),
        text_of(browser.get("/")),
        text_of(browser.get(f"/c/{conversation.pk}")),
        text_of(browser.get(f"/c/{conversation.pk}/print")),
    ]

    assert all(name in page for page in pages)
    assert not any(others in page for page in pages)


def test_japanese_customers_keep_their_honorific_on_an_english_screen(me):
    conversation = make_conversation(make_inbox(language="en"), language="ja")
    browser = browser_of(me)

    places = [url("customer", conversation.customer_id), f"/c/{conversation.pk}", f"/c/{conversation.pk}/print"]

    assert all("様" in text_of(browser.get(place)) for place in places)


def test_history_goes_on_after_a_cursor(me, monkeypatch):
    inbox = make_inbox()
    first = make_conversation(inbox, subject="一通目")
    monkeypatch.setattr("madoguchi.desk.views.customers.PAGE", 1)
    browser = browser_of(me)

    page = text_of(browser.get(url("customer", first.customer_id)))
    more = re.search(r'hx-get="(/customers/\d+\?after=[^"]*)"', page).group(1)
    rest = browser.get(more, headers=HTMX)

    assert "一通目" in page
    assert "一通目" not in text_of(rest)
    assert "<html" not in text_of(rest)


def test_somebody_elses_customers_do_not_exist(me):
    conversation = make_conversation(make_inbox(is_open_to_all=False))
    browser = browser_of(me)

    for name in ("customer", "customer-edit"):
        assert browser.get(url(name, conversation.customer_id)).status_code == 404
    assert browser.post(url("customer-add-address", conversation.customer_id)).status_code == 404


def test_the_record_is_changed(me):
    customer = make_conversation().customer
    browser = browser_of(me)

    shown = text_of(browser.get(url("customer-edit", customer.pk)))
    answer = browser.post(
        url("customer-edit", customer.pk),
        {"family_name": "髙橋", "given_name": "由美子", "family_kana": "タカハシ", "honorific": "様",
         "company": "はるか商事", "is_vip": "on", "note": "朝は不可"},
    )  # fmt: skip

    customer = Customer.objects.select_related("organisation").get(pk=customer.pk)
    assert 'value="髙橋 由美子"' in shown
    assert answer.status_code == 302
    assert (customer.label, customer.kana, customer.is_vip, customer.note) == (
        "髙橋 由美子",
        "タカハシ",
        True,
        "朝は不可",
    )
    assert customer.organisation.name == "はるか商事"
    browser.post(url("customer-edit", customer.pk), {"family_name": "髙橋", "honorific": "様"})
    assert Customer.objects.get(pk=customer.pk).organisation is None


def test_nothing_is_recorded_when_nothing_changed(me):
    customer = make_conversation().customer
    values = {"display_name": customer.display_name, "honorific": customer.honorific}

    answer = browser_of(me).post(url("customer-edit", customer.pk), values)

    assert answer.status_code == 302


def test_a_customer_needs_a_name(me):
    customer = make_conversation().customer

    answer = browser_of(me).post(url("customer-edit", customer.pk), {"honorific": "様"})

    assert answer.status_code == 422
    assert "Enter a name." in text_of(answer)


@pytest.mark.parametrize(
    ("kind", "address", "status"),
    [
        ("mail", "yumi@work.example", 302),
        ("phone", "03-1234-5678", 302),
        ("mail", "no address", 422),
        ("mail", "sato@mail.example", 422),
        ("phone", "?", 422),
        ("mail", "", 422),
    ],
)
def test_an_address_is_added_or_refused(me, kind, address, status):
    make_conversation(sender=Address("sato@mail.example", "佐藤 健"))
    customer = make_conversation().customer

    answer = browser_of(me).post(url("customer-add-address", customer.pk), {"kind": kind, "address": address})

    assert answer.status_code == status
    assert customer.identities.filter(shown=address).exists() is (status == 302)


def test_viewers_may_not_change_the_record():
    customer = make_conversation().customer
    browser = browser_of(make_user(Role.VIEWER))

    assert browser.get(url("customer", customer.pk)).status_code == 200
    assert browser.get(url("customer-edit", customer.pk)).status_code == 403


def test_the_encoding_of_an_address_is_chosen_on_its_customers_page(me):
    customer = make_conversation().customer
    identity = customer.identities.get()
    browser = browser_of(me)

    browser.post(url("customer-charset", customer.pk, identity.pk), {"charset": "iso-2022-jp"})
    browser.post(url("customer-charset", customer.pk, identity.pk), {"charset": "euc-jp"})

    identity.refresh_from_db()
    page = text_of(browser.get(url("customer", customer.pk)))
    assert identity.charset == "iso-2022-jp"
    assert '<span class="tag">ISO-2022-JP</span>' in page
