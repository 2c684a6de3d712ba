"""Desks: connected, changed, tried, and shown without their secrets."""

import json

import pytest
from django.utils import timezone
from tests.factories.accounts import make_team, make_user
from tests.factories.conversations import make_inbox

from madoguchi.channels.models import Inbox

pytestmark = pytest.mark.django_db

IMAP = {
    "incoming": "imap",
    "imap_host": "imap.harukaze.example",
    "imap_port": 993,
    "imap_security": "tls",
    "imap_sign_in": "password",
    "imap_user": "support",
    "imap_folders": ["INBOX", "問い合わせ"],
    "imap_first": "unseen",
    "imap_after": "seen",
    "outgoing": "local",
}
NEW = {"name": "サポート窓口", "address": "Support@Harukaze.example"}


def test_desk_is_added_with_settings_and_secrets(admin):
    response = admin.post("/inboxes", NEW | {"settings": IMAP, "secrets": {"imap_password": "hunter2"}})

    shown = response.json()
    assert (response.status_code, shown["address"]) == (201, "support@harukaze.example")
    assert shown["setup"]["settings"]["imap_folders"] == ["INBOX", "問い合わせ"]
    assert shown["setup"]["secrets"] == ["imap_password"]
    assert Inbox.objects.get().secrets == {"imap_password": "hunter2"}
    assert "hunter2" not in json.dumps(admin.get("/inboxes").json())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ("settings.incoming", "受信", "値がありません。", "imap, listener")),
        (IMAP | {"imap_host": ""}, ("settings.imap_host", "IMAPサーバー", "サーバー名を入力してください。")),
    ],
)
def test_settings_that_are_refused_name_their_field(admin, settings, said):
    response = admin.post("/inboxes", NEW | {"settings": settings})

    error = response.json()["error"]
    assert (response.status_code, error["field"]) == (422, said[0])
    assert [words for words in said if words not in error["message"]] == []


def test_secret_is_changed_alone_and_settings_stay(admin):
    inbox = admin.post("/inboxes", NEW | {"settings": IMAP, "secrets": {"imap_password": "old"}}).json()

    changed = admin.patch(f"/inboxes/{inbox['id']}", {"secrets": {"imap_password": "new"}}).json()

    assert changed["setup"]["settings"] == inbox["setup"]["settings"]
    assert Inbox.objects.get().secrets == {"imap_password": "new"}


def test_settings_are_changed_and_secrets_stay(admin):
    inbox = admin.post("/inboxes", NEW | {"settings": IMAP, "secrets": {"imap_password": "kept"}}).json()

    changed = admin.patch(f"/inboxes/{inbox['id']}", {"settings": IMAP | {"imap_host": "mail.example"}}).json()

    assert changed["setup"]["settings"]["imap_host"] == "mail.example"
    assert Inbox.objects.get().secrets == {"imap_password": "kept"}


def test_plain_values_are_changed(admin):
    inbox = make_inbox()
    values = {
        "name": "返品窓口",
        "aliases": ["Returns@Shop.example"],
        "from_name": "はるかぜ日用品店",
        "signature": "-- \nはるかぜ日用品店",
        "language": "en",
        "send_charset": "iso-2022-jp",
        "undo_seconds": 30,
        "reply_within_minutes": 60,
        "is_active": False,
    }

    shown = admin.patch(f"/inboxes/{inbox.pk}", values).json()

    assert {name: shown[name] for name in values} == values | {"aliases": ["returns@shop.example"]}


def test_access_is_given_and_what_is_left_out_stays(admin):
    inbox, user, team = make_inbox(), make_user(), make_team()
    path = f"/inboxes/{inbox.pk}"

    admin.patch(path, {"is_open_to_all": False, "users": [user.pk]})
    shown = admin.patch(path, {"teams": [team.pk]}).json()["setup"]

    assert (shown["is_open_to_all"], shown["users"], shown["teams"]) == (False, [user.pk], [team.pk])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "既存"}, "name"),
        ({"address": "nothing"}, "address"),
        ({"address": "known@shop.example"}, "address"),
        ({"aliases": ["known@shop.example"]}, "address"),
        ({"aliases": ["nothing"]}, "aliases"),
        ({"kind": "pigeon"}, ""),
        ({"undo_seconds": 301}, "undo_seconds"),
        ({"language": "fr"}, "language"),
        ({"users": [999_999]}, "users"),
        ({"settings": {"incoming": "imap", "outgoing": "local"}}, "settings.imap_host"),
        ({"settings": IMAP | {"imap_port": 99_999}}, "settings.imap_port"),
        ({"settings": IMAP, "secrets": {"imap_password": ["x"]}}, "secrets.imap_password"),
    ],
)
def test_impossible_desk_is_not_added(admin, values, field):
    make_inbox(name="既存", address="known@shop.example")

    response = admin.post("/inboxes", NEW | values)

    assert (response.status_code, response.json()["error"]["field"]) in {(422, field), (404, field)}
    assert Inbox.objects.count() == 1


def test_impossible_change_changes_nothing(admin):
    inbox = make_inbox(name="窓口")

    response = admin.patch(f"/inboxes/{inbox.pk}", {"name": "別の窓口", "users": [999_999]})

    assert response.status_code == 422
    assert admin.get(f"/inboxes/{inbox.pk}").json()["name"] == "窓口"


def test_health_is_shown(caller):
    make_inbox(failing_since=timezone.now(), failure="The password was refused.")

    (shown,) = caller.get("/inboxes").json()["items"]

    assert (shown["failure"], shown["failing_since"] is not None) == ("The password was refused.", True)


def test_connection_is_tried_without_changing_anything(admin):
    inbox = make_inbox(settings={"incoming": "listener", "outgoing": "local"})

    as_stored = admin.post(f"/inboxes/{inbox.pk}/test", {})
    unreachable = IMAP | {"imap_host": "127.0.0.1", "imap_port": 9}
    other = admin.post(f"/inboxes/{inbox.pk}/test", {"settings": unreachable, "secrets": {"imap_password": "x"}})

    assert [each["is_good"] for each in as_stored.json()] == [True, True]
    assert [each["is_good"] for each in other.json()] == [False, True]
    assert admin.get(f"/inboxes/{inbox.pk}").json()["setup"]["settings"] == inbox.settings


def test_secrets_of_another_key_are_no_error(admin, settings):
    inbox = admin.post("/inboxes", NEW | {"settings": IMAP, "secrets": {"imap_password": "x"}}).json()
    Inbox.objects.update(sealed_secrets="gAAAAA-of-another-key")

    assert admin.get(f"/inboxes/{inbox['id']}").json()["setup"]["secrets"] == []
