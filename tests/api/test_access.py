"""Who may call what: nothing without a token, nothing of other desks, nothing beyond the role."""

import re

import pytest
from django.test import Client
from tests.factories.accounts import PASSWORD, make_team, make_user, make_workspace
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.accounts.actions import create_token, deactivate_user
from madoguchi.accounts.choices import Role
from madoguchi.api.app import api
from madoguchi.channels.actions import quarantine_raw, set_inbox_access, store_raw
from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Attachment
from madoguchi.events.actor import Actor
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


def every_operation() -> list[tuple[str, str]]:
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return [(method, re.sub(r"\{[^}]+\}", "1", path)) for path, methods in paths.items() for method in methods]


@pytest.mark.parametrize(("method", "path"), every_operation())
def test_nothing_without_a_token(method, path):
    response = getattr(Client(), method)(path, content_type="application/json")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_authenticated"
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer mdg_wrong", "Basic bWRnOng=", "mdg_wrong", "Bearer \u00e9"]
)
def test_bad_token_is_refused(header):
    assert Client(headers={"authorization": header}).get("/api/v1/me").status_code == 401


def test_token_ends_with_its_person(caller):
    deactivate_user(caller.user, by=SYSTEM)

    assert caller.get("/me").status_code == 401


def test_session_reads(client):
    make_workspace()
    client.force_login(make_user(name="中村 大輔"))

    assert client.get("/api/v1/me").json()["name"] == "中村 大輔"


def test_session_writes_only_with_its_csrf_token(settings):
    settings.PASSWORD_HASHERS = ["tests.factories.accounts.QuickArgon2"]
    user = make_user(password=PASSWORD)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)

    refused = browser.patch("/api/v1/me", {"name": "別名"}, content_type="application/json")
    browser.cookies["csrftoken"] = "a" * 32
    accepted = browser.patch(
        "/api/v1/me", {"name": "別名"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert (accepted.status_code, accepted.json()["name"]) == (200, "別名")


@pytest.fixture
def elsewhere():
    """What belongs to a desk that the agent may not see: addresses of the API by what they name."""
    inbox = make_inbox(is_open_to_all=False)
    conversation = make_conversation(inbox)
    message = conversation.messages.get()
    attachment = Attachment.objects.create(
        message=message, blob=store_blob(b"x"), name="a.txt", content_type="text/plain", size_bytes=1
    )
    raw = store_raw(b"x", source="smtp", inbox=inbox)
    quarantine_raw(raw, reason="unreadable", detail="")
    return {
        "number": conversation.pk,
        "message": message.pk,
        "attachment": attachment.pk,
        "customer": conversation.customer_id,
        "inbox": inbox.pk,
        "raw": raw.pk,
    }


LETTER = {"to": [{"email": "a@mail.example"}], "text": "本文", "seen_event_id": 0}


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("get", "/conversations/{number}", None),
        ("patch", "/conversations/{number}", {"status": "done"}),
        ("post", "/conversations/bulk", {"conversations": ["{number}"], "status": "done"}),
        ("get", "/conversations/{number}/messages", None),
        ("get", "/conversations/{number}/events", None),
        ("post", "/conversations/{number}/replies", LETTER),
        ("post", "/conversations/{number}/notes", {"text": "メモ"}),
        ("get", "/conversations/{number}/lock", None),
        ("post", "/conversations/{number}/lock", {}),
        ("delete", "/conversations/{number}/lock", None),
        ("post", "/conversations/{number}/split", {"message": "{message}"}),
        ("post", "/conversations/{number}/merge", {"others": ["{number}"]}),
        ("get", "/conversations/{number}/links", None),
        ("post", "/conversations/{number}/links", {"other": "{number}"}),
        ("post", "/conversations/{number}/children/close", {}),
        ("post", "/conversations/{number}/reopen", {"reason": "x"}),
        ("post", "/messages/{message}/move", {"to": "new"}),
        ("post", "/conversations/{number}/sides", {"to": LETTER["to"][0], "subject": "x", "text": "x"}),
        ("get", "/conversations/{number}/sides", None),
        ("post", "/conversations", {"inbox": "{inbox}", "to": LETTER["to"], "text": "x", "subject": "x"}),
        ("get", "/messages/{message}", None),
        ("get", "/messages/{message}/raw", None),
        ("get", "/messages/{message}/attachments/archive", None),
        ("get", "/messages/{message}/readings", None),
        ("post", "/messages/{message}/readings", {"charset": "utf-8"}),
        ("post", "/messages/{message}/cancel", {}),
        ("post", "/messages/{message}/approve", {}),
        ("post", "/messages/{message}/send-back", {"reason": "x"}),
        ("post", "/messages/{message}/send-again", {}),
        ("post", "/messages/{message}/confirm-sent", {}),
        ("get", "/attachments/{attachment}", None),
        ("get", "/attachments/{attachment}/content", None),
        ("get", "/customers/{customer}", None),
        ("patch", "/customers/{customer}", {"note": "x"}),
        ("get", "/customers/{customer}/history", None),
        ("post", "/customers/{customer}/identities", {"kind": "mail", "address": "x@mail.example"}),
        ("post", "/drafts", {"conversation": "{number}", "text": "x"}),
        ("post", "/drafts", {"kind": "new", "inbox": "{inbox}"}),
        ("get", "/inboxes/{inbox}", None),
        ("get", "/quarantine/{raw}", None),
        ("get", "/quarantine/{raw}/raw", None),
        ("post", "/quarantine/{raw}/retry", {}),
        ("post", "/quarantine/{raw}/discard", {}),
    ],
)
def test_what_belongs_to_another_desk_is_not_there(caller_of, elsewhere, method, path, data):
    leader = caller_of("supervisor")
    filled = {key: _filled(value, elsewhere) for key, value in data.items()} if data is not None else None

    response = (
        leader.send(method, path.format(**elsewhere), filled)
        if method != "get"
        else leader.get(path.format(**elsewhere))
    )

    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def _filled(value, names):
    if isinstance(value, list):
        return [_filled(each, names) for each in value]
    return names[value.strip("{}")] if isinstance(value, str) and value.startswith("{") else value


