"""The panel of the check before sending, while one writes and when sending was asked for."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from tests.factories import writing
from tests.factories.accounts import make_admin, make_user
from tests.factories.approval import make_rule
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.conversations.approval import Condition
from madoguchi.conversations.choices import DraftKind, MessageKind
from madoguchi.conversations.models import Draft, Message
from madoguchi.preflight.actions import set_levels
from madoguchi.preflight.choices import Check, Level

pytestmark = pytest.mark.django_db

#: 11:00 in Tokyo: at night the check asks whether the letter should leave now.
BY_DAY = "2026-11-25T02:00:00Z"

FAULTY = "髙橋 由美子 様\n\n𠮷田が了解しました。資料を添付いたします。"


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def client(agent):
    return browser_of(agent)


@pytest.fixture
def conversation():
    return make_conversation(make_inbox())


def letter(conversation, text=FAULTY, **values):
    return writing.letter(conversation, **{"subject": "Re: 商品", "text": text, "status_after": "done"} | values)


def at_hour(hour):
    """Of a day to come, as the form sends a time planned: so the clock of the test machine does not matter."""
    on = timezone.localtime() + timedelta(days=2)
    return on.replace(hour=hour, minute=0).strftime("%Y-%m-%dT%H:%M%z")


def lines_of(page):
    return re.findall(r'data-level="(\w+)" data-part="(\w*)" data-start="(\d+)" data-end="(\d+)"', page)


def keys_of(page):
    return re.search(r'name="acknowledge" value="([^"]*)"', page)[1]


def sent():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)


def test_the_panel_points_at_the_words_as_browsers_count(client, conversation):
    page = text_of(client.post(f"/c/{conversation.pk}/check", letter(conversation)))

    assert lines_of(page)[:2] == [("warn", "text", "24", "31"), ("warn", "text", "14", "20")]
    assert 'data-words="了解しました"' in page
    assert 'data-instead="承知いたしました"' in page
    assert 'data-go="files"' in page
    assert not Draft.objects.exists()


@pytest.mark.parametrize("values", [{"text": ""}, {"mode": "note"}, {"text": "x" * 300_000}])
def test_the_panel_has_nothing_to_say_of_what_is_not_written(client, conversation, values):
    page = text_of(client.post(f"/c/{conversation.pk}/check", letter(conversation, **values)))

    assert "<section" not in page
    assert "<li" not in page


def test_why_it_needs_approval_comes_with_the_panel_and_goes_with_the_words(client, conversation):
    make_rule(Condition("amount", (50_000,)), name="Refunds")
    url = f"/c/{conversation.pk}/check"

    asks = text_of(client.post(url, letter(conversation, "85,000円を返金いたします。", review="1")))
    free = text_of(client.post(url, letter(conversation, "発送いたしました。", review="1")))
    unwritten = text_of(client.post("/new/new-1/check", {"inbox": conversation.inbox_id, "text": "", "to": ""}))

    assert re.search(r'id="approval-needed".*Refunds: .*85,000', asks)
    assert "Refunds" not in free
    assert "Refunds" not in unwritten


@pytest.mark.parametrize(("hour", "is_night"), [(23, True), (11, False)])
def test_while_it_is_written_a_planned_letter_is_judged_by_when_it_leaves(client, conversation, hour, is_night):
    on = timezone.localtime() + timedelta(days=2)
    planned = on.replace(hour=hour, minute=0).strftime("%Y-%m-%dT%H:%M%z")

    page = text_of(
        client.post(f"/c/{conversation.pk}/check", letter(conversation, "承知いたしました。", send_at=planned))
    )

    assert ("at night" in page) == is_night


@pytest.mark.parametrize("send_at", ["yesterday", "2020-01-01T23:00Z"])
def test_a_time_that_is_none_is_refused_when_it_is_sent_and_not_before(client, conversation, send_at):
    page = client.post(f"/c/{conversation.pk}/check", letter(conversation, send_at=send_at))

    assert page.status_code == 200
    assert "<section" in text_of(page)


def test_the_panel_tells_of_what_happened_meanwhile(client, conversation):
    values = letter(conversation, "髙橋 由美子 様\n\n承知いたしました。")
    receive_mail(conversation.inbox, subject=f"Re: 商品(受付番号:{conversation.pk})", text="追記です。")

    page = text_of(client.post(f"/c/{conversation.pk}/check", values))

    assert "Something has happened since you began" in page


def test_sending_shows_the_review_and_sends_after_it(client, conversation):
    review = client.post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX)
    page = text_of(review)

    assert (review.status_code, sent().count()) == (409, 0)
    assert "Review before sending" in page
    assert "Send all the same" in page
    assert '<input type="hidden" name="status_after" value="done">' in page
    values = letter(conversation, acknowledge=keys_of(page))
    assert client.post(f"/c/{conversation.pk}/write", values, headers=HTMX).status_code == 200
    assert sent().get().text == FAULTY


def test_what_was_changed_after_the_review_is_looked_at_again(client, conversation):
    page = text_of(client.post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX))
    values = letter(conversation, f"{FAULTY}\nすみません。", acknowledge=keys_of(page))

    answer = client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)

    assert (answer.status_code, sent().count()) == (409, 0)


def test_what_blocks_cannot_be_waved_through(client, conversation):
    values = letter(conversation, "髙橋 由美子 様\n\n{{order.no}}")
    page = text_of(client.post(f"/c/{conversation.pk}/write", values, headers=HTMX))

    answer = client.post(f"/c/{conversation.pk}/write", values | {"acknowledge": keys_of(page)}, headers=HTMX)

    assert "What is marked red has to be put right" in page
    assert (answer.status_code, sent().count()) == (409, 0)


@time_machine.travel(BY_DAY)
def test_the_review_stays_while_one_repairs(client, conversation):
    plan = {"review": "1", "close_number": str(conversation.pk), "send_at": at_hour(11)}
    values = letter(conversation, "髙橋 由美子 様\n\n承知いたしました。", **plan)

    page = text_of(client.post(f"/c/{conversation.pk}/check", values))

    assert "Nothing to object to." in page
    assert f'formaction="/c/{conversation.pk}/write/close"' in page


def test_a_plain_browser_sees_the_review_on_the_whole_page(client, conversation):
    page = text_of(client.post(f"/c/{conversation.pk}/write", letter(conversation)))

    assert "Review before sending" in page
    assert "<html" in page


def test_what_was_acknowledged_survives_what_happened_meanwhile(client, conversation):
    values = letter(conversation)
    acknowledged = keys_of(text_of(client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)))
    receive_mail(conversation.inbox, subject=f"Re: 商品(受付番号:{conversation.pk})", text="追記です。")

    page = text_of(client.post(f"/c/{conversation.pk}/write", values | {"acknowledge": acknowledged}, headers=HTMX))

    assert f'name="acknowledge" value="{" ".join(sorted(acknowledged.split()))}"' in page
    shown = re.search(r'name="shown_event_id" value="(\d+)"', page)[1]
    known = {"acknowledge": acknowledged, "shown_event_id": shown, "override": "1", "reason": "電話で確認済み"}
    assert client.post(f"/c/{conversation.pk}/write", values | known, headers=HTMX).status_code == 200


@time_machine.travel(BY_DAY)
def test_new_mail_is_reviewed_too(client, agent):
    inbox = make_inbox()
    start = client.get("/new")
    url = re.search(r'hx-post="(/new/\w+)"', text_of(start))[1]
    values = {"to": "yumiko@mail.example", "subject": "ご案内", "text": "〇〇様", "inbox": str(inbox.pk)}

    panel, review = client.post(f"{url}/check", values), client.post(url, values, headers=HTMX)

    assert lines_of(text_of(panel))[:1] == [("warn", "text", "0", "2")]  # at night the hour is said below it
    assert (review.status_code, sent().count()) == (409, 0)
    answer = client.post(url, values | {"acknowledge": keys_of(text_of(review))}, headers=HTMX)
    assert (answer.status_code, sent().count()) == (200, 1)


def test_every_address_is_ticked_where_the_role_has_to(client, conversation, agent):
    set_levels(None, Role.AGENT, {Check.TICKS: Level.BLOCK}, version=0, user=make_admin())
    values = letter(conversation, "髙橋 由美子 様\n\n承知いたしました。")

    page = text_of(client.post(f"/c/{conversation.pk}/write", values, headers=HTMX))
    half = client.post(f"/c/{conversation.pk}/write", values | {"ticked": "other@mail.example"}, headers=HTMX)

    assert 'name="ticked" value="yumiko@mail.example"' in page
    assert "Tick every address and attachment, then send." in page
    assert "marked red" not in page
    assert "autofocus" in page
    assert (half.status_code, sent().count()) == (409, 0)
    ticked = {"ticked": "yumiko@mail.example"}
    assert client.post(f"/c/{conversation.pk}/write", values | ticked, headers=HTMX).status_code == 200


def test_nobody_checks_a_conversation_they_do_not_see(conversation):
    viewer, stranger = browser_of(make_user(Role.VIEWER)), browser_of(make_user())
    conversation.inbox.is_open_to_all = False
    conversation.inbox.save(update_fields=["is_open_to_all"])

    assert viewer.post(f"/c/{conversation.pk}/check", letter(conversation)).status_code == 403
    assert stranger.post(f"/c/{conversation.pk}/check", letter(conversation), headers=HTMX).status_code == 404


def test_a_draft_is_not_made_or_lost_by_the_review(client, conversation):
    client.post(f"/c/{conversation.pk}/draft?mode=reply", letter(conversation))

    client.post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX)

    assert Draft.objects.get(kind=DraftKind.REPLY).text == FAULTY


def test_a_template_that_was_not_filled_in_is_refused_with_the_place(client, agent, conversation):
    template = make_template(agent, body="{{宛名}}\n\n𠮷日の{{?お届け日}}に届きます。")
    address = reverse("desk:template-insert", args=[template.pk])
    inserted = client.post(
        f"{address}?number={conversation.pk}&mode=reply", {"text": "", "request_key": "key-1"}
    ).json()["text"]
    values = letter(conversation, inserted, status_after="wait")

    refused = client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)
    page = text_of(refused)
    again = client.post(f"/c/{conversation.pk}/write", values | {"acknowledge": keys_of(page)}, headers=HTMX)

    start = len(inserted[: inserted.index("{{?")].encode("utf-16-le")) // 2
    assert (refused.status_code, again.status_code) == (409, 409)
    assert ("stop", "text", str(start), str(start + len("{{?お届け日}}"))) in lines_of(page)
    assert not sent().exists()
    put_right = values | {"text": inserted.replace("{{?お届け日}}", "25日")}
    client.post(f"/c/{conversation.pk}/write", put_right | {"acknowledge": keys_of(page)}, headers=HTMX)
    assert sent().exists()
