"""Cases by the API: what a screen can do, and nothing for who may not see."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.cases import make_complaint, make_harassment, make_incident
from tests.factories.conversations import make_conversation

from madoguchi.accounts.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    return make_conversation(text="土下座しろ。納得できない。")


def test_a_complaint_goes_its_way(caller_of, conversation):
    caller, leader = caller_of("agent"), caller_of("supervisor")
    signs = caller.get(f"/conversations/{conversation.pk}/case-signs").json()["items"]
    assert [each["kind"] for each in signs] == ["complaint", "harassment"]

    made = caller.post("/cases", {
        "kind": "complaint", "title": "土鍋", "conversations": [conversation.pk], "second_id": leader.user.pk,
        "fields": {"content": "割れていた", "severity": "high"},
    })  # fmt: skip

    case = made.json()
    path = f"/cases/{case['id']}"
    assert (made.status_code, case["fields"]["severity"], case["conversations"]) == (201, "high", [conversation.pk])
    assert [each["id"] for each in caller.get("/cases", kind="complaint").json()["items"]] == [case["id"]]
    assert [each["id"] for each in caller.get(f"/conversations/{conversation.pk}/cases").json()["items"]] == [
        case["id"]
    ]
    changed = caller.patch(path, {"version": 1, "fields": {"facts": "緩衝材が不足"}})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert caller.patch(path, {"version": 1, "fields": {"facts": "別"}}).json()["error"]["code"] == "conflict"
    assert caller.patch(path, {"version": 2, "fields": {"severity": "huge"}}).json()["error"]["field"] == "severity"
    asked = caller.post(f"{path}/decisions", {"kind": "proposal", "words": "交換"}).json()
    answer = f"{path}/decisions/{asked['number']}"
    assert caller.post(answer, {"answer": "approved"}).status_code == 403
    assert leader.post(answer, {"answer": "approved"}).json()["state"] == "approved"
    assert caller.post(f"{path}/steps/closing", {"state": "done"}).status_code == 422
    for step in ("acknowledgement", "assessment", "investigation", "response", "decision", "closing"):
        assert caller.post(f"{path}/steps/{step}", {"state": "done"}).status_code == 200
    assert caller.get(path).json()["state"] == "closed"
    assert caller.get("/cases/figures").json()["closed"] == 1
    assert caller.post(f"{path}/steps/closing", {"state": "open"}).json()["state"] == "open"


def test_evidence_is_locked_and_verified(caller_of, conversation):
    caller, leader = caller_of("agent"), make_user(Role.SUPERVISOR)
    case = caller.post("/cases", {
        "kind": "harassment", "title": "暴言", "conversations": [conversation.pk], "second_id": leader.pk,
        "affected_ids": [caller.user.pk],
    }).json()  # fmt: skip
    path = f"/cases/{case['id']}"

    assert caller.post(f"{path}/evidence", {"conversation": conversation.pk}).json() == {"amount": 1}
    assert caller.post(f"{path}/evidence", {"text": "大声があった"}).status_code == 201
    assert caller.post(f"{path}/evidence", {}).status_code == 422
    rows = caller.get(f"{path}/evidence").json()["items"]
    assert [row["kind"] for row in rows] == ["message", "statement"]
    assert caller.post(f"{path}/evidence/verify").json() == {
        "is_whole": True, "amount": 2, "head": rows[1]["hash"], "faults": [],
    }  # fmt: skip
    archive = caller.get(f"{path}/export")
    assert (archive.status_code, archive["Content-Type"]) == (200, "application/zip")


def test_a_leak_has_its_draft(caller_of):
    caller = caller_of("agent")
    case = caller.post("/cases", {
        "kind": "incident", "title": "誤送信", "fields": {"overview": "宛先の取り違え", "unknown": ["cause"]},
    }).json()  # fmt: skip

    text = caller.get(f"/cases/{case['id']}/report").json()["text"]

    assert "宛先の取り違え" in text
    assert case["fields"]["unknown"] == ["cause"]
    assert [each["due_at"] is not None for each in case["steps"] if each["key"] in ("preliminary", "final")] == [
        True, True,
    ]  # fmt: skip


def test_for_others_nothing_is_found(caller_of, conversation):
    case = make_incident(make_user(), conversations=[conversation])
    stranger, path = caller_of("supervisor"), f"/cases/{case.pk}"

    for place in (path, f"{path}/evidence", f"{path}/export", f"{path}/report"):
        assert stranger.get(place).status_code == 404
    for place in (f"{path}/steps/closing", f"{path}/decisions/1", f"{path}/evidence/verify"):
        assert stranger.post(place, {"answer": "approved"} if "decisions" in place else {}).status_code == 404
    assert stranger.get("/cases").json()["items"] == []
    assert stranger.get(f"/conversations/{conversation.pk}/cases").json()["items"] == []
    assert [each for each in stranger.get("/audit").json()["items"] if each["subject"].startswith("case")] == []
    assert str(case.pk) not in stranger.get(f"/conversations/{conversation.pk}/events").content.decode()


def test_a_sign_is_dismissed_and_recalled(caller, conversation):
    path = f"/conversations/{conversation.pk}/case-signs"

    assert caller.post(path, {"kind": "harassment"}).status_code == 204
    assert [each["kind"] for each in caller.get(path).json()["items"]] == ["complaint"]
    assert caller.post(path, {"kind": "harassment", "is_dismissed": False}).status_code == 204
    assert len(caller.get(path).json()["items"]) == 2


def test_pages_go_on(caller):
    made = {make_complaint(caller.user, title=f"件{each}").pk for each in range(3)}

    assert {each["id"] for each in caller.all("/cases", limit=2)} == made


def test_care_is_offered_and_answered(caller_of):
    agent, leader = caller_of("agent"), caller_of("supervisor")
    row = leader.post("/care", {"person_id": agent.user.pk, "kind": "rest"}).json()

    assert agent.get("/care").json()["items"] == [row]
    assert agent.post(f"/care/{row['id']}", {"state": "accepted"}).json()["state"] == "accepted"
    assert caller_of("supervisor").get("/care").json()["items"] == []


def test_conversations_are_hidden_from_a_colleague_and_shown_again(caller_of):
    leader, victim = caller_of(Role.SUPERVISOR), caller_of()
    talk = make_conversation()
    case = make_harassment(leader.user, conversations=[talk])
    path = f"/cases/{case.pk}/hidden-from/{victim.user.pk}"

    refused = leader.put(path, {"is_wished": False})
    hidden = leader.put(path, {"is_wished": True}).json()["hidden_from"]

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "is_wished")
    assert hidden == [{"id": victim.user.pk, "name": victim.user.name}]
    assert victim.get(f"/conversations/{talk.pk}").status_code == 404
    assert leader.delete(path).status_code == 204
    assert victim.get(f"/conversations/{talk.pk}").status_code == 200


def test_the_policy_is_written_and_the_year_counted_without_names(caller_of):
    admin, leader = caller_of("admin"), caller_of(Role.SUPERVISOR)
    wanted = {"ja": "誠実に対応します。", "en": "", "is_public": True, "version": 0}

    first = admin.get("/harassment-policy").json()
    saved = admin.put("/harassment-policy", wanted).json()
    again = admin.put("/harassment-policy", wanted)
    report = admin.get("/cases/harassment-report", year=2025).json()

    assert (first["version"], first["is_public"]) == (0, False)
    assert (saved["version"], saved["ja"]) == (1, "誠実に対応します。")
    assert saved["url"].endswith("/policy/harassment")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    assert (report["total"], [each["key"] for each in report["groups"]]) == (
        0,
        ["kind", "month", "judgement", "measure"],
    )
    assert leader.get("/cases/harassment-report", year=2025).status_code == 403
    assert leader.get("/harassment-policy").status_code == 403
    assert leader.put("/harassment-policy", wanted).status_code == 403
    assert admin.get("/cases/harassment-report", year=1).status_code == 422
