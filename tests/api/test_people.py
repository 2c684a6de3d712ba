"""The staff and its teams, the caller and their keys, notices, the audit log."""

import pytest
from tests.factories.accounts import PASSWORD, make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.notes import add_note
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain

pytestmark = pytest.mark.django_db


def test_caller_says_who_they_are(caller):
    inbox = make_inbox()
    make_inbox(is_open_to_all=False)

    shown = caller.get("/me").json()

    assert (shown["id"], shown["email"], shown["role"]) == (caller.user.pk, caller.user.email, "agent")
    assert {"reply", "assign"} <= set(shown["permissions"])
    assert "manage_people" not in shown["permissions"]
    assert shown["inboxes"] == [{"id": inbox.pk, "name": inbox.name}]


def test_caller_changes_themselves(caller):
    values = {"name": "中村 大輔", "public_name": "中村", "language": "en", "theme": "dark", "signature": "-- \n中村"}

    caller.patch("/me", values)

    shown = caller.get("/me").json()
    assert {name: shown[name] for name in values} == values


@pytest.mark.parametrize("values", [{"name": "  "}, {"language": "fr"}, {"role": "owner"}])
def test_caller_cannot_become_anything(caller, values):
    assert caller.patch("/me", values).status_code == 422


def test_caller_asks_for_another_address_and_gives_it_up(caller_of):
    caller = caller_of(make_user(password=PASSWORD))
    before = caller.user.email

    asked = caller.put("/me/email", {"email": "New@Harukaze.example", "password": PASSWORD}).json()
    forgotten = caller.delete("/me/email").json()

    assert (asked["email"], asked["new_email"]) == (before, "new@harukaze.example")
    assert (forgotten["email"], forgotten["new_email"]) == (before, "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"password": "chigau-kagi"}, "password"),
        ({"email": "no address"}, "email"),
        ({"email": "x@y.example"}, "email"),
    ],
)
def test_another_address_needs_the_password_and_to_be_free(caller_of, values, field):
    caller = caller_of(make_user(password=PASSWORD))
    make_user(email="x@y.example")

    refused = caller.put("/me/email", {"email": "new@harukaze.example", "password": PASSWORD} | values)

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, field)
    assert caller.get("/me").json()["new_email"] == ""


@pytest.mark.parametrize(("password", "tries"), [("chigau-kagi", 6), (PASSWORD, 5)])
def test_asking_for_addresses_is_limited(caller_of, password, tries):
    caller = caller_of(make_user(password=PASSWORD))

    answers = [
        caller.put("/me/email", {"email": f"a{n}@x.example", "password": password}).status_code
        for n in range(tries + 1)
    ]

    assert answers[-1] == 403
    assert 403 not in answers[:-1]


def test_key_is_made_used_and_ended(caller):
    made = caller.post("/me/tokens", {"label": "夜間の集計"})
    listed = caller.get("/me/tokens").json()["items"]
    ended = caller.delete(f"/me/tokens/{made.json()['id']}")

    assert made.status_code == 201
    assert made.json()["token"].startswith("mdg_")
    assert [token["label"] for token in listed] == ["夜間の集計", "Test"]
    assert "token" not in listed[0]
    assert ended.status_code == 204
    bearer = {"authorization": f"Bearer {made.json()['token']}"}
    assert caller.client.get("/api/v1/me", headers=bearer).status_code == 401


def test_key_needs_a_label(caller):
    response = caller.post("/me/tokens", {"label": " "})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "label")


def test_notices_are_listed_and_read(caller, caller_of):
    colleague = caller_of()
    caller.patch("/me", {"name": "中村 大輔"})
    conversations = [make_conversation(subject=subject) for subject in ("一", "二", "三")]
    for conversation in conversations:
        add_note(conversation, "@中村 確認をお願いします", user=colleague.user)
    drain()

    notices = caller.all("/notifications", limit=2)
    one = caller.post("/notifications/read", {"subject": f"conversation:{conversations[0].pk}"}).json()
    unread = caller.all("/notifications", unread="true")
    rest = caller.post("/notifications/read", {}).json()

    assert [notice["kind"] for notice in notices] == ["mention"] * 3
    assert notices[0]["by"] == colleague.user.name
    assert (one["count"], len(unread), rest["count"]) == (1, 2, 2)
    assert colleague.get("/notifications").json()["items"] == []


