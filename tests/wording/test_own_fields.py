"""Custom fields of customers in templates: what they become, what is refused, and for whose eyes they are."""

import pytest
from django.utils import translation
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.customers import BY, make_customer_field
from tests.factories.wording import make_template

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.accounts.limits import limited
from madoguchi.accounts.models import User
from madoguchi.acknowledgements.texts import without_their_links
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.preflighting import look_at_reply
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.customers.actions import set_customer_fields
from madoguchi.customers.actions.field_keeping import retire_customer_field
from madoguchi.wording.filling import BrokenFields, fill
from madoguchi.wording.own_fields import check_fields
from madoguchi.wording.surroundings import around_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def conversation():
    return make_conversation()


def has(conversation, field, value):
    set_customer_fields(conversation.customer, {field.pk: value}, by=BY)


@pytest.mark.parametrize(
    ("kind", "value", "japanese", "english"),
    [
        (FieldKind.TEXT, "A-1", "A-1", "A-1"),
        (FieldKind.NUMBER, "12500", "12,500", "12,500"),
        (FieldKind.DATE, "2026-11-20", "2026年11月20日(金)", "Friday, November 20, 2026"),
        (FieldKind.CHOICE, "2", "銀、箔", "銀、箔"),
        (FieldKind.MULTI, ["1", "3"], "金、赤", "金, 赤"),
        (FieldKind.CHECK, True, "はい", "Yes"),
    ],
)
def test_a_value_is_filled_in_as_letters_say_it(agent, conversation, kind, value, japanese, english):
    options = ("金", "銀、箔", "赤") if kind in (FieldKind.CHOICE, FieldKind.MULTI) else ()
    has(conversation, make_customer_field("会員+ランク", kind, *options), value)
    text = "{{顧客項目.会員+ランク}}/{{customer.field.会員＋ランク}}"

    said = [fill(text, around_conversation(conversation, agent, language=each)).text for each in ("ja", "en")]

    assert said == [f"{japanese}/{japanese}", f"{english}/{english}"]


def test_what_is_not_known_has_its_fallback_or_stays_and_is_not_sent(agent, conversation):
    make_customer_field("会員番号")

    filled = fill("{{顧客項目.会員番号|未登録}} {{顧客項目.会員番号}}", around_conversation(conversation, agent))
    letter = Letter(to=(), subject="", text=f"本文 {filled.text}")

    assert filled.text == "未登録 {{顧客項目.会員番号}}"
    assert filled.missing == ("{{顧客項目.会員番号}}",)
    blocked = [each.words for each in look_at_reply(conversation, letter, user=agent).found if each.level == "block"]
    assert "{{顧客項目.会員番号}}" in blocked


def test_a_retired_field_is_not_filled_any_more(agent, conversation):
    field = make_customer_field("会員番号")
    has(conversation, field, "A-1")
    retire_customer_field(field, by=BY)

    assert fill("{{顧客項目.会員番号}}", around_conversation(conversation, agent)).missing


def test_a_field_that_there_is_not_is_refused_with_its_place_and_the_likely_one(agent):
    make_customer_field("会員ランク")

    with translation.override("en"), pytest.raises(BrokenFields) as refused:
        check_fields("様\n今の{{顧客項目.会員ランタ}}", field="body")
    with pytest.raises(BrokenFields):
        make_template(agent, body="{{customer.field.}}")

    assert "Line 2, character 3: {{顧客項目.会員ランタ}}" in str(refused.value)
    assert "Did you mean “会員ランク”?" in str(refused.value)
    check_fields("{{ 顧客項目.会員ランク ｜ 会員 }}", field="body")


def test_a_personal_one_is_not_filled_by_who_reads_masked(agent, conversation):
    has(conversation, make_customer_field("誕生日", is_personal=True), "5月")
    limit_role(Role.AGENT, masks_contacts=True, keeps_files=False, user=make_admin())
    masked = limited(User.objects.all()).get(pk=agent.pk)

    assert fill("{{顧客項目.誕生日}}", around_conversation(conversation, agent)).text == "5月"
    assert fill("{{顧客項目.誕生日}}", around_conversation(conversation, masked)).missing


def test_an_automatic_reply_says_nothing_of_them(conversation):
    has(conversation, make_customer_field("会員番号"), "A-1")

    around = without_their_links(around_conversation(conversation, None))

    assert fill("{{顧客項目.会員番号|会員}}", around).text == "会員"


def test_values_are_read_only_where_a_template_asks(agent, conversation, django_assert_num_queries):
    has(conversation, make_customer_field("会員番号"), "A-1")
    around = around_conversation(conversation, agent)

    with django_assert_num_queries(0):
        fill("{{お客様名}}", around)
    with django_assert_num_queries(2):
        fill("{{顧客項目.会員番号}}{{顧客項目.会員番号}}", around)
