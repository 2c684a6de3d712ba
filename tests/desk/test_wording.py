"""テンプレート on the screen: the list, the editor, two people at once, history."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.customers import make_customer_field
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.wording import make_template, stored

from madoguchi.accounts.choices import Role
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.wording.actions.templates import change_template
from madoguchi.wording.choices import Scope
from madoguchi.wording.content import Content, content_of
from madoguchi.wording.models import Template
from madoguchi.wording.queries import files_of

pytestmark = pytest.mark.django_db


TYPED = {
    "kind": "template",
    "name": "遅延のお詫び",
    "subject": "お届けの遅れについて",
    "body": "{{宛名}}\r\n\r\n{{営業日+1}}に発送します。",
    "folder": "配送",
    "scope": "all",
    "team": "",
    "language": "ja",
    "abbreviation": "おく",
    "keywords": "delay",
    "note": "遅れがわかったとき",
    "review_on": "2026-12-01",
}


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR, language="en", name="渡辺 由紀")


@pytest.fixture
def agent():
    return make_user(language="en", name="小林 あかり")


def words_of(response):
    """What one reads, without the mark-up."""
    return " ".join(re.sub("<[^>]+>", " ", text_of(response)).split())


def test_nothing_yet_says_what_to_do(agent):
    page = text_of(browser_of(agent).get(url("templates")))

    assert "There is no template yet" in page
    assert url("template-new") in page


def test_the_list_narrows_by_words_and_folder(agent, leader):
    make_template(leader, name="遅延のお詫び", folder="配送/遅延", scope=Scope.ALL)
    make_template(leader, name="返金のご案内", folder="返品", scope=Scope.ALL, body="返金します。")
    browser = browser_of(agent)

    everything = text_of(browser.get(url("templates")))
    searched = text_of(browser.get(url("templates"), {"q": "遅延"}, headers=HTMX))
    filed = text_of(browser.get(url("templates"), {"folder": "返品"}))

    assert "遅延のお詫び" in everything
    assert "返金のご案内" in everything
    assert "遅延のお詫び" in searched
    assert "返金のご案内" not in searched
    assert "<html" not in searched
    assert "返金のご案内" in filed
    assert "遅延のお詫び" not in filed


def test_the_list_asks_as_often_for_three_as_for_one(agent, leader):
    browser = browser_of(agent)
    counts = []
    for number in range(3):
        make_template(leader, name=f"雛形{number}", folder=f"棚{number}", scope=Scope.ALL)
        browser.get(url("templates"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(url("templates"))
        counts.append(len(asked))

    assert counts[0] == counts[2] <= 14


def test_adding_one_and_seeing_it_filled(leader):
    browser = browser_of(leader)

    answer = browser.post(url("template-new"), TYPED)

    template = Template.objects.get()
    assert answer.url == url("template", template.pk)
    assert (template.name, template.folder, template.scope) == ("遅延のお詫び", "配送", "all")
    assert "髙橋\u3000由美子 様" in text_of(browser.get(answer.url))


def test_custom_fields_of_customers_are_offered_and_shown_filled(leader):
    make_customer_field("会員ランク", FieldKind.CHOICE, "ゴールド")
    make_customer_field("だめ|な名前")
    browser = browser_of(leader)

    page = text_of(browser.get(url("template-new")))
    filled = browser.post(url("template-preview"), {**TYPED, "body": "{{customer.field.会員ランク}}です"})

    assert 'data-insert="{{customer.field.会員ランク}}"' in page
    assert "だめ" not in page
    assert "ゴールドです" in words_of(filled)


def test_a_broken_field_is_said_with_its_place_and_nothing_is_lost(leader):
    broken = {**TYPED, "body": "一行目\r\n{{customer.nmae}} 様"}

    answer = browser_of(leader).post(url("template-new"), broken)

    assert answer.status_code == 422
    page = words_of(answer)
    assert "Line 2, character 1: {{customer.nmae}} – There is no such field. Did you mean {{customer.name}}?" in page
    assert "一行目 {{customer.nmae}} 様" in page
    assert not Template.objects.exists()


def test_two_people_at_once_see_both_texts(leader):
    template = make_template(leader, scope=Scope.ALL, body="本日発送します。")
    columns = {name: getattr(template, name) for name in Content.__slots__}
    theirs = Content(**columns | {"body": "明日発送します。", "channels": ()})
    change_template(template, theirs, user=make_user(Role.SUPERVISOR), version=1)
    mine = {**TYPED, "body": "明後日発送します。", "version": "1"}
    browser = browser_of(leader)

    answer = browser.post(url("template", template.pk), mine)

    assert answer.status_code == 409
    page = text_of(answer)
    assert '</span>明日</del><ins><span class="said">added: </span>明後日</ins>発送します。' in page
    assert "明後日発送します。" in page  # in the form, as it was typed
    assert "明日発送します。" in page
    assert 'name="version" value="2"' in page
    assert browser.post(url("template", template.pk), {**mine, "version": "2"}).status_code == 302
    assert Template.objects.get().body == "明後日発送します。"


def test_who_may_not_change_it_reads_it_and_copies_it(agent, leader):
    template = make_template(leader, name="共有の", scope=Scope.ALL)
    browser = browser_of(agent)

    page = text_of(browser.get(url("template", template.pk)))
    copied = browser.post(url("template-duplicate", template.pk))

    assert "<textarea" not in page
    assert "Make a copy" in page
    assert Template.objects.get(owner=agent).scope == Scope.PERSONAL
    assert copied.status_code == 302


def test_files_come_and_go(leader):
    browser = browser_of(leader)
    browser.post(
        url("template-new"),
        {**TYPED, "with_files": "1", "files": SimpleUploadedFile("案内.pdf", b"%PDF", "application/pdf")},
    )
    template = Template.objects.get()
    kept = files_of(template).get()

    assert kept.name == "案内.pdf"

    browser.post(url("template", template.pk), {**TYPED, "version": "1", "removed": str(kept.pk)})
    assert not files_of(template).exists()


def test_a_form_that_comes_back_has_its_files(leader):
    template = make_template(leader, scope=Scope.ALL, files=[stored(b"old", "旧.pdf", "application/pdf")])
    old = files_of(template).get()
    columns = {name: getattr(template, name) for name in Content.__slots__}
    theirs = Content(**columns | {"body": "明日発送します。", "channels": ()})
    change_template(template, theirs, user=make_user(Role.SUPERVISOR), version=1)
    browser = browser_of(leader)
    chosen = SimpleUploadedFile("案内.pdf", b"%PDF", "application/pdf")

    answer = browser.post(
        url("template", template.pk),
        {**TYPED, "version": "1", "removed": old.pk, "with_files": "1", "files": chosen},
    )
    page = text_of(answer)
    token = re.search(r'name="kept" value="([^"]+)" checked', page)[1]
    again = {**TYPED, "version": "2", "removed": old.pk, "with_files": "1", "known": token, "kept": token}
    saved = browser.post(url("template", template.pk), again)

    assert answer.status_code == 409
    assert "案内.pdf" in page
    assert f'name="removed" value="{old.pk}" checked' in page
    assert saved.status_code == 302
    assert [each.name for each in files_of(template)] == ["案内.pdf"]


def test_archiving_offers_to_undo(leader):
    template = make_template(leader)
    browser = browser_of(leader)

    answer = browser.post(url("template-archive", template.pk), headers=HTMX)

    assert url("template-unarchive", template.pk) in text_of(answer)
    assert json.loads(answer.headers["HX-Trigger"]) == {"templates-changed": ""}
    assert template.name not in text_of(browser.get(url("templates")))
    browser.post(url("template-unarchive", template.pk), headers=HTMX)
    assert template.name in text_of(browser.get(url("templates")))


def test_deleting_goes_by_the_archive(leader):
    template = make_template(leader)
    browser = browser_of(leader)

    assert browser.post(url("template-delete", template.pk)).status_code == 422
    browser.post(url("template-archive", template.pk))
    browser.post(url("template-delete", template.pk))

    assert not Template.objects.exists()


def test_history_shows_what_changed_and_brings_it_back(leader):
    template = make_template(leader, body="本日発送します。")
    browser = browser_of(leader)
    browser.post(url("template", template.pk), {**TYPED, "body": "明日発送します。", "version": "1"})

    page = text_of(browser.get(url("template-history", template.pk)))
    assert "<del>" in page
    assert "<ins>" in page

    browser.post(url("template-restore", template.pk, 1))
    assert Template.objects.get().body == "本日発送します。"


def test_history_shows_a_file_that_was_taken_out(leader):
    template = make_template(leader, files=[stored(b"%PDF", "案内.pdf", "application/pdf")])
    now = content_of(template)
    change_template(template, now, user=leader, version=1, removed=[template.files.get().pk])
    browser = browser_of(leader)

    page = text_of(browser.get(url("template-history", template.pk)))
    before = text_of(browser.get(url("template-history", template.pk), {"version": "1"}))

    assert "<del>案内.pdf</del>" in page
    assert "案内.pdf" in before
    assert "<del>" not in before


def test_a_favourite_is_marked_in_the_list(agent):
    template = make_template(agent)
    browser = browser_of(agent)

    star = text_of(browser.post(url("template-favourite", template.pk), {"on": "1"}, headers=HTMX))

    assert 'aria-pressed="true"' in star
    assert template.name in text_of(browser.get(url("templates"), {"show": "favourites"}))


def test_a_folder_is_renamed(leader):
    make_template(leader, folder="配送/遅延")

    browser_of(leader).post(f"{url('template-folder')}?folder=配送", {"folder": "お届け"})

    assert Template.objects.get().folder == "お届け/遅延"


def test_the_preview_is_that_of_a_conversation(leader):
    conversation = make_conversation()

    page = text_of(
        browser_of(leader).post(
            url("template-preview"),
            {"body": "{{お客様名}} {{敬称}}\n{{受付番号}} {{注文番号}} {{だれ}}", "for": str(conversation.pk)},
        )
    )

    assert f"髙橋 由美子 様\n{conversation.pk} <mark>{{{{注文番号}}}}</mark>" in page
    assert "{{だれ}}" in page
    assert "There is no such field" in page


def test_a_shared_template_is_handed_over_in_the_editor():
    leader, other = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR, name="小林 あかり")
    template = make_template(leader, name="遅延", scope=Scope.ALL)
    browser = browser_of(leader)

    page = text_of(browser.get(url("template", template.pk)))
    browser.post(url("template-give", template.pk), {"owner": str(other.pk)})

    assert f'<option value="{other.pk}">小林 あかり</option>' in page
    template.refresh_from_db()
    assert template.owner == other
