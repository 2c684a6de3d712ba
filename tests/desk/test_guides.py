"""Checklists and talk scripts in the browser."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.guides.actions.checklists import add_item
from madoguchi.guides.actions.scripts import ScriptDraft, keep_script
from madoguchi.guides.actions.templates import ChecklistDraft, keep_template
from madoguchi.guides.models import ChecklistItem, ChecklistTemplate, ScriptRun, TalkScript

pytestmark = pytest.mark.django_db
SOURCE = "# 伺う\n状態を伺います。\n+ お聞かせください。\n> 不良 -> 案内\n# 案内\n> 承知"


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def client(agent):
    return browser_of(agent)


@pytest.fixture
def admin():
    return browser_of(make_user(Role.ADMIN, language="en"))


@pytest.fixture
def here():
    return make_conversation()


def test_a_checklist_is_put_on_ticked_and_taken_off(client, here):
    template = keep_template(None, ChecklistDraft("返品", ["確認", "案内"]), user=make_user(Role.ADMIN))
    url = f"/c/{here.pk}/guides"

    client.post(f"{url}/checklists", {"template": template.pk}, headers=HTMX)
    item = ChecklistItem.objects.first()
    ticked = text_of(client.post(f"{url}/items/{item.pk}", {"deed": "tick"}, headers=HTMX))
    client.post(f"{url}/items/{item.pk}", {"deed": "down"}, headers=HTMX)
    client.post(f"{url}/items", {"text": "折り返す"}, headers=HTMX)
    page = text_of(client.get(f"/c/{here.pk}", {"side": "guides"}))
    off = text_of(client.post(f"{url}/checklists/{item.checklist_id}/off", headers=HTMX))

    assert ("1/2" in ticked, 'aria-checked="true"' in ticked, "小林 あかり, " in ticked) == (True, True, True)
    assert page.index(">案内<") < page.index(">確認<")
    assert "折り返す" in page
    assert ">確認<" not in off


def test_a_script_is_followed_in_the_panel(client, here):
    script = keep_script(None, ScriptDraft("返品", SOURCE), user=make_user(Role.ADMIN))
    url = f"/c/{here.pk}/guides/scripts"

    begun = text_of(client.post(url, {"script": script.pk}, headers=HTMX))
    run = ScriptRun.objects.get()
    on = text_of(client.post(f"{url}/{run.pk}", {"step": "伺う", "choice": "0"}, headers=HTMX))
    late = client.post(f"{url}/{run.pk}", {"step": "伺う", "choice": "0"}, headers=HTMX)
    client.post(f"{url}/{run.pk}", {"step": "案内", "back": "1"}, headers=HTMX)
    client.post(f"{url}/{run.pk}", {"step": "伺う", "end": "1"}, headers=HTMX)
    page = text_of(client.get(f"/c/{here.pk}", {"side": "guides"}))

    assert ('data-insert="お聞かせください。"' in begun, "状態を伺います。" in begun) == (True, True)
    assert ("<h3>案内</h3>" in on, "不良" in on) == (True, True)
    assert "Somebody has gone on" in json.loads(late["HX-Trigger"])["toast"]["text"]
    assert "ended the talk script “返品”" in page


def test_checklists_are_kept_in_the_settings(admin):
    wrong = admin.post("/settings/checklists/new/", {"name": "返品", "items": " \n", "is_active": "on"})
    admin.post("/settings/checklists/new/", {"name": "返品", "items": "確認\n案内", "is_active": "on"})
    template = ChecklistTemplate.objects.get()
    listed = text_of(admin.get("/settings/checklists/"))
    admin.post(f"/settings/checklists/{template.pk}/delete/")

    assert wrong.status_code == 422
    assert (template.items, "返品" in listed) == (["確認", "案内"], True)
    assert not ChecklistTemplate.objects.exists()


def test_scripts_are_kept_in_the_settings_and_their_faults_told(admin):
    faulty = admin.post("/settings/scripts/new/", {"name": "返品", "source": "# a\n> x -> b", "is_active": "on"})
    admin.post("/settings/scripts/new/", {"name": "返品", "source": SOURCE, "is_active": "on"})
    script = TalkScript.objects.get()
    stale = {"name": "返品", "source": SOURCE, "version": "0"}
    refused = admin.post(f"/settings/scripts/{script.pk}/", stale)
    shown = text_of(admin.get(f"/settings/scripts/{script.pk}/"))

    assert (faulty.status_code, "Line 2: There is no step “b”." in text_of(faulty)) == (422, True)
    assert (refused.status_code, "Somebody else has changed" in text_of(refused)) == (422, True)
    assert "<b>案内</b>" in shown


def test_a_script_goes_out_and_comes_in_as_a_file(admin):
    script = keep_script(None, ScriptDraft("返品", SOURCE), user=make_user(Role.ADMIN))
    file = admin.get(f"/settings/scripts/{script.pk}/export/").content
    admin.post(f"/settings/scripts/{script.pk}/delete/")

    admin.post("/settings/scripts/import/", {"file": SimpleUploadedFile("返品.json", file)})
    broken = admin.post("/settings/scripts/import/", {"file": SimpleUploadedFile("x.json", b"[" * 100_000)})

    assert TalkScript.objects.get().name == "返品"
    assert (broken.status_code, "no JSON" in text_of(broken)) == (422, True)


def test_the_panel_costs_the_same_however_much_there_is(client, agent, here):
    client.get(f"/c/{here.pk}/guides", headers=HTMX)
    counted = []
    for amount in (1, 2):
        for number in range(amount):
            add_item(here, None, f"件{amount}{number}", user=agent)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/c/{here.pk}/guides", headers=HTMX)
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_the_list_says_how_far_checklists_are_and_asks_as_often_for_three_as_for_one(client, here):
    template = keep_template(None, ChecklistDraft("返品", ["確認", "案内"]), user=make_user(Role.ADMIN))
    for conversation in (here, other := make_conversation()):
        client.post(f"/c/{conversation.pk}/guides/checklists", {"template": template.pk}, headers=HTMX)
    client.post(f"/c/{here.pk}/guides/items/{ChecklistItem.objects.first().pk}", {"deed": "tick"}, headers=HTMX)
    for item in ChecklistItem.objects.filter(checklist__conversation=other):
        client.post(f"/c/{other.pk}/guides/items/{item.pk}", {"deed": "tick"}, headers=HTMX)
    client.get("/")
    with CaptureQueriesContext(connection) as two:
        page = text_of(client.get("/"))
    client.post(f"/c/{make_conversation().pk}/guides/checklists", {"template": template.pk}, headers=HTMX)
    with CaptureQueriesContext(connection) as three:
        client.get("/")

    assert page.count('title="Checklist: 1 of 2 done"') == page.count('title="Checklist: 2 of 2 done"') == 1
    assert len(two) == len(three)


def test_keeping_guides_stands_in_the_audit_log(admin):
    owner = make_user(Role.ADMIN)
    keep_template(None, ChecklistDraft("返品の受付", ["確認"]), user=owner)
    keep_script(None, ScriptDraft("返品のご案内", SOURCE), user=owner)

    page = text_of(admin.get("/settings/audit/"))

    for word in ("Checklist template saved", "返品の受付", "Talk script saved", "返品のご案内"):
        assert word in page
