"""The check before sending by the API: looking a letter through, being refused, and the settings."""

import pytest
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db

TO = [{"email": "yumiko@mail.example", "name": "髙橋 由美子"}]
TEXT = "髙橋 由美子 様\n\n了解しました。"


def reply(conversation, **values):
    return {"to": TO, "text": TEXT, "seen_event_id": latest_event_id(conversation)} | values


def test_a_letter_is_looked_through_and_stays_unsent(caller):
    conversation = make_conversation(make_inbox())

    found = caller.post(f"/conversations/{conversation.pk}/check", {"to": TO, "text": TEXT}).json()

    (finding,) = [each for each in found["findings"] if each["rule"] == "ryokai"]
    assert (finding["check"], finding["level"], finding["field"], finding["words"]) == (
        "politeness",
        "warn",
        "text",
        "了解しました",
    )
    assert (finding["start"], finding["end"], finding["instead"]) == (10, 16, "承知いたしました")
    assert found["blocks"] is False
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND).exists()


def test_a_new_mail_is_looked_through(caller):
    wanted = {"inbox": make_inbox().pk, "to": TO, "subject": "ご案内", "text": "{{name}} 様"}

    assert caller.post("/letters/check", wanted).json()["blocks"] is True


def test_what_was_not_acknowledged_is_refused_with_the_findings(caller):
    conversation = make_conversation(make_inbox())

    refused = caller.post(f"/conversations/{conversation.pk}/replies", reply(conversation, acknowledged=[]))
    error = refused.json()["error"]
    keys = [each["key"] for each in error["facts"]["findings"]]
    sent = caller.post(f"/conversations/{conversation.pk}/replies", reply(conversation, acknowledged=keys))

    assert (refused.status_code, error["code"], sent.status_code) == (409, "preflight", 201)


def test_what_blocks_is_refused_although_nobody_asked(caller):
    conversation = make_conversation(make_inbox())

    refused = caller.post(f"/conversations/{conversation.pk}/replies", reply(conversation, text="{{name}} 様"))

    assert refused.json()["error"]["code"] == "preflight"


@pytest.mark.parametrize("blank", ["{{order.number}}", "{{?お届け日}}"])
def test_a_template_that_was_not_filled_in_does_not_leave(caller, blank):
    conversation = make_conversation(make_inbox())
    template = caller.post("/templates", {"name": "遅延", "body": f"{{{{宛名}}}}\n\n{blank}に届きます。"}).json()
    filled = caller.post(f"/templates/{template['id']}/render", {"conversation": conversation.pk}).json()
    wanted = reply(conversation, text=filled["text"])

    refused = caller.post(f"/conversations/{conversation.pk}/replies", wanted)
    error = refused.json()["error"]
    (place,) = [each for each in error["facts"]["findings"] if each["check"] == "placeholders"]
    put_right = wanted | {"text": filled["text"].replace(filled["missing"][0], "25日")}
    sent = caller.post(f"/conversations/{conversation.pk}/replies", put_right)

    assert (refused.status_code, place["level"], place["field"]) == (409, "block", "text")
    assert place["words"] == filled["text"][place["start"] : place["end"]] == filled["missing"][0]
    assert sent.status_code == 201


def test_checks_are_set_and_read(admin, caller):
    inbox = make_inbox()
    wanted = {"inbox": inbox.pk, "role": "agent", "levels": {"ticks": "block"}}

    shown = admin.put("/checks", wanted).json()

    assert (shown["version"], shown["levels"], shown["effective"]["ticks"]) == (1, {"ticks": "block"}, "block")
    assert caller.get("/checks", inbox=inbox.pk, role="agent").json() == shown
    assert admin.put("/checks", wanted).status_code == 409
    assert caller.put("/checks", wanted | {"version": 1}).status_code == 403


def test_words_are_watched_and_removed(admin, caller):
    added = admin.post("/watch-words", {"words": ["絶対", "必ず"], "advice": "断定しない", "level": "block"})
    (first, second) = added.json()["items"]

    assert added.status_code == 201
    assert admin.delete(f"/watch-words/{first['id']}").status_code == 204
    assert [each["id"] for each in caller.get("/watch-words").json()["items"]] == [second["id"]]
    assert caller.delete(f"/watch-words/{second['id']}").status_code == 403


def test_a_rule_is_silenced_and_heard_again(admin, caller):
    silenced = admin.put("/politeness-rules/ryokai/silence", {"reason": "社風のため"})
    rules = {each["key"]: each for each in caller.get("/politeness-rules").json()["items"]}

    assert silenced.status_code == 204
    assert (rules["ryokai"]["is_silenced"], rules["ryokai"]["reason"]) == (True, "社風のため")
    assert admin.delete("/politeness-rules/ryokai/silence").status_code == 204
    assert admin.put("/politeness-rules/nonsense/silence", {"reason": "x"}).status_code == 404
