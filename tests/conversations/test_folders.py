"""Folders of a 窓口: the tree, what lies in it, and the way back."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.together import together

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.folders import change_folder, create_folder, delete_folder, move_to_folder
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import Status
from madoguchi.conversations.counts import fold_counts
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.listed import listed_page, listed_rows
from madoguchi.conversations.models import Conversation, Folder
from madoguchi.conversations.own import filed_rows, folders_of, get_folder, told_filed, tree_of
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def inbox():
    return make_inbox()


def counted(folder):
    return told_filed(filed_rows([folder.inbox_id])).by_folder[folder.pk]


def test_the_tree_stands_in_its_order(admin, inbox):
    returns = create_folder(inbox, "返品", user=admin)
    create_folder(inbox, "配送", user=admin)
    create_folder(inbox, "破損", user=admin, parent=returns)

    assert [(each.path, each.depth, each.has_children) for each in tree_of(folders_of(admin))] == [
        ("返品", 0, True),
        ("返品 › 破損", 1, False),
        ("配送", 0, False),
    ]


def test_a_conversation_lies_in_one_folder_and_the_counts_follow(admin, inbox):
    first, second = (create_folder(inbox, name, user=admin) for name in ("返品", "配送"))
    conversation = make_conversation(inbox)

    move_to_folder([conversation], first, user=admin)
    step = move_to_folder([conversation], second, user=admin)
    assert (counted(first), counted(second)) == (0, 1)
    chosen = Filter(folder=second.pk)
    assert [row.pk for row in listed_page(admin, listed_rows(admin, chosen), sort=chosen.sort).rows] == [
        conversation.pk
    ]
    undo(step.pk, user=admin)
    fold_counts()
    assert (counted(first), counted(second)) == (1, 0)
    change_status([conversation], Status.DONE, user=admin)
    assert counted(first) == 0
    assert move_to_folder([conversation], first, user=admin).data["before"] == {}


def test_a_folder_of_another_desk_is_refused(admin, inbox):
    elsewhere = create_folder(make_inbox(), "返品", user=admin)

    with pytest.raises(Invalid):
        move_to_folder([make_conversation(inbox)], elsewhere, user=admin)
    with pytest.raises(Invalid):
        create_folder(inbox, "破損", user=admin, parent=elsewhere)


def test_searches_find_a_folder_with_those_in_it(admin, inbox):
    returns = create_folder(inbox, "返品", user=admin)
    broken = create_folder(inbox, "破損", user=admin, parent=returns)
    conversation = make_conversation(inbox)
    move_to_folder([conversation], broken, user=admin)

    found = {
        text: len(search_conversations(admin, text).found) for text in ("folder:返品", "フォルダ:破損", "folder:無い")
    }

    assert found == {"folder:返品": 1, "フォルダ:破損": 1, "folder:無い": 0}


def test_folders_make_no_ring_and_are_not_too_deep(admin, inbox):
    deep = [create_folder(inbox, "1", user=admin)]
    for number in range(2, 6):
        deep.append(create_folder(inbox, str(number), user=admin, parent=deep[-1]))

    with pytest.raises(Invalid):
        create_folder(inbox, "6", user=admin, parent=deep[-1])
    with pytest.raises(Invalid):
        change_folder(deep[0], user=admin, name="1", parent=deep[2])
    with pytest.raises(Invalid):
        change_folder(create_folder(inbox, "x", user=admin), user=admin, name="1", parent=None)
    above = create_folder(inbox, "0", user=admin)
    with pytest.raises(Invalid):
        change_folder(deep[0], user=admin, name="1", parent=above)


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_name_is_needed(admin, inbox, name):
    with pytest.raises(Invalid):
        create_folder(inbox, name, user=admin)


def test_what_lies_in_a_deleted_folder_goes_to_where_it_lay_and_comes_back(admin, inbox):
    returns = create_folder(inbox, "返品", user=admin)
    broken = create_folder(inbox, "破損", user=admin, parent=returns)
    below = create_folder(inbox, "破損", user=admin, parent=broken)
    conversation = make_conversation(inbox)
    move_to_folder([conversation], broken, user=admin)

    amount, step = delete_folder(broken, user=admin)

    conversation.refresh_from_db()
    below.refresh_from_db()
    assert (amount, conversation.folder, below.parent) == (1, returns, returns)
    undo(step.pk, user=admin)
    conversation.refresh_from_db()
    below.refresh_from_db()
    assert (conversation.folder_id, below.parent_id, counted(broken)) == (broken.pk, broken.pk, 1)


def test_what_cannot_come_back_is_said(admin, inbox):
    returns = create_folder(inbox, "返品", user=admin)
    broken = create_folder(inbox, "破損", user=admin, parent=returns)
    _amount, step = delete_folder(broken, user=admin)
    delete_folder(returns, user=admin)

    with pytest.raises(DomainError):
        undo(step.pk, user=admin)
    other = create_folder(inbox, "配送", user=admin)
    _amount, step = delete_folder(other, user=admin)
    create_folder(inbox, "配送", user=admin)
    with pytest.raises(Invalid):
        undo(step.pk, user=admin)


def test_a_folder_whose_folders_clash_with_those_above_stays(admin, inbox):
    create_folder(inbox, "破損", user=admin)
    returns = create_folder(inbox, "返品", user=admin)
    create_folder(inbox, "破損", user=admin, parent=returns)

    with pytest.raises(Invalid):
        delete_folder(returns, user=admin)

    assert Folder.objects.count() == 3


def test_only_administrators_keep_folders(admin):
    closed = make_inbox()
    folder = create_folder(closed, "返品", user=admin)

    with pytest.raises(NotAllowed):
        create_folder(closed, "配送", user=make_user())
    with pytest.raises(NotFound):
        get_folder(admin, folder.pk + 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_a_folder_deleted_while_something_is_put_into_it(number):
    admin, inbox = make_admin(), make_inbox()
    folder = create_folder(inbox, "返品", user=admin)
    conversation = make_conversation(inbox, sender=Address(f"customer{number}@mail.example"))

    outcomes = together(
        lambda: move_to_folder([conversation], folder, user=admin) and "moved",
        lambda: delete_folder(folder, user=admin)[0],
    )

    assert outcomes in (["moved", 1], ["not_found", 0])
    assert not Conversation.objects.filter(folder__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_two_folders_moved_into_each_other_make_no_ring(number):
    admin, inbox = make_admin(), make_inbox()
    one, other = (create_folder(inbox, f"{name}{number}", user=admin) for name in "甲乙")

    outcomes = together(
        lambda: change_folder(one, user=admin, name=one.name, parent=other) and "moved",
        lambda: change_folder(other, user=admin, name=other.name, parent=one) and "moved",
    )

    assert sorted(outcomes) == ["invalid", "moved"]
