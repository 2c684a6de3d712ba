"""What is done along with a template, on the screen: the composer, new mail, the palette, selected conversations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.wording import make_template
from tests.factories.writing import letter

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.models import Category, Conversation, Draft, Tag, UndoStep
from madoguchi.wording.deeds import Deed, DeedKind
from madoguchi.wording.models import Template

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(Role.SUPERVISOR, language="en", name="小林 あかり")


@pytest.fixture
def category():
    return Category.objects.create(name="返品")


@pytest.fixture
def template(agent, category):
    tag = Tag.objects.create(name="返品受付")
    deeds = (
        Deed(DeedKind.CATEGORY, category.pk),
        Deed(DeedKind.TAG, tag.pk),
        Deed(DeedKind.STATUS, Status.DONE.value),
    )
    return make_template(agent, name="返品受付", body="返品を承ります。", subject="返品のご案内", actions=deeds)


def now(conversation):
    return Conversation.objects.get(pk=conversation.pk)


def test_inserting_shows_what_is_done_along_with_it(agent, template):
    conversation = make_conversation()
    address = f"{url('template-insert', template.pk)}?number={conversation.pk}&mode=reply"
    browser = browser_of(agent)

    first = browser.post(address, {"text": ""}).json()
    again = browser.post(address, {"text": "", "along": template.pk}).json()

    assert f'name="along" value="{template.pk}" checked' in first["along"]
    assert "Category: 返品、Add the tag: 返品受付、Status: Done" in first["along"]
    assert first["after"] == "done"
    assert again["along"] == ""


def test_a_note_and_a_reply_to_many_bring_nothing_along(agent, template):
    conversation = make_conversation()
    browser = browser_of(agent)

    note = browser.post(f"{url('template-insert', template.pk)}?number={conversation.pk}&mode=note", {"text": ""})
    many = browser.post(f"{url('template-insert', template.pk)}?many=1", {"text": ""})

    assert note.json()["along"] == ""
    assert many.json().get("along", "") == ""


def test_the_draft_has_the_line_again_and_sending_does_it(agent, template, category):
    conversation = make_conversation()
    browser = browser_of(agent)
    browser.post(url("draft", conversation.pk) + "?mode=reply", letter(conversation, along=template.pk))

    opened = text_of(browser.get(url("reply", conversation.pk), {"mode": "reply"}, headers=HTMX))
    browser.post(url("reply", conversation.pk), letter(conversation, along=template.pk, status_after="done"))

    assert f'name="along" value="{template.pk}" checked' in opened
    assert '<option value="done" selected>' in opened
    assert (now(conversation).category, now(conversation).status) == (category, Status.DONE)


def test_unticked_only_the_words_leave(agent, template):
    conversation = make_conversation()

    browser_of(agent).post(url("reply", conversation.pk), letter(conversation))

    assert (now(conversation).category, now(conversation).status) == (None, Status.WAIT)


def test_a_refused_letter_keeps_the_line(agent, template):
    conversation = make_conversation()

    refused = browser_of(agent).post(
        url("reply", conversation.pk), letter(conversation, along=template.pk, text=""), headers=HTMX
    )

    assert refused.status_code == 422
    assert f'name="along" value="{template.pk}" checked' in text_of(refused)
    assert now(conversation).category is None


def test_a_new_mail_is_filled_and_filed(agent, template, category):
    inbox = make_inbox()
    browser = browser_of(agent)

    filled = browser.post(f"{url('template-insert', template.pk)}?key=k1&inbox={inbox.pk}", {"text": ""}).json()
    browser.post(
        url("new-mail", "k1"),
        {
            "inbox": inbox.pk,
            "to": "yumiko@mail.example",
            "subject": filled["subject"],
            "text": filled["text"],
            "status_after": filled["after"],
            "along": template.pk,
        },
    )

    begun = Conversation.objects.get()
    assert (filled["subject"], filled["text"]) == ("返品のご案内", "返品を承ります。")
    assert (begun.category, begun.status, begun.assignee) == (category, Status.DONE, agent)
    assert [tag.name for tag in begun.tags.all()] == ["返品受付"]


def test_a_draft_of_a_new_mail_keeps_it(agent, template):
    inbox = make_inbox()
    browser = browser_of(agent)
    browser.post(url("new-draft", "k1"), {"inbox": inbox.pk, "text": "返品", "along": template.pk})

    opened = text_of(browser.get(url("new-mail", "k1")))

    assert Draft.objects.get().along == [template.pk]
    assert f'name="along" value="{template.pk}" checked' in opened


def test_what_is_gone_is_said_in_the_composer_and_on_the_page(agent, template):
    conversation = make_conversation()
    Tag.objects.all().delete()
    browser = browser_of(agent)

    line = browser.post(
        f"{url('template-insert', template.pk)}?number={conversation.pk}&mode=reply", {"text": ""}
    ).json()["along"]
    page = text_of(browser.get(url("template", template.pk)))

    assert "“返品受付” does not exist any more." in line
    assert "“返品受付” does not exist any more." in page


def test_one_click_from_the_palette(agent, template, category):
    conversation = make_conversation()
    browser = browser_of(agent)

    found = text_of(browser.get(url("palette"), {"q": "macro", "number": conversation.pk}, headers=HTMX))
    ran = browser.post(url("template-run", template.pk), {"conversation": conversation.pk}, headers=HTMX)

    assert url("template-run", template.pk) in found
    assert now(conversation).category == category
    assert "Undo" in text_of(ran)
    undo(UndoStep.objects.get().pk, user=agent)
    assert now(conversation).category is None


def test_selected_conversations_at_once(agent, template, category):
    chosen = [make_conversation(), make_conversation()]
    browser = browser_of(agent)
    numbers = {"conversation": [each.pk for each in chosen]}

    dialog = text_of(browser.get(url("macros"), numbers, headers=HTMX))
    answer = text_of(browser.post(url("template-run", template.pk), numbers, headers=HTMX))

    assert "返品受付" in dialog
    assert "2 conversations – 返品受付" in answer
    assert {now(each).category for each in chosen} == {category}


def test_of_a_desk_one_does_not_see_nothing_is_done(template):
    stranger, hidden = make_user(), make_conversation(make_inbox(is_open_to_all=False))
    Template.objects.update(scope="all")

    answer = browser_of(stranger).post(url("template-run", template.pk), {"conversation": hidden.pk}, headers=HTMX)

    assert answer.status_code == 422
    assert now(hidden).category is None


def test_the_form_saves_what_is_done(agent, category):
    values = {
        "kind": "template",
        "name": "至急",
        "body": "",
        "scope": "all",
        "language": "ja",
        "do_category": category.pk,
        "do_tags": "至急、新しいタグ",
        "do_priority": Priority.HIGH.value,
        "do_assignee": "me",
        "do_status": "hold",
    }

    saved = browser_of(agent).post(url("template-new"), values)

    kept = Template.objects.get()
    assert saved.status_code == 302
    assert [(each["kind"], each["name"]) for each in kept.actions] == [
        ("category", "返品"),
        ("tag", "至急"),
        ("tag", "新しいタグ"),
        ("priority", "High"),
        ("assignee", "whoever does it"),
        ("status", "On hold"),
    ]


def test_the_history_shows_what_changed(agent, template):
    browser = browser_of(agent)
    page = {"kind": "template", "name": "返品受付", "body": "返品を承ります。", "scope": "personal", "language": "ja"}
    browser.post(url("template", template.pk), {**page, "version": 1, "do_tags": "返品受付、別便"})

    shown = text_of(browser.get(url("template-history", template.pk)))

    assert "<del>Category: 返品</del>" in shown
    assert "<ins>Add the tag: 別便</ins>" in shown
    assert "<li>Add the tag: 返品受付</li>" in shown


@pytest.mark.parametrize("amount", [1, 3])
def test_the_dialog_asks_no_more_for_more_of_them(agent, amount):
    for each in range(amount):
        make_template(agent, body="", actions=(Deed(DeedKind.TAG, f"札{each}"),))
    browser = browser_of(agent)
    browser.get(url("macros"), headers=HTMX)

    with CaptureQueriesContext(connection) as queries:
        browser.get(url("macros"), headers=HTMX)

    assert len([each for each in queries.captured_queries if "wording_template" in each["sql"]]) == 1
