"""Templates as a table: what is written is read again, and each line that cannot be says why."""

from time import monotonic

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.factories.accounts import make_user
from tests.factories.desk import browser_of, text_of
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.models import Category, Tag
from madoguchi.core.errors import Invalid
from madoguchi.wording.deeds import Deed, DeedKind
from madoguchi.wording.models import Template
from madoguchi.wording.sheets import keep_table, read_table, write_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR, language="en")


def test_what_is_written_is_read_again(leader):
    make_template(leader, name="=遅延", folder="配送", body="一行目\n「二」,行目", abbreviation="おく")

    written = write_table(Template.objects.all())
    content = read_table(written.encode(), user=leader, scope="all").good[0]

    assert written.startswith("\ufeffフォルダ,名前,件名,本文")
    assert "'=遅延" in written  # no formula for a spreadsheet
    assert (content.name, content.folder, content.body, content.abbreviation, content.scope) == (
        "=遅延",
        "配送",
        "一行目\n「二」,行目",
        "おく",
        "all",
    )


def test_tables_of_older_tools_are_read(leader):
    table = read_table("テンプレート名,本文\r\n返金,返金します。\r\n".encode("cp932"), user=leader, scope="personal")

    assert [(row.line, row.name) for row in table.rows] == [(2, "返金")]
    assert keep_table(table, user=leader) == 1
    assert Template.objects.get().body == "返金します。"


def test_each_line_that_cannot_be_says_why(leader):
    text = "名前,本文,見直し期限\n一,{{だれ}},\n,本文,\n三,本文,いつか\n四,本文,2027/01/31\n"

    table = read_table(text.encode(), user=leader, scope="personal")

    assert [row.line for row in table.bad] == [2, 3, 4]
    assert "{{だれ}}" in table.bad[0].problem
    assert [content.name for content in table.good] == ["四"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "名前,本文\n".encode(), b"\xff\xfe\x00\x81"])
def test_what_is_no_table_is_refused(leader, content):
    with pytest.raises(Invalid):
        read_table(content, user=leader, scope="personal")


def test_a_table_is_looked_at_and_then_kept(leader):
    browser = browser_of(leader)
    file = SimpleUploadedFile("t.csv", "名前,本文\n返金,返金します。\n壊,{{だれ}}\n".encode())

    looked_at = browser.post(reverse("desk:template-import"), {"file": file, "scope": "all"})
    page = text_of(looked_at)
    token = page.partition('name="token" value="')[2].partition('"')[0]

    assert "There is no such field" in page
    assert not Template.objects.exists()

    browser.post(reverse("desk:template-import"), {"token": token, "scope": "all", "keep": "1"})
    assert [(each.name, each.scope) for each in Template.objects.all()] == [("返金", "all")]
    assert "返金します。" in text_of(browser.get(reverse("desk:template-export")))


def test_another_persons_table_is_not_kept(leader):
    file = SimpleUploadedFile("t.csv", "名前,本文\n返金,返金します。\n".encode())
    page = text_of(browser_of(leader).post(reverse("desk:template-import"), {"file": file, "scope": "all"}))
    token = page.partition('name="token" value="')[2].partition('"')[0]

    answer = browser_of(make_user()).post(reverse("desk:template-import"), {"token": token, "keep": "1"})

    assert answer.status_code == 422
    assert not Template.objects.exists()


def test_a_table_of_far_too_many_lines_is_refused_before_it_is_read(leader):
    table = "名前,本文\n" + "a,b\n" * 200_000
    begun = monotonic()

    with pytest.raises(Invalid, match="2,000"):
        read_table(table.encode(), user=leader, scope="all")

    assert monotonic() - begun < 2


def test_what_is_done_along_with_one_is_written_and_read_again(leader):
    category = Category.objects.create(name="返品")
    deeds = (
        Deed(DeedKind.CATEGORY, category.pk),
        Deed(DeedKind.TAG, "至急"),
        Deed(DeedKind.PRIORITY, Priority.HIGH),
        Deed(DeedKind.ASSIGNEE, "me"),
        Deed(DeedKind.STATUS, "done"),
    )
    made = make_template(leader, name="返品", actions=deeds)

    written = write_table(Template.objects.all())
    table = read_table(written.encode(), user=leader, scope="all")
    keep_table(table, user=leader)

    assert "分類=返品\nタグを付ける=至急\n優先度=高\n担当者=自分\nステータス=対応完了" in written
    assert [row.problem for row in table.bad] == []
    assert Template.objects.latest("pk").actions == made.actions


@pytest.mark.parametrize("cell", ["分類=ない分類", "電話=する", "担当者=誰か", "項目=ない=1", "優先度=最高"])
def test_a_line_with_an_action_that_cannot_be_says_which(leader, cell):
    table = read_table(f"名前,本文,一緒に行う操作\n返品,承ります。,{cell}\n".encode(), user=leader, scope="all")

    assert cell in table.bad[0].problem


def test_looking_at_a_table_makes_no_tags(leader):
    table = "名前,本文,一緒に行う操作\n返品,承ります。,タグを付ける=新しい\n"

    found = read_table(table.encode(), user=leader, scope="all")

    assert len(found.good) == 1
    assert not Tag.objects.exists()
