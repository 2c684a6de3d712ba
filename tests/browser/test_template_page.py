"""The page of a template in a real Chromium: its fields are put in where the caret stands."""

import pytest
from playwright.sync_api import expect
from tests.factories.accounts import make_user
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.wording.choices import Scope

pytestmark = pytest.mark.browser


def test_a_field_is_put_in_at_the_caret(site, open_as):
    leader = make_user(Role.SUPERVISOR, language="ja")
    template = make_template(leader, name="お礼", body="様、ありがとうございます。", scope=Scope.ALL)
    page = open_as(leader, f"/templates/{template.pk}")
    text = page.locator("textarea[data-editor]")
    page.locator("#h-fields").click()
    chip = page.locator("[data-insert]").first
    source = chip.get_attribute("data-insert")

    text.evaluate("area => area.setSelectionRange(0, 0)")
    chip.click()

    expect(text).to_have_value(f"{source}様、ありがとうございます。")