def test_person_is_invited_with_role_and_team(admin):
    team = make_team()
    values = {"email": "New@Harukaze.example", "name": "新人 花子", "role": "trainee", "teams": [team.pk]}

    response = admin.post("/users", values)
    renewed = admin.post(f"/users/{response.json()['id']}/invitation")

    shown = response.json()
    assert (response.status_code, shown["email"], shown["role"]) == (201, "new@harukaze.example", "trainee")
    assert (shown["is_invited"], shown["teams"]) == (True, [team.pk])
    assert renewed.status_code == 200
    assert Event.objects.filter(kind="user_invited").count() == 2


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"email": "nothing"}, 422, "email"),
        ({"email": "x@harukaze.example", "role": "king"}, 422, "role"),
        ({"email": "x@harukaze.example", "role": "owner"}, 403, ""),
    ],
)
def test_impossible_person_is_not_invited(admin, values, status, field):
    response = admin.post("/users", values)

    assert (response.status_code, response.json()["error"]["field"]) == (status, field)


def test_person_is_changed_leaves_and_comes_back(admin):
    user, team = make_user(), make_team()
    path = f"/users/{user.pk}"

    changed = admin.patch(path, {"role": "supervisor", "name": "山本 由紀", "teams": [team.pk]}).json()
    left = admin.patch(path, {"is_active": False}).json()
    listed = [[row["id"] for row in admin.get("/users", **asked).json()["items"]] for asked in ({}, {"former": "true"})]
    back = admin.patch(path, {"is_active": True}).json()

    assert (changed["role"], changed["name"], changed["teams"]) == ("supervisor", "山本 由紀", [team.pk])
    assert (left["is_active"], back["is_active"]) == (False, True)
    assert [user.pk in ids for ids in listed] == [False, True]


def test_last_owner_stays(caller_of):
    owner = caller_of("owner")

    answers = [owner.patch(f"/users/{owner.user.pk}", values) for values in ({"role": "admin"}, {"is_active": False})]

    assert [answer.json()["error"]["code"] for answer in answers] == ["last_owner"] * 2
    assert User.objects.get(pk=owner.user.pk).role == "owner"


def test_staff_is_listed_by_role_and_page(caller):
    leaders = [make_user("supervisor").pk for _ in range(3)]

    assert [row["id"] for row in caller.all("/users", role="supervisor", limit=2)] == leaders[::-1]
    assert caller.get(f"/users/{leaders[0]}").json()["role"] == "supervisor"
    assert caller.get("/users/999999").status_code == 404


def test_team_is_made_changed_and_dissolved(admin):
    first, second = make_user(), make_user()
    made = admin.post("/teams", {"name": "配送チーム", "members": [first.pk]})
    path = f"/teams/{made.json()['id']}"

    changed = admin.patch(path, {"name": "物流チーム", "members": [second.pk]}).json()
    kept = admin.patch(path, {"name": "配送"}).json()
    emptied = admin.patch(path, {"members": []}).json()
    gone = admin.delete(path)

    assert made.status_code == 201
    assert (changed["name"], [member["id"] for member in changed["members"]]) == ("物流チーム", [second.pk])
    assert [member["id"] for member in kept["members"]] == [second.pk]
    assert (emptied["name"], emptied["members"]) == ("配送", [])
    assert (gone.status_code, admin.get("/teams").json()["items"]) == (204, [])


@pytest.mark.parametrize("values", [{}, {"name": " "}, {"name": "既存"}])
def test_impossible_team_is_not_made(admin, values):
    make_team("既存")

    response = admin.post("/teams", values)

    assert (response.status_code, response.json()["error"]["field"]) == (422, "name")


def test_audit_log_is_narrowed_and_paged(admin, caller_of):
    leader = caller_of("supervisor")
    user = make_user()
    admin.patch(f"/users/{user.pk}", {"name": "一"})
    admin.patch(f"/users/{user.pk}", {"name": "二"})
    admin.post("/tags", {"name": "返品"})
    make_conversation()

    changes = leader.all("/audit", kind="user_changed", limit=1)
    of_person = leader.all("/audit", person=user.pk)
    later = leader.all("/audit", since=changes[0]["at"], kind="user_changed")
    earlier = leader.all("/audit", until=changes[0]["at"], kind="user_changed")

    assert [change["actor_id"] for change in changes] == [admin.user.pk] * 2
    assert [event["kind"] for event in of_person] == ["user_changed"] * 2
    assert (later, earlier) == ([changes[0]], [changes[1]])
    assert leader.all("/audit", kind="tag_created") != []
    assert leader.all("/audit", kind="message_received") == []
    assert {event["kind"] for event in leader.all("/audit")} == {
        "token_created",
        "token_used",
        "user_changed",
        "tag_created",
    }
