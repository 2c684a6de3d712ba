"""Lists with every condition, one conversation, what changes of it, and the way back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.triage import assign_team, change_status, change_tags, set_category, set_priority
from madoguchi.conversations.models import Category, Conversation
from madoguchi.customers.actions import change_customer

pytestmark = pytest.mark.django_db


def make_other(inbox=None, **values):
    """A conversation of another customer."""
    return make_conversation(inbox, sender=Address("else@mail.example", "別人"), **values)


def numbers(response):
    assert response.status_code == 200, response.json()
    return [row["number"] for row in response.json()["items"]]


def test_a_name_is_the_same_in_the_list_and_by_itself(caller):
    conversation = make_conversation(language="en")
    change_customer(conversation.customer, by=caller.user.actor, family_name="Thompson", given_name="Emily")

    row, whole = caller.all("/conversations")[0], caller.get(f"/conversations/{conversation.pk}").json()

    assert row["customer"]["name"] == whole["customer"]["name"] == "Emily Thompson"


def test_list_says_what_a_row_shows(caller):
    conversation = make_conversation()
    change_tags([conversation], add=["返品", "配送"], user=caller.user)
    take_lock(conversation, user=caller.user)

    (row,) = caller.get("/conversations").json()["items"]

    assert (row["number"], row["subject"], row["status"]) == (conversation.pk, "商品がまだ届きません", "new")
    assert row["inbox"] == {"id": conversation.inbox_id, "name": conversation.inbox.name}
    assert row["customer"] == {"id": conversation.customer_id, "name": "髙橋 由美子", "is_vip": False}
    assert (row["assignee"], sorted(row["tags"])) == (None, ["返品", "配送"])
    assert row["lock"]["user"]["id"] == caller.user.pk
    assert row["preview"] == "土鍋がまだ届きません。"


@pytest.fixture
def one_of_two(caller):
    """Of two conversations the one that every condition below finds."""
    conversation, other = make_conversation(), make_other()
    category = Category.objects.create(name="配送")
    below = Category.objects.create(name="遅延", parent=category)
    team = make_team()
    user = caller.user
    change_tags([conversation], add=["返品"], user=user)
    set_category([conversation], below, user=user)
    set_priority([conversation], 3, user=user)
    assign_team([conversation], team, user=user)
    conversation.followers.add(user)
    conversation.customer.is_vip = True
    conversation.customer.save(update_fields=["is_vip"])
    late = timezone.now() - timedelta(hours=1)
    Conversation.objects.filter(pk=conversation.pk).update(due_at=late, queue_at=late, assignee=user)
    change_status([other], "done", user=user)
    return conversation, {"category": category.pk, "below": below.pk, "team": team.pk, "me": user.pk}


@pytest.mark.parametrize(
    "condition",
    [
        {"inbox": "{inbox}"},
        {"status": "new"},
        {"status": "open"},
        {"assignee": "me"},
        {"assignee": "{me}"},
        {"team": "{team}"},
        {"tag": "返品"},
        {"category": "{category}"},
        {"category": "{below}"},
        {"priority": "3"},
        {"channel": "mail"},
        {"vip": "true"},
        {"late": "true"},
        {"following": "true"},
        {"customer": "{customer}"},
    ],
)
def test_list_is_narrowed_by_each_condition(caller, one_of_two, condition):
    conversation, ids = one_of_two
    names = ids | {"inbox": conversation.inbox_id, "customer": conversation.customer_id}
    asked = {key: value.format(**names) for key, value in condition.items()}

    found = numbers(caller.get("/conversations", **({"status": "all"} | asked if "channel" not in asked else asked)))

    assert found == [conversation.pk]


def test_false_narrows_nothing(caller):
    conversation = make_conversation()

    assert numbers(caller.get("/conversations", vip="false", late="0", following="false")) == [conversation.pk]


def test_list_of_what_waits_for_approval(caller, caller_of):
    waiting, _other = make_conversation(), make_other()
    reply_to(waiting, caller_of("trainee").user)

    assert numbers(caller.get("/conversations", mine_to_approve="true")) == [waiting.pk]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"status": "nothing"}, ""),
        ({"status": "NEW!"}, "status"),
        ({"assignee": "somebody"}, "assignee"),
        ({"assignee": "9" * 19}, "assignee"),
        ({"inbox": "x"}, "inbox"),
        ({"inbox": "0"}, "inbox"),
        ({"inbox": str(10**30)}, "inbox"),
        ({"sort": "best"}, "sort"),
        ({"priority": "4"}, "priority"),
        ({"limit": "201"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "MjAyNi0wMS0wMVQwMDowMDowMH4x"}, "cursor"),  # a moment without a time zone
        ({"cursor": "x" * 301}, "cursor"),
        ({"tag": "a\x00b"}, "tag"),
    ],
)
def test_impossible_condition_is_refused(caller, asked, field):
    response = caller.get("/conversations", **asked)

    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid")
    assert response.json()["error"]["field"] == field


@pytest.mark.parametrize("sort", ["due", "newest", "oldest"])
def test_pages_show_each_row_once_in_order(caller, sort):
    inbox = make_inbox()
    made = [make_conversation(inbox, sender=Address(f"c{n}@mail.example")).pk for n in range(5)]

    paged = [row["number"] for row in caller.all("/conversations", sort=sort, limit=2)]

    assert paged == (made[::-1] if sort == "newest" else made)


def test_conversation_says_what_its_head_shows(caller):
    conversation = make_conversation()
    other = make_inbox()
    conversation.also_in.add(other)
    conversation.followers.add(caller.user)
    category = Category.objects.create(name="遅延", parent=Category.objects.create(name="配送"))
    team = make_team("配送チーム")
    set_category([conversation], category, user=caller.user)
    assign_team([conversation], team, user=caller.user)

    shown = caller.get(f"/conversations/{conversation.pk}").json()

    assert shown["category"]["name"] == "遅延"
    assert shown["category"]["parent"]["name"] == "配送"
    assert shown["team"] == {"id": team.pk, "name": "配送チーム"}
    assert [each["id"] for each in shown["followers"]] == [caller.user.pk]
    assert [each["id"] for each in shown["also_in"]] == [other.pk]
    assert shown["seen_event_id"] == caller.all(f"/conversations/{conversation.pk}/events")[-1]["id"]


def test_changes_are_made_together_and_undone_together(caller):
    conversation = make_conversation()
    category = Category.objects.create(name="配送")
    team = make_team()
    path = f"/conversations/{conversation.pk}"
    resume_at = (timezone.now() + timedelta(days=3)).isoformat()

    changed = caller.patch(
        path,
        {
            "status": "hold",
            "hold_reason": "入荷待ち",
            "resume_at": resume_at,
            "assignee": "me",
            "team": team.pk,
            "priority": 3,
            "category": category.pk,
            "tags": {"add": ["返品"]},
            "subject": "土鍋の件",
            "following": True,
        },
    ).json()
    undone = caller.post(f"/undo/{changed['undo_id']}").json()

    after, before = changed["conversation"], caller.get(path).json()
    assert (after["status"], after["hold_reason"], after["subject"]) == ("hold", "入荷待ち", "土鍋の件")
    assert (after["assignee"]["id"], after["team_id"], after["priority"]) == (caller.user.pk, team.pk, 3)
    assert (after["category_id"], after["tags"], after["followers"][0]["id"]) == (category.pk, ["返品"], caller.user.pk)
    assert undone == {"conversations": [conversation.pk], "drafts_stay_in": None}
    assert (before["status"], before["assignee"], before["team_id"], before["priority"]) == ("new", None, None, 1)
    assert (before["category_id"], before["tags"], before["subject"]) == (None, [], "商品がまだ届きません")


def test_null_takes_away(caller):
    conversation = make_conversation()
    path = f"/conversations/{conversation.pk}"
    category = Category.objects.create(name="配送")
    caller.patch(path, {"assignee": caller.user.pk, "team": make_team().pk, "category": category.pk})

    shown = caller.patch(path, {"assignee": None, "team": None, "category": None}).json()["conversation"]

    assert (shown["assignee"], shown["team"], shown["category"]) == (None, None, None)


def test_what_is_left_out_stays(caller):
    conversation = make_conversation()
    path = f"/conversations/{conversation.pk}"
    caller.patch(path, {"assignee": "me"})

    changed = caller.patch(path, {"priority": 2}).json()

    assert changed["conversation"]["assignee"]["id"] == caller.user.pk
    assert caller.patch(path, {}).json()["undo_id"] is None


def test_tags_can_be_set_whole(caller):
    conversation = make_conversation()
    path = f"/conversations/{conversation.pk}"
    caller.patch(path, {"tags": {"add": ["返品", "配送"]}})

    shown = caller.patch(path, {"tags": {"set": ["配送", "至急"]}}).json()["conversation"]
    emptied = caller.patch(path, {"tags": {"remove": ["配送"]}}).json()["conversation"]

    assert sorted(shown["tags"]) == sorted(["配送", "至急"])
    assert emptied["tags"] == ["至急"]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"status": "approval"}, 422, "status"),
        ({"status": "unknown"}, 422, "status"),
        ({"status": "hold", "resume_at": "2020-01-01T00:00:00Z"}, 422, "resume_at"),
        ({"status": "hold", "resume_at": "9999-12-31T23:59:59-12:00"}, 422, "resume_at"),
        ({"status": "hold", "resume_at": "2030-01-01T00:00:00"}, 422, "resume_at"),
        ({"hold_reason": "x"}, 422, "hold_reason"),
        ({"assignee": 999_999}, 404, ""),
        ({"team": 999_999}, 404, ""),
        ({"category": 999_999}, 404, ""),
        ({"priority": 9}, 422, "priority"),
        ({"tags": {"add": [""]}}, 422, "tags.add.0"),
        ({"tags": {"add": ["  "]}}, 422, "tags"),
        ({"subject": "   "}, 422, "subject"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
def test_impossible_change_changes_nothing(caller, changes, status, field):
    conversation = make_conversation()

    response = caller.patch(f"/conversations/{conversation.pk}", {"tags": {"add": ["返品"]}} | changes)

    assert (response.status_code, response.json()["error"]["field"]) == (status, field)
    assert caller.get(f"/conversations/{conversation.pk}").json()["tags"] == []


def test_viewer_as_assignee_is_refused(caller):
    response = caller.patch(f"/conversations/{make_conversation().pk}", {"assignee": make_user("viewer").pk})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "assignee")


def test_closed_conversation_is_changed_by_administrators_only(caller, admin):
    path = f"/conversations/{make_conversation().pk}"
    caller.patch(path, {"status": "closed"})

    refused, accepted = caller.patch(path, {"priority": 2}), admin.patch(path, {"status": "open"})

    assert (refused.status_code, accepted.status_code) == (422, 200)


def test_bulk_change_is_one_step(caller):
    made = [make_conversation().pk, make_other().pk]

    changed = caller.post("/conversations/bulk", {"conversations": made, "status": "done", "assignee": "me"}).json()
    done = numbers(caller.get("/conversations", status="done", assignee="me"))
    undone = caller.post(f"/undo/{changed['undo_id']}").json()

    assert sorted(done) == sorted(changed["conversations"]) == sorted(undone["conversations"]) == sorted(made)
    assert numbers(caller.get("/conversations", status="new", assignee="none")) != []


def test_bulk_change_of_something_unseen_changes_nothing(caller):
    seen = make_conversation()
    hidden = make_other(make_inbox(is_open_to_all=False))

    response = caller.post("/conversations/bulk", {"conversations": [seen.pk, hidden.pk], "status": "done"})

    error = response.json()["error"]
    assert (response.status_code, error["facts"]) == (404, {"conversations": [hidden.pk]})
    assert caller.get(f"/conversations/{seen.pk}").json()["status"] == "new"


@pytest.mark.parametrize("chosen", [[], [0], [1] * 1001, ["x"]])
def test_bulk_change_of_nonsense_is_refused(caller, chosen):
    assert caller.post("/conversations/bulk", {"conversations": chosen, "status": "done"}).status_code == 422


def test_undo_works_once_and_only_for_its_person(caller, caller_of):
    undo_id = caller.patch(f"/conversations/{make_conversation().pk}", {"priority": 2}).json()["undo_id"]

    answers = [caller_of().post(f"/undo/{undo_id}"), caller.post(f"/undo/{undo_id}"), caller.post(f"/undo/{undo_id}")]

    assert [answer.status_code for answer in answers] == [404, 200, 409]
    assert answers[2].json()["error"]["code"] == "already_undone"


def test_split_and_back(caller):
    conversation = make_conversation()
    first = conversation.messages.get()
    second = receive_mail(conversation.inbox, in_reply_to=first.external_id, text="別件です。")

    split = caller.post(f"/conversations/{conversation.pk}/split", {"message": second.pk}).json()
    moved = [row["id"] for row in caller.all(f"/conversations/{split['number']}/messages")]
    undone = caller.post(f"/undo/{split['undo_id']}").json()

    assert moved == [second.pk]
    assert caller.get(f"/messages/{second.pk}").json()["conversation"] == conversation.pk
    assert sorted(undone["conversations"]) == sorted([conversation.pk, split["number"]])


def test_merge_and_back(caller):
    survivor, other = make_conversation(), make_other()

    merged = caller.post(
        f"/conversations/{survivor.pk}/merge", {"others": [other.pk], "different_customers": True}
    ).json()
    pointing = caller.get(f"/conversations/{other.pk}").json()["merged_into"]
    caller.post(f"/undo/{merged['undo_id']}")

    assert (merged["conversation"]["number"], merged["conversation"]["message_count"]) == (survivor.pk, 2)
    assert pointing == survivor.pk
    assert caller.get(f"/conversations/{other.pk}").json()["message_count"] == 1


def test_merging_different_customers_is_refused_until_it_is_meant(caller):
    survivor, other, same = make_conversation(), make_other(), make_conversation()
    path, wanted = f"/conversations/{survivor.pk}/merge", {"others": [other.pk, same.pk]}

    refused = caller.post(path, wanted)
    alone = caller.post(path, {"others": [same.pk]})
    meant = caller.post(path, {"others": [other.pk], "different_customers": True})

    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["facts"]) == (
        409, "different_customers", {"conversations": [other.pk]},
    )  # fmt: skip
    assert ("別人" in error["message"], "`different_customers`" in error["message"]) == (True, True)
    assert (alone.status_code, meant.status_code) == (200, 200)


def test_messages_are_paged_in_order(caller):
    conversation = make_conversation()
    first = conversation.messages.get()
    later = [receive_mail(conversation.inbox, in_reply_to=first.external_id).pk for _ in range(4)]
    path = f"/conversations/{conversation.pk}/messages"

    forwards = [row["id"] for row in caller.all(path, limit=2)]
    backwards = [row["id"] for row in caller.all(path, limit=2, newest_first="true")]

    assert forwards == [first.pk, *later]
    assert backwards == forwards[::-1]


def test_events_are_paged_in_order(caller):
    conversation = make_conversation()
    caller.patch(f"/conversations/{conversation.pk}", {"status": "done"})

    kinds = [event["kind"] for event in caller.all(f"/conversations/{conversation.pk}/events", limit=1)]

    assert kinds == ["conversation_opened", "message_received", "status_changed"]
