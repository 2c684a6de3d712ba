"""The one timeline: what it brings together, in which order and page by page, and for whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calls import callback_at, kept_call
from tests.factories.commerce import an_order, make_order, make_source
from tests.factories.conversations import (
    OTHER,
    make_conversation,
    make_inbox,
    private_inbox,
    receive_mail,
    reply_to,
)
from tests.factories.promises import promise_in

from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.models import Message
from madoguchi.core.errors import NotFound
from madoguchi.customers.actions import change_customer, merge_customers
from madoguchi.customers.models import Customer
from madoguchi.flows.timeline import reading
from madoguchi.flows.timeline.entry import Chosen, Kind, Place, Way, place_of
from madoguchi.flows.timeline.reading import entry_of, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user()


def kinds_of(page):
    return [str(each.kind) for each in page.entries]


def test_everything_of_a_person_stands_in_one_order(me):
    conversation = make_conversation()
    person = conversation.customer_id
    reply_to(conversation, me)
    add_note(conversation, "社内で確認します", user=me)
    promise_in(conversation, me)
    callback_at(conversation, me, timezone.now() + timedelta(hours=2))
    kept_call(me, customer=conversation.customer, joins=conversation)
    make_order()
    change_customer(conversation.customer, by=me.actor, family_name="髙橋")

    page = page_of(me, [person])

    assert not page.has_more
    assert sorted(kinds_of(page)) == sorted(
        ["received", "sent", "note", "promise", "callback", "call", "order", "record", "record"]
    )
    assert [each.place for each in page.entries] == sorted((each.place for each in page.entries), reverse=True)


def test_pages_follow_each_other_without_gap_or_double_even_at_one_moment(me):
    inbox = make_inbox()
    for n in range(5):
        receive_mail(inbox, subject=f"{n}通目", external_id=f"one-{n}@mail.example")
    person = Customer.objects.get().pk
    moment = datetime(2026, 11, 1, 9, tzinfo=UTC)
    Message.objects.update(at=moment)
    make_order(found=an_order(ordered_at=moment))
    Customer.objects.update(created_at=moment)
    whole = [each.key for each in page_of(me, [person]).entries]

    seen, place = [], None
    while True:
        page = page_of(me, [person], before=place, limit=2)
        seen += [each.key for each in page.entries]
        if not page.has_more:
            break
        place = page.entries[-1].place

    assert len(whole) == 7
    assert seen == whole
    later = page_of(me, [person], after=page_of(me, [person]).entries[4].place, limit=2)
    assert [each.key for each in later.entries] == whole[2:4]
    assert later.has_more


def test_what_one_may_not_see_is_in_no_page(me):
    secret = make_conversation(private_inbox(), subject="秘密の相談")
    boss = make_user(role="admin")
    add_note(secret, "秘密のメモ", user=boss)
    promise_in(secret, boss)
    callback_at(secret, boss, timezone.now() + timedelta(hours=2))
    make_conversation(subject="土鍋の返品")

    page = page_of(me, [secret.customer_id])

    assert [each.title for each in page.entries if each.conversation] == ["土鍋の返品"]
    assert len(page_of(boss, [secret.customer_id]).entries) == len(page.entries) + 4
    with pytest.raises(NotFound):
        entry_of(me, [secret.customer_id], 50, secret.messages.first().pk)


def test_a_guest_reads_only_what_they_follow(me):
    followed = make_conversation(subject="相談1")
    make_conversation(followed.inbox, subject="相談2")
    make_order()
    guest = make_user(role="guest")
    followed.followers.add(guest)

    page = page_of(guest, [followed.customer_id])

    assert [each.title for each in page.entries if each.kind != Kind.RECORD] == ["相談1"]


def test_what_they_wrote_into_somebody_elses_conversation_is_theirs_too(me):
    first = make_conversation(sender=OTHER, subject="共同の注文")
    wrote = receive_mail(
        first.inbox, in_reply_to=first.messages.get().external_id, references=(first.messages.get().external_id,)
    )
    assert wrote.conversation_id == first.pk

    page = page_of(me, [wrote.customer_id])

    assert [each.id for each in page.entries if each.kind == Kind.RECEIVED] == [wrote.pk]


def test_a_merged_record_brings_all_it_had_at_once(me):
    kept = make_conversation(subject="一つ目").customer
    gone = make_conversation(sender=OTHER, subject="二つ目").customer
    change_customer(gone, by=me.actor, family_name="佐藤")
    merge_customers(kept, gone, by=me.actor, chosen={})

    page = page_of(me, [kept.pk])

    assert {each.title for each in page.entries if each.kind == Kind.RECEIVED} == {"一つ目", "二つ目"}
    assert sorted(kinds_of(page)) == ["merge", "received", "received", "record", "record", "record"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(kinds=frozenset({Kind.NOTE})), ["note"]),
        (Chosen(kinds=frozenset({Kind.CALL, Kind.ORDER})), ["call", "order"]),
        (Chosen(way=Way.IN), ["call", "received"]),
        (Chosen(way=Way.OUT), ["sent"]),
        (Chosen(channel="phone"), ["call"]),
        (Chosen(channel="mail"), ["received", "sent"]),
        (Chosen(until=date(2026, 11, 1)), ["order"]),
        (Chosen(since=date(2026, 11, 1), until=date(2026, 11, 1), way=Way.IN), []),
        (Chosen(text="どなべ"), ["received"]),
        (Chosen(text="ゆけ゛ ８号"), ["order"]),
        (Chosen(text="土鍋"), ["order", "received"]),
        (Chosen(text="社内 確認"), ["note"]),
        (Chosen(text="存在しない言葉"), []),
    ],
)
def test_a_timeline_is_narrowed(me, chosen, expected):
    conversation = make_conversation()
    reply_to(conversation, me)
    add_note(conversation, "社内で確認します", user=me)
    kept_call(me, customer=conversation.customer, joins=conversation, subject="ふた", text="割れていた")
    make_order()
    Message.objects.update(at=timezone.now())
    Customer.objects.update(created_at=timezone.now())

    assert sorted(kinds_of(page_of(me, [conversation.customer_id], chosen))) == expected


def test_a_timeline_is_narrowed_to_a_desk(me):
    first, second = make_conversation(), make_conversation()

    page = page_of(me, [first.customer_id], Chosen(inbox=second.inbox_id))

    assert first.customer_id == second.customer_id
    assert [each.conversation for each in page.entries] == [second.pk]


def test_as_many_queries_for_three_of_each_as_for_one(me):
    counts = []
    source = make_source()
    conversation = make_conversation()
    for n in range(3):
        talk = make_conversation(conversation.inbox, subject=f"件名{n}", external_id=f"q{n}@mail.example")
        add_note(talk, "メモ", user=me)
        promise_in(talk, me)
        callback_at(talk, me, timezone.now() + timedelta(hours=2 + n))
        kept_call(me, customer=talk.customer, joins=talk)
        make_order(source, an_order(f"HK-10490{n}"))
        with CaptureQueriesContext(connection) as queries:
            page_of(me, [conversation.customer_id])
        counts.append(len(queries))

    assert counts[0] == counts[2] <= 5


def test_a_place_goes_there_and_back_and_nonsense_is_none():
    place = Place(datetime(2026, 11, 1, 9, 0, 0, 123456, tzinfo=UTC), 50, 1234)

    assert place_of(str(place)) == place
    assert [place_of(text) for text in ("", "x", "1.2", "1.2.99999999999999999999", "1.2.3.4", "９.1.1")] == [None] * 6


def test_a_search_pages_through_more_messages_than_are_looked_up_at_first(me, monkeypatch):
    monkeypatch.setattr(reading, "_FEW", 2)
    inbox = make_inbox()
    for n in range(5):
        receive_mail(inbox, text="土鍋が届きません", external_id=f"one-{n}@mail.example")
    person = Customer.objects.get().pk
    whole = [each.key for each in page_of(me, [person], Chosen(kinds=frozenset({Kind.RECEIVED}))).entries]

    seen, place = [], None
    while True:
        page = page_of(me, [person], Chosen(text="土鍋"), before=place, limit=2)
        seen += [each.key for each in page.entries]
        if not page.has_more:
            break
        place = page.entries[-1].place

    assert len(whole) == 5
    assert seen == whole


def test_newer_messages_that_were_not_chosen_hide_none_that_say_the_words(me, monkeypatch):
    monkeypatch.setattr(reading, "_FEW", 2)
    conversation = make_conversation(text="土鍋が届きません")
    for _each in range(3):
        reply_to(conversation, me, text="髙橋 由美子 様\n\n土鍋を本日発送いたします。")

    page = page_of(me, [conversation.customer_id], Chosen(text="土鍋", way=Way.IN))

    assert kinds_of(page) == ["received"]
