"""Parameters that an operation does not know are refused by name."""

import pytest
from tests.factories.conversations import make_conversation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/conversations", "/me", "/conversations/{number}"])
def test_a_mistyped_parameter_is_named(caller, path):
    address = f"{path.format(number=make_conversation().pk)}?stauts=open"

    answer = caller.get(address)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (422, "invalid", "stauts")
    assert (error["facts"], "stauts" in error["message"]) == ({"parameters": ["stauts"]}, True)


@pytest.mark.parametrize("query", ["", "?limit=1", "?status=open&limit=1"])
def test_parameters_that_are_described_are_taken(caller, query):
    assert caller.get(f"/conversations{query}").status_code == 200


def test_a_write_is_refused_before_anything_is_done(caller):
    conversation = make_conversation()

    answer = caller.client.post(
        f"/api/v1/conversations/{conversation.pk}/notes?dry_run=1", {"text": "メモ"}, content_type="application/json"
    )

    assert answer.status_code == 422
    assert not conversation.messages.filter(kind="note").exists()
