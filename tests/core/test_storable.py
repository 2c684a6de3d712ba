"""What PostgreSQL cannot hold gets no further than the edge, on every page."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of

from madoguchi.conversations.models import Draft
from madoguchi.core.storable import StorableText, is_storable_text, storable

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/customers?q=%00", "/complete?q=a%00", "/search?q=a%00b", "/palette?q=%00x", "/?tag=a%00b"],
)
def test_a_page_survives_nul_in_its_address(address):
    make_inbox()

    assert browser_of(make_user()).get(address).status_code == 200


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**30])
def test_nothing_has_a_number_beyond_those_of_rows(number):
    make_conversation()

    assert browser_of(make_user()).get(f"/c/{number}").status_code == 404


def test_what_is_typed_is_saved_without_it():
    agent, conversation = make_user(), make_conversation()
    values = {"to": "yu\x00miko@mail.example", "sub\x00ject": "件\x00名", "text": "前\x00後", "removed": ["1", "2\x00"]}

    answer = browser_of(agent).post(f"/c/{conversation.pk}/draft?mode=reply", values)

    draft = Draft.objects.get()
    assert answer.status_code == 204
    assert (draft.to[0]["email"], draft.subject, draft.text) == ("yumiko@mail.example", "件名", "前後")


def test_the_parts_of_an_address_are_cleaned_as_well():
    given = {"token": "a\x00b", "number": 7}
    request = RequestFactory().get("/account/invitation/a%00b/")
    request.resolver_match = resolve("/account/invitation/ab/")

    StorableText(HttpResponse).process_view(request, HttpResponse, (), given)

    assert given == {"token": "ab", "number": 7}


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_only_the_unstorable_is_lost(text):
    assert storable(text) == "ab"
    assert not is_storable_text(text)
    assert is_storable_text("髙\u200d👨‍👩‍👧")
