"""What mails say that a record does not know."""

import pytest
from tests.customers.test_signing import CARD
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.completions import completions_for, get_completion
from madoguchi.conversations.queries import get_customer_for
from madoguchi.core.errors import NotAllowed, NotFound
from madoguchi.customers import actions

pytestmark = pytest.mark.django_db
TEXT = f"お世話になっております。\n見積をお願いします。\n{CARD}"


@pytest.fixture
def me():
    return make_user()


@pytest.fixture
def customer():
    return make_conversation(sender=Address("aya.nakajima@co-aozora.example", "中島"), text=TEXT).customer


def offered(me, customer):
    return completions_for(me, get_customer_for(me, customer.pk))


def test_what_a_signature_says_is_offered_and_nothing_is_written(me, customer):
    kinds = {each.kind: each.text for each in offered(me, customer)}

    assert kinds["name"] == "中島 綾"
    assert kinds["company"] == "株式会社あおぞら企画"
    assert kinds["address"] == "〒103-0000 東京都中央区京浜町1-6-10 第二京浜ビル4F"
    assert "mail" not in kinds
    customer.refresh_from_db()
    assert (customer.family_name, customer.organisation, customer.addresses.count()) == ("", None, 0)


def test_each_value_is_taken_over_and_offered_no_more(me, customer):
    while offers := offered(me, customer):
        actions.accept_completion(customer, offers[0], by=me.actor)

    customer.refresh_from_db()
    assert (customer.label, customer.kana, customer.department) == ("中島 綾", "ナカジマ アヤ", "総務部")
    assert customer.organisation.name == "株式会社あおぞら企画"
    assert sorted(customer.identities.filter(kind="phone").values_list("shown", "label")) == [
        ("03-1234-5678", ""), ("090-1234-5678", "携帯"),
    ]  # fmt: skip
    assert customer.addresses.get().city == "中央区"


def test_what_is_put_aside_is_not_offered_again(me, customer):
    first = offered(me, customer)[0]

    actions.dismiss_completion(customer, first, by=me.actor)
    receive_mail(make_inbox(), sender=Address("aya.nakajima@co-aozora.example"), text=TEXT)

    assert first.key not in [each.key for each in offered(me, customer)]
    with pytest.raises(NotFound):
        get_completion(me, get_customer_for(me, customer.pk), first.key)


def test_a_mail_one_may_not_see_offers_nothing(customer):
    secret = make_inbox(is_open_to_all=False)
    other = make_conversation(secret, sender=Address("s@mail.example"), text=TEXT)
    make_conversation(sender=Address("s@mail.example"), text="こんにちは")

    assert offered(make_user(), other.customer) == []
    assert offered(make_user(Role.OWNER), other.customer) != []


def test_who_only_reads_takes_nothing_over(me, customer):
    reader = make_user(Role.VIEWER).actor
    first = offered(me, customer)[0]

    with pytest.raises(NotAllowed):
        actions.accept_completion(customer, first, by=reader)
    with pytest.raises(NotAllowed):
        actions.dismiss_completion(customer, first, by=reader)


def test_a_company_is_offered_by_its_mail_domain(me):
    company = actions.create_customer(by=me.actor, emails=[], company="北風商事株式会社").organisation
    actions.add_domain(company, "kitakaze-shoji.example", by=me.actor)
    customer = make_conversation(sender=Address("ono@sapporo.kitakaze-shoji.example", "小野")).customer

    assert [(each.kind, each.text, each.message) for each in offered(me, customer)] == [
        ("company", "北風商事株式会社", None)
    ]
