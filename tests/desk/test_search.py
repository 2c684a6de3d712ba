"""検索: the page of results, its pieces, and the completion of operators."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.fields import make_field

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.models import Category, Tag
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.desk.finding import completions
from madoguchi.flows.extraction import extract_attachments

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="en")


def found(browser, **values):
    return text_of(browser.get(reverse("desk:search"), values))


def test_results_show_hits_marked_with_what_was_understood(me):
    conversation = make_conversation(subject="土鍋の返品", text="土鍋にひびが入っていました。")

    page = found(browser_of(me), q="土鍋 is:open")

    assert "<mark>土鍋</mark>" in page
    assert f"#{conversation.pk}" in page
    assert 'class="understood"' in page
    assert 'class="chip"' in page


def test_nothing_typed_shows_what_can_be_typed(me):
    page = found(browser_of(me))

    assert "has:attachment" in page
    assert 'class="found"' not in page


def test_nothing_found_gives_advice(me):
    assert 'class="advice"' in found(browser_of(me), q="存在しない語句")


def test_words_that_only_come_close_are_said_to(me):
    make_conversation(subject="土鍋の返品", text="土鍋にひびが入っていました。")

    assert "土鍋" in found(browser_of(me), q="土鍋 扇風機の修理 北海道")


def test_invisible_conversations_are_not_found(me):
    closed = make_inbox(is_open_to_all=False)
    make_conversation(closed, subject="秘密の相談", text="内密にお願いします。")

    assert "秘密の相談" not in found(browser_of(me), q="内密")


def test_newest_first_has_further_pages(me, monkeypatch):
    monkeypatch.setattr("madoguchi.desk.views.search.PAGE", 2)
    inbox = make_inbox()
    numbers = [make_conversation(inbox, subject=f"土鍋 {n}", fingerprint=f"x{n}").pk for n in range(3)]
    browser = browser_of(me)

    first = found(browser, q="土鍋", order="newest")
    more = re.search(r'hx-get="(/search\?[^"]*after=[^"]*)"', first).group(1).replace("&amp;", "&")
    second = text_of(browser.get(more, headers=HTMX))

    assert f"#{numbers[2]}<" in first
    assert f"#{numbers[0]}<" not in first
    assert f"#{numbers[0]}<" in second
    assert "<html" not in second


def test_htmx_gets_the_results_alone(me):
    make_conversation(subject="土鍋の返品")

    answer = text_of(browser_of(me).get(reverse("desk:search"), {"q": "土鍋"}, headers=HTMX))

    assert "<html" not in answer
    assert "found-head" in answer


@pytest.mark.parametrize("q", ["'\"(", "a" * 2000, "from:", "-", "「"])
def test_anything_may_be_typed(me, q):
    assert browser_of(me).get(reverse("desk:search"), {"q": q, "order": "newest", "after": "x~1"}).status_code == 200


def test_the_same_number_of_queries_for_one_and_three(me):
    browser, inbox = browser_of(me), make_inbox()
    counts = []
    for n in range(3):
        make_conversation(inbox, subject="土鍋", fingerprint=f"q{n}")
        found(browser, q="土鍋")
        with CaptureQueriesContext(connection) as queries:
            found(browser, q="土鍋")
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_operators_are_completed(me):
    Tag.objects.create(name="返品 交換")
    inbox = make_inbox(name="卸売窓口")
    Category.objects.create(name="初期不良", parent=Category.objects.create(name="返品"))

    with translation.override("en"):
        assert [each.insert for each in completions(me, "土鍋 fro")] == ["from:"]
        assert [each.insert for each in completions(me, "-tag:返")] == ['-tag:"返品 交換"']
        assert [each.insert for each in completions(me, "inbox:卸")] == [f"inbox:{inbox.name}"]
        assert "assignee:me" in [each.insert for each in completions(me, "assignee:")]
        assert len(completions(me, "status:")) == 8
        assert [each.insert for each in completions(me, "is:o")] == ["is:open"]
        assert [each.insert for each in completions(me, "優先度:h")] == ["優先度:High"]
        assert [each.insert for each in completions(me, "-category:不良")] == ["-category:初期不良"]
        assert completions(me, "土鍋") == []


def test_suggestions_are_a_fragment(me):
    assert 'data-insert-piece="from:"' in text_of(browser_of(me).get(reverse("desk:suggestions"), {"q": "fro"}))


def test_a_desk_nobody_opened_is_not_suggested():
    guest = make_user(Role.GUEST)
    make_inbox(name="卸売窓口")

    assert completions(guest, "inbox:卸") == []


def test_a_refreshed_rail_still_marks_the_page_one_is_on(me):
    browser = browser_of(me)

    at_search = text_of(browser.get("/rail", headers=HTMX | {"HX-Current-URL": "http://testserver/search?q=x"}))
    at_list = text_of(browser.get("/rail", headers=HTMX | {"HX-Current-URL": "http://testserver/"}))

    assert re.search(r'href="/search" aria-current="page"', at_search)
    assert at_search.count('aria-current="page"') == 1
    assert 'href="/search" aria-current="page"' not in at_list


def test_a_hit_in_a_file_shows_the_file(me):
    file = InboundAttachment("見積書.txt", "text/plain", "琥珀糖 十箱".encode())
    conversation = make_conversation(make_inbox(), attachments=(file,))
    extract_attachments(conversation.messages.get().pk)

    page = found(browser_of(me), q="琥珀糖")

    assert 'class="in-file"' in page
    assert "見積書.txt" in page
    assert "<mark>琥珀糖</mark> 十箱" in page


def test_what_arrived_in_two_desks_is_found_from_both(me):
    closed, mine = make_inbox(is_open_to_all=False), make_inbox()
    conversation = make_conversation(closed, text="土鍋にひびが入っていました。")
    hidden = make_conversation(closed, text="土鍋のふた", sender=Address("other@mail.example"), subject="別件")
    conversation.also_in.add(mine)

    page = found(browser_of(me), q="土鍋")

    assert f"#{conversation.pk}" in page
    assert f"#{hidden.pk}" not in page


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("is:foo", "is:open, is:closed"),
        ("has:wings", "has:attachment, has:image, has:note"),
        ("status:弱い", 'status:New, status:"In progress"'),
        ("priority:最高級", "priority:Urgent, priority:High, priority:Normal, priority:Low"),
        ("category:無い", "category:返品, category:初期不良"),
        ("inbox:無い", "inbox:法人窓口"),
        ("number:abc", "number:1234"),
    ],
)
def test_conditions_that_there_are_not_are_said_to_be_none(me, typed, known):
    make_conversation(make_inbox(name="法人窓口"))
    Category.objects.create(name="初期不良", parent=Category.objects.create(name="返品"))

    page = found(browser_of(me), q=typed)

    assert f"There is no condition “{typed}”. There are: {known}" in html.unescape(page)
    assert 'class="chip"' not in page


@pytest.mark.parametrize("typed", ["is:overdue", "is:late", "is:new", "has:note", "status:open", "tag:無い", "土鍋"])
def test_conditions_that_there_are_need_no_word(me, typed):
    assert "There is no condition" not in found(browser_of(me), q=typed)


@pytest.mark.parametrize(
    ("language", "typed", "said"),
    [
        ("ja", "is:late", "期限超過"),
        ("ja", "-is:new", "新着以外"),
        ("ja", "is:open", "未完了のもの"),
        ("ja", "has:attachment", "添付あり"),
        ("ja", "優先度:high", "優先度: 高"),
        ("en", "is:新着", "New"),
        ("en", "-is:new", "not: New"),
        ("en", "status:対応中", "Status: In progress"),
        ("en", "-has:画像", "without pictures"),
        ("ja", "after:2025-11-20", "2025/11/20 以降"),
        ("en", "until:2025-11-20", "Until: 20 Nov 2025"),
        ("ja", "after:昨日", "昨日 以降"),
        ("en", "until:today", "Until: Today"),
    ],
)
def test_what_was_understood_is_said_in_the_readers_words(language, typed, said):
    page = found(browser_of(make_user(language=language)), q=typed)

    assert re.findall(r'<span class="chip"><span>(.*?)</span>', page) == [said]
    assert "There is no condition" not in page


def test_each_condition_says_what_it_means(me):
    with translation.override("en"):
        hints = {each.insert: each.hint for each in completions(me, "is:")}

    assert len(set(hints.values())) == len(hints)
    assert hints["is:late"] == "Overdue"


def test_people_are_offered_after_from_and_to(me):
    make_conversation(sender=Address("yamada@mail.example", "山田 太郎"))
    make_conversation(make_inbox(is_open_to_all=False), sender=Address("yamazaki@mail.example", "山崎 隠"))

    offered = completions(me, "土鍋 -from:山")

    assert [(each.insert, each.label) for each in offered] == [("-from:yamada@mail.example", "山田 太郎")]
    assert [each.insert for each in completions(me, "to:yam")] == ["to:yamada@mail.example"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("返品", "返品理由:"),
        ("土鍋 返品理由:", "返品理由:サイズ違い"),
        ("返品理由:色", "返品理由:色違い"),
        ("field.", "返品理由:"),
        ("-返品理由:no", "-返品理由:none"),
        ("お届け", None),
    ],
)
def test_fields_of_ones_own_are_completed(me, typed, offered):
    make_field("返品理由", FieldKind.CHOICE, "サイズ違い", "色違い")
    with_blank = make_field("お届け 希望日", FieldKind.DATE)

    page = text_of(browser_of(me).get(reverse("desk:suggestions"), {"q": typed}))

    assert f'data-insert-piece="{offered or f"field.{with_blank.pk}:"}"' in page


def test_the_palette_offers_the_conditions_of_fields(me):
    make_field("返品理由", FieldKind.CHOICE, "サイズ違い", "色違い")

    page = text_of(browser_of(me).get(reverse("desk:palette"), {"q": "土鍋 返品理由:色"}))

    assert "返品理由:色違い" in page
    assert "/search?q=%E5%9C%9F%E9%8D%8B+%E8%BF%94%E5%93%81%E7%90%86%E7%94%B1%3A%E8%89%B2" in page


def test_what_a_field_does_not_have_is_told_with_what_it_has(me):
    make_field("返品理由", FieldKind.CHOICE, "サイズ違い", "色違い")

    page = text_of(browser_of(me).get(reverse("desk:search"), {"q": "返品理由:迷子"}))

    assert "返品理由:迷子" in page
    assert "返品理由:サイズ違い" in page
