"""Checklists: kept, put on by hand and by themselves, ticked by two at once, carried by merges."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import set_category
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import CATEGORY_CHANGED, CONVERSATION_OPENED, MERGED, UNDONE
from madoguchi.conversations.models import Category
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.guides.actions.checklists import (
    add_item,
    follow_merge,
    follow_undo,
    move_item,
    put_back,
    put_on,
    put_on_by_itself,
    remove_item,
    take_off,
    tick,
)
from madoguchi.guides.actions.templates import ChecklistDraft, delete_template, keep_template
from madoguchi.guides.choices import ITEM_TICKED
from madoguchi.guides.models import Checklist, ChecklistItem
from madoguchi.guides.queries import checklists_of, progress_rows, templates_for

pytestmark = pytest.mark.usefixtures("in_english")


def progress_of(numbers):
    return {number: (done, n) for number, n, done in progress_rows(numbers)}


def make_template(name="返品の受付", items=("商品の状態を確認", "返送先を案内", "在庫を戻す"), **values):
    return keep_template(None, ChecklistDraft(name, items, **values), user=make_user(Role.ADMIN))


def react(kind, reaction):
    for event in Event.objects.filter(kind=kind):
        reaction(event)


@pytest.mark.django_db
class TestChecklists:
    """With a database that is rolled back."""

    def test_put_on_once_and_ticked(self):
        agent, conversation = make_user(), make_conversation()
        template = make_template()

        checklist = put_on(conversation, template, user=agent)
        again = put_on(conversation, template, user=agent)
        first = tick(checklist.items.first(), is_done=True, user=agent)

        assert again == checklist
        assert (first.done_by, progress_of([conversation.pk])) == (
            agent,
            {conversation.pk: (1, 3)},
        )
        assert list(templates_for(conversation)) == []
        tick(first, is_done=False, user=agent)
        assert progress_of([conversation.pk]) == {conversation.pk: (0, 3)}

    def test_put_on_by_itself_for_its_category_and_only_once(self):
        agent, conversation = make_user(), make_conversation()
        main = Category.objects.create(name="返品・交換・返金")
        leaf = Category.objects.create(name="返品", parent=main)
        make_template("大分類", category=main)
        make_template("中分類", category=leaf)
        make_template("別の窓口", category=leaf, inbox=make_inbox())
        make_template("別の分類", category=Category.objects.create(name="配送"))
        make_template("休止中", category=leaf, is_active=False)
        set_category([conversation], leaf, user=agent)

        for _again in range(2):
            react(CATEGORY_CHANGED, put_on_by_itself)
        take_off(Checklist.objects.get(name="中分類"), user=agent)
        react(CATEGORY_CHANGED, put_on_by_itself)

        assert [each.name for each in checklists_of(conversation.pk)] == ["大分類"]

    def test_what_belongs_to_a_category_is_not_put_on_a_mail_without_one(self):
        conversation = make_conversation()
        main = Category.objects.create(name="返品・交換・返金")
        make_template("大分類", category=main)
        make_template("中分類", category=Category.objects.create(name="返品", parent=main))
        make_template("子のない分類", category=Category.objects.create(name="配送"))

        react(CONVERSATION_OPENED, put_on_by_itself)

        assert checklists_of(conversation.pk) == []

    def test_put_on_by_itself_at_its_desk(self):
        inbox = make_inbox()
        make_template("窓口の基本", inbox=inbox)
        conversation = make_conversation(inbox)
        make_conversation()

        react(CONVERSATION_OPENED, put_on_by_itself)

        assert [each.conversation for each in Checklist.objects.all()] == [conversation]

    def test_taken_off_it_comes_back_with_its_ticks(self):
        agent, conversation = make_user(), make_conversation()
        template = make_template()
        checklist = put_on(conversation, template, user=agent)
        tick(checklist.items.first(), is_done=True, user=agent)

        take_off(checklist, user=agent)
        gone = progress_of([conversation.pk])
        put_on(conversation, template, user=agent)
        back = progress_of([conversation.pk])
        take_off(checklist, user=agent)
        put_back(checklist, user=agent)

        assert (gone, back) == ({}, {conversation.pk: (1, 3)})
        assert progress_of([conversation.pk]) == back

    def test_items_of_ones_own_are_added_moved_and_removed(self):
        agent, conversation = make_user(), make_conversation()
        first = add_item(conversation, None, "電話を折り返す", user=agent)
        second = add_item(conversation, first.checklist, "写真を待つ", user=agent)

        move_item(second, by=-1, user=agent)
        move_item(second, by=-1, user=agent)

        assert [item.text for item in first.checklist.items.all()] == ["写真を待つ", "電話を折り返す"]
        remove_item(first, user=agent)
        assert ChecklistItem.objects.count() == 1
        of_template = put_on(conversation, make_template(), user=agent).items.first()
        with pytest.raises(Invalid, match="template stay"):
            remove_item(of_template, user=agent)

    def test_merging_carries_checklists_and_undoing_brings_them_back(self):
        agent, inbox = make_user(), make_inbox()
        survivor, other = make_conversation(inbox), make_conversation(inbox)
        put_on(other, make_template(), user=agent)

        step = merge_conversations(survivor, [other], user=agent)
        react(MERGED, follow_merge)
        merged = set(progress_of([survivor.pk, other.pk]))
        undo(step.pk, user=agent)
        react(UNDONE, follow_undo)

        assert merged == {survivor.pk}
        assert set(progress_of([survivor.pk, other.pk])) == {other.pk}

    def test_templates_change_without_changing_what_is_in_use(self):
        admin, agent, conversation = make_user(Role.ADMIN), make_user(), make_conversation()
        template = make_template()
        checklist = put_on(conversation, template, user=agent)

        keep_template(template, ChecklistDraft("返品", ["一つだけ"]), user=admin)
        delete_template(template, user=admin)

        assert checklist.items.count() == 3
        assert [each.name for each in checklists_of(conversation.pk)] == ["返品の受付"]

    @pytest.mark.parametrize(
        ("wanted", "words"),
        [
            (ChecklistDraft(" ", ["a"]), "name"),
            (ChecklistDraft("a", [" ", ""]), "empty"),
            (ChecklistDraft("a", ["x"] * 51), "50 items"),
            (ChecklistDraft("a", ["x" * 301]), "300"),
            (ChecklistDraft("返品の受付", ["x"]), "already"),
        ],
    )
    def test_templates_that_cannot_be(self, wanted, words):
        make_template()

        with pytest.raises(Invalid, match=words):
            keep_template(None, wanted, user=make_user(Role.ADMIN))

    def test_rights(self):
        conversation, viewer = make_conversation(), make_user(Role.VIEWER)

        with pytest.raises(NotAllowed):
            add_item(conversation, None, "x", user=viewer)
        with pytest.raises(NotAllowed):
            keep_template(None, ChecklistDraft("a", ["b"]), user=make_user())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_of_two_who_tick_at_once_the_first_counts(number):
    people, conversation = [make_user(), make_user()], make_conversation(subject=f"件{number}")
    item = add_item(conversation, None, "折り返す", user=people[0])

    seen = together(*(lambda who=who: tick(item, is_done=True, user=who).done_by_id for who in people))

    assert len(set(seen)) == 1
    assert Event.objects.filter(kind=ITEM_TICKED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_put_on_by_two_at_once_it_is_there_once():
    people, conversation = [make_user(), make_user()], make_conversation()
    template = make_template()

    together(*(lambda who=who: put_on(conversation, template, user=who) for who in people))

    assert Checklist.objects.count() == 1
