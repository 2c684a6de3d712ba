"""What people may see, in which order, counted how."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.conversations import (
    make_conversation,
    make_inbound,
    make_inbox,
    private_inbox,
    reply_to,
)

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations import due_lists, queries, saved_views
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import assign, change_status, change_tags, follow
from madoguchi.conversations.actions.views import delete_view, save_view
from madoguchi.conversations.choices import Status
from madoguchi.conversations.counts import fold_counts
from madoguchi.conversations.filters import Cursor, Filter
from madoguchi.conversations.listed import listed_by_ids, listed_rows
from madoguchi.conversations.models import Conversation, CountDelta
from madoguchi.conversations.timeline import timeline_of
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.together import fetch_together
from madoguchi.flows.inbound import receive

pytestmark = pytest.mark.django_db


def test_conversation_of_another_desk_does_not_exist():
    conversation = make_conversation(private_inbox())

    with pytest.raises(NotFound):
        queries.get_conversation(make_user(), conversation.pk)
    assert queries.get_conversation(make_admin(), conversation.pk) == conversation


def test_members_of_a_team_see_its_desk():
    user = make_user()
    inbox = private_inbox()
    inbox.teams.add(make_team("法人", user))
    conversation = make_conversation(inbox)

    assert queries.get_conversation(user, conversation.pk) == conversation


def test_guests_see_what_they_were_asked_to_follow():
    guest = make_user(Role.GUEST)
    asked, other = make_conversation(), make_conversation(subject="別の件")
    follow(asked, user=guest, is_on=True)

    assert list(Conversation.objects.visible_to(guest)) == [asked]
    with pytest.raises(NotFound):
        queries.get_message(guest, other.messages.get().pk)


def test_deactivated_people_see_nothing():
    make_conversation()

    assert not Conversation.objects.visible_to(make_user(is_active=False)).exists()


def test_mail_that_arrived_in_two_desks_is_one_conversation_seen_from_both():
    user = make_user()
    first, second = private_inbox(), private_inbox(user)
    mail = make_inbound()
    receive(first, mail)

    assert receive(second, mail) is None

    assert Conversation.objects.visible_to(user).count() == 1
    assert Conversation.objects.count() == 1


def test_lists_come_by_deadline_and_page_by_key():
    inbox = make_inbox()
    now = timezone.now()
    rows = [make_conversation(inbox, subject=f"件{n}") for n in range(5)]
    for hours, row in zip([3, 1, 2, 2, None], rows, strict=True):
        row.set_due(now + timedelta(hours=hours) if hours else None)
        row.save()
    user = make_user()

    first = queries.conversation_page(user, Filter(), limit=2)
    second = queries.conversation_page(user, Filter(), limit=2, cursor=Cursor.parse(str(first.next_cursor)))
    third = queries.conversation_page(user, Filter(), limit=2, cursor=second.next_cursor)

    pages = [[row.pk for row in page.rows] for page in (first, second, third)]
    assert pages == [[rows[1].pk, rows[2].pk], [rows[3].pk, rows[0].pk], [rows[4].pk]]
    assert third.next_cursor is None


@pytest.mark.parametrize(("sort", "order"), [("newest", [2, 1, 0]), ("oldest", [0, 1, 2])])
def test_lists_come_by_last_message(sort, order):
    inbox = make_inbox()
    rows = [make_conversation(inbox, subject=f"件{n}") for n in range(3)]
    user = make_user()

    found, cursor = [], None
    for _page in range(3):
        page = queries.conversation_page(user, Filter(sort=sort), limit=1, cursor=cursor)
        found += [row.pk for row in page.rows]
        cursor = page.next_cursor

    assert found == [rows[n].pk for n in order]


def test_filters_narrow():
    user = make_user()
    inbox, other = make_inbox(), make_inbox()
    mine, late, done = make_conversation(inbox), make_conversation(inbox, subject="b"), make_conversation(other)
    assign([mine], user, user=user)
    change_tags([mine], add=["配送"], user=user)
    follow(mine, user=user, is_on=True)
    late.set_due(timezone.now() - timedelta(minutes=1))
    late.save()
    change_status([done], Status.DONE, user=user)

    def found(**values):
        page = queries.conversation_page(user, Filter.from_values(values))
        return {row.pk for row in page.rows}

    assert found() == {mine.pk, late.pk}
    assert found(status="all") == {mine.pk, late.pk, done.pk}
    assert found(status="done") == {done.pk}
    assert found(inbox=str(other.pk), status="all") == {done.pk}
    assert (
        found(assignee="me") == found(assignee=str(user.pk)) == found(tag="配送") == found(following="1") == {mine.pk}
    )
    assert found(assignee="none") == found(late="1") == {late.pk}
    assert found(customer=mine.customer_id) == {mine.pk, late.pk}
    assert found(vip=True) == found(team=1) == found(category=1) == found(mine_to_approve=True) == set()
    assert found(channel="mail", priority=1) == {mine.pk, late.pk}


@pytest.mark.parametrize(
    "values", [{"inbox": "x"}, {"sort": "y"}, {"status": "z"}, {"assignee": "somebody"}, {"assignee": "-1"}]
)
def test_impossible_filters_are_refused(values):
    with pytest.raises(Invalid):
        Filter.from_values(values)


def test_nonsense_cursor_is_no_cursor():
    assert Cursor.parse("nonsense~x") is None


@pytest.mark.parametrize("n", [1, 3])
def test_list_takes_the_same_queries_for_one_row_and_three(n, django_assert_num_queries):
    inbox = make_inbox()
    for number in range(n):
        conversation = make_conversation(inbox, subject=f"件{number}")
        change_tags([conversation], add=[f"タグ{number}"], user=make_user())
    user = make_admin()

    with django_assert_num_queries(3):
        page = queries.conversation_page(user, Filter())
        for row in page.rows:
            assert [tag.name for tag in row.tags.all()]
            assert row.customer.label
            assert row.inbox.name
            assert row.assignee is None


def test_counts_are_kept_by_every_change():
    user = make_user()
    inbox = make_inbox()
    rows = [make_conversation(inbox, subject=f"件{n}") for n in range(3)]
    assign(rows[:1], user, user=user)
    change_status(rows[1:2], Status.DONE, user=user)

    before = queries.counts_for(user)
    folded = fold_counts()
    after = queries.counts_for(user)

    assert folded > 0
    assert before == after
    assert (after.open, after.mine, after.unassigned) == (2, 1, 1)
    assert (after.by_status["new"], after.by_status["open"], after.by_status["done"]) == (1, 1, 1)
    assert after.by_inbox_status[inbox.pk, "done"] == 1
    merge_conversations(rows[0], [rows[2]], user=user)
    assert queries.counts_for(user).open == 1
    fold_counts()
    assert CountDelta.objects.count() == 2


def test_late_ones_are_counted_by_the_clock():
    conversation = make_conversation()
    user = make_user()
    assert due_lists.late_count(user) == 0

    conversation.set_due(timezone.now() - timedelta(seconds=1))
    conversation.save()

    assert due_lists.late_count(user) == 1


def test_next_is_the_most_urgent_of_mine_and_nobodys():
    user = make_user()
    taken, free = make_conversation(), make_conversation(subject="b")
    assign([taken], make_user(), user=user)

    assert due_lists.next_conversation(user) == free


def test_related_history_is_one_time_line_over_all_conversations():
    first, second = make_conversation(), make_conversation(make_inbox(), subject="別の件")
    answer = reply_to(first, make_user())
    hidden = make_conversation(private_inbox(), subject="見えない窓口")
    user = make_user()

    history = queries.related_history(user, first.customer)

    assert [message.pk for message in history] == [answer.pk, second.messages.get().pk, first.messages.first().pk]
    assert hidden.customer_id == first.customer_id
    older = queries.related_history(user, first.customer, before=Cursor(history[0].at, history[0].pk))
    assert [message.pk for message in older] == [message.pk for message in history[1:]]


def test_customer_is_seen_through_a_visible_conversation():
    user = make_user()
    seen, hidden = make_conversation(), make_conversation(private_inbox(), sender=make_inbound().sender)
    stranger = make_conversation(private_inbox(), sender=type(make_inbound().sender)("x@y.example"))

    assert queries.get_customer_for(user, seen.customer_id) == hidden.customer
    with pytest.raises(NotFound):
        queries.get_customer_for(user, stranger.customer_id)
    assert queries.get_customer_for(make_admin(), stranger.customer_id) == stranger.customer


def test_timeline_shows_messages_and_events_in_order():
    conversation = make_conversation()
    user = make_user()
    note = add_note(conversation, "調査中 @小林", user=user)
    change_status([conversation], Status.INTERNAL, user=user)

    timeline = timeline_of(conversation)

    assert [message.pk for message in timeline.messages] == [conversation.messages.first().pk, note.pk]
    assert [event.kind for event in timeline.events] == ["conversation_opened", "status_changed"]
    assert timeline.earlier == 0


def test_drafts_are_found_by_their_owner_only():
    conversation = make_conversation()
    owner = make_user()
    draft = save_draft(owner, conversation, "reply", values={"text": "書きかけ"})

    assert queries.find_draft(owner, conversation, "reply") == draft
    assert [row.has_draft for row in listed_by_ids(owner, [conversation.pk])] == [True]
    assert [row.has_draft for row in listed_by_ids(make_user(), [conversation.pk])] == [False]
    assert list(queries.drafts_of(owner)) == [queries.get_draft(owner, draft.pk)]
    with pytest.raises(NotFound):
        queries.get_draft(make_user(), draft.pk)


def test_views_are_personal_or_shared_by_those_who_may():
    user, leader = make_user(), make_user(Role.SUPERVISOR)
    own = save_view("自分の", Filter(assignee="me"), user=user)
    shared = save_view("共有", Filter(late=True), user=leader, is_shared=True)

    assert list(saved_views.views_of(user)) == [own, shared]
    assert own.conditions == {"assignee": "me"}
    with pytest.raises(NotFound):
        saved_views.get_view(leader, own.pk)
    with pytest.raises(NotAllowed):
        save_view("だめ", Filter(), user=user, is_shared=True)
    with pytest.raises(NotAllowed):
        delete_view(shared, user=user)
    with pytest.raises(Invalid):
        save_view(" ", Filter(), user=user)
    delete_view(shared, user=leader)
    delete_view(own, user=user)
    assert list(saved_views.views_of(user)) == []


def seen_by(user):
    """What a person sees by each kind of read, fetched together."""
    rows, now = listed_rows(user, Filter()), timezone.now()
    due = due_lists.due_rows(user, Filter(), until=now + timedelta(days=2))
    fetch_together(rows, due)
    opened = [pk for pk in Conversation.objects.values_list("pk", flat=True).order_by("pk") if is_opened(user, pk)]
    amount = sum(next(iter(due), (0, 0)))
    return sorted(row[0] for row in rows), opened, amount


def is_opened(user, pk):
    """True when a person may open a conversation."""
    try:
        return queries.get_conversation(user, pk).pk == pk
    except NotFound:
        return False


def test_reads_kept_for_many_people_show_each_their_own():
    first, second = make_user(), make_user()
    ours, shared = private_inbox(first, second, name="一"), make_inbox(name="公開")
    theirs = private_inbox(second, name="二")
    of_us, of_all, of_them = (
        make_conversation(each, sender=Address(f"{each.name}@x.example")) for each in (ours, shared, theirs)
    )
    guest, gone = make_user(Role.GUEST), make_user(is_active=False)
    follow(of_them, user=guest, is_on=True)
    expected = {
        first: [of_us, of_all],
        second: [of_us, of_all, of_them],
        guest: [of_them],
        gone: [],
        make_admin(): [of_us, of_all, of_them],
    }

    found = {user: seen_by(user) for _round in range(2) for user in expected}

    numbers = {user: [each.pk for each in rows] for user, rows in expected.items()}
    assert found == {user: (pks, pks, len(pks)) for user, pks in numbers.items()}
    assert {
        user: list(Conversation.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))
        for user in numbers
    } == numbers
