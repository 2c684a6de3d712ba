"""Segments: every criterion finds whom it means, both groups together, and only as far as somebody sees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.customers import BY, make_customer, make_customer_field
from tests.factories.imports import brought_in

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.accounts.limits import limited
from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.conversations.customers import CustomerFilter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.conditions import Condition
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.customers.actions import add_postal_address, mark_bounced, note_consent, set_customer_fields, set_tags
from madoguchi.customers.actions.segments import SegmentChanged, change_segment, delete_segment, save_segment
from madoguchi.customers.criteria import HOWS_OF, offered
from madoguchi.customers.models import Customer, CustomerTag, Segment
from madoguchi.customers.segments import Conditions, conditions_of, get_segment, read_segment_conditions, segments_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin()


def found(user, *all_of, any_of=()):
    asked = Conditions(tuple(Condition(*each) for each in all_of), tuple(Condition(*each) for each in any_of))
    return sorted(row.family_name for row in listed_customers(user, CustomerList(asked=asked)))


@pytest.fixture
def people(admin):
    """甲 has everything, 乙 nothing."""
    one = make_customer(
        "kou@mail.example", family_name="甲", given_name="一", phones=["03-1234-5678"], company="春風",
        department="総務", is_vip=True, needs_care=True, note="朝は不可", language="ja", honorific="先生",
    )  # fmt: skip
    add_postal_address(one, by=BY, postal_code="150-0001", prefecture="東京都", city="渋谷区")
    set_tags(one, ["常連"], by=BY)
    note_consent(one, "news_mail", is_given=True, source="注文画面", by=BY)
    mark_bounced("kou@mail.example", "no such user")
    two = make_customer(family_name="乙")
    note_consent(two, "news_mail", is_given=True, source="電話", by=BY, at=timezone.now() - timedelta(days=2))
    note_consent(two, "news_mail", is_given=False, source="電話", by=BY)
    return one, two


@pytest.mark.parametrize(
    ("what", "how", "value"),
    [
        ("name", "has", "甲"),
        ("company", "is", "春風"),
        ("company", "filled", ""),
        ("department", "has", "総"),
        ("mail", "is", "KOU@mail.example"),
        ("mail", "has", "mail.example"),
        ("phone", "is", "０３－１２３４－５６７８"),
        ("reached", "is", "phone"),
        ("bounced", "is", "1"),
        ("vip", "is", "1"),
        ("care", "not", "0"),
        ("consent", "is", "news_mail"),
        ("prefecture", "is", "東京都"),
        ("city", "has", "渋谷"),
        ("postal_code", "has", "150"),
        ("language", "is", "ja"),
        ("honorific", "is", "先生"),
        ("note", "has", "朝"),
    ],
)
def test_a_criterion_of_the_record_finds_whom_it_means(admin, people, what, how, value):
    contrary = {"is": "not", "not": "is", "filled": "empty"}.get(how)

    assert found(admin, (what, how, value)) == ["甲"]
    assert contrary is None or found(admin, (what, contrary, value)) == ["乙"]


def test_tags_and_days_and_imports(admin, people):
    tag = CustomerTag.objects.get()
    row = brought_in("姓\n丙\n", admin)
    today, later = timezone.localdate(), timezone.localdate() + timedelta(days=1)

    assert found(admin, ("tag", "is", str(tag.pk))) == ["甲"]
    assert found(admin, ("import", "is", str(row.pk))) == ["丙"]
    assert found(admin, ("since", "is", today.isoformat())) == ["丙", "乙", "甲"]
    assert found(admin, ("since", "less", later.isoformat()), ("since", "more", today.isoformat())) == []


@pytest.mark.parametrize(
    ("kind", "typed", "how", "value"),
    [
        (FieldKind.TEXT, "ゴールド", "has", "t:ゴール"),
        (FieldKind.NUMBER, "12800", "more", "n:10000"),
        (FieldKind.DATE, "1988-04-01", "less", "d:1990-01-01"),
        (FieldKind.CHOICE, "金", "is", "o:1"),
        (FieldKind.CHECK, "はい", "filled", ""),
    ],
)
def test_custom_fields_are_criteria_too(admin, people, kind, typed, how, value):
    field = make_customer_field("会員", kind, *(["金", "銀"] if kind == FieldKind.CHOICE else []))
    set_customer_fields(people[0], {field.pk: typed}, by=BY)

    assert found(admin, (f"field-{field.pk}", how, value)) == ["甲"]
    assert found(admin, (f"field-{field.pk}", "empty")) == ["乙"]


def test_what_they_asked_is_a_criterion(admin, people):
    inbox = make_inbox()
    for _number in range(2):
        conversation = make_conversation(inbox, sender=Address("kou@mail.example"))
    old = timezone.now() - timedelta(days=400)
    Conversation.objects.filter(pk=conversation.pk).update(created_at=old)
    made = found(admin, ("inquiries", "filled"))
    year = (timezone.localdate() - timedelta(days=365)).isoformat()

    assert made == ["甲"]
    assert found(admin, ("inquiries", "more", "1"), ("inquiries", "less", "3")) == ["甲"]
    assert found(admin, ("inquiries", "is", "2")) == ["甲"]
    assert found(admin, ("inquiries", "less", "1")) == found(admin, ("inquiries", "is", "0")) == ["乙"]
    assert found(admin, ("first_inquiry", "less", year)) == ["甲"]
    assert found(admin, ("last_inquiry", "less", year)) == []
    assert found(admin, ("open_inquiry", "is", "1"), ("asked_at", "is", str(inbox.pk))) == ["甲"]
    assert found(admin, ("asked_about", "filled")) == ["甲"]


def test_all_of_some_and_one_of_others(admin, people):
    make_customer(family_name="丙", is_vip=True)

    assert found(admin, ("vip", "is", "1"), any_of=[("care", "is", "1"), ("name", "has", "丙")]) == ["丙", "甲"]
    assert found(admin, any_of=[("name", "has", "乙"), ("name", "has", "丙")]) == ["丙", "乙"]


def test_nobody_is_found_by_inquiries_at_a_desk_one_may_not_see():
    mine, theirs = make_inbox(), make_inbox()
    conversation = make_conversation(mine)
    make_conversation(theirs, sender=Address(conversation.customer.identities.get().shown))
    agent = make_user(Role.AGENT)

    seen = Conversation.objects.visible_to(agent).filter(customer=conversation.customer).count()
    asked = Conditions((Condition("inquiries", "is", str(seen)),))

    assert [row.pk for row in listed_customers(agent, CustomerList(asked=asked))] == [conversation.customer.pk]


@pytest.mark.parametrize(
    "row",
    [["nothing", "is", "1"], ["since", "is", "soon"], ["inquiries", "is", "-1"], ["vip", "is", "x"], ["vip", "like"]],
)
def test_conditions_that_make_no_sense_are_refused(row):
    with pytest.raises(Invalid):
        read_segment_conditions([row])


def test_every_criterion_can_be_compared_in_all_its_ways(admin, people):
    values = {"day": "2026-11-20", "number": "1", "yes": "1"}
    for key, criterion in offered().items():
        for how in HOWS_OF[criterion.kind]:
            value = "" if how in ("empty", "filled") else values.get(criterion.kind, "1")
            assert isinstance(found(admin, (key, how, value)), list)
            assert criterion.words(admin) is not None


def test_a_segment_is_kept_changed_shared_and_deleted(admin):
    agent = make_user(Role.AGENT)
    asked = Conditions((Condition("vip", "is", "1"),))
    mine = save_segment(" 重要な お客様 ", asked, user=agent)
    shared = save_segment("全員の", asked, user=admin, is_shared=True)

    assert [each.name for each in segments_of(agent)] == ["全員の", "重要な お客様"]
    assert list(segments_of(admin)) == [shared]
    assert conditions_of(mine) == asked
    with pytest.raises(NotAllowed):
        save_segment("x", asked, user=agent, is_shared=True)
    with pytest.raises(NotAllowed):
        delete_segment(shared, user=agent)
    change_segment(shared, name="変えた", asked=asked, is_shared=True, version=1, user=admin)
    with pytest.raises(SegmentChanged):
        change_segment(shared, name="古い", asked=asked, is_shared=True, version=1, user=admin)
    delete_segment(shared, user=admin)
    with pytest.raises(NotFound):
        get_segment(admin, shared.pk)
    with pytest.raises(Invalid):
        save_segment("", asked, user=admin)
    with pytest.raises(Invalid):
        save_segment("空", Conditions(), user=admin)


def test_what_is_hidden_cannot_be_found_out_by_counting(admin):
    limit_role(Role.AGENT, masks_contacts=True, keeps_files=False, user=admin)
    field = make_customer_field("誕生日", FieldKind.DATE, is_personal=True)
    agent = limited(User.objects.all()).get(pk=make_user(Role.AGENT).pk)

    with pytest.raises(NotAllowed):
        save_segment("x", Conditions((Condition(f"field-{field.pk}", "filled"),)), user=agent)


def test_conditions_that_nobody_understands_any_more_mean_nobody(admin, people):
    segment = Segment.objects.create(owner=None, name="古い", all_of=[["gone", "is", "1"]])

    assert list(listed_customers(admin, CustomerList(segment=segment.pk))) == []


def test_what_narrows_a_list_is_kept_and_read_again():
    wanted = CustomerList("甲", CustomerFilter("常連", 3, is_vip=True), 5, Conditions((Condition("vip", "is", "1"),)))

    assert CustomerList.of(wanted.kept()) == wanted
    assert CustomerList.of({}) == CustomerList()


def test_a_segment_asks_as_often_for_three_customers_as_for_one(admin):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            found(admin, ("inquiries", "is", "0"), ("vip", "is", "0"))
        return len(asked)

    make_customer(family_name="甲")
    one = queries()
    make_customer(family_name="乙")
    make_customer(family_name="丙")

    assert queries() == one
    assert Customer.objects.count() == 3
    assert not Message.objects.exists()
