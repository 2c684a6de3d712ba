"""設定 › 折り返しの受付フォーム."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_inbox, private_inbox
from tests.factories.desk import browser_of, text_of, url

from madoguchi.calls.models import CallbackPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return browser_of(make_admin())


def test_an_administrator_opens_a_form(client):
    inbox, owner = make_inbox(), make_user()

    page = text_of(
        client.post(
            url("callback-page-change", inbox.pk), {"slug": "shop-call", "is_open": "1", "owner": owner.pk}, follow=True
        )
    )

    found = CallbackPage.objects.get()
    assert (found.slug, found.is_open, found.owner) == ("shop-call", True, owner)
    assert "/call-me/shop-call" in page


def test_what_is_refused_is_said(client):
    answer = client.post(url("callback-page-change", make_inbox().pk), {"slug": "A!", "is_open": "1"})

    assert answer.status_code == 422
    assert "半角の小文字" in text_of(answer)
    assert not CallbackPage.objects.exists()


def test_someone_who_does_not_see_the_desk_cannot_be_responsible(client):
    answer = client.post(
        url("callback-page-change", private_inbox().pk), {"slug": "shop-call", "owner": make_user().pk}
    )

    assert answer.status_code == 422


def test_agents_do_not_find_it():
    assert browser_of(make_user()).get(url("callback-pages")).status_code == 403


def test_it_asks_as_often_for_one_as_for_three(client):
    make_inbox()
    client.get(url("callback-pages"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("callback-pages"))
    make_inbox()
    make_inbox()

    with CaptureQueriesContext(connection) as three:
        client.get(url("callback-pages"))

    assert len(three) == len(one)
