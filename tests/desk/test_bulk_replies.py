"""一括返信 on the screen."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.bulk_pages import conversations, form
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.models import Message
from madoguchi.outreach.actions import start_bulk_reply, stop_bulk_reply, write_next
from madoguchi.outreach.choices import BulkState, ItemState
from madoguchi.outreach.models import BulkDraft, BulkReply
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def inbox():
    return make_inbox()


def looked(answer):
    """What the preview keeps for sending: that these words were looked at, and until when."""
    page = text_of(answer)
    fields = {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("looked", "seen_event_id")}
    return {"with_choice": "1", "include": re.findall(r'name="include" value="(\d+)"', page), **fields, "send": "1"}


def begun(browser, rows, **values):
    answer = browser.post("/bulk-replies/new", form(rows, **values))
    browser.post("/bulk-replies/new", form(rows, **looked(answer), **values))
    return BulkReply.objects.latest("pk")


def test_the_list_leads_to_a_page_with_the_fields_of_a_letter(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    query = "&".join(f"conversation={each.pk}" for each in rows)

    led = browser.get(f"/bulk-replies/new?{query}", headers=HTMX)
    page = text_of(browser.get(led["HX-Redirect"]))

    assert "Reply to 2 conversations" in page
    assert "{{customer.salutation}}\n\n\n\n{{signature}}" in page
    assert 'data-caret="25"' in page
    assert all(f'name="conversation" value="{each.pk}"' in page for each in rows)


def test_a_japanese_reader_is_given_the_fields_by_their_japanese_names(agent, inbox):
    agent.language = "ja"
    agent.save()
    one = conversations(inbox, 1)[0]

    page = text_of(browser_of(agent).get(f"/bulk-replies/new?conversation={one.pk}"))

    assert "{{宛名}}" in page
    assert "{{署名}}" in page
    assert "customer.salutation" not in page


def test_the_preview_shows_each_letter_and_writes_none(agent, inbox):
    rows = conversations(inbox, 2)
    take_lock(rows[1], user=make_user(name="中村 大輔"))

    preview = text_of(browser_of(agent).post("/bulk-replies/new", form(rows), headers=HTMX))

    assert "0 様\n\n遅れております。" in preview
    assert "中村 大輔 is replying to this one." in preview
    assert "1 cannot leave" in preview
    assert "Send the ticked letters" in preview
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND).exists()


def test_words_that_were_not_looked_at_are_not_sent(agent, inbox):
    rows, browser = conversations(inbox, 1), browser_of(agent)
    seen = looked(browser.post("/bulk-replies/new", form(rows)))

    answer = browser.post("/bulk-replies/new", form(rows, text="{{customer.name}} 様\n\n届きました。") | seen)

    assert "The text has changed since you looked." in text_of(answer)
    assert not BulkReply.objects.exists()


def test_a_finding_is_decided_about_for_all_letters_that_have_it(agent, inbox):
    add_watch_words([("遅れて", "")], inbox=None, level=Level.WARN, user=make_admin())
    rows, browser = conversations(inbox, 2), browser_of(agent)
    answer = browser.post("/bulk-replies/new", form(rows))
    keys = re.search(r'name="acknowledge" value="([\w ]+)"', text_of(answer))[1]

    browser.post("/bulk-replies/new", form(rows, acknowledge=keys) | looked(answer))
    bulk = BulkReply.objects.get()
    while write_next(bulk.pk):
        pass

    assert "2 letters" in text_of(answer)
    assert {each.state for each in bulk.items.all()} == {ItemState.WRITTEN}


def test_a_single_conversation_is_left_out(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    seen = looked(browser.post("/bulk-replies/new", form(rows)))

    browser.post("/bulk-replies/new", form(rows) | seen | {"include": [str(rows[1].pk)]})

    assert [each.conversation_id for each in BulkReply.objects.get().items.all()] == [rows[1].pk]


def test_a_faulty_field_is_said_and_the_text_stays(agent, inbox):
    answer = browser_of(agent).post("/bulk-replies/new", form(conversations(inbox, 1), text="{{customer.nmae}}"))

    assert answer.status_code == 422
    assert "{{customer.nmae}}</textarea>" in text_of(answer)


def test_it_is_in_the_rail_and_in_the_palette(agent):
    browser = browser_of(agent)

    assert 'href="/bulk-replies"' in text_of(browser.get("/drafts"))
    assert 'href="/bulk-replies"' in text_of(browser.get("/palette?q=一括", headers=HTMX))


def test_it_begins_and_leads_to_its_page(agent, inbox):
    browser, rows = browser_of(agent), conversations(inbox, 2)

    seen = looked(browser.post("/bulk-replies/new", form(rows)))
    answer = browser.post("/bulk-replies/new", form(rows, status_after="done") | seen)
    bulk = BulkReply.objects.get()
    write_next(bulk.pk)
    page = text_of(browser.get(f"/bulk-replies/{bulk.pk}"))

    assert answer["Location"] == f"/bulk-replies/{bulk.pk}"
    assert bulk.status_after == "done"
    assert "1 of 2 looked at, 1 written" in page
    assert '<progress max="2" value="1"' in page


def test_it_is_stopped_taken_back_and_tried_again(agent, inbox):
    browser = browser_of(agent)
    bulk = begun(browser, conversations(inbox, 2))
    write_next(bulk.pk)

    stopped = text_of(browser.post(f"/bulk-replies/{bulk.pk}/stop", headers=HTMX))
    taken = text_of(browser.post(f"/bulk-replies/{bulk.pk}/take-back", headers=HTMX))
    rest = browser.get(f"/bulk-replies/{bulk.pk}/retry")
    browser.post(f"/bulk-replies/{bulk.pk}/retry", looked(rest) | {"text": bulk.text})

    bulk.refresh_from_db()
    assert "Stopped by hand" in stopped
    assert "1 taken back" in taken
    assert Message.objects.get(kind=MessageKind.OUTBOUND).state == MessageState.CANCELLED
    assert bulk.state == BulkState.RUNNING


def test_what_was_answered_meanwhile_is_shown_and_not_ticked(agent, inbox):
    browser, rows = browser_of(agent), conversations(inbox, 2)
    lock = take_lock(rows[0], user=make_user())
    bulk = begun(browser, rows)
    while write_next(bulk.pk):
        pass
    lock.delete()
    other = start_bulk_reply([rows[0]], "本日発送します。", user=make_user(name="中村 大輔"))
    write_next(other.pk)

    rest = text_of(browser.get(f"/bulk-replies/{bulk.pk}/retry"))
    refused = browser.post(
        f"/bulk-replies/{bulk.pk}/retry", looked(browser.get(f"/bulk-replies/{bulk.pk}/retry")) | {"text": bulk.text}
    )

    assert "中村 大輔 has already replied" in rest
    assert f'name="include" value="{rows[0].pk}">' in rest
    assert "Write why they go all the same." in text_of(refused)
    assert Message.objects.filter(kind=MessageKind.OUTBOUND).count() == 2


def test_each_letter_says_which_version_it_left_with(agent, inbox):
    browser, rows = browser_of(agent), conversations(inbox, 2)
    bulk = begun(browser, rows)
    write_next(bulk.pk)
    stop_bulk_reply(bulk)
    place = f"/bulk-replies/{bulk.pk}/retry"
    corrected = {"text": "{{customer.name}} 様\n\n届きました。"}

    browser.post(place, corrected | looked(browser.post(place, corrected)))
    write_next(bulk.pk)

    page = text_of(browser.get(f"/bulk-replies/{bulk.pk}"))
    assert [f"version {n}</span>" in page for n in (1, 2)] == [True, True]
    assert "Version 1, before it was corrected" in page


def test_nothing_is_called_sent_that_was_not(agent, inbox):
    browser, rows = browser_of(agent), conversations(inbox, 1)
    bulk = begun(browser, rows)

    before = text_of(browser.get(f"/bulk-replies/{bulk.pk}"))
    write_next(bulk.pk)
    after = text_of(browser.get(f"/bulk-replies/{bulk.pk}"))

    assert "The text; nothing has been sent" in before
    assert "The text that was sent" in after


def test_others_bulk_replies_are_not_found(agent, inbox):
    bulk = begun(browser_of(make_user()), conversations(inbox, 1))

    assert browser_of(agent).get(f"/bulk-replies/{bulk.pk}").status_code == 404
    assert f"/bulk-replies/{bulk.pk}" not in text_of(browser_of(agent).get("/bulk-replies"))


def test_its_page_asks_as_often_for_three_letters_as_for_one(agent, inbox):
    browser = browser_of(agent)

    def amount(rows):
        bulk = begun(browser, rows)
        while write_next(bulk.pk):
            pass
        browser.get(f"/bulk-replies/{bulk.pk}")
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/bulk-replies/{bulk.pk}")
        return len(asked)

    assert amount(conversations(inbox, 1)) == amount(
        [make_conversation(inbox, sender=Address(f"d{n}@mail.example")) for n in range(3)]
    )


def test_what_is_written_is_there_again_until_it_is_sent(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    place = f"/bulk-replies/new?conversation={rows[1].pk}&conversation={rows[0].pk}"
    page = text_of(browser.get(place))
    own = {name: re.search(rf'name="{name}" value="(\w*)"', page)[1] for name in ("writer", "opened_with")}

    kept = browser.post("/bulk-replies/draft", form(rows, text="{{customer.name}} 様\n\n書きかけ", **own))
    again = text_of(browser.get(place))
    listed = text_of(browser.get("/bulk-replies"))
    other = browser.post("/bulk-replies/draft", form(rows, text="古い画面", writer="old", opened_with="0"))
    begun(browser, rows, **own)
    late = browser.post("/bulk-replies/draft", form(rows, text="遅れた保存", **own))

    assert kept.status_code == 204
    assert ("書きかけ" in again, "Draft saved" in again, "書きかけ" in listed) == (True, True, True)
    assert (other.status_code, "Reload" in text_of(other)) == (409, True)
    assert late.status_code == 204
    assert "遅れた保存" not in text_of(browser.get(place))


def test_a_file_is_kept_as_it_is_chosen(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    place = f"/bulk-replies/new?conversation={rows[0].pk}&conversation={rows[1].pk}"
    file = SimpleUploadedFile("案内.txt", b"abc")

    answer = browser.post("/bulk-replies/draft", form(rows, with_files="1", writer="a", files=file), headers=HTMX)

    assert "案内.txt" in text_of(answer)
    assert "案内.txt" in text_of(browser.get(place))


def test_a_draft_of_it_is_thrown_away(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    browser.post("/bulk-replies/draft", form(rows, text="書きかけ", writer="a"))
    pk = BulkDraft.objects.get().pk

    refused = browser_of(make_user()).post(f"/bulk-replies/drafts/{pk}/discard")
    browser.post(f"/bulk-replies/drafts/{pk}/discard")

    assert refused.status_code == 404
    assert "書きかけ" not in text_of(browser.get("/bulk-replies"))


def test_the_check_looks_at_the_words_while_they_are_written(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)

    shown = text_of(browser.post("/bulk-replies/check", form(rows, text="{{customer.name}} 様\n\n●●様 {{nothing}}")))
    empty = text_of(browser.post("/bulk-replies/check", form(rows, text=" ")))

    assert 'data-words="{{nothing}}"' in shown
    assert 'data-level="stop"' in shown
    assert empty.strip() == ""


def test_the_rest_has_a_draft_of_its_own(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    take_lock(rows[0], user=make_user())
    bulk = begun(browser, rows)
    stop_bulk_reply(bulk)

    browser.post("/bulk-replies/draft", {"retry": bulk.pk, "text": "直した文", "writer": "a"})
    page = text_of(browser.get(f"/bulk-replies/{bulk.pk}/retry"))

    assert "直した文" in page
    assert f"/bulk-replies/{bulk.pk}/retry" in text_of(browser.get("/bulk-replies"))


def test_of_what_its_author_may_not_see_any_more_only_the_number_is_told(agent, inbox):
    rows, browser = conversations(inbox, 2), browser_of(agent)
    bulk = start_bulk_reply(rows, "遅れております。", user=agent)
    inbox.is_open_to_all = False
    inbox.save()
    while write_next(bulk.pk):
        pass

    page = text_of(browser.get(f"/bulk-replies/{bulk.pk}"))

    assert "You may not see this conversation any more." in page
    assert f"#{rows[0].pk}" in page
    assert "山本" not in page
    assert rows[0].subject not in page
