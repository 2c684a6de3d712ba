"""対応履歴: the page of one customer's timeline, narrowed, page by page, opened in its place; that of a company."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.calls import callback_at, kept_call
from tests.factories.cases import make_complaint, make_harassment
from tests.factories.commerce import make_order
from tests.factories.conversations import OTHER, make_conversation, private_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.promises import promise_in

from madoguchi.accounts.choices import Role
from madoguchi.calls.actions.slips import Told, send_slip
from madoguchi.calls.models import Wish
from madoguchi.conversations.actions.notes import add_note
from madoguchi.customers.actions import change_customer, merge_customers
from madoguchi.customers.companies import find_or_make_company

pytestmark = pytest.mark.django_db
PART = {**HTMX, "HX-Request-Type": "partial"}


@pytest.fixture
def me():
    return make_user(language="en")


def titles(page):
    return re.findall(r'<span class="tl-title"><b>([^<]*)</b>', page)


def test_the_page_shows_what_is_open_and_everything_in_order(me):
    conversation = make_conversation(subject="土鍋の返品")
    reply_to(conversation, me, text="本日発送いたします。")
    promise_in(conversation, me, words="明日までに折り返します")
    callback_at(conversation, me, timezone.now() + timedelta(hours=2), topic="送り状の件")
    make_order()

    page = text_of(browser_of(me).get(url("timeline", conversation.customer_id)))

    assert all(each in page for each in ("土鍋の返品", "本日発送いたします。", "HK-104901", "送り状の件"))
    assert re.findall(r'class="tl-kind">([^<]*)<', page) == ["Callback", "Promise", "Inquiry", "Order"]
    assert 'aria-current="page">Timeline' in page
    assert "Contacts in 12 months" in page


def test_an_open_case_stands_above_for_who_may_see_it_and_for_nobody_else(me):
    conversation = make_conversation()
    supervisor = make_user(Role.SUPERVISOR, language="en")
    make_harassment(supervisor, make_user(Role.SUPERVISOR), conversations=[conversation], title="暴言のあるメール")
    make_complaint(supervisor, conversations=[conversation], title="土鍋が割れて届いた")
    page = url("timeline", conversation.customer_id)

    shown = {who: text_of(browser_of(who).get(page)) for who in (me, supervisor, make_admin(language="en"))}

    kinds = [re.findall(r'class="tl-kind">([^<]*)<', each) for each in shown.values()]
    assert kinds == [["Complaint", "Inquiry"], *[["Complaint", "Harassment", "Inquiry"]] * 2]
    assert "暴言のあるメール" not in shown[me]


@pytest.mark.parametrize(
    ("kind", "word", "found"),
    [("case", "Cases", "土鍋が割れて届いた"), ("slip", "Message to a colleague", "For your information")],
)
def test_cases_and_messages_to_colleagues_can_be_had_alone(me, kind, word, found):
    conversation = make_conversation(subject="土鍋の返品")
    make_complaint(make_user(Role.SUPERVISOR), conversations=[conversation], title="土鍋が割れて届いた")
    send_slip(conversation, Told(make_user(), "森様へお電話を", Wish.KNOW), user=me)

    page = text_of(browser_of(me).get(url("timeline", conversation.customer_id) + f"?kind={kind}"))

    assert f'<option value="{kind}" selected>{word}</option>' in page
    assert [found in title for title in titles(page)] == [True]


def test_a_timeline_goes_on_and_knows_which_day_stands_already(me, monkeypatch):
    monkeypatch.setattr("madoguchi.desk.views.timeline.PAGE", 2)
    conversation = make_conversation(subject="一つ目")
    for n in range(3):
        receive_mail(conversation.inbox, subject=f"{n}通目")
    browser = browser_of(me)

    first = text_of(browser.get(url("timeline", conversation.customer_id)))
    more = re.search(r'hx-get="([^"]*before=[^"]*)"', first).group(1).replace("&amp;", "&")
    second = text_of(browser.get(more, headers=PART))

    assert titles(first) == ["2通目", "1通目"]
    assert titles(second) == ["0通目", "一つ目"]
    assert first.count("tl-day") == 1
    assert "tl-day" not in second
    assert "<html" not in second


def test_what_is_new_is_put_above_below_the_day_that_stands_already(me):
    conversation = make_conversation(subject="一つ目")
    browser = browser_of(me)
    page = text_of(browser.get(url("timeline", conversation.customer_id)))
    new_url = re.search(r'class="tl-new"[^>]*hx-get="([^"]*)"', page).group(1).replace("&amp;", "&")
    old_day = re.search(r'class="tl-day" id="([^"]*)"', page).group(1)

    nothing = text_of(browser.get(new_url, headers=PART))
    receive_mail(conversation.inbox, subject="二つ目")
    fresh = text_of(browser.get(new_url, headers=PART))

    assert titles(nothing) == []
    assert 'class="tl-new"' in nothing
    assert titles(fresh) == ["二つ目"]
    assert f'hx-target="#{old_day}" hx-swap="delete"' in fresh


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "note"}, ["土鍋の返品"]),
        ({"kind": "buying"}, ["HK-104901"]),
        ({"q": "社内"}, ["土鍋の返品"]),
        ({"way": "out"}, []),
        ({"day": "2026-11-01"}, ["HK-104901"]),
        ({"kind": "nonsense", "inbox": "x", "since": "2026-99-99", "before": "x"}, None),
    ],
)
def test_a_timeline_is_narrowed_by_its_address(me, query, expected):
    conversation = make_conversation(subject="土鍋の返品")
    add_note(conversation, "社内で確認します", user=me)
    make_order()

    page = text_of(
        browser_of(me).get(url("timeline", conversation.customer_id), query | {"part": "list"}, headers=PART)
    )

    assert len(titles(page)) == 4 if expected is None else titles(page) == expected


def test_entries_open_in_their_place(me):
    conversation = make_conversation(subject="土鍋の返品", text="ふたが割れていました。")
    promise_in(conversation, me, words="明日までに折り返します")
    callback_at(conversation, me, timezone.now() + timedelta(hours=2), topic="送り状の件")
    kept_call(me, customer=conversation.customer, joins=conversation, text="電話での話")
    make_order()
    change_customer(conversation.customer, by=me.actor, department="営業部")
    browser = browser_of(me)
    page = text_of(browser.get(url("timeline", conversation.customer_id)))

    opened = [
        text_of(browser.get(each, headers=PART))
        for each in re.findall(r'hx-get="([^"]*)" hx-trigger="toggle once"', page)
    ]

    said = " ".join(opened)
    assert len(opened) == 7
    assert all(
        each in said for each in ("ふたが割れていました。", "電話での話", "送り状の件", "土鍋「ゆげ」8号", "営業部")
    )
    assert all('class="button" href="/' in each for each in opened)


def test_an_entry_one_may_not_see_is_not_found(me):
    secret = make_conversation(private_inbox(), subject="秘密の相談")
    make_conversation()

    answer = browser_of(me).get(url("timeline-entry", secret.customer_id, 50, secret.messages.get().pk))

    assert answer.status_code == 404


def test_a_merged_customer_leads_to_who_they_are_now(me):
    kept, gone = make_conversation().customer, make_conversation(sender=OTHER).customer
    merge_customers(kept, gone, by=me.actor, chosen={})

    answer = browser_of(me).get(url("timeline", gone.pk))

    assert answer.url == url("timeline", kept.pk)


def test_a_company_has_one_for_all_its_people(me):
    first, second = make_conversation(subject="一人目"), make_conversation(sender=OTHER, subject="二人目")
    company = find_or_make_company("はるか商事")
    for each in (first, second):
        change_customer(each.customer, by=me.actor, organisation=company)

    page = text_of(browser_of(me).get(url("company-timeline", company.pk), {"kind": "mail"}))

    assert titles(page) == ["二人目", "一人目"]
    assert "佐藤 健司" in page


def test_an_empty_timeline_says_what_will_come(me):
    conversation = make_conversation()

    page = text_of(browser_of(me).get(url("timeline", conversation.customer_id), {"q": "存在しない"}))

    assert "Nothing like that in this timeline" in page


def test_as_many_queries_for_three_of_each_as_for_one(me):
    counts = []
    browser, conversation = browser_of(me), make_conversation()
    for n in range(3):
        talk = make_conversation(conversation.inbox, subject=f"件名{n}")
        add_note(talk, "メモ", user=me)
        promise_in(talk, me)
        callback_at(talk, me, timezone.now() + timedelta(hours=2 + n))
        change_customer(conversation.customer, by=me.actor, department=f"部署{n}")
        browser.get(url("timeline", conversation.customer_id))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("timeline", conversation.customer_id))
        counts.append(len(queries))

    assert counts[0] == counts[2]
