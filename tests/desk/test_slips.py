"""伝言メモ and the ringing telephone on the screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.calls.actions.rings import note_ring
from madoguchi.calls.actions.slips import Told, send_slip
from madoguchi.calls.handing import extension_of
from madoguchi.calls.models import Ring, Slip
from madoguchi.customers.actions import add_identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def colleague():
    return make_user(name="小林 あかり")


@pytest.fixture
def conversation():
    return make_conversation(make_inbox(), subject="土鍋がまだ届きません")


@pytest.fixture
def client(agent):
    return browser_of(agent)


def test_a_message_is_left_and_answered(client, agent, colleague, conversation):
    values = {"recipient": colleague.pk, "wish": "call", "text": "納期の件"}

    left = client.post(url("slip-new", conversation.pk), values, headers=HTMX)
    slip = Slip.objects.get()
    theirs = browser_of(colleague)
    listed = text_of(theirs.get("/slips"))
    theirs.post(url("slip-answer", slip.pk), {"answer": "電話済み"}, headers=HTMX)

    assert "小林 あかり" in text_of(left)
    assert ("納期の件" in listed, url("slip-answer", slip.pk) in listed) == (True, True)
    assert "電話済み" in text_of(client.get("/slips?whose=from_me&answered=1"))
    assert "納期の件" not in text_of(theirs.get("/slips"))


def test_oneself_is_not_told(client, agent, conversation):
    assert f'value="{agent.pk}"' not in text_of(client.get(url("slip-new", conversation.pk), headers=HTMX))


def test_ones_own_message_is_taken_back(client, agent, colleague, conversation):
    slip = send_slip(conversation, Told(colleague, "x"), user=agent)

    client.post(url("slip-withdraw", slip.pk), headers=HTMX)

    slip.refresh_from_db()
    assert slip.withdrawn_at is not None
    assert client.get(url("slip-answer", slip.pk)).status_code == 404


def test_the_list_asks_as_often_for_one_as_for_three(client, agent, colleague, conversation):
    send_slip(conversation, Told(agent, "x"), user=colleague)
    client.get("/slips")
    with CaptureQueriesContext(connection) as one:
        client.get("/slips")
    for _each in range(2):
        send_slip(make_conversation(conversation.inbox), Told(agent, "x"), user=colleague)

    with CaptureQueriesContext(connection) as three:
        client.get("/slips")

    assert len(three) == len(one)


def test_a_ringing_telephone_shows_who_calls_and_opens_the_memo(client, agent, conversation):
    add_identity(conversation.customer, "phone", "03-1234-5678", by=agent.actor)
    note_ring(agent, call_id="a1", number="+81312345678", direction="in", state="ringing", by=agent)

    card = text_of(client.get(url("ringing"), headers=HTMX))
    opened = client.post(url("ring-open", Ring.objects.get().pk), headers=HTMX)

    assert (conversation.customer.label in card, "土鍋がまだ届きません" in card, "data-memo-open" in card) == (
        True, True, True,
    )  # fmt: skip
    assert 'value="03-1234-5678"' in text_of(opened)
    assert conversation.customer.label in text_of(opened)
    assert text_of(client.get(url("ringing"), headers=HTMX)).strip() == ""


def test_others_telephones_do_not_ring_here(client, colleague):
    note_ring(colleague, call_id="a1", number="03-1234-5678", direction="in", state="ringing", by=colleague)

    assert text_of(client.get(url("ringing"), headers=HTMX)).strip() == ""
    assert client.post(url("ring-open", Ring.objects.get().pk), headers=HTMX).status_code == 404


def test_a_card_is_closed(client, agent):
    note_ring(agent, call_id="a1", number="", direction="in", state="ringing", by=agent)

    page = text_of(client.post(url("ring-dismiss", Ring.objects.get().pk), headers=HTMX))

    assert page.strip() == ""


def test_a_softphone_opens_the_memo_by_an_address(client, agent, conversation):
    add_identity(conversation.customer, "phone", "03-1234-5678", by=agent.actor)

    page = text_of(client.get("/calls/memo?number=%2B81312345678&direction=out"))

    assert conversation.customer.label in page
    assert 'name="direction" value="out" checked' in page


def test_the_extension_is_kept_and_is_ones_own(client, agent, colleague):
    client.post(url("extension"), {"number": "21"}, headers=HTMX)
    refused = browser_of(colleague).post(url("extension"), {"number": "21"}, headers=HTMX)

    assert extension_of(agent) == "21"
    assert refused.status_code == 422
    assert "ほかのユーザーが使っています" in text_of(refused)
