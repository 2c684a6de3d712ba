"""Statuses of one's own and folders on the screen: menus, rail, lists, dialogs, 設定."""

import json

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.fields import make_field

from madoguchi.conversations.actions.folders import create_folder, move_to_folder
from madoguchi.conversations.actions.own_statuses import StatusDefinition, create_status
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Folder, OwnStatus, UndoStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin(language="en")


@pytest.fixture
def browser(admin):
    return browser_of(admin)


@pytest.fixture
def own(admin):
    wanted = StatusDefinition("返品待ち", Status.WAIT, "Parcel", icon="truck")
    return create_status(wanted, user=admin)


def test_menus_rail_list_and_history_know_it(browser, admin, own):
    conversation = make_conversation()
    browser.post(url("status", conversation.pk), {"status": own.key}, headers=HTMX)

    page = text_of(browser.get(url("conversation", conversation.pk)))
    inbox = text_of(browser.get(url("inbox"), {"own_status": own.pk}))

    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.WAIT, own)
    assert f'value="{own.key}" data-status="wait" aria-pressed="true"' in page
    assert "from New to Parcel" in page
    assert 'aria-label="Parcel 1"' in inbox
    assert '<span class="status">Parcel</span>' in inbox
    assert f"conversation-{conversation.pk}" in inbox


def test_many_get_it_and_the_palette_offers_it(browser, own):
    rows = [make_conversation(), make_conversation()]

    browser.post(url("bulk"), {"conversation": [row.pk for row in rows], "status": own.key}, headers=HTMX)
    palette = text_of(browser.get(url("palette"), {"q": "返品待ち", "at": "/c/1", "number": rows[0].pk}, headers=HTMX))

    assert OwnStatus.objects.get().conversations.count() == 2
    assert palette


def test_one_that_stands_for_done_asks_for_what_is_missing(browser, admin):
    field = make_field("注文番号", is_required=True)
    own = create_status(StatusDefinition("返金済み", Status.DONE), user=admin)
    conversation = make_conversation()

    asked = text_of(browser.post(url("status", conversation.pk), {"status": own.key}, headers=HTMX))
    finish = f"{url('finish', conversation.pk)}?status={own.key}"
    browser.post(finish, {f"field-{field.pk}": "A-1"}, headers=HTMX)

    conversation.refresh_from_db()
    assert finish in asked
    assert (conversation.status, conversation.own_status) == (Status.DONE, own)


def test_a_status_is_added_changed_emptied_and_deleted(browser, admin):
    wanted = {"name": "返品待ち", "state": "wait", "tone": "wait"}
    browser.post(url("own-status-new"), wanted)
    own = OwnStatus.objects.get()
    browser.post(url("own-status", own.pk), wanted | {"name": "返送待ち"})
    conversation = make_conversation()
    change_status([conversation], "wait", user=admin, own=own)

    refused = browser.post(url("own-status-delete", own.pk), headers=HTMX)
    page = text_of(browser.post(url("own-status-empty", own.pk), {"to": ""}, follow=True))
    browser.post(url("undo", UndoStep.objects.latest("pk").pk))
    conversation.refresh_from_db()

    assert "1 conversation has the status “返送待ち”" in json.loads(refused["HX-Trigger"])["toast"]["text"]
    assert ("1 conversation went over." in page, "Undo" in page) == (True, True)
    assert conversation.own_status == own
    change_status([conversation], "open", user=admin)
    browser.post(url("own-status-retire", own.pk))
    assert "Retired" in text_of(browser.get(url("own-statuses")))
    browser.post(url("own-status-retire", own.pk))
    browser.post(url("own-status-delete", own.pk))
    assert not OwnStatus.objects.exists()


def test_the_form_of_a_status_says_what_is_wrong(browser, own):
    answer = browser.post(url("own-status-new"), {"name": "返品待ち", "state": "wait", "tone": "wait"})

    assert (answer.status_code, "Another status is called “返品待ち” already." in text_of(answer)) == (422, True)


