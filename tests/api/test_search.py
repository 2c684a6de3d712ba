"""Searching as in the search box."""

import pytest
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.flows.extraction import extract_attachments

pytestmark = pytest.mark.django_db


def make_many(texts):
    inbox = make_inbox()
    return [
        make_conversation(inbox, sender=Address(f"c{n}@mail.example"), subject=f"件名{n}", text=text).pk
        for n, text in enumerate(texts)
    ]


def test_search_finds_shows_hits_and_says_what_was_understood(caller):
    wanted, _other = make_many(["土鍋のふたが割れていました。", "やかんの色について"])

    shown = caller.get("/search", q="土鍋 is:open", order="best").json()

    (found,) = shown["items"]
    assert (found["conversation"]["number"], shown["count"], shown["next"]) == (wanted, 1, None)
    assert {"text": "土鍋", "is_hit": True} in found["snippet"]
    assert len(shown["understood"]) == 2
    assert shown["unknown"] == []


def test_unknown_conditions_are_named(caller):
    assert caller.get("/search", q="is:foo 土鍋").json()["unknown"] == ["is:foo"]


def test_newest_first_is_paged(caller):
    made = make_many([f"土鍋 {n}" for n in range(5)])

    numbers = [row["conversation"]["number"] for row in caller.all("/search", q="土鍋", order="newest", limit=2)]

    assert numbers == made[::-1]


def test_nothing_found(caller):
    make_many(["土鍋"])

    shown = caller.get("/search", q="status:closed").json()

    assert (shown["items"], shown["count"], shown["next"]) == ([], 0, None)


@pytest.mark.parametrize(
    "asked",
    [{}, {"q": ""}, {"q": "x" * 501}, {"q": "土鍋", "order": "random"}, {"q": "土鍋", "cursor": "x"}, {"q": "a\x00b"}],
)
def test_impossible_search_is_refused(caller, asked):
    assert caller.get("/search", **asked).status_code == 422


@pytest.mark.parametrize(
    "q", ['"', "-", "from:", "before:9999-99-99", "is:", "(((", "\\", "%", "'; --", "\u200b", "OR"]
)
def test_odd_search_is_answered(caller, q):
    assert caller.get("/search", q=q).status_code == 200


def test_a_hit_in_a_file_names_the_file(caller):
    file = InboundAttachment("見積書.txt", "text/plain", "琥珀糖 十箱".encode())
    message = make_conversation(make_inbox(), attachments=(file,)).messages.get()
    extract_attachments(message.pk)

    (found,) = caller.get("/search", q="琥珀糖").json()["items"]

    assert found["file"] == {"id": message.attachments.get().pk, "name": [{"text": "見積書.txt", "is_hit": False}]}
    assert found["snippet"] == [{"text": "琥珀糖", "is_hit": True}, {"text": " 十箱", "is_hit": False}]
