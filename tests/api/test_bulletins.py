"""お知らせ and 申し送り through the API."""

import pytest

from madoguchi.accounts.choices import Role

pytestmark = pytest.mark.django_db


def test_posted_read_reminded_and_withdrawn(caller, caller_of):
    boss = caller_of(Role.SUPERVISOR)
    wanted = {"title": "年末の営業", "text": "12/28まで", "must_confirm": True, "people": [caller.user.pk]}

    posted = boss.post("/bulletins", wanted)
    pk = posted.json()["id"]
    unread = caller.get("/bulletins", q="年末").json()["items"]
    reminded = boss.post(f"/bulletins/{pk}/remind")
    caller.post(f"/bulletins/{pk}/read")
    nobody = boss.post(f"/bulletins/{pk}/remind")
    receipts = boss.get(f"/bulletins/{pk}/receipts").json()["items"]
    boss.post(f"/bulletins/{pk}/withdraw")

    assert (posted.status_code, reminded.status_code) == (201, 204)
    assert [(row["is_unread"], row["readers"], row["read"]) for row in unread] == [(True, 1, 0)]
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (409, "everybody_knows")
    assert [row["user"]["id"] for row in receipts] == [caller.user.pk]
    assert caller.get(f"/bulletins/{pk}").json()["withdrawn_at"]


def test_agents_announce_nothing_and_see_no_receipts(caller, caller_of):
    boss = caller_of(Role.SUPERVISOR)
    pk = boss.post("/bulletins", {"title": "a", "text": "b"}).json()["id"]

    assert caller.post("/bulletins", {"title": "a", "text": "b"}).status_code == 403
    assert caller.post("/bulletins", {"title": "a", "text": "b", "kind": "handover_note"}).status_code == 201
    assert caller.get(f"/bulletins/{pk}/receipts").status_code == 403
