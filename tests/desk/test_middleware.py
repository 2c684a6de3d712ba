"""What is said when something cannot be done."""

import json

import pytest
from django.http import HttpResponse
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.desk.middleware import DomainErrors

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return browser_of(make_user(language="en"))


def test_htmx_gets_a_toast(client):
    answer = client.get("/c/99", headers=HTMX)

    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert answer.status_code == 404
    assert answer["HX-Reswap"] == "none"
    assert (toast["tone"], toast["text"]) == (
        "error",
        "There is no conversation with this number, or you may not see it.",
    )


def test_a_plain_form_goes_back_with_the_reason(client):
    conversation = make_conversation()
    back = f"http://testserver/c/{conversation.pk}"

    answer = client.post(f"/c/{conversation.pk}/status", {"status": "approval"}, headers={"referer": back})

    assert answer.url == back
    assert "This status cannot be chosen." in text_of(client.get(answer.url))


def test_a_form_from_elsewhere_gets_a_page(client):
    conversation = make_conversation()

    answer = client.post(
        f"/c/{conversation.pk}/status", {"status": "approval"}, headers={"referer": "https://evil.example/"}
    )

    assert answer.status_code == 422
    assert "This cannot be done" in text_of(answer)


def test_other_errors_stay_what_they_are(rf):
    assert DomainErrors(HttpResponse).process_exception(rf.get("/"), ValueError("x")) is None
