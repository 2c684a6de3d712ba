"""Searching conversations: words, operators, order, bounds; nobody finds what they may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import (
    make_conversation,
    make_inbound,
    make_inbox,
    private_inbox,
    receive_mail,
    reply_to,
)

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.triage import assign, change_tags
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.errors import Invalid
from madoguchi.search.queries import Order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "土鍋",
        "どなべ",
        "ドナベ",
        "tag:配送",
        "from:由美子",
        "is:open 土鍋",
        "assignee:me",
        "status:open 土鍋",
        "number:{}",
        "inbox:{inbox}",
    ],
)
def test_search_finds_by_words_and_operators(text):
    user = make_user()
    conversation = make_conversation()
    make_conversation(sender=type(make_inbound().sender)("other@x.example", "別人"), subject="別", text="靴下です")
    change_tags([conversation], add=["配送"], user=user)
    assign([conversation], user, user=user)

    results = search_conversations(user, text.format(conversation.pk, inbox=conversation.inbox.name))

    assert [found.conversation.pk for found in results.found] == [conversation.pk]


def test_search_leaves_out_what_is_excluded_and_invisible():
    user = make_user()
    conversation = make_conversation()
    make_conversation(private_inbox(), subject="土鍋")

    assert search_conversations(user, "土鍋 -届き").found == []
    assert [each.conversation.pk for each in search_conversations(user, "土鍋").found] == [conversation.pk]
    assert search_conversations(user, "").found == []
    assert search_conversations(make_user(Role.GUEST), "土鍋").found == []


def test_search_newest_first_pages():
    inbox = make_inbox()
    rows = [make_conversation(inbox, subject=f"土鍋{n}") for n in range(3)]
    user = make_user()

    first = search_conversations(user, "土鍋", order=Order.NEWEST, limit=2)
    second = search_conversations(user, "土鍋", order=Order.NEWEST, limit=2, before=first.next_cursor)

    assert [each.conversation.pk for each in first.found] == [rows[2].pk, rows[1].pk]
    assert [each.conversation.pk for each in second.found] == [rows[0].pk]


def test_many_equal_conditions_cost_as_much_as_one():
    user = make_user()
    conversation = make_conversation()
    change_tags([conversation], add=["配送", "至急"], user=user)

    with CaptureQueriesContext(connection) as asked:
        found = search_conversations(user, " ".join(["tag:配送", "tag:至急"] * 10)).found

    assert [each.conversation.pk for each in found] == [conversation.pk]
    assert max(each["sql"].count('"tag_id" IN') for each in asked.captured_queries) == 2


def test_too_many_conditions_are_refused():
    with pytest.raises(Invalid, match="10") as refused:
        search_conversations(make_user(), " ".join(f"tag:{n}" for n in range(11)))

    assert refused.value.field == "q"


@pytest.mark.parametrize("sign", ["㌔", "﷽", "㍿"])
def test_a_sign_that_is_spelled_out_in_many_is_still_searched_for(sign):
    make_conversation()

    assert search_conversations(make_user(), sign * 3000).found == []


def test_has_attachment_and_to_narrow_messages():
    user = make_user()
    conversation = make_conversation()
    receive_mail(make_inbox(), subject="別の件 土鍋", to=(make_inbound().sender,))

    assert search_conversations(user, "土鍋 has:attachment").found == []
    assert conversation.pk not in {each.conversation.pk for each in search_conversations(user, "土鍋 to:yumiko").found}


def test_a_customers_name_goes_before_the_name_of_the_colleague_who_wrote():
    colleague = make_user(name="髙橋 蓮")
    of_colleague = make_conversation(sender=Address("hanako@mail.example", "鈴木 華子"))
    of_customer = make_conversation(sender=Address("yumiko@mail.example", "髙橋 由美子"))
    add_note(of_colleague, "電話しました", user=colleague)
    reply_to(of_colleague, colleague, to=(Address("hanako@mail.example", "鈴木 華子"),), text="お送りします。")

    found = search_conversations(colleague, "高橋").found

    assert [each.conversation for each in found] == [of_customer, of_colleague]


def test_a_status_asked_for_by_its_name_is_that_status():
    new, mine = make_conversation(), make_conversation(sender=Address("b@mail.example"))
    assign([mine], make_user(), user=make_user())

    found = search_conversations(make_user(language="ja"), "is:対応中").found

    assert [each.conversation for each in found] == [mine] != [new]
