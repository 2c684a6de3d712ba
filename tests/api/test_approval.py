"""Approval through the API."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.accounts import make_user
from tests.factories.approval import make_waiting
from tests.factories.conversations import make_conversation

from madoguchi.accounts.choices import Role
from madoguchi.conversations.models import ApprovalRequest

pytestmark = pytest.mark.django_db

RULE = {
    "name": "高額",
    "conditions": [{"kind": "amount", "values": [50000]}],
    "steps": [{"who": {"roles": ["supervisor"]}, "minutes": 60}],
}


def test_a_rule_is_added_read_changed_moved_and_deleted(admin):
    made = admin.post("/approval-rules", RULE).json()
    other = admin.post("/approval-rules", {"conditions": [{"kind": "complaint"}]}).json()

    changed = admin.put(f"/approval-rules/{made['id']}", {**RULE, "name": "返金", "version": made["version"]})
    stale = admin.put(f"/approval-rules/{made['id']}", {**RULE, "version": made["version"]})
    moved = admin.post(f"/approval-rules/{other['id']}/move", {"up": True})

    assert made["words"] == "金額 50,000円以上"
    assert (changed.json()["name"], changed.json()["version"]) == ("返金", 2)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "changed_meanwhile")
    assert moved.status_code == 204
    assert [each["id"] for each in admin.get("/approval-rules").json()["items"]] == [other["id"], made["id"]]
    assert admin.delete(f"/approval-rules/{made['id']}").status_code == 204
    assert admin.get(f"/approval-rules/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"conditions": [{"kind": "amount", "values": []}]},
        {"conditions": [{"kind": "category", "values": [99999]}]},
        {"conditions": [{"kind": "weather"}]},
        {"steps": [{"who": {"people": [99999]}}]},
        {"steps": []},
        {"inboxes": [99999]},
    ],
)
def test_a_rule_that_cannot_be_is_refused(admin, wrong):
    assert admin.post("/approval-rules", {**RULE, **wrong}).status_code == 422


def test_who_cannot_approve_is_not_named_newly(admin):
    trainee = make_user(Role.TRAINEE, name="高橋 蓮")

    person = admin.post("/approval-rules", {**RULE, "steps": [{"who": {"people": [trainee.pk]}}]})
    role = admin.post("/approval-rules", {**RULE, "steps": [{"who": {"roles": ["viewer"]}}]})
    later = admin.post("/approval-rules", {**RULE, "steps": [{"then": {"people": [trainee.pk]}}]})

    assert (person.status_code, role.status_code, later.status_code) == (422, 422, 422)
    assert "高橋 蓮" in person.json()["error"]["message"]


def test_rules_are_tried_on_a_past_reply(admin, caller):
    made = admin.post("/approval-rules", RULE).json()
    message = make_waiting(text="60,000円を返金いたします。")

    found = admin.get(f"/messages/{message.pk}/approval-test").json()

    assert made["id"] in [each["rule"] for each in found]
    assert caller.get(f"/messages/{message.pk}/approval-test").status_code == 403


def test_agents_do_not_keep_rules(caller):
    assert caller.post("/approval-rules", RULE).status_code == 403


def test_a_request_is_listed_read_edited_and_approved(admin):
    message = make_waiting(text="了解しました。")
    found = admin.get("/approvals?mine=true&state=waiting").json()["items"][0]
    wanted = {"to": [{"email": "yumiko@mail.example"}], "subject": message.subject, "text": "承知しました。"}

    edited = admin.post(
        f"/approvals/{found['id']}/edit", {**wanted, "seen": found["seen"], "reasons": ["politeness"]}
    ).json()
    stale = admin.post(f"/messages/{message.pk}/approve", {"seen": found["seen"]})
    approved = admin.post(f"/messages/{message.pk}/approve", {"seen": edited["seen"], "comment": "助かります"}).json()
    read = admin.get(f"/approvals/{found['id']}").json()

    assert [piece["text"] for piece in edited["versions"][1]["changes"]] == ["了解", "承知", "しました。"]
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "text_changed")
    assert approved["state"] == "queued"
    assert [(each["kind"], each["reasons"], each["comment"]) for each in read["decisions"]] == [
        ("edited", ["politeness"], ""),
        ("approved", [], "助かります"),
    ]


def test_sending_back_by_code(admin):
    message = make_waiting()

    sent_back = admin.post(f"/messages/{message.pk}/send-back", {"reasons": ["fact"]}).json()
    unknown = admin.post(f"/messages/{make_waiting().pk}/send-back", {"reasons": ["nonsense"]})

    assert sent_back["state"] == "sent_back"
    assert (unknown.status_code, unknown.json()["error"]["field"]) == (422, "reasons")


def test_requests_of_a_desk_one_does_not_see_are_not_found(caller):
    message = make_waiting()
    message.inbox.is_open_to_all = False
    message.inbox.save()
    pk = ApprovalRequest.objects.get().pk

    assert caller.get("/approvals").json()["items"] == []
    assert caller.get(f"/approvals/{pk}").status_code == 404


def test_what_would_need_approval_is_told_before_it_is_sent(admin):
    admin.post("/approval-rules", RULE)
    number = make_conversation().pk
    to = [{"email": "yumiko@mail.example"}]

    yes = admin.post("/approvals/needed", {"conversation": number, "to": to, "text": "85,000円"}).json()
    no = admin.post("/approvals/needed", {"conversation": number, "to": to, "text": "発送します"}).json()

    assert [each["words"] for each in yes] == ["高額: 金額 50,000円以上(85,000円)"]
    assert no == []
    assert admin.post("/approvals/needed", {"text": "?"}).status_code == 422


def test_absence_is_set_listed_and_ended(admin):
    boss, other = make_user(Role.SUPERVISOR), make_user()
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()

    admin.put(f"/users/{boss.pk}/absence", {"until": until, "substitute": other.pk})
    listed = admin.get("/absences").json()["items"]
    circle = admin.put(f"/users/{boss.pk}/absence", {"until": until, "substitute": boss.pk})
    ended = admin.delete(f"/users/{boss.pk}/absence")

    assert [(each["user"]["id"], each["substitute"]["id"]) for each in listed] == [(boss.pk, other.pk)]
    assert (circle.status_code, circle.json()["error"]["field"]) == (422, "substitute")
    assert ended.status_code == 204
    assert admin.get("/absences").json()["items"] == []


def test_the_policy_and_the_figures(admin, caller):
    message = make_waiting()
    admin.post(f"/messages/{message.pk}/approve", {})

    policy = admin.put("/approval-policy", {"reasons": ["politeness", "納期"], "unchanged_needed": 3}).json()
    figures = admin.get("/approvals/statistics?days=7").json()

    assert policy["reasons"] == [{"code": "politeness", "word": "敬語"}, {"code": "納期", "word": "納期"}]
    assert admin.get("/approval-policy").json() == policy
    assert (figures["total"]["requests"], figures["total"]["unchanged"]) == (1, 1)
    assert caller.get("/approvals/statistics").status_code == 403


def test_a_training_is_ended(admin):
    trainee = make_user(Role.TRAINEE)

    assert admin.post(f"/users/{trainee.pk}/end-training").status_code == 204
    assert admin.post(f"/users/{trainee.pk}/end-training").status_code == 422


def test_the_files_of_a_waiting_reply_are_changed(admin):
    message = make_waiting()
    found = admin.get("/approvals?mine=true&state=waiting").json()["items"][0]
    upload = SimpleUploadedFile("見積書.pdf", b"%PDF-1.7", content_type="application/pdf")
    file = admin.client.post("/api/v1/files", {"file": upload}).json()
    wanted = {"to": [{"email": "yumiko@mail.example"}], "subject": message.subject, "text": message.text}

    edited = admin.post(f"/approvals/{found['id']}/edit", {**wanted, "attachments": [file["id"]]}).json()
    kept = admin.post(f"/approvals/{found['id']}/edit", {**wanted, "text": "承知しました。"}).json()

    assert [(each["kind"], each["name"]) for each in edited["versions"][1]["files"]] == [("added", "見積書.pdf")]
    assert [(each["kind"], each["name"]) for each in kept["versions"][2]["files"]] == [("same", "見積書.pdf")]
