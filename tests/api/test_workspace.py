"""The shop itself, and where one is signed in."""

import pytest
from django.test import Client
from tests.factories.accounts import make_user

from madoguchi.accounts.actions import set_up_workspace
from madoguchi.events.actor import Actor

pytestmark = pytest.mark.django_db


def test_workspace_is_read_by_all_and_changed_by_those_who_may(caller, admin):
    empty = caller.get("/workspace").json()
    set_up_workspace(name="春風", by=Actor.system("test"))

    changed = admin.patch("/workspace", {"language": "en"}).json()

    assert empty == {"name": "", "language": "ja", "is_demo": False}
    assert changed == caller.get("/workspace").json() == {"name": "春風", "language": "en", "is_demo": False}
    assert admin.patch("/workspace", {"name": " "}).status_code == 422
    assert caller.patch("/workspace", {"name": "私の店"}).status_code == 403


def test_browsers_are_listed_and_signed_out(caller):
    browser, stranger = Client(), Client()
    browser.force_login(caller.user)
    stranger.force_login(make_user())
    for client in (browser, stranger):
        client.get("/")
    mine, theirs = caller.get("/me/sessions").json()["items"], stranger.get("/api/v1/me/sessions").json()["items"]

    ended = caller.delete(f"/me/sessions/{mine[0]['handle']}")

    assert ended.status_code == 204
    assert caller.get("/me/sessions").json()["items"] == []
    assert browser.get("/api/v1/me").status_code == 401
    assert (len(mine), mine[0]["is_current"], theirs[0]["is_current"]) == (1, False, True)
    assert caller.delete(f"/me/sessions/{theirs[0]['handle']}").status_code == 404
