"""The acknowledgement of a desk by the API."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_inbox

from .conftest import Caller

pytestmark = pytest.mark.django_db
WANTED = {"is_on": True, "most_per_hour": 20, "ja_within": {"body": "{{宛名}} 受け付けました。"}}


@pytest.fixture
def admin():
    return Caller(make_admin(language="en"))


def test_it_is_read_set_and_read_again(admin):
    path = f"/inboxes/{make_inbox().pk}/acknowledgement"
    before = admin.get(path).json()

    saved = admin.put(path, WANTED)

    assert (before["is_on"], before["version"], before["ja_within"]["body"]) == (False, 0, "")
    assert saved.json() == admin.get(path).json()
    assert (saved.json()["is_on"], saved.json()["version"]) == (True, 1)
    assert saved.json()["ja_within"] == {"subject": "", "body": "{{宛名}} 受け付けました。"}


def test_who_was_slower_is_told(admin):
    path = f"/inboxes/{make_inbox().pk}/acknowledgement"
    admin.put(path, WANTED)

    refused = admin.put(path, WANTED)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "changed_meanwhile")


def test_a_text_that_cannot_be_filled_is_refused_at_its_place(admin):
    path = f"/inboxes/{make_inbox().pk}/acknowledgement"

    refused = admin.put(path, WANTED | {"ja_within": {"body": "{{次回営業開始}}に開きます。"}})

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "ja_within_body")


def test_the_preview_says_what_a_customer_without_a_name_would_read(admin):
    inbox = make_inbox(calendar=make_calendar())

    shown = admin.post(f"/inboxes/{inbox.pk}/acknowledgement/preview", WANTED).json()

    assert shown == [{"name": "ja_within", "subject": "", "body": "お客様 受け付けました。"}]
    assert admin.get(f"/inboxes/{inbox.pk}/acknowledgement").json()["version"] == 0


def test_agents_may_not_even_read_it():
    caller, path = Caller(make_user()), f"/inboxes/{make_inbox().pk}/acknowledgement"

    assert (caller.get(path).status_code, caller.put(path, WANTED).status_code) == (403, 403)
