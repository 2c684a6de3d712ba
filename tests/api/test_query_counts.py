"""Lists ask the database as often for three rows as for one."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.api.test_quarantine import make_quarantined
from tests.factories.accounts import make_team, make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail
from tests.factories.fields import make_field
from tests.factories.knowledge import make_article, make_article_category
from tests.factories.wording import make_template, stored

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.folders import create_folder, move_to_folder
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.own_statuses import StatusDefinition, create_status
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.triage import assign, change_status, change_tags, set_category
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Category
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain

pytestmark = pytest.mark.django_db

#: The most queries each list may ask, the token's own included.
MOST = {
    "/conversations": 7,
    "/fields": 3,
    "/statuses": 3,
    "/folders": 3,
    "/conversations/{number}/messages": 6,
    "/conversations/{number}/events": 4,
    "/customers": 8,
    "/customers/{customer}/history": 8,
    "/customers/{customer}/timeline": 11,
    "/drafts": 5,
    "/planned": 4,
    "/inboxes": 6,
    "/calendars": 3,
    "/quarantine": 4,
    "/users": 4,
    "/teams": 4,
    "/tags": 3,
    "/categories": 4,
    "/views": 3,
    "/notifications": 3,
    "/me/tokens": 3,
    "/audit": 3,
    "/templates": 7,
    "/templates?q=土鍋": 11,  # two of them tell PostgreSQL to use the index, and to choose again
    "/articles": 3,
    "/articles?q=土鍋": 8,
    "/article-categories": 4,
    "/search?q=土鍋&order=newest": 29,
}


def add_one_of_each(admin, n, conversation):
    """One more row for every list, with everything a row can have."""
    make_article(admin.user, title=f"土鍋{n}", category=make_article_category(f"鍋{n}"))
    make_template(admin.user, name=f"土鍋{n}", files=[stored(b"%d" % n, "a.txt", "text/plain")])
    inbox = make_inbox(calendar=make_calendar())
    file = (InboundAttachment("a.txt", "text/plain", b"%d" % n),)
    one = make_conversation(inbox, sender=Address(f"c{n}@mail.example"), text="土鍋", attachments=file)
    receive_mail(conversation.inbox, in_reply_to=conversation.messages.earliest("pk").external_id, attachments=file)
    user = make_user()
    team = make_team("", user)
    inbox.users.add(user)
    inbox.teams.add(team)
    parent = Category.objects.create(name=f"大{n}")
    category = Category.objects.create(name=f"中{n}", parent=parent)
    change_tags([one], add=[f"タグ{n}"], user=admin.user)
    own = create_status(StatusDefinition(f"返品待ち{n}", "wait"), user=admin.user)
    change_status([one], "wait", user=admin.user, own=own)
    move_to_folder([one], create_folder(inbox, f"返品{n}", user=admin.user), user=admin.user)
    set_fields([one], {make_field().pk: f"A-{n}"}, user=admin.user)
    set_category([one], category, user=admin.user)
    assign([one], user, user=admin.user)
    take_lock(one, user=user)
    admin.user.name = "中村 大輔"
    admin.user.save(update_fields=["name"])
    add_note(one, "@中村 確認", user=user)
    draft = admin.post("/drafts", {"conversation": one.pk, "text": "x"}).json()
    uploaded = admin.client.post("/api/v1/files", {"file": SimpleUploadedFile("a", b"%d" % n, "text/plain")}).json()
    admin.put(f"/drafts/{draft['id']}/files", {"attachments": [uploaded["id"]]})
    admin.post("/views", {"name": f"よく使う{n}", "conditions": {}})
    admin.post("/me/tokens", {"label": f"鍵{n}"})
    admin.patch(f"/users/{user.pk}", {"name": f"人{n}"})
    other = make_conversation(inbox, sender=Address(f"p{n}@mail.example"))
    sending = Sending(latest_event_id(other), send_at=timezone.now() + timedelta(days=1))
    write_reply(other, make_letter(), user=admin.user, sending=sending)
    make_quarantined(inbox, content=b"broken %d" % n)
    Event.objects.exclude(kind="note_added").update(is_pending=False)
    drain()


def count(admin, path):
    with CaptureQueriesContext(connection) as asked:
        response = admin.client.get(f"/api/v1{path}")
    assert response.status_code == 200
    return len(asked), len(response.json()["items"])


def test_lists_ask_no_more_for_more_rows(admin):
    conversation = make_conversation(sender=Address("first@mail.example"))
    add_one_of_each(admin, 1, conversation)
    names = {"number": conversation.pk, "customer": conversation.customer_id}
    one = {path: count(admin, path.format(**names)) for path in MOST}

    add_one_of_each(admin, 2, conversation)
    add_one_of_each(admin, 3, conversation)
    three = {path: count(admin, path.format(**names)) for path in MOST}

    assert {path: queries for path, (queries, _rows) in three.items()} == {
        path: queries for path, (queries, _rows) in one.items()
    }
    assert [path for path in MOST if three[path][1] < one[path][1] + 2] == []
    assert [(path, three[path][0]) for path, most in MOST.items() if three[path][0] > most] == []


def test_status_asks_little(admin):
    admin.get("/me")  # the first use of a key in a day is noted

    with CaptureQueriesContext(connection) as asked:
        admin.get("/status")

    assert len(asked) <= 11
