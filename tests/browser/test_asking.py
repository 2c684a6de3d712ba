"""Why a letter needs approval follows what is typed, with the check before sending and no request of its own."""

import re

import pytest
from playwright.sync_api import expect
from tests.factories.accounts import make_user
from tests.factories.approval import make_rule
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.conversations.approval import Condition

pytestmark = pytest.mark.browser


def test_the_button_and_the_box_follow_the_words(site, open_as):
    make_rule(Condition("keyword", ("返金",)), name="返金の決まり")
    conversation = make_conversation(make_inbox(name="サポート窓口"))
    page = open_as(make_user(name="小林 あかり", language="ja"), f"/c/{conversation.pk}")
    own = []
    page.on("request", lambda request: own.append(request.url) if "/approvals/" in request.url else None)
    page.keyboard.press("r")
    expect(page.locator("[data-editor]")).to_be_focused()
    box, button = page.locator("#approval-needed"), page.locator("button[data-send]")

    page.keyboard.insert_text("返金いたします。")
    expect(box).to_contain_text("返金の決まり")
    expect(button).to_have_text(re.compile("承認を依頼"), use_inner_text=True)
    for _each in "返金いたします。":
        page.keyboard.press("Backspace")

    expect(box).not_to_contain_text("返金の決まり")
    expect(button).not_to_have_text(re.compile("承認を依頼"), use_inner_text=True)
    assert own == []