def test_a_conversation_is_put_into_a_folder_and_taken_out(browser, admin):
    conversation = make_conversation()
    folder = create_folder(conversation.inbox, "返品", user=admin)

    dialog = text_of(browser.get(url("put-in-folder", conversation.pk), headers=HTMX))
    browser.post(url("put-in-folder", conversation.pk), {"folder": folder.pk}, headers=HTMX)
    page = text_of(browser.get(url("conversation", conversation.pk)))
    inbox = text_of(browser.get(url("inbox"), {"folder": folder.pk, "inbox": conversation.inbox_id}))

    conversation.refresh_from_db()
    assert conversation.folder == folder
    assert ("返品" in dialog, "put this into the folder “返品”" in page) == (True, True)
    assert ('aria-label="返品 1"' in inbox, f"conversation-{conversation.pk}" in inbox) == (True, True)
    browser.post(url("put-in-folder", conversation.pk), {"folder": ""}, headers=HTMX)
    assert "out of its folder" in text_of(browser.get(url("conversation", conversation.pk)))


def test_many_are_put_or_dropped_into_a_folder(browser, admin):
    inbox = make_inbox()
    rows = [make_conversation(inbox), make_conversation(inbox)]
    numbers = [row.pk for row in rows]
    one, other = (create_folder(inbox, name, user=admin) for name in ("返品", "配送"))

    browser.get(url("put-many-in-folder"), {"conversation": numbers}, headers=HTMX)
    browser.post(url("put-many-in-folder"), {"conversation": numbers, "folder": one.pk}, headers=HTMX)
    assert one.conversations.count() == 2
    browser.post(url("drop-in-folder", other.pk), {"conversation": f"{numbers[0]} {numbers[1]}"}, headers=HTMX)
    assert other.conversations.count() == 2
    mixed = {"conversation": [numbers[0], make_conversation().pk]}
    assert browser.get(url("put-many-in-folder"), mixed, headers=HTMX).status_code == 422
    assert browser.post(url("drop-in-folder", other.pk), {"conversation": "x"}, headers=HTMX).status_code == 422


def test_folders_are_added_moved_and_deleted_with_a_way_back(browser, admin):
    conversation = make_conversation()
    inbox = conversation.inbox
    browser.post(url("folder-new", inbox.pk), {"name": "返品"})
    returns = Folder.objects.get()
    browser.post(url("folder-new", inbox.pk), {"name": "破損", "parent": returns.pk})
    broken = Folder.objects.get(name="破損")
    move_to_folder([conversation], broken, user=admin)

    browser.post(url("folder", broken.pk), {"name": "こわれ", "parent": returns.pk, "position": "2"})
    refused = browser.post(url("folder", returns.pk), {"name": ""})
    page = text_of(browser.post(url("folder-delete", broken.pk), follow=True))
    browser.post(url("undo", UndoStep.objects.latest("pk").pk))

    broken.refresh_from_db()
    conversation.refresh_from_db()
    assert (broken.name, conversation.folder, refused.status_code) == ("こわれ", broken, 422)
    assert "1 conversation went over." in page
    assert "こわれ" in text_of(browser.get(url("folders")))
    assert browser.post(url("folder-new", inbox.pk), {"name": ""}).status_code in (302, 422)


def test_the_dialog_of_conditions_offers_both(browser, admin, own):
    folder = create_folder(make_inbox(name="法人窓口"), "返品", user=admin)

    page = text_of(browser.get(url("filter"), {"own_status": own.pk, "folder": folder.pk}, headers=HTMX))

    assert f'<option value="{own.pk}" selected>Parcel</option>' in page
    assert f'<option value="{folder.pk}" selected>法人窓口 › 返品</option>' in page


def test_agents_keep_neither():
    browser = browser_of(make_user(language="en"))

    assert [browser.get(url(name)).status_code for name in ("own-statuses", "folders")] == [403, 403]
