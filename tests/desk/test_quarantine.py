"""隔離: the list, the source, reading again and discarding."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_inbox
from tests.factories.desk import browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.channels.choices import RawState
from madoguchi.channels.models import RawMessage
from madoguchi.channels.queries import quarantined_ids
from madoguchi.desk.quarantine_words import _reason, quarantine_word
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(Role.SUPERVISOR, language="en")


def make_raw(inbox=None, content=b"Subject: broken\r\n\r\nhello", **values):
    defaults = {"state": RawState.QUARANTINED, "reason": "too_deep", "detail": "Eighty levels.", "attempts": 1}
    return RawMessage.objects.create(
        inbox=inbox, source="smtp", blob=store_blob(content), envelope_from="a@x.example",
        envelope_to=["support@shop.example"], **defaults | values,
    )  # fmt: skip


def test_the_list_says_who_why_and_how_many(me):
    make_raw(make_inbox(name="卸売窓口"))

    page = text_of(browser_of(me).get(url("quarantine")))

    for word in ("a@x.example", "Nested too deeply", "Eighty levels.", "卸売窓口"):
        assert word in page
    assert 'aria-label="Quarantine 1"' in page
    assert quarantine_word(quarantined_ids(me)) == "1"


def test_the_list_goes_on(me, monkeypatch):
    monkeypatch.setattr("madoguchi.desk.views.quarantine.ON_A_PAGE", 1)
    older, newer = make_raw(), make_raw()
    browser = browser_of(me)

    first = text_of(browser.get(url("quarantine")))
    more = re.search(r'href="(\?after=\d+)"', first).group(1)
    second = text_of(browser.get(url("quarantine") + more))

    assert url("quarantined", newer.pk) in first
    assert url("quarantined", older.pk) in second
    assert url("quarantined", newer.pk) + '"' not in second


def test_the_list_asks_as_often_for_three_as_for_one(me):
    browser, counts = browser_of(me), []
    for number in range(3):
        make_raw(make_inbox(), content=f"{number}".encode())
        browser.get(url("quarantine"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("quarantine"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_source_is_shown_as_text(me):
    raw = make_raw(content=b"Subject: <script>alert(1)</script>\r\n\r\n" + b"x" * 200_000)
    browser = browser_of(me)

    page = text_of(browser.get(url("quarantined", raw.pk)))
    download = browser.get(url("quarantine-download", raw.pk))

    assert "&lt;script&gt;alert(1)" in page
    assert "Only the beginning is shown" in page
    assert len(download.content) > 200_000
    assert download["Content-Type"] == "application/octet-stream"


def test_it_is_read_again(me):
    raw = make_raw()

    answer = browser_of(me).post(url("quarantine-retry", raw.pk))

    raw.refresh_from_db()
    assert answer.status_code == 302
    assert raw.state == RawState.STORED


def test_it_is_discarded(me):
    raw = make_raw()

    browser = browser_of(me)
    browser.post(url("quarantine-discard", raw.pk))

    raw.refresh_from_db()
    assert raw.state == RawState.DISCARDED
    assert "Nothing is in quarantine" in text_of(browser.get(url("quarantine")))


def test_somebody_elses_mail_does_not_exist():
    raw = make_raw()
    browser = browser_of(make_user())

    assert browser.get(url("quarantine")).status_code == 403
    assert browser.post(url("quarantine-discard", raw.pk)).status_code == 403


@pytest.mark.parametrize("reason", ["loop", "too_many_hops", "something_new"])
def test_every_reason_has_words(reason):
    assert _reason(reason) != reason