def test_lists_leave_out_what_belongs_to_another_desk(caller_of, elsewhere):
    leader = caller_of("supervisor")

    lists = [leader.get(path).json()["items"] for path in ("/conversations", "/customers", "/inboxes", "/quarantine")]

    assert lists == [[], [], [], []]
    assert leader.get("/search", q="土鍋").json()["items"] == []
    assert leader.get("/status").json()["conversations"]["open"] == 0


def test_access_given_by_a_team_counts(caller, elsewhere):
    team = make_team("", caller.user)
    set_inbox_access(Inbox.objects.get(pk=elsewhere["inbox"]), is_open_to_all=False, teams=[team.pk], by=SYSTEM)

    assert caller.get(f"/conversations/{elsewhere['number']}").status_code == 200


def test_guest_sees_only_what_they_follow(caller_of):
    guest = caller_of(Role.GUEST)
    seen, hidden = make_conversation(), make_conversation(sender=_stranger())
    seen.followers.add(guest.user)

    numbers = [row["number"] for row in guest.get("/conversations").json()["items"]]

    assert numbers == [seen.pk]
    assert guest.get(f"/conversations/{hidden.pk}").status_code == 404
    assert [row["id"] for row in guest.get("/customers").json()["items"]] == [seen.customer_id]
    assert guest.get("/users").status_code == 403
    assert guest.get("/teams").status_code == 403


def _stranger():
    return Address("else@mail.example", "別人")


