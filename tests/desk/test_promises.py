"""お約束 on the screen: offered, kept, told in red, listed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.promises import overdue, promise_in

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.listed import listed_by_ids
from madoguchi.desk.row_extras import RowExtras
from madoguchi.promises.choices import PromiseState
from madoguchi.promises.models import Promise
from madoguchi.promises.offering import offers_in
from madoguchi.promises.watching import break_promises

pytestmark = pytest.mark.django_db

SAID = "髙橋 由美子 様\n\n明日までに折り返しご連絡いたします。"


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def conversation():
    return make_conversation()


def test_a_promise_of_a_reply_is_offered_and_kept_in_one_click(agent, conversation):
    message = reply_to(conversation, agent, text=SAID)
    client, url = browser_of(agent), f"/c/{conversation.pk}/promises"
    (offer,) = offers_in(conversation)

    page = text_of(client.get(f"{url}?part=strip", headers=HTMX))
    due = timezone.localtime(offer.due_at).strftime("%Y-%m-%dT%H:%M")
    values = {"message": message.pk, "place": offer.place, "words": offer.words, "due_at": due, "owner": agent.pk}
    response = client.post(url, values, headers=HTMX)

    assert f'value="{due}"' in page
    assert "明日までに折り返しご連絡いたします。" in page
    assert (response.status_code, "promises" in response["HX-Trigger"]) == (200, True)
    promise = Promise.objects.get()
    assert (promise.words, promise.owner, promise.message, promise.state) == (
        "明日までに折り返しご連絡いたします。", agent, message, PromiseState.OPEN,
    )  # fmt: skip
    assert "promise-offer" not in text_of(client.get(f"{url}?part=strip", headers=HTMX))


def test_many_offers_are_summed_up_in_one_line(agent, conversation):
    for day in ("明日", "明後日", "3日以内"):
        reply_to(conversation, agent, text=f"{day}までに折り返しご連絡いたします。")
    client, url = browser_of(agent), f"/c/{conversation.pk}/promises"

    strip = text_of(client.get(f"{url}?part=strip", headers=HTMX))

    assert "お約束の候補 3件" in strip
    assert strip.count('class="promise-offer"') == 3


def test_an_offer_is_declined(agent, conversation):
    message = reply_to(conversation, agent, text=SAID)
    client, (offer,) = browser_of(agent), offers_in(conversation)

    client.post(f"/c/{conversation.pk}/promises/decline", {"message": message.pk, "place": offer.place})

    assert offers_in(conversation) == []


def test_what_is_being_written_gives_a_hint(agent, conversation):
    client, url = browser_of(agent), f"/c/{conversation.pk}/promises/hint"

    said = text_of(client.post(url, {"mode": "reply", "text": SAID}, headers=HTMX))
    silent = text_of(client.post(url, {"mode": "reply", "text": "25日までにご返送ください。"}, headers=HTMX))
    note = text_of(client.post(url, {"mode": "note", "text": "明日17時までに折り返し"}, headers=HTMX))

    assert ("promise-hint" in said, silent.strip(), "明日17時までに折り返し" in note) == (True, "", True)


def test_a_promise_whose_time_has_passed_is_red_until_it_is_settled(agent, conversation):
    promise = overdue(promise_in(conversation, agent))
    break_promises(timezone.now())
    client, url = browser_of(agent), f"/c/{conversation.pk}/promises"

    before = text_of(client.get(f"{url}?part=strip", headers=HTMX))
    client.post(f"/promises/{promise.pk}/settle", headers=HTMX)
    after = text_of(client.get(url, headers=HTMX))

    assert "data-red" in before
    assert "data-red" not in after
    assert "守れなかった" in text_of(client.get("/promises?when=broken"))


def test_a_promise_is_kept_undone_changed_and_cancelled(agent, conversation):
    promise, client = promise_in(conversation, agent), browser_of(agent)

    assert f"/promises/{promise.pk}/reopen" in text_of(client.post(f"/promises/{promise.pk}/keep", headers=HTMX))
    client.post(f"/promises/{promise.pk}/reopen", headers=HTMX)
    later = timezone.localtime() + timedelta(days=4)
    values = {"words": "金曜までに返金", "due_at": later.strftime("%Y-%m-%dT%H:%M"), "owner": agent.pk}
    client.post(f"/promises/{promise.pk}/change", values, headers=HTMX)
    refused = client.post(f"/promises/{promise.pk}/cancel", {"reason": ""}, headers=HTMX)
    client.post(f"/promises/{promise.pk}/cancel", {"reason": "ご辞退"}, headers=HTMX)

    promise.refresh_from_db()
    assert refused.status_code == 422
    assert (promise.state, promise.reason, promise.words) == (PromiseState.CANCELLED, "ご辞退", "金曜までに返金")


def test_a_past_time_is_refused_at_its_field_and_nothing_is_lost(agent, conversation):
    client = browser_of(agent)
    values = {"words": "折り返し", "due_at": "2020-01-01T10:00", "owner": agent.pk}

    response = client.post(f"/c/{conversation.pk}/promises/new", values, headers=HTMX)

    assert (response.status_code, Promise.objects.count()) == (422, 0)
    assert 'value="折り返し"' in text_of(response)


def test_the_rail_counts_what_is_mine_and_due_today(agent, conversation):
    promise_in(conversation, agent, due_at=timezone.now() + timedelta(days=3))
    overdue(promise_in(conversation, agent))
    overdue(promise_in(conversation, make_user()))

    page = text_of(browser_of(agent).get("/"))

    assert 'aria-label="お約束 1"' in page


def test_nobody_sees_promises_of_closed_desks(agent):
    inbox = make_inbox(is_open_to_all=False)
    inbox.users.add(agent)
    promise = promise_in(make_conversation(inbox), agent)
    stranger = browser_of(make_user())

    assert stranger.post(f"/promises/{promise.pk}/keep").status_code == 404
    assert "明日までに折り返します" not in text_of(stranger.get("/promises?who=all"))


def test_who_only_looks_sees_no_buttons(conversation, agent):
    promise_in(conversation, agent)

    page = text_of(browser_of(make_user(Role.VIEWER)).get(f"/c/{conversation.pk}/promises"))

    assert ("明日までに折り返します" in page, "/keep" in page) == (True, False)


@pytest.mark.parametrize("path", ["/promises?who=all", "/c/{number}/promises"])
def test_a_list_asks_as_often_for_three_as_for_one(path, agent, conversation):
    client, url = browser_of(agent), path.format(number=conversation.pk)
    promise_in(conversation, agent)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _each in range(2):
        promise_in(conversation, make_user())

    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(three) == len(one)


@pytest.mark.parametrize("when", ["overdue", "today", "open", "kept", "broken", "cancelled", "nonsense"])
def test_every_group_of_the_ledger_opens(when, agent, conversation):
    promise_in(conversation, agent)

    assert browser_of(agent).get(f"/promises?when={when}&page=0").status_code == 200


def test_a_broken_promise_marks_its_row_and_the_rail(agent, conversation):
    promise, client = promise_in(conversation, agent), browser_of(agent)
    before = text_of(client.get("/"))
    overdue(promise)

    after = text_of(client.get("/"))

    assert ("icon-promise" in before, "約束した期日を過ぎました" in before) == (False, False)
    assert ("icon-promise" in after, "約束した期日を過ぎました" in after) == (True, True)
    assert re.search(r'href="/promises"[^>]* data-late', after)
    assert not re.search(r'href="/promises"[^>]* data-late', before)


def test_what_was_merged_in_marks_the_survivor(agent, conversation):
    other = make_conversation()
    overdue(promise_in(other, agent))
    merge_conversations(conversation, [other], user=agent)

    assert listed_by_ids(agent, [conversation.pk], extras=RowExtras)[0].is_marked


def test_after_a_reply_one_is_asked_whether_it_kept_the_promise(agent, conversation):
    client, url = browser_of(agent), f"/c/{conversation.pk}/promises?part=strip"
    promise = promise_in(conversation, agent, due_at=timezone.now() + timedelta(days=5))
    before = text_of(client.get(url, headers=HTMX))

    message = reply_to(conversation, agent, text="お待たせいたしました。在庫がございます。")

    asked = "この返信でお約束を果たしましたか?"
    assert (asked in before, f"/promises/{promise.pk}/keep" in before) == (False, False)
    page = text_of(client.get(url, headers=HTMX))
    assert (asked in page, f"/promises/{promise.pk}/keep" in page) == (True, True)
    cancel_reply(message, user=agent)
    assert asked not in text_of(client.get(url, headers=HTMX))


def test_the_reply_that_makes_a_promise_does_not_ask(agent, conversation):
    message = reply_to(conversation, agent, text=SAID)
    promise_in(conversation, agent, due_at=timezone.now() + timedelta(days=5), message=message)

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}/promises?part=strip", headers=HTMX))

    assert "果たしましたか" not in page
