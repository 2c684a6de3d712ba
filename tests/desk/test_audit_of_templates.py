"""What happens to templates, in the audit log, in both languages."""

from dataclasses import replace

import pytest
from django.urls import reverse
from tests.factories.accounts import make_admin, make_user
from tests.factories.desk import browser_of, text_of
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.wording.actions.templates import (
    archive_template,
    change_template,
    give_template,
    restore_version,
    unarchive_template,
)
from madoguchi.wording.choices import Scope
from madoguchi.wording.content import content_of
from madoguchi.wording.sheets import keep_table, read_table

pytestmark = pytest.mark.django_db

CSV = "フォルダ,名前,件名,本文\n配送,遅延のお知らせ,,遅れております。\n".encode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ["を作成", "を変更", "以前の版に戻しました", "管理者を変更", "非公開にしました", "を取り込み"]),
        ("en", ["made", "changed", "put back to a former version", "handed over", "archived", "imported"]),
    ],
)
def test_the_audit_log_tells_what_happens_to_templates(language, words):
    leader, other = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR, name="小林 あかり")
    template = make_template(leader, name="遅延", scope=Scope.ALL)

    template = change_template(template, replace(content_of(template), body="新しい本文"), user=leader, version=1)
    template = restore_version(template, 1, user=leader, version=2)
    give_template(template, other, user=leader)
    archive_template(template, user=leader)
    unarchive_template(template, user=leader)
    keep_table(read_table(CSV, user=leader, scope=Scope.ALL), user=leader)

    page = text_of(browser_of(make_admin(language=language)).get(reverse("desk:audit"), {"group": "wording"}))

    assert [word for word in words if word not in page] == []
    assert "遅延" in page
    assert "小林 あかり" in page
