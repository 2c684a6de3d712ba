"""電話メモ on the screen: opened, saved while typing, kept, thrown away; the list of calls."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calls import callback_in, kept_call
from tests.factories.conversations import OTHER, make_conversation, make_inbox, private_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.calls.choices import CallState, Result
from madoguchi.calls.models import Call
from madoguchi.conversations.models import Conversation
from madoguchi.customers.actions import add_identity
from madoguchi.guides.models import TalkScript
from madoguchi.wording.choices import Kind
from madoguchi.wording.models import Template
from madoguchi.workforce.actions.presence import set_presence
from madoguchi.workforce.queries import current_span

pytestmark = pytest.mark.django_db

KEY = "abcdef0123456789"


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def inbox():
    return make_inbox()


@pytest.fixture
def client(agent, inbox):
    return browser_of(agent)


@pytest.fixture
def known(agent, inbox):
    conversation = make_conversation(inbox, subject="土鍋がまだ届きません")
    add_identity(conversation.customer, "phone", "03-1234-5678", by=agent.actor)
    return conversation


def test_the_window_opens_by_one_key_on_every_page(client):
    page = text_of(client.get("/calls"))

    assert re.search(r'data-memo-open data-key="F2"', page)
    assert 'id="memo"' in page
    assert "load, memo-back" not in page


def test_the_window_is_a_piece_of_any_page_and_a_page_of_its_own(client):
    piece = client.get(url("memo"), headers=HTMX)
    page = client.get(url("memo"))

    assert "<html" not in text_of(piece)
    assert (text_of(page).count('id="memo-form"'), text_of(page).count('id="memo"')) == (1, 1)
    assert piece.cookies["memo"]["httponly"]


def test_an_open_memo_follows_to_the_next_page(client):
    key = client.get(url("memo"), headers=HTMX).cookies["memo"].value
    client.post(url("memo-save", key), {"text": "割れて"})

    assert 'hx-trigger="load, memo-back from:body"' in text_of(client.get("/calls"))
    assert "割れて</textarea>" in text_of(client.get(url("memo"), headers=HTMX))


def test_an_empty_window_does_not_follow(client):
    client.get(url("memo"), headers=HTMX)

    response = client.get(f"{url('memo')}?kept=1", headers=HTMX)

    assert (text_of(response), response.cookies["memo"].value) == ("", "")


def test_typing_is_saved_and_answered_by_nothing(client, agent):
    response = client.post(url("memo-save", KEY), {"number": "０９０", "text": "交換\r\nご希望", "w_when": "今朝"})

    memo = Call.objects.get()
    assert (response.status_code, memo.user, memo.text, memo.answers) == (204, agent, "交換\nご希望", {"when": "今朝"})


def test_the_number_shows_the_customer_and_the_last_matters(client, known):
    response = client.post(url("memo-who"), {"number": "０３-１２３４-５６７８", "for_number": ""})

    page = text_of(response)
    assert known.customer.label in page
    assert f'name="joins" value="{known.pk}"' in page
    assert "土鍋がまだ届きません" in page
    assert "この番号をお客様の情報に追加する" not in page


def test_another_number_forgets_what_was_chosen_for_the_first(client, known):
    values = {"number": "03-9999-0000", "for_number": "03-1234-5678", "customer": known.customer_id, "joins": known.pk}

    page = text_of(client.post(url("memo-who"), values))

    assert known.customer.label not in page
    assert "この番号のお客様は登録されていません" in page


def test_several_with_one_number_are_chosen_from(client, known, agent, inbox):
    other = make_conversation(inbox, sender=OTHER).customer
    add_identity(other, "phone", "03-1234-5678", by=agent.actor)

    page = text_of(client.post(url("memo-who"), {"number": "0312345678", "for_number": "0312345678"}))

    assert page.count('name="customer"') == 2
    assert "どのお客様ですか?" in page


def test_a_window_from_a_conversation_joins_it(client, known):
    page = text_of(client.get(f"{url('memo')}?c={known.pk}", headers=HTMX))

    assert re.search(rf'name="joins" value="{known.pk}" checked', page)
    assert 'value="03-1234-5678"' in page


def test_a_conversation_and_a_customers_page_say_whom_the_memo_is_about(client, known):
    talk = text_of(client.get(url("conversation", known.pk)))
    customer = text_of(client.get(url("customer", known.customer_id)))

    assert re.search(r'hx-include="\[data-memo-about\]" data-memo-open', talk)
    assert f'name="c" value="{known.pk}" data-memo-about' in talk
    assert f'name="customer" value="{known.customer_id}" data-memo-about' in customer
    assert f'href="{url("memo")}?customer={known.customer_id}"' in customer


def test_a_window_from_a_customer_knows_them_and_their_number(client, known):
    page = text_of(client.get(f"{url('memo')}?customer={known.customer_id}", headers=HTMX))

    assert re.search(rf'name="customer" value="{known.customer_id}"', page)
    assert 'value="03-1234-5678"' in page
    assert f'name="joins" value="{known.pk}"' in page


def test_a_customer_out_of_sight_begins_no_memo_of_theirs(client):
    hidden = make_conversation(private_inbox(), sender=OTHER).customer

    page = text_of(client.get(f"{url('memo')}?customer={hidden.pk}", headers=HTMX))

    assert f'name="customer" value="{hidden.pk}"' not in page
    assert hidden.label not in page


def test_a_window_from_a_callback_calls_its_number_and_joins(client, known, agent):
    callback = callback_in(known, agent, number="045-111-2222", name="渡邉 節子")

    listed = text_of(client.get(url("callbacks")))
    page = text_of(client.get(f"{url('memo')}?callback={callback.pk}", headers=HTMX))

    assert f'href="{url("memo")}?callback={callback.pk}"' in listed
    assert f'href="{url("timeline", known.customer_id)}"' in listed
    assert 'value="045-111-2222"' in page
    assert re.search(r'name="direction" value="out" checked', page)
    assert re.search(rf'name="joins" value="{known.pk}" checked', page)


def test_names_in_the_list_of_calls_lead_to_the_timeline(client, agent, inbox):
    call = kept_call(agent, inbox=inbox)

    page = text_of(client.get(url("calls")))

    assert f'href="{url("timeline", call.message.conversation.customer_id)}"' in page


def test_ending_the_talk_begins_after_call_work(client, agent):
    set_presence(agent, "ready")
    started = (timezone.now() - timedelta(minutes=3)).isoformat()

    page = text_of(client.post(url("memo-clock", KEY), {"started_at": started, "talk": "end"}, headers=HTMX))

    assert "3分00秒" in page
    assert "data-since" in page
    assert current_span(agent).state == "wrap_up"


def test_keeping_closes_the_window_and_ends_after_call_work(client, agent, inbox):
    set_presence(agent, "wrap_up")
    values = {
        "number": "03-1234-5678",
        "name": "渡邉 節子",
        "text": "ふたが割れた",
        "inbox": inbox.pk,
        "result": "todo",
    }

    response = client.post(url("memo-keep", KEY), values, headers=HTMX)

    conversation = Conversation.objects.get()
    page = text_of(response)
    assert f"/c/{conversation.pk}" in page
    assert '<hx-partial hx-target="#memo" hx-swap="innerHTML"></hx-partial>' in page
    assert response.cookies["memo"].value == ""
    assert current_span(agent).state == "ready"
    timeline = text_of(client.get(f"/c/{conversation.pk}"))
    assert 'data-kind="call"' in timeline
    assert "結果: 要対応" in timeline


def test_keeping_leaves_a_break_alone(client, agent, inbox):
    set_presence(agent, "break")

    client.post(url("memo-keep", KEY), {"text": "伝言", "inbox": inbox.pk})

    assert current_span(agent).state == "break"


def test_what_cannot_be_kept_stays_in_the_window(client, inbox):
    response = client.post(
        url("memo-keep", KEY), {"number": "不明です", "text": "伝言", "inbox": inbox.pk}, headers=HTMX
    )

    page = text_of(response)
    assert response.status_code == 422
    assert "電話番号として読み取れません。数字で入力するか" in page
    assert "伝言</textarea>" in page
    assert Call.objects.get().state == CallState.WRITING


def test_without_scripts_keeping_leads_to_the_conversation(client, inbox):
    response = client.post(url("memo-keep", KEY), {"text": "伝言", "inbox": inbox.pk})

    assert response["Location"] == f"/c/{Conversation.objects.get().pk}"


def test_saving_after_keeping_is_refused_in_words(client, agent, inbox):
    call = kept_call(agent, inbox=inbox)

    response = client.post(url("memo-save", call.key), {"text": "まだ"})

    assert response.status_code == 409
    assert f"#{call.message.conversation_id}" in text_of(response)


def test_throwing_away_can_be_undone(client):
    client.post(url("memo-save", KEY), {"text": "伝言"})

    page = text_of(client.post(url("memo-discard", KEY), headers=HTMX))
    state = Call.objects.get().state
    client.post(url("memo-back", KEY), headers=HTMX)

    assert url("memo-back", KEY) in page
    assert (state, Call.objects.get().state) == (CallState.DISCARDED, CallState.WRITING)


def test_a_talk_script_is_followed_in_the_window_and_told_in_the_memo(client, inbox):
    source = "# 状態\n商品の状態を伺います。\n+ 恐れ入りますが\n> 不良 -> 交換\n> 解決した\n# 交換\n交換を案内します。"
    script = TalkScript.objects.create(name="返品", source=source)

    first = text_of(client.post(url("memo-script"), {"script": script.pk}))
    second = text_of(client.post(url("memo-script"), {"script": script.pk, "next": "不良"}))
    back = text_of(client.post(url("memo-script"), {"script": script.pk, "way": "不良", "turn": "back"}))
    values = {"text": "不良品", "inbox": inbox.pk, "script": script.pk, "way": "不良"}
    client.post(url("memo-keep", KEY), values, headers=HTMX)

    assert "商品の状態を伺います。" in first
    assert "交換を案内します。" in second
    assert "商品の状態を伺います。" in back
    assert "トークスクリプト「返品」: 不良" in Conversation.objects.get().messages.get().text


def test_short_phrases_are_offered_those_for_the_phone_first(client, agent):
    for folder, body in (("定型句", "よろしくお願いします"), ("電話", "折り返し希望"), ("電話", "{{姓}}様")):
        Template.objects.create(name=body, body=body, folder=folder, kind=Kind.PHRASE, owner=agent)

    page = text_of(client.get(url("memo"), headers=HTMX))

    assert re.findall(r'data-memo-put="([^"]*)"', page) == ["折り返し希望", "よろしくお願いします"]


def test_who_only_reads_has_no_window(inbox):
    client = browser_of(make_user(Role.VIEWER))

    assert client.get(url("memo")).status_code == 403
    assert "data-memo-open" not in text_of(client.get("/calls"))


def test_calls_are_listed_with_their_times(client, agent, inbox):
    kept_call(agent, inbox=inbox, result=Result.NO_ANSWER)

    page = text_of(client.get("/calls"))

    assert "土鍋のふたが割れていた" in page
    assert "不在" in page
    assert "03-1234-5678" in page


def test_the_list_asks_as_often_for_one_as_for_three(client, agent, inbox):
    kept_call(agent, inbox=inbox)
    client.get("/calls")
    with CaptureQueriesContext(connection) as one:
        client.get("/calls")
    for number in range(2):
        kept_call(agent, inbox=inbox, number=f"03-1234-000{number}", name=f"客{number}")

    with CaptureQueriesContext(connection) as three:
        client.get("/calls")

    assert len(three) == len(one)