VIEWER_MAY_NOT = [
    ("patch", "/conversations/{number}", {"status": "done"}),
    ("post", "/conversations/bulk", {"conversations": [1], "status": "done"}),
    ("post", "/conversations/{number}/replies", LETTER),
    ("post", "/conversations/{number}/notes", {"text": "メモ"}),
    ("post", "/conversations/{number}/lock", {}),
    ("post", "/conversations/{number}/lock", {"take_over": True, "reason": "x"}),
    ("post", "/conversations/{number}/split", {"message": "{message}"}),
    ("post", "/conversations/{number}/merge", {"others": [1]}),
    ("post", "/messages/{message}/move", {"to": "new"}),
    ("post", "/conversations/{number}/sides", {"to": LETTER["to"][0], "subject": "x", "text": "x"}),
    ("post", "/conversations", {"inbox": "{inbox}", "to": LETTER["to"], "text": "x", "subject": "x"}),
    ("post", "/messages/{message}/cancel", {}),
    ("post", "/messages/{message}/send-again", {}),
    ("post", "/messages/{message}/confirm-sent", {}),
    ("post", "/drafts", {"conversation": "{number}", "text": "x"}),
    ("patch", "/customers/{customer}", {"note": "x"}),
    ("post", "/customers/{customer}/identities", {"kind": "mail", "address": "x@mail.example"}),
    ("post", "/customers", {"family_name": "髙橋"}),
]
AGENT_MAY_NOT = [
    ("post", "/messages/{message}/approve", {}),
    ("post", "/messages/{message}/send-back", {"reason": "x"}),
    ("post", "/inboxes", {"name": "新", "address": "new@shop.example"}),
    ("patch", "/inboxes/{inbox}", {"name": "新"}),
    ("post", "/inboxes/{inbox}/test", {}),
    ("get", "/quarantine", None),
    ("get", "/quarantine/1", None),
    ("get", "/quarantine/1/raw", None),
    ("post", "/quarantine/1/retry", {}),
    ("post", "/quarantine/1/discard", {}),
    ("post", "/tags", {"name": "新"}),
    ("post", "/categories", {"name": "新"}),
    ("post", "/views", {"name": "新", "is_shared": True, "conditions": {}}),
    ("post", "/users", {"email": "new@harukaze.example"}),
    ("patch", "/users/{other}", {"name": "新"}),
    ("patch", "/users/{other}", {"role": "owner"}),
    ("patch", "/users/{other}", {"is_active": False}),
    ("post", "/users/{other}/invitation", {}),
    ("post", "/teams", {"name": "新"}),
    ("patch", "/teams/{team}", {"name": "新"}),
    ("delete", "/teams/{team}", None),
    ("get", "/audit", None),
]


@pytest.mark.parametrize(
    ("role", "method", "path", "data"),
    [("viewer", *each) for each in VIEWER_MAY_NOT] + [("agent", *each) for each in AGENT_MAY_NOT],
)
def test_role_that_does_not_allow_it_is_refused(caller_of, role, method, path, data):
    low = caller_of(role)
    conversation = make_conversation()
    names = {
        "number": conversation.pk,
        "message": conversation.messages.get().pk,
        "customer": conversation.customer_id,
        "inbox": conversation.inbox_id,
        "other": make_user().pk,
        "team": make_team().pk,
    }
    filled = {key: _filled(value, names) for key, value in data.items()} if data is not None else None
    if filled and "conversations" in filled:
        filled["conversations"] = [conversation.pk]
    if filled and "others" in filled:
        filled["others"] = [make_conversation(sender=_stranger()).pk]

    response = low.get(path) if method == "get" else low.send(method, path.format(**names), filled)

    assert (response.status_code, response.json()["error"]["code"]) == (403, "not_allowed")


def test_setup_of_desks_is_for_those_who_manage_them(caller, admin):
    make_inbox(settings={"imap_host": "imap.example"})

    shown = [who.get("/inboxes").json()["items"][0]["setup"] for who in (caller, admin)]

    assert shown[0] is None
    assert shown[1]["settings"] == {"imap_host": "imap.example"}


def test_nobody_approves_their_own_reply(caller_of):
    author = caller_of("trainee")
    message = reply_to(make_conversation(), author.user)
    author.user.role = Role.SUPERVISOR
    author.user.save(update_fields=["role"])

    response = author.post(f"/messages/{message.pk}/approve")

    assert (response.status_code, response.json()["error"]["code"]) == (403, "own_reply")


def test_token_of_somebody_else_cannot_be_ended(caller, caller_of):
    other = caller_of()
    token_id = other.get("/me/tokens").json()["items"][0]["id"]
    create_token(caller.user, label="x", by=caller.user.actor)

    assert caller.delete(f"/me/tokens/{token_id}").status_code == 404
