"""名寄せ on the screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.customers import actions
from madoguchi.customers.actions.caring import set_care
from madoguchi.customers.models import Customer, CustomerMerge, Suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="en")


@pytest.fixture
def inbox(db):
    return make_inbox()


def add(inbox, mail, name, **values):
    customer = make_conversation(inbox, sender=Address(mail, name)).customer
    actions.add_identity(customer, "phone", "03-1234-5678", by=make_user().actor)
    actions.change_customer(customer, by=make_user().actor, **values or {"note": mail})
    return customer


@pytest.fixture
def pair(inbox):
    first = add(inbox, "tomoko@pc.example", "渡邉 智子", family_name="渡邉", given_name="智子")
    second = add(inbox, "tw@keitai-d.example", "渡辺 智子", department="総務課")
    actions.refresh_stale()
    return first, second


def test_a_pair_is_shown_with_its_reasons_and_put_aside_for_good(me, pair):
    browser = browser_of(me)
    shown = text_of(browser.get(url("customer-duplicates")))
    hint = text_of(browser.get(url("customer", pair[0].pk)))

    browser.post(url("duplicate-decide", Suggestion.objects.get().pk), {"state": "different"})

    reasons = "the same phone number, the same name in other characters"
    assert [text for text in ("渡邉 智子", "渡辺 智子", reasons, "tw@keitai-d.example") if text not in shown] == []
    assert "May be the same customer: 渡辺 智子" in hint
    assert "Nothing to decide" in text_of(browser.get(url("customer-duplicates")))
    aside = text_of(browser.get(url("customer-duplicates") + "?state=different"))
    assert "Look at them again" in aside
    browser.post(url("duplicate-decide", Suggestion.objects.get().pk), {"state": "open"})
    assert reasons in text_of(browser.get(url("customer-duplicates")))


def test_two_are_compared_merged_and_taken_apart(me, pair):
    first, second = pair
    browser = browser_of(me)

    page = text_of(browser.get(url("customer-merge", first.pk), {"with": second.pk}))
    values = {"with": second.pk, "choose-name": "", "choose-department": "theirs"}
    browser.post(url("customer-merge", first.pk), values)

    assert [text for text in ("総務課", "1 conversation", "tw@keitai-d.example") if text not in page] == []
    row = Customer.objects.get(pk=first.pk)
    assert (row.label, row.department) == ("渡邉 智子", "総務課")
    away = browser.get(url("customer", second.pk))
    assert (away.status_code, away["Location"]) == (302, url("customer", first.pk))
    assert "Take apart" in text_of(browser.get(url("customer", first.pk) + "?tab=changes"))
    answer = browser.post(url("customer-unmerge", first.pk, CustomerMerge.objects.get().pk), follow=True)
    assert "apart again" in text_of(answer)
    assert Customer.objects.get(pk=second.pk).merged_into is None
    assert Customer.objects.get(pk=first.pk).department == ""


def test_the_mark_of_two_people_is_no_choice(me, pair):
    set_care(pair[1], needs_care=True, by=me.actor)
    browser = browser_of(me)

    page = text_of(browser.get(url("customer-merge", pair[0].pk), {"with": pair[1].pk}))
    browser.post(url("customer-merge", pair[0].pk), {"with": pair[1].pk, "choose-needs_care": ""})

    assert "choose-needs_care" not in page
    assert Customer.objects.get(pk=pair[0].pk).needs_care


def test_a_name_that_is_chosen_comes_whole(me, pair):
    first, second = pair
    actions.change_customer(second, by=me.actor, family_name="渡辺", given_name="智子", family_kana="ワタナベ")

    browser_of(me).post(url("customer-merge", first.pk), {"with": second.pk, "choose-name": "theirs"})

    row = Customer.objects.get(pk=first.pk)
    assert (row.family_name, row.family_kana, row.display_name) == ("渡辺", "ワタナベ", "渡辺 智子")


def test_the_other_record_is_looked_for(me, pair):
    first, second = pair
    browser = browser_of(me)

    empty = text_of(browser.get(url("customer-merge", first.pk)))
    found = text_of(browser.get(url("customer-merge", first.pk), {"q": "わたなべ"}))

    assert "Compare" not in empty
    assert f"?with={second.pk}" in found
    assert f"?with={first.pk}" not in found


def test_what_stays_after_going_apart_is_said(me, pair, inbox):
    first, second = pair
    browser = browser_of(me)
    browser.post(url("customer-merge", first.pk), {"with": second.pk})
    make_conversation(inbox, sender=Address("tw@keitai-d.example"), subject="新しい件")
    actions.change_customer(Customer.objects.get(pk=first.pk), by=me.actor, department="経理課")

    page = text_of(browser.post(url("customer-unmerge", first.pk, CustomerMerge.objects.get().pk), follow=True))

    assert "1 thing that came since stays here." in page
    assert "Changed since, so left as they are: Department." in page


def test_nobody_merges_whom_they_may_not_see_or_change(me, pair):
    secret = add(make_inbox(is_open_to_all=False), "s@mail.example", "渡邉 智子")

    assert browser_of(me).get(url("customer-merge", pair[0].pk), {"with": secret.pk}).status_code == 404
    assert browser_of(me).post(url("customer-merge", pair[0].pk), {"with": secret.pk}).status_code == 404
    viewer = browser_of(make_user(Role.VIEWER))
    assert viewer.post(url("customer-merge", pair[0].pk), {"with": pair[1].pk}).status_code == 403
    assert not CustomerMerge.objects.exists()


def test_a_family_is_shown_as_a_household(me, pair, inbox):
    son = add(inbox, "ken@mail.example", "渡邉 健")
    actions.refresh_stale()

    page = text_of(browser_of(me).get(url("customer", son.pk)))

    assert "Household" in page
    assert "May be the same customer" not in page


def test_the_list_asks_as_often_for_three_pairs_as_for_one(me, inbox):
    browser = browser_of(me)
    counts = []
    for number in range(3):
        for half in "ab":
            customer = make_conversation(inbox, sender=Address(f"{half}{number}@mail.example", f"客{number}")).customer
            actions.add_identity(customer, "phone", f"03-1234-567{number}", by=me.actor)
        actions.refresh_stale()
        browser.get(url("customer-duplicates"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("customer-duplicates"))
        counts.append(len(queries))

    assert Suggestion.objects.count() == 3
    assert counts[0] == counts[2]
