"""送信済みメール(ローカル): what stayed inside, as the customer would see it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user, make_workspace
from tests.factories.conversations import make_inbox
from tests.factories.desk import browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.connectors.mail.outbox import keep_mail

pytestmark = pytest.mark.django_db

MAIL = (
    'From: "はるかぜ日用品店" <desk@shop.example>\r\nTo: yumiko@mail.example\r\nSubject: Re: 土鍋\r\n'
    "Message-ID: <a@shop.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
)


def keep(kind="plain", body="本日発送いたします。", sender="desk@shop.example", raw=None):
    content = raw or MAIL.format(kind=kind, body=body).encode()
    return keep_mail(
        content, external_id="a@shop.example", sender=sender, recipients=["yumiko@mail.example"], subject="Re: 土鍋"
    )


@pytest.fixture
def inbox():
    return make_inbox(address="desk@shop.example")


@pytest.fixture
def browser(inbox):
    make_workspace(is_demo=True)
    return browser_of(make_user(language="en"))


def test_the_list_shows_what_stayed_inside(browser):
    empty = text_of(browser.get(url("outbox")))
    row = keep()

    page = text_of(browser.get(url("outbox")))

    assert "No mail stayed inside" in empty
    assert url("outgone", row.pk) in page
    assert "yumiko@mail.example" in page
    assert 'aria-label="Sent mail (local)"' in page


LEAVES = {"outgoing": "smtp", "smtp_host": "smtp.shop.example"}


@pytest.mark.parametrize(
    ("role", "desks", "is_offered"),
    [
        (Role.AGENT, [{}], True),
        (Role.AGENT, [LEAVES], False),
        (Role.AGENT, [LEAVES, {"outgoing": "local"}], True),
        (Role.AGENT, [], False),
        (Role.ADMIN, [], True),  # invitations stay inside too
    ],
)
def test_the_rail_leads_there_where_mail_stays_inside(role, desks, is_offered):
    for settings in desks:
        make_inbox(settings=settings)

    page = text_of(browser_of(make_user(role, language="en")).get("/"))

    assert ('aria-label="Sent mail (local)"' in page) is is_offered


def test_the_demo_keeps_everything_inside(browser, inbox):
    inbox.settings = LEAVES
    inbox.save()

    assert 'aria-label="Sent mail (local)"' in text_of(browser.get("/"))


def test_the_list_goes_on(browser, monkeypatch):
    monkeypatch.setattr("madoguchi.desk.views.outbox.ON_A_PAGE", 1)
    older, _newer = keep(), keep()

    first = text_of(browser.get(url("outbox")))
    more = re.search(r'href="(\?after=\d+)"', first).group(1)

    assert url("outgone", older.pk) in text_of(browser.get(url("outbox") + more))


def test_the_list_asks_as_often_for_three_as_for_one(browser):
    counts = []
    for _number in range(3):
        keep()
        browser.get(url("outbox"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("outbox"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_a_mail_is_shown_as_the_customer_sees_it(browser):
    row = keep()

    page = text_of(browser.get(url("outgone", row.pk)))
    source = browser.get(url("outgone-source", row.pk))

    assert "本日発送いたします。" in page
    assert source["Content-Type"].startswith("text/plain")
    assert "sandbox" in source["Content-Security-Policy"]


def test_html_stands_in_a_frame_of_its_own(browser):
    row = keep("html", "<p>本日<script>alert(1)</script>発送</p>")

    page = text_of(browser.get(url("outgone", row.pk)))
    frame = browser.get(url("outgone-html", row.pk))

    assert url("outgone-html", row.pk) in page
    assert "<script" not in text_of(frame)
    assert "sandbox" in frame["Content-Security-Policy"]


def test_what_nobody_can_read_is_said_to_be_so(browser):
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(150))
    row = keep(raw=nested.encode())

    assert "This mail cannot be read" in text_of(browser.get(url("outgone", row.pk)))
    assert browser.get(url("outgone-html", row.pk)).status_code == 200


def test_only_mail_of_visible_desks_is_shown(browser):
    row = keep(sender="secret@shop.example")

    assert url("outgone", row.pk) not in text_of(browser.get(url("outbox")))
    assert browser.get(url("outgone", row.pk)).status_code == 404
    assert browser_of(make_admin()).get(url("outgone", row.pk)).status_code == 200
    assert browser.get(url("outgone", 10**9)).status_code == 404
