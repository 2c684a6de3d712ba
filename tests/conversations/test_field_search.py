"""Fields of one's own as operators of the search box."""

import pytest
from django.utils import translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.fields import make_field

from madoguchi.conversations.actions.field_keeping import retire_field
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.fields.kinds import FieldKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="ja")


@pytest.fixture
def shop(me):
    """Four conversations, of which the last has nothing in any field."""
    fields = [
        make_field("返品理由", FieldKind.CHOICE, "サイズ違い", "色違い"),
        make_field("希望", FieldKind.MULTI, "返金", "交換"),
        make_field("注文番号"),
        make_field("金額", FieldKind.NUMBER),
        make_field("納期", FieldKind.DATE),
        make_field("至急", FieldKind.CHECK),
    ]
    rows = [make_conversation() for _each in range(4)]
    values = [
        (1, [1, 2], "HK-１０４８", "5000", "2026-11-20", True),
        (2, [2], "HK-2000", "12500.5", "2026-12-01", None),
        (None, None, "別注 A", "80", None, None),
    ]
    for row, typed in zip(rows, values, strict=False):
        named = {field.pk: value for field, value in zip(fields, typed, strict=True) if value is not None}
        set_fields([row], named, user=me)
    return fields, rows


def places(me, shop, text):
    found = [each.conversation for each in search_conversations(me, text).found]
    return sorted(shop[1].index(each) for each in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("返品理由:サイズ", [0]),
        ("返品理由:違い", [0, 1]),
        ("返品理由：色違い", [1]),
        ("返品理由:なし", [2, 3]),
        ("返品理由:あり", [0, 1]),
        ("-返品理由:サイズ", [1, 2, 3]),
        ("項目.返品理由:サイズ", [0]),
        ("field.返品理由:サイズ", [0]),
        ("希望:交換", [0, 1]),
        ("希望:返金 希望:交換", [0]),
        ("注文番号:hk-1048", [0]),
        ('注文番号:"別注 A"', [2]),
        ("金額:5000", [0]),
        ("金額:>5,000", [1]),
        ("金額:<100", [2]),
        ("納期:2026-11-20", [0]),
        ("納期:>2026-11-21", [1]),
        ("納期:<2026年12月1日", [0]),
        ("至急:はい", [0]),
        ("至急:no", [1, 2, 3]),
        ("金額:>10 返品理由:なし", [2]),
    ],
)
def test_a_field_narrows_a_search(me, shop, text, expected):
    assert places(me, shop, text) == expected


def test_a_field_is_asked_for_by_its_number_too(me, shop):
    assert places(me, shop, f"field.{shop[0][0].pk}:サイズ") == [0]


@pytest.mark.parametrize("text", ["返品理由:迷子", "金額:多い", "納期:いつか", "至急:たぶん", "金額:1e99999999"])
def test_what_a_field_cannot_hold_finds_nothing_and_says_so(me, shop, text):
    results = search_conversations(me, text)

    assert (results.found, len(results.unknown)) == ([], 1)


def test_a_retired_field_is_still_searched(me, shop):
    retire_field(shop[0][2], user=make_user(role="admin"))

    assert places(me, shop, "注文番号:HK-2000") == [1]


def test_the_operators_of_the_search_come_before_fields_of_their_name(me):
    field, conversation = make_field("担当"), make_conversation()
    set_fields([conversation], {field.pk: "田中"}, user=me)

    assert search_conversations(me, "担当:田中").found == []
    assert [each.conversation for each in search_conversations(me, "項目.担当:田中").found] == [conversation]


def test_what_was_understood_names_the_field(me, shop):
    with translation.override("ja"):
        assert search_conversations(me, "返品理由:サイズ -金額:>100").understood() == [
            "返品理由: サイズ", "金額: >100以外",
        ]  # fmt: skip
