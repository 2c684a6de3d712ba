"""Merging in the browser: looking for the other one, being asked about other customers, errors at the field."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import OTHER, make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.conversations.models import Conversation, ConversationLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return browser_of(make_user(name="小林 あかり", language="en"))


@pytest.fixture
def inbox():
    return make_inbox()


@pytest.fixture
def here(inbox):
    return make_conversation(inbox)


def into(conversation):
    return Conversation.objects.get(pk=conversation.pk).merged_into_id


def test_the_other_one_is_found_by_words_with_its_customer(client, here, inbox):
    other = make_conversation(inbox, subject="ふたの件", sender=OTHER)

    found = text_of(client.get(f"/c/{here.pk}/merge", {"q": "ふた"}, headers=HTMX))

    assert f'value="{other.pk}" checked' in found
    assert "佐藤 健司" in found


@pytest.mark.parametrize("typed", ["{}", "#{}", " ＃{} ", "No. {}"])
def test_a_number_that_was_only_typed_is_meant(client, here, inbox, typed):
    other = make_conversation(inbox)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    number = str(other.pk).translate(wide) if "＃" in typed else str(other.pk)

    client.post(f"/c/{here.pk}/merge", {"q": typed.format(number), "searched": ""}, headers=HTMX)

    assert into(other) == here.pk


def test_a_number_typed_after_the_search_is_meant_and_not_what_was_found(client, here, inbox):
    found, meant = make_conversation(inbox), make_conversation(inbox)

    values = {"q": str(meant.pk), "searched": str(found.pk), "other": str(found.pk)}
    client.post(f"/c/{here.pk}/merge", values, headers=HTMX)

    assert (into(found), into(meant)) == (None, here.pk)


def test_another_customer_is_asked_about_once(client, here, inbox):
    other = make_conversation(inbox, sender=OTHER)

    asked = client.post(f"/c/{here.pk}/merge", {"other": other.pk}, headers=HTMX)
    before = into(other)
    client.post(f"/c/{here.pk}/merge", {"other": other.pk, "sure": other.pk}, headers=HTMX)

    assert (asked.status_code, before, into(other)) == (422, None, here.pk)
    assert "佐藤 健司" in text_of(asked)
    assert f'name="sure" value="{other.pk}"' in text_of(asked)


def test_being_sure_of_one_is_not_being_sure_of_another(client, here, inbox):
    one, two = make_conversation(inbox, sender=OTHER), make_conversation(inbox, sender=OTHER, subject="ふた")

    client.post(f"/c/{here.pk}/merge", {"other": two.pk, "sure": one.pk}, headers=HTMX)

    assert into(two) is None


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("merge", "A conversation cannot be merged with itself. Choose another one."),
        ("link", "A conversation cannot be linked with itself. Enter another number."),
    ],
)
def test_itself_is_refused_at_the_field(client, here, deed, said):
    answer = client.post(f"/c/{here.pk}/{deed}", {"q": str(here.pk), "relation": "related"}, headers=HTMX)

    assert answer.status_code == 422
    assert 'id="pick-error" role="alert"' in text_of(answer)
    assert said in text_of(answer)
    assert "HX-Trigger" not in answer


def test_a_number_that_nobody_has_is_refused_at_the_field(client, here):
    answer = client.post(f"/c/{here.pk}/merge", {"q": "999999"}, headers=HTMX)

    assert (answer.status_code, 'aria-describedby="pick-error"' in text_of(answer)) == (422, True)


def test_a_link_by_a_number_that_was_only_typed(client, here, inbox):
    other = make_conversation(inbox)

    client.post(f"/c/{here.pk}/link", {"q": str(other.pk), "searched": "", "relation": "related"}, headers=HTMX)

    assert ConversationLink.objects.filter(source=here, target=other).exists()


def test_several_are_shown_before_they_are_merged(client, here, inbox):
    other = make_conversation(inbox, sender=OTHER, subject="ふたの件")
    values = {"conversation": [here.pk, other.pk]}

    shown = text_of(client.get("/bulk/merge", values, headers=HTMX))
    client.post("/bulk/merge", {**values, "into": other.pk}, headers=HTMX)

    assert f'name="into" value="{here.pk}" checked' in shown
    assert "These belong to different customers" in shown
    assert "Merge all the same" in shown
    assert (into(here), into(other)) == (other.pk, None)


def test_several_of_one_customer_need_no_warning(client, here, inbox):
    other = make_conversation(inbox)

    shown = text_of(client.get("/bulk/merge", {"conversation": [here.pk, other.pk]}, headers=HTMX))

    assert "different customers" not in shown


def test_one_alone_is_not_merged(client, here):
    answer = client.post("/bulk/merge", {"conversation": [here.pk]}, headers=HTMX)

    assert (answer.status_code, "Choose at least two conversations." in text_of(answer)) == (422, True)


def test_what_was_merged_is_not_offered_to_be_split_again(client, here, inbox):
    other = make_conversation(inbox, subject="請求書の再発行について")
    offer = "The subject has changed. Make it a conversation of its own?"

    client.post(f"/c/{here.pk}/merge", {"other": other.pk}, headers=HTMX)

    assert offer not in text_of(client.get(f"/c/{here.pk}"))
