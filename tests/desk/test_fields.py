"""Custom fields on the screen: beside a conversation, before it is done, for many at once, and under 設定."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.fields import make_dependent, make_field, value_at

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.links import link_conversations
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import Status
from madoguchi.conversations.linking import Relation
from madoguchi.conversations.models import CustomField, UndoStep
from madoguchi.core.fields.kinds import FieldKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def browser(agent):
    return browser_of(agent)


@pytest.fixture
def admin_browser():
    return browser_of(make_admin(language="en"))


def save(browser, conversation, field, value, seen=None, **more):
    data = {"which": field.pk, f"field-{field.pk}": value, "seen": json.dumps(seen)}
    return browser.post(url("fields", conversation.pk), data, headers=HTMX | more)


def test_the_panel_shows_the_fields_below_their_headings(browser, agent):
    conversation = make_conversation()
    order, amount = make_field("注文番号"), make_field("返金額", FieldKind.NUMBER, section="返金")
    set_fields([conversation], {order.pk: "A-<1>", amount.pk: "12800"}, user=agent)

    page = text_of(browser.get(url("conversation", conversation.pk)))

    assert 'value="A-&lt;1&gt;"' in page
    assert 'value="12,800"' in page
    assert "<h2>返金</h2>" in page


def test_a_viewer_reads_them(agent):
    conversation, field = make_conversation(), make_field("注文番号")
    set_fields([conversation], {field.pk: "A-1"}, user=agent)
    viewer = browser_of(make_user(Role.VIEWER, language="en"))

    page = text_of(viewer.get(url("conversation", conversation.pk)))

    assert "<dt>注文番号</dt><dd>A-1</dd>" in page
    assert save(viewer, conversation, field, "A-2", "A-1").status_code == 403


def test_a_field_saves_itself_and_can_be_undone(browser):
    conversation, field = make_conversation(), make_field("注文番号")

    answer = save(browser, conversation, field, "A-1")

    page = text_of(answer)
    assert (value_at(conversation, field), answer.status_code) == ("A-1", 200)
    assert ("注文番号 was saved." in page, 'value="A-1"' in page) == (True, True)
    browser.post(url("undo", UndoStep.objects.get().pk))
    assert value_at(conversation, field) is None


def test_several_choices_and_ticks_are_read_from_the_form(browser):
    conversation = make_conversation()
    several, tick = make_field("商品", FieldKind.MULTI, "土鍋", "湯のみ"), make_field("至急", FieldKind.CHECK)

    save(browser, conversation, several, ["1", "2"])
    save(browser, conversation, tick, "on")
    save(browser, conversation, several, [], [1, 2])

    assert (value_at(conversation, several), value_at(conversation, tick)) == (None, True)


def test_what_cannot_be_read_stays_in_the_field_with_the_reason(browser):
    conversation, field = make_conversation(), make_field("発生日", FieldKind.DATE)

    answer = save(browser, conversation, field, "2026-02-30")

    page = text_of(answer)
    assert answer.status_code == 422
    assert ("There is no such day" in page, 'value="2026-02-30"' in page) == (True, True)


def test_who_is_slower_sees_what_stands_there_now(browser, agent):
    conversation, field = make_conversation(), make_field("注文番号")
    set_fields([conversation], {field.pk: "A-1"}, user=agent)

    answer = save(browser, conversation, field, "A-2")

    page = text_of(answer)
    assert (answer.status_code, value_at(conversation, field)) == (409, "A-1")
    assert ("Somebody else has just changed" in page, 'value="A-1"' in page) == (True, True)


def test_a_browser_without_scripts_saves_too(browser):
    conversation, field = make_conversation(), make_field("注文番号")

    answer = browser.post(url("fields", conversation.pk), {"which": field.pk, f"field-{field.pk}": "A-1"})

    assert (answer.status_code, answer.url) == (302, url("conversation", conversation.pk))
    assert value_at(conversation, field) == "A-1"


def test_the_history_says_what_was_set(browser, agent):
    conversation = make_conversation()
    wish, gone = make_field("希望", FieldKind.CHOICE, "返金"), make_field("昔の項目")
    tick, text = make_field("至急", FieldKind.CHECK), make_field("注文番号")
    set_fields([conversation], {wish.pk: "返金", gone.pk: "x", tick.pk: "1", text.pk: "A"}, user=agent)
    set_fields([conversation], {text.pk: ""}, user=agent)
    CustomField.objects.filter(pk=gone.pk).delete()

    page = text_of(browser.get(url("conversation", conversation.pk)))

    for said in (
        "set “希望” to 返金",
        "a field that has been deleted",
        "ticked “至急”",
        "changed “注文番号”",
        "emptied",
    ):
        assert said in page


def test_the_page_asks_as_often_for_three_fields_as_for_one(browser, agent):
    conversation, counts = make_conversation(), []
    for number in range(3):
        field = make_field(f"項目{number}", FieldKind.CHOICE, "返金")
        set_fields([conversation], {field.pk: "返金"}, user=agent)
        browser.get(url("conversation", conversation.pk))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("conversation", conversation.pk))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_done_asks_for_what_is_missing_and_then_is_done(browser):
    conversation, field = make_conversation(), make_field("注文番号", is_required=True)

    asked = text_of(browser.post(url("status", conversation.pk), {"status": "done"}, headers=HTMX))
    page = text_of(browser.post(url("finish", conversation.pk), {f"field-{field.pk}": ""}, headers=HTMX))
    done = browser.post(url("finish", conversation.pk), {f"field-{field.pk}": "A-1"}, headers=HTMX)

    assert "selection-done" not in json.loads(done["HX-Trigger"])
    assert ('hx-target="#dialog"' in asked, "Fill these in first" in asked, "注文番号" in asked) == (True, True, True)
    assert 'id="own-field-' in page
    assert "Fill in “注文番号”." in page
    assert 'class="must"' in asked
    conversation.refresh_from_db()
    assert (conversation.status, value_at(conversation, field)) == (Status.DONE, "A-1")
    browser.post(url("undo", UndoStep.objects.latest("pk").pk))
    conversation.refresh_from_db()
    assert (conversation.status, value_at(conversation, field)) == (Status.NEW, None)


def test_the_dialog_says_what_cannot_be_read_and_has_a_page_of_its_own(browser):
    conversation, field = make_conversation(), make_field("返金額", FieldKind.NUMBER, is_required=True)

    page = text_of(browser.get(url("finish", conversation.pk)))
    refused = browser.post(url("finish", conversation.pk), {f"field-{field.pk}": "多め"}, headers=HTMX)

    assert "返金額" in page
    assert (refused.status_code, "must be a number" in text_of(refused)) == (422, True)


def test_what_becomes_a_choice_by_what_is_chosen_is_asked_next(browser):
    wish = make_field("希望対応", FieldKind.CHOICE, "返金", "修理")
    way = make_dependent(wish, "返金方法", 口座=(1,))
    conversation, name, below = make_conversation(), f"field-{wish.pk}", f"field-{way.pk}"

    asked = text_of(browser.get(url("finish", conversation.pk)))
    next_one = browser.post(url("finish", conversation.pk), {name: "1"}, headers=HTMX)
    browser.post(url("finish", conversation.pk), {name: "1", below: "1"}, headers=HTMX)

    conversation.refresh_from_db()
    assert (f'name="{name}"' in asked, f'name="{below}"' in asked) == (True, False)
    assert (next_one.status_code, f'name="{below}"' in text_of(next_one)) == (422, True)
    assert (conversation.status, value_at(conversation, way)) == ("done", 1)


def test_many_are_done_but_those_that_lack_something(browser, agent):
    field = make_field("注文番号", is_required=True)
    complete, lacking = make_conversation(), make_conversation()
    set_fields([complete], {field.pk: "A-1"}, user=agent)
    data = {"conversation": [complete.pk, lacking.pk], "status": "done"}

    answer = browser.post(url("bulk"), data, headers=HTMX)

    page, events = text_of(answer), json.loads(answer["HX-Trigger"])
    complete.refresh_from_db()
    lacking.refresh_from_db()
    assert (complete.status, lacking.status) == (Status.DONE, Status.NEW)
    assert f'href="{url("conversation", lacking.pk)}"' in page
    assert f'hx-get="{url("finish", lacking.pk)}"' in page
    assert ("Empty: 注文番号" in page, "1 conversation – Status: Done" in page) == (True, True)
    assert (events["selection-done"], "dialog-close" in events) == ({"keep": [lacking.pk]}, False)


def test_none_is_done_where_all_lack_something(browser):
    make_field("注文番号", is_required=True)
    lacking = make_conversation()

    answer = browser.post(url("bulk"), {"conversation": [lacking.pk], "status": "done"}, headers=HTMX)
    page = text_of(browser.post(url("bulk"), {"conversation": [lacking.pk], "status": "done"}))

    lacking.refresh_from_db()
    assert lacking.status == Status.NEW
    assert "None of them can be done yet" in text_of(answer)
    assert f'href="{url("finish", lacking.pk)}"' in page


def test_children_are_done_but_those_that_lack_something(browser, agent):
    field = make_field("注文番号", is_required=True)
    parent, complete, lacking = make_conversation(), make_conversation(), make_conversation()
    for child in (complete, lacking):
        link_conversations(parent, child, Relation.CHILD, user=agent)
    set_fields([complete], {field.pk: "A-1"}, user=agent)

    page = text_of(browser.post(url("close-children", parent.pk), headers=HTMX))
    again = browser.post(url("close-children", parent.pk), headers=HTMX)

    complete.refresh_from_db()
    assert complete.status == Status.DONE
    assert ("1 child is done" in page, f"#{lacking.pk}" in page) == (True, True)
    assert "None of them can be done yet" in text_of(again)


def test_many_get_a_value_and_what_is_left_empty_stays(browser, agent):
    wish, text = make_field("希望", FieldKind.CHOICE, "返金", "交換"), make_field("注文番号")
    rows = [make_conversation(), make_conversation()]
    set_fields(rows, {text.pk: "A-1"}, user=agent)
    data = {"conversation": [row.pk for row in rows], f"field-{wish.pk}": "2", f"field-{text.pk}": ""}

    browser.post(url("bulk-more"), data, headers=HTMX)
    page = text_of(browser.get(url("bulk-more"), {"conversation": rows[0].pk}, headers=HTMX))

    assert [(value_at(row, wish), value_at(row, text)) for row in rows] == [(2, "A-1"), (2, "A-1")]
    assert "希望" in page
    browser.post(url("bulk-more"), data | {f"field-{wish.pk}": "__empty"}, headers=HTMX)
    assert [value_at(row, wish) for row in rows] == [None, None]


def test_what_cannot_be_read_for_many_is_said_in_the_dialog(browser):
    field, conversation = make_field("返金額", FieldKind.NUMBER), make_conversation()

    answer = browser.post(url("bulk-more"), {"conversation": conversation.pk, f"field-{field.pk}": "x"}, headers=HTMX)

    assert (answer.status_code, "must be a number" in text_of(answer)) == (422, True)


def definition(**values):
    return {"name": "希望対応", "kind": "choice", "new_options": "返金\n交換", **values}


def test_a_field_is_added_changed_retired_and_deleted(admin_browser):
    admin_browser.post(url("own-field-new"), definition(section="返品", is_required="on"))
    field = CustomField.objects.get()
    line = {"option-1-name": "全額返金", "option-1-place": "2", "option-2-name": "交換", "option-2-place": "1"}
    admin_browser.post(url("own-field", field.pk), definition(new_options="修理", **line, **{"option-2-retired": "1"}))
    field.refresh_from_db()

    assert [(each.id, each.name, each.is_retired) for each in field.all_options] == [
        (2, "交換", True),
        (1, "全額返金", False),
        (3, "修理", False),
    ]
    admin_browser.post(url("own-option-delete", field.pk, 2))
    admin_browser.post(url("own-field-retire", field.pk))
    page = text_of(admin_browser.get(url("own-fields")))
    assert ("Retired" in page, "希望対応" in page) == (True, True)
    admin_browser.post(url("own-field-retire", field.pk))
    admin_browser.post(url("own-field-delete", field.pk))
    assert not CustomField.objects.exists()


def test_a_field_in_use_says_that_it_has_to_be_retired_before_it_is_deleted(admin_browser):
    field = make_field("希望対応")
    conversation = make_conversation()
    set_fields([conversation], {field.pk: "交換"}, user=make_admin())

    used = text_of(admin_browser.get(url("own-field", field.pk)))
    admin_browser.post(url("own-field-retire", field.pk))
    retired = text_of(admin_browser.get(url("own-field", field.pk)))

    delete = url("own-field-delete", field.pk)
    assert ("has to be retired before" in used, delete in used) == (True, False)
    assert ("has to be retired before" in retired, delete in retired) == (False, True)


def test_the_form_says_what_is_wrong_and_offers_what_choices_depend_on(admin_browser):
    wish = make_field("希望対応", FieldKind.CHOICE, "返金", "交換")
    way = make_field("方法", FieldKind.CHOICE, "口座", depends_on=wish.pk)

    refused = admin_browser.post(url("own-field-new"), definition())
    page = text_of(admin_browser.get(url("own-field", way.pk)))
    tied = {"name": "方法", "kind": "choice", "depends_on": wish.pk, "option-1-name": "口座", "option-1-when": ["1"]}
    admin_browser.post(url("own-field", way.pk), tied)

    way.refresh_from_db()
    assert (refused.status_code, "This name is there already." in text_of(refused)) == (422, True)
    assert "Only while above there is" in page
    assert way.all_options[0].when == (1,)


def test_what_is_in_use_is_told_with_its_amount(admin_browser, agent):
    field, conversation = make_field("希望", FieldKind.CHOICE, "返金"), make_conversation()
    set_fields([conversation], {field.pk: "返金"}, user=agent)

    answer = admin_browser.post(url("own-field-delete", field.pk), headers=HTMX)

    assert answer.status_code == 409
    assert "in use at 1 conversation." in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_agents_do_not_keep_fields(browser):
    assert browser.get(url("own-fields")).status_code == 403


def test_the_list_asks_as_often_for_three_as_for_one(admin_browser):
    counts = []
    for number in range(3):
        make_field(f"項目{number}")
        admin_browser.get(url("own-fields"))
        with CaptureQueriesContext(connection) as queries:
            admin_browser.get(url("own-fields"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_panel_says_why_a_required_field_of_what_is_done_stays(browser, agent):
    conversation, field = make_conversation(), make_field("注文番号", is_required=True)
    set_fields([conversation], {field.pk: "HK-1"}, user=agent)
    change_status([conversation], Status.DONE, user=agent)

    answer = save(browser, conversation, field, "", seen="HK-1")

    assert answer.status_code == 409
    assert "must stay filled in" in text_of(answer)
    assert value_at(conversation, field) == "HK-1"
