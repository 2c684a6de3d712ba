"""The timeline by the API: the same entries, narrowing and access as on the screen."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.commerce import make_order
from tests.factories.conversations import OTHER, make_conversation, private_inbox, receive_mail

from madoguchi.conversations.actions.notes import add_note
from madoguchi.customers.actions import change_customer
from madoguchi.customers.companies import find_or_make_company
from madoguchi.events.actor import Actor

pytestmark = pytest.mark.django_db


def kinds(answer):
    return [each["kind"] for each in answer.json()["items"]]


def test_a_timeline_is_read_page_by_page(admin):
    conversation = make_conversation(subject="一つ目")
    for n in range(2):
        receive_mail(conversation.inbox, subject=f"{n}通目")
    path = f"/customers/{conversation.customer_id}/timeline?kind=received&limit=2"

    first = admin.get(path).json()
    second = admin.get(f"{path}&cursor={first['next']}").json()

    assert [each["title"] for each in first["items"] + second["items"]] == ["1通目", "0通目", "一つ目"]
    assert second["next"] is None


def test_a_timeline_tells_what_each_entry_is(admin):
    conversation = make_conversation(subject="土鍋の返品", text="ふたが割れていました。")
    order = make_order()

    items = admin.get(f"/customers/{conversation.customer_id}/timeline").json()["items"]

    assert [each["kind"] for each in items] == ["received", "record", "order"]
    assert items[0] | {"at": ""} == {
        "at": "", "kind": "received", "id": conversation.messages.get().pk, "customer_id": conversation.customer_id,
        "title": "土鍋の返品", "summary": "ふたが割れていました。", "who": "髙橋 由美子", "way": "in",
        "channel": "mail", "inbox": conversation.inbox.name, "conversation": conversation.pk,
        "state": "", "is_late": False,
    }  # fmt: skip
    assert (items[2]["id"], items[2]["title"]) == (order.pk, "HK-104901")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=note", ["note"]),
        ("kind=note&kind=order", ["note", "order"]),
        ("way=in", ["received"]),
        ("channel=phone", []),
        ("q=ゆげ", ["order"]),
        ("until=2026-11-01", ["order"]),
    ],
)
def test_a_timeline_is_narrowed(admin, query, expected):
    conversation = make_conversation()
    add_note(conversation, "社内で確認します", user=make_user())
    make_order()

    assert kinds(admin.get(f"/customers/{conversation.customer_id}/timeline?{query}")) == expected


def test_what_nobody_can_mean_is_refused(admin):
    path = f"/customers/{make_conversation().customer_id}/timeline"

    answers = [admin.get(f"{path}?{each}") for each in ("kind=x", "cursor=x", "since=yesterday", "way=up")]

    assert [each.status_code for each in answers] == [422] * 4


def test_a_caller_reads_what_they_may_see(caller):
    secret = make_conversation(private_inbox(), subject="秘密の相談")
    seen = make_conversation(subject="土鍋の返品")
    stranger = make_conversation(private_inbox(), sender=OTHER)

    items = caller.get(f"/customers/{secret.customer_id}/timeline?kind=received").json()["items"]

    assert [each["conversation"] for each in items] == [seen.pk]
    assert caller.get(f"/customers/{stranger.customer_id}/timeline").status_code == 404


def test_a_company_has_one_for_all_its_people(admin):
    first, second = make_conversation(subject="一人目"), make_conversation(sender=OTHER, subject="二人目")
    company = find_or_make_company("はるか商事")
    for each in (first, second):
        change_customer(each.customer, by=Actor.system("test"), organisation=company)

    items = admin.get(f"/companies/{company.pk}/timeline?kind=received").json()["items"]

    assert [each["title"] for each in items] == ["二人目", "一人目"]
