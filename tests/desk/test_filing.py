"""設定 › タグ・分類: adding, renaming, merging, moving and deleting."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.conversations.actions.filing import merge_tag, move_category
from madoguchi.conversations.models import Category, Conversation, Tag
from madoguchi.core.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin(language="en")


@pytest.fixture
def browser(admin):
    return browser_of(admin)


def test_both_lists_show_how_much_is_filed_where(browser):
    tag, main = Tag.objects.create(name="写真あり"), Category.objects.create(name="返品")
    child = Category.objects.create(name="初期不良", parent=main)
    conversation = make_conversation()
    conversation.tags.add(tag)
    Conversation.objects.update(category=child)

    page = text_of(browser.get(url("filing-settings")))

    assert url("tag", tag.pk) in page
    assert url("category", main.pk) in page
    assert f'{url("category", child.pk)}">初期不良</a><span class="soft small">1</span>' in page
    assert '写真あり</a><span class="soft small">1</span>' in page


def test_nothing_yet_says_what_to_do(browser):
    page = text_of(browser.get(url("filing-settings")))

    assert "There is no tag yet" in page
    assert "There is no category yet" in page


def test_the_lists_ask_as_often_for_three_as_for_one(browser):
    counts = []
    for number in range(3):
        Tag.objects.create(name=f"タグ{number}")
        main = Category.objects.create(name=f"大{number}")
        Category.objects.create(name=f"中{number}", parent=main)
        browser.get(url("filing-settings"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("filing-settings"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_a_tag_is_added_renamed_and_deleted(browser):
    browser.post(url("tag-new"), {"name": "写真"})
    tag = Tag.objects.get()
    shown = text_of(browser.get(url("tag", tag.pk)))
    browser.post(url("tag", tag.pk), {"name": "写真あり"})
    renamed = Tag.objects.get().name
    browser.post(url("tag-delete", tag.pk))

    assert 'value="写真"' in shown
    assert renamed == "写真あり"
    assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["写真", "", "あ" * 60])
def test_a_name_that_cannot_be_used_is_refused(browser, name):
    Tag.objects.create(name="写真")
    Category.objects.create(name="写真")

    assert browser.post(url("tag-new"), {"name": name}).status_code == 422
    if len(name) < 60:
        assert browser.post(url("category-new"), {"name": name}).status_code == 422


def test_a_tag_is_merged_into_another(browser):
    old, kept = Tag.objects.create(name="写真"), Tag.objects.create(name="写真あり")
    both, one = make_conversation(), make_conversation(subject="別件", in_reply_to="", fingerprint="other")
    both.tags.add(old, kept)
    one.tags.add(old)

    shown = text_of(browser.get(url("tag", old.pk)))
    answer = browser.post(url("tag-merge", old.pk), {"into": str(kept.pk)})

    assert "写真あり" in shown
    assert answer.status_code == 302
    assert not Tag.objects.filter(pk=old.pk).exists()
    assert all([*each.tags.all()] == [kept] for each in (both, one))


def test_a_tag_is_not_merged_into_itself(browser, admin):
    tag = Tag.objects.create(name="写真")

    assert browser.post(url("tag-merge", tag.pk), {"into": str(tag.pk)}, headers=HTMX).status_code == 422
    with pytest.raises(Invalid):
        merge_tag(tag, tag, user=admin)


def test_a_category_is_added_moved_renamed_and_deleted(browser):
    browser.post(url("category-new"), {"name": "返品"})
    main = Category.objects.get()
    browser.post(url("category-new"), {"name": "不良", "parent": ""})
    other = Category.objects.exclude(pk=main.pk).get()
    shown = text_of(browser.get(url("category", other.pk)))

    browser.post(url("category", other.pk), {"name": "初期不良", "parent": str(main.pk)})
    other.refresh_from_db()
    moved = (other.name, other.parent_id)
    browser.post(url("category-delete", main.pk))

    assert 'value="不良"' in shown
    assert moved == ("初期不良", main.pk)
    assert not Category.objects.exists()


def test_there_is_no_third_level(admin):
    main, other = Category.objects.create(name="返品"), Category.objects.create(name="配送")
    child = Category.objects.create(name="初期不良", parent=main)

    for category, parent in ((main, other), (other, child), (main, main)):
        with pytest.raises(Invalid):
            move_category(category, parent, user=admin)


def test_a_name_that_is_there_already_is_not_moved_to(browser):
    main = Category.objects.create(name="返品")
    Category.objects.create(name="不良", parent=main)
    same = Category.objects.create(name="不良")

    answer = browser.post(url("category", same.pk), {"name": "不良", "parent": str(main.pk)})

    assert answer.status_code == 422
    assert Category.objects.get(pk=same.pk).parent is None


def test_others_may_not():
    assert browser_of(make_user()).get(url("filing-settings")).status_code == 403
