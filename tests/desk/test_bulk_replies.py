"""一括返信 on the screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.models import Message
from madoguchi.outreach.actions import write_next
from madoguchi.outreach.choices import BulkState
from madoguchi.outreach.models import BulkReply

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def inbox():
    return make_inbox()


def conversations(inbox, amount):
    return [make_conversation(inbox, sender=Address(f"c{n}@mail.example", f"山本 {n}")) for n in range(amount)]


def form(rows, **values):
    return {
        "conversation": [str(each.pk) for each in rows],
        "text": "{{customer.name}} 様\n\n遅れております。",
    } | values


def begun(browser, rows, **values):
    browser.post("/bulk-replies/new", form(rows, send="1", **values), headers=HTMX)
    return BulkReply.objects.latest("pk")


def test_the_dialog_begins_with_the_fields_of_a_letter(agent, inbox):
    rows = conversations(inbox, 2)
    query = "&".join(f"conversation={each.pk}" for each in rows)

    dialog = text_of(browser_of(agent).get(f"/bulk-replies/new?{query}", headers=HTMX))

    assert "Reply to 2 conversations" in dialog
    assert "{{customer.salutation}}" in dialog
    assert all(f'name="conversation" value="{each.pk}"' in dialog for each in rows)


def test_a_japanese_reader_is_given_the_fields_by_their_japanese_names(agent, inbox):
    agent.language = "ja"
    agent.save()
    one = conversations(inbox, 1)[0]

    dialog = text_of(browser_of(agent).get(f"/bulk-replies/new?conversation={one.pk}", headers=HTMX))

    assert "{{宛名}}" in dialog
    assert "{{署名}}" in dialog
    assert "customer.salutation" not in dialog


def test_the_preview_shows_each_letter_and_writes_none(agent, inbox):
    rows = conversations(inbox, 2)
    take_lock(rows[1], user=make_user(name="中村 大輔"))

    dialog = text_of(browser_of(agent).post("/bulk-replies/new", form(rows), headers=HTMX))

    assert "0 様\n\n遅れております。" in dialog
    assert "中村 大輔 is replying to this one." in dialog
    assert "Send 1 letter" in dialog
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND).exists()


def test_a_faulty_field_is_said_and_the_text_stays(agent, inbox):
    answer = browser_of(agent).post(
        "/bulk-replies/new", form(conversations(inbox, 1), text="{{customer.nmae}}"), headers=HTMX
    )

    assert answer.status_code == 422
    assert "{{customer.nmae}}</textarea>" in text_of(answer)


def test_it_begins_and_leads_to_its_page(agent, inbox):
    browser, rows = browser_of(agent), conversations(inbox, 2)

    answer = browser.post("/bulk-replies/new", form(rows, send="1", status_after="done"), headers=HTMX)
    bulk = BulkReply.objects.get()
    write_next(bulk.pk)
    page = text_of(browser.get(f"/bulk-replies/{bulk.pk}"))

    assert answer["HX-Redirect"] == f"/bulk-replies/{bulk.pk}"
    assert bulk.status_after == "done"
    assert "1 of 2 looked at, 1 written" in page
    assert '<progress max="2" value="1"' in page


def test_it_is_stopped_taken_back_and_tried_again(agent, inbox):
    browser = browser_of(agent)
    bulk = begun(browser, conversations(inbox, 2))
    write_next(bulk.pk)

    stopped = text_of(browser.post(f"/bulk-replies/{bulk.pk}/stop", headers=HTMX))
    taken = text_of(browser.post(f"/bulk-replies/{bulk.pk}/take-back", headers=HTMX))
    browser.post(f"/bulk-replies/{bulk.pk}/retry", headers=HTMX)

    bulk.refresh_from_db()
    assert "Stopped by hand" in stopped
    assert "1 taken back" in taken
    assert Message.objects.get(kind=MessageKind.OUTBOUND).state == MessageState.CANCELLED
    assert bulk.state == BulkState.RUNNING


def test_others_bulk_replies_are_not_found(agent, inbox):
    bulk = begun(browser_of(make_user()), conversations(inbox, 1))

    assert browser_of(agent).get(f"/bulk-replies/{bulk.pk}").status_code == 404
    assert f"/bulk-replies/{bulk.pk}" not in text_of(browser_of(agent).get("/bulk-replies"))


def test_its_page_asks_as_often_for_three_letters_as_for_one(agent, inbox):
    browser = browser_of(agent)

    def amount(rows):
        bulk = begun(browser, rows)
        while write_next(bulk.pk):
            pass
        browser.get(f"/bulk-replies/{bulk.pk}")
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/bulk-replies/{bulk.pk}")
        return len(asked)

    assert amount(conversations(inbox, 1)) == amount(
        [make_conversation(inbox, sender=Address(f"d{n}@mail.example")) for n in range(3)]
    )
