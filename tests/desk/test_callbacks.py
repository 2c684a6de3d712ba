"""折り返し on the screen: the panel, the due list, attempts, the customer's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_user, make_workspace
from tests.factories.calls import callback_in, over
from tests.factories.conversations import make_conversation, private_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.calls.actions.links import make_callback_link
from madoguchi.calls.choices import CallbackState, Source
from madoguchi.calls.links import token_of
from madoguchi.calls.models import Callback, CallbackLink
from madoguchi.calls.slots import next_slots
from madoguchi.customers.actions import add_identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def conversation():
    return make_conversation()


@pytest.fixture
def client(agent):
    return browser_of(agent)


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_dialog_knows_the_number_and_offers_half_hours(client, agent, conversation):
    add_identity(conversation.customer, "phone", "03-1234-5678", by=agent.actor)
    slot = next_slots(conversation.inbox, timezone.now())[0]

    page = text_of(client.get(url("callback-new", conversation.pk), headers=HTMX))

    assert 'value="03-1234-5678"' in page
    assert f'value="{iso(slot.starts_at)}"' in page
    assert "<optgroup" in page


def test_a_callback_is_entered_and_stands_beside_the_conversation(client, agent, conversation):
    slot = next_slots(conversation.inbox, timezone.now())[0]
    values = {"number": "０３-1234-5678", "slot": iso(slot.starts_at), "owner": agent.pk, "topic": "納期"}

    response = client.post(url("callback-new", conversation.pk), values, headers=HTMX)

    panel = text_of(client.get(url("callbacks-of", conversation.pk), headers=HTMX))
    assert "callbacks" in response["HX-Trigger"]
    assert Callback.objects.get().starts_at == slot.starts_at
    assert "03-1234-5678" in panel
    assert url("callback-attempt", Callback.objects.get().pk) in panel


def test_a_time_must_be_chosen(client, agent, conversation):
    values = {"number": "03-1234-5678", "owner": agent.pk}

    response = client.post(url("callback-new", conversation.pk), values, headers=HTMX)

    assert response.status_code == 422
    assert "折り返しの日時を選んでください。" in text_of(response)


def test_an_attempt_is_noted_and_reaching_can_be_undone(client, agent, conversation):
    callback = callback_in(conversation, agent)
    client.post(url("callback-attempt", callback.pk), {"outcome": "busy", "note": "話し中"}, headers=HTMX)

    page = text_of(client.post(url("callback-attempt", callback.pk), {"outcome": "reached"}, headers=HTMX))
    callback.refresh_from_db()
    done = callback.state
    client.post(url("callback-reopen", callback.pk), headers=HTMX)

    callback.refresh_from_db()
    assert url("callback-reopen", callback.pk) in page
    assert (done, callback.state, callback.attempts.count()) == (CallbackState.DONE, CallbackState.OPEN, 1)


def test_it_is_moved_and_closed(client, agent, conversation):
    callback, other = callback_in(conversation, agent), make_user()
    later = timezone.localtime() + timedelta(days=3)

    moved = {"other_at": later.strftime("%Y-%m-%dT%H:%M"), "owner": other.pk}
    client.post(url("callback-move", callback.pk), moved, headers=HTMX)
    callback.refresh_from_db()
    assert (callback.owner, timezone.localtime(callback.starts_at).date()) == (other, later.date())
    client.post(url("callback-close", callback.pk), {"state": "cancelled", "reason": "メールで済んだ"}, headers=HTMX)

    callback.refresh_from_db()
    assert (callback.state, callback.reason) == (CallbackState.CANCELLED, "メールで済んだ")


def test_the_due_list_is_red_where_time_has_passed(client, agent, conversation):
    over(callback_in(conversation, agent))

    page = text_of(client.get("/callbacks"))

    assert "<tr data-red>" in page
    assert "時間を過ぎています" in page or "期日超過" in page or "data-due" in page
    rail = page[page.index('href="/callbacks"') :][:200]
    assert "data-late" in rail


def test_callbacks_of_other_desks_are_not_there(client):
    hidden = make_conversation(private_inbox())
    callback = callback_in(hidden, make_user("admin"))

    assert client.get(url("callback-attempt", callback.pk)).status_code == 404
    assert client.get(url("callbacks-of", hidden.pk)).status_code == 404


def test_the_due_list_asks_as_often_for_one_as_for_three(client, agent, conversation):
    callback_in(conversation, agent)
    client.get("/callbacks?when=open")
    with CaptureQueriesContext(connection) as one:
        client.get("/callbacks?when=open")
    callback_in(make_conversation(conversation.inbox), agent)
    callback_in(conversation, agent)

    with CaptureQueriesContext(connection) as three:
        client.get("/callbacks?when=open")

    assert len(three) == len(one)


def test_the_address_of_the_page_is_shown_to_be_put_into_a_reply(client, conversation):
    page = text_of(client.post(url("callback-link", conversation.pk), headers=HTMX))

    assert f"/callback/{token_of(CallbackLink.objects.get())}" in page
    client.post(url("callback-link", conversation.pk), {"end": "1"}, headers=HTMX)
    assert CallbackLink.objects.get().revoked_at is not None


#: They have no counterpart in UTC.
ENDS_OF_TIME = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


@pytest.fixture
def page(agent, conversation):
    make_workspace()
    return f"/callback/{token_of(make_callback_link(conversation, user=agent))}"


def test_a_customer_chooses_on_their_page(page, conversation):
    customer, slot = Client(), next_slots(conversation.inbox, timezone.now())[1]

    shown = customer.get(page)
    answer = customer.post(page, {"number": "０９０-1234-5678", "slot": iso(slot.starts_at), "name": "髙橋"})

    callback = Callback.objects.get()
    assert (shown.status_code, shown["X-Robots-Tag"], shown["Cache-Control"]) == (
        200, "noindex, nofollow", "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert conversation.customer.label not in text_of(shown)
    assert conversation.subject not in text_of(shown)
    assert answer.status_code == 302
    assert (callback.source, callback.number, callback.starts_at) == (Source.PAGE, "090-1234-5678", slot.starts_at)
    assert "次の日時にお電話いたします" in text_of(customer.get(page))
    customer.post(page, {"withdraw": "1"})
    callback.refresh_from_db()
    assert callback.state == CallbackState.CANCELLED


def test_the_page_speaks_english_when_asked(page):
    assert "When may we call you?" in text_of(Client().get(f"{page}?lang=en"))
    assert "折り返しのお電話の日時" in text_of(Client().get(f"{page}?lang=xx"))


@pytest.mark.parametrize("slot", ["", "yesterday", "2026-13-45T99:99:99Z", "2020-01-01T00:00:00Z", *ENDS_OF_TIME])
def test_what_cannot_be_chosen_keeps_what_was_typed(page, slot):
    response = Client().post(page, {"number": "090-1234-5678", "slot": slot, "topic": "納期について"})

    assert response.status_code == 422
    assert "納期について" in text_of(response)
    assert Callback.objects.count() == 0


def test_a_wrong_link_says_that_the_page_is_closed(page):
    response = Client().get(page[:-3] + "000")

    assert response.status_code == 410
    assert "受付を終了しました" in text_of(response)


def test_choosing_is_bounded(page):
    customer = Client()

    answers = [customer.post(page, {"number": "x"}).status_code for _try in range(21)]

    assert answers[-1] == 429
