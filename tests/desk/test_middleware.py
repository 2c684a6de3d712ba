"""What is said when something cannot be done."""

import json

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from psycopg.errors import DeadlockDetected
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


def test_a_collision_of_two_people_is_said_and_no_defect(rf):
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()

    answer = DomainErrors(lambda _request: HttpResponse()).process_exception(rf.post("/", headers=HTMX), error)

    assert answer.status_code == 409
    assert "もう一度" in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_other_trouble_of_the_database_stays_what_it_is(rf):
    error = OperationalError("the connection was lost")

    assert DomainErrors(lambda _request: HttpResponse()).process_exception(rf.post("/"), error) is None
