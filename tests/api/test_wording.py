"""Templates by the API: kept, changed, found, filled, suggested; and what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.factories.accounts import make_team
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.customers import make_customer_field
from tests.factories.wording import make_template

from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message, Tag
from madoguchi.wording.models import Template, Use

pytestmark = pytest.mark.django_db

NEW = {
    "name": "遅延のお詫び",
    "subject": "お届けの遅れ",
    "body": "{{宛名}}\n\n{{営業日+1}}に発送します。",
    "kind": "template",
    "scope": "all",
    "folder": "配送",
    "abbreviation": "おく",
    "keywords": "delay",
    "channels": ["mail"],
    "language": "ja",
    "note": "遅れがわかったとき",
    "review_on": "2027-01-31",
}


@pytest.fixture
def leader(caller_of):
    return caller_of("supervisor")


def test_a_template_is_added_and_read_as_it_was_said(leader, caller):
    response = leader.post("/templates", NEW)

    shown = response.json()
    assert response.status_code == 201
    assert {name: shown[name] for name in NEW} == NEW
    assert (shown["version"], shown["used_count"], shown["files"], shown["team"]) == (1, 0, [], None)
    assert caller.get(f"/templates/{shown['id']}").json() == shown
    assert caller.get("/templates").json()["items"] == [shown]


def test_what_is_left_out_of_a_change_stays(leader):
    team = make_team("サポート")
    before = leader.post("/templates", NEW).json()

    after = leader.patch(
        f"/templates/{before['id']}", {"body": "本日発送します。", "scope": "team", "team": team.pk, "review_on": None}
    ).json()

    said = {"body": "本日発送します。", "scope": "team", "team": {"id": team.pk, "name": "サポート"}, "review_on": None}
    assert after == before | said | {"version": 2, "updated_at": after["updated_at"]}
    versions = leader.get(f"/templates/{before['id']}/versions").json()["items"]
    assert [(each["number"], each["body"]) for each in versions] == [(2, "本日発送します。"), (1, NEW["body"])]


def test_a_template_is_given_to_somebody_else(leader, caller_of):
    admin, trainee = caller_of("admin").user, caller_of("trainee").user
    path = f"/templates/{leader.post('/templates', NEW).json()['id']}"

    given = leader.put(f"{path}/owner", {"owner": admin.pk})

    assert given.json()["owner"] == {"id": admin.pk, "name": admin.name}
    assert leader.put(f"{path}/owner", {"owner": trainee.pk}).status_code == 422


def test_a_version_is_restored(leader):
    pk = leader.post("/templates", NEW).json()["id"]
    leader.patch(f"/templates/{pk}", {"body": "二"})

    shown = leader.post(f"/templates/{pk}/restore", {"number": 1}).json()

    assert (shown["body"], shown["version"]) == (NEW["body"], 3)
    assert leader.post(f"/templates/{pk}/restore", {"number": 9}).status_code == 404


def test_a_change_of_what_has_changed_is_refused_with_what_stands_there(leader):
    pk = leader.post("/templates", NEW).json()["id"]
    leader.patch(f"/templates/{pk}", {"body": "二"})

    response = leader.patch(f"/templates/{pk}", {"body": "三", "version": 1})

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (409, "changed_meanwhile")
    assert (error["facts"]["body"], error["facts"]["version"]) == ("二", 2)


def test_a_broken_field_is_refused_with_its_place(leader):
    response = leader.post("/templates", {**NEW, "body": "一\n二{{だれ}}"})

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (422, "broken_fields", "body")
    assert [(each["line"], each["column"], each["source"]) for each in error["facts"]["faults"]] == [(2, 2, "{{だれ}}")]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"scope": "team"}, "team"), ({"channels": ["smoke"]}, "channels"), ({"folder": "a/b/c/d/e"}, "folder")],
)
def test_what_cannot_be_is_refused_at_its_field(leader, values, field):
    response = leader.post("/templates", {**NEW, **values})

    assert (response.status_code, response.json()["error"]["field"]) == (422, field)


def test_sharing_needs_the_right(caller):
    assert caller.post("/templates", NEW).status_code == 403
    assert caller.post("/templates", {"name": "自分の", "body": "本文"}).json()["scope"] == "personal"


def test_who_may_not_see_it_does_not_learn_of_it(leader, caller, caller_of):
    template = make_template(leader.user)

    assert caller.get(f"/templates/{template.pk}").status_code == 404
    assert caller_of("viewer").get("/templates").json()["items"] == []


def test_files_come_along_and_are_taken_off(leader):
    upload = leader.client.post("/api/v1/files", {"file": SimpleUploadedFile("案内.pdf", b"%PDF", "application/pdf")})
    shown = leader.post("/templates", {**NEW, "attachments": [upload.json()["id"]]}).json()

    assert [(each["name"], each["size_bytes"]) for each in shown["files"]] == [("案内.pdf", 4)]

    after = leader.patch(f"/templates/{shown['id']}", {"removed_files": [shown["files"][0]["id"]]}).json()
    assert after["files"] == []


def test_searching_and_narrowing(leader):
    first = leader.post("/templates", NEW).json()
    leader.post("/templates", {**NEW, "name": "返金", "body": "返金します。", "folder": "返品", "kind": "phrase",
                               "keywords": "", "note": ""})  # fmt: skip

    def found(**asked):
        return [each["id"] for each in leader.get("/templates", **asked).json()["items"]]

    assert found(q="遅延") == found(folder="配送") == found(kind="template") == [first["id"]]
    assert found(scope="personal") == found(favourite="true") == found(archived="true") == []
    assert found(limit=1) != []


def test_archive_favourite_copy_and_delete(leader, caller):
    pk = leader.post("/templates", NEW).json()["id"]

    assert leader.put(f"/templates/{pk}/favourite", {"on": True}).json()["is_favourite"] is True
    assert leader.put(f"/templates/{pk}/favourite", {"on": False}).json()["is_favourite"] is False
    assert caller.post(f"/templates/{pk}/duplicate").json()["scope"] == "personal"
    assert leader.delete(f"/templates/{pk}").status_code == 422
    assert leader.put(f"/templates/{pk}/archived", {"on": True}).json()["is_archived"] is True
    assert leader.put(f"/templates/{pk}/archived", {"on": False}).json()["is_archived"] is False
    leader.put(f"/templates/{pk}/archived", {"on": True})
    assert leader.delete(f"/templates/{pk}").status_code == 204
    assert not Template.objects.filter(pk=pk).exists()


def test_a_template_is_filled_for_a_conversation(caller):
    conversation = make_conversation()
    template = make_template(
        caller.user, body="{{宛名}}\n\n{{?届く日}}に届きます。{{注文番号}}", subject="{{受付番号}}"
    )

    shown = caller.post(
        f"/templates/{template.pk}/render",
        {"conversation": conversation.pk, "answers": {"届く日": "25日(水)"}, "text": "髙橋 由美子 様\n\n"},
    ).json()

    assert shown == {
        "subject": str(conversation.pk),
        "text": "25日(水)に届きます。{{注文番号}}",
        "missing": ["{{注文番号}}"],
    }
    assert not Use.objects.exists()


def test_with_a_request_key_it_is_a_use(caller):
    conversation = make_conversation()
    template = make_template(caller.user)

    caller.post(f"/templates/{template.pk}/render", {"conversation": conversation.pk, "request_key": "k1"})

    assert Use.objects.get().conversation == conversation
    assert caller.get(f"/templates/{template.pk}/uses").json() == {"people": [], "months": []}


def test_a_new_mail_names_its_desk(caller):
    conversation = make_conversation()
    template = make_template(caller.user, body="{{お客様名|お客様}}")

    def text(**letter):
        return caller.post(f"/templates/{template.pk}/render", letter).json()["text"]

    assert text(inbox=conversation.inbox_id, to=[{"email": "yumiko@mail.example"}]) == "髙橋 由美子"
    assert text(inbox=conversation.inbox_id) == "お客様"
    assert caller.post(f"/templates/{template.pk}/render", {}).status_code == 422


def test_a_conversation_one_may_not_see_fills_nothing(caller):
    hidden = make_conversation(make_inbox(is_open_to_all=False))
    template = make_template(caller.user)

    assert caller.post(f"/templates/{template.pk}/render", {"conversation": hidden.pk}).status_code == 404
    assert caller.get(f"/conversations/{hidden.pk}/templates").status_code == 404


def test_templates_are_suggested(caller):
    conversation = make_conversation(subject="割れ", text="茶碗が割れていました。交換を希望します。")
    template = make_template(caller.user, name="破損品の交換", body="割れていた商品は交換いたします。")

    items = caller.get(f"/conversations/{conversation.pk}/templates").json()["items"]

    assert [(each["template"]["id"], each["similar"]) for each in items] == [(template.pk, 0)]


def test_fields_are_listed(caller):
    make_customer_field("会員ランク", help_text="年に一度決まります")
    fields = {each["name"]: each for each in caller.get("/template-fields").json()["items"]}

    assert fields["business_day"]["japanese"] == "営業日"
    assert fields["business_day"]["takes_days"] is True
    assert fields["customer.name"]["group"] == "customer"
    own = fields["customer.field.会員ランク"]
    assert (own["japanese"], own["group"], own["about"]) == ("顧客項目.会員ランク", "customer", "年に一度決まります")


def test_a_reply_becomes_a_template(caller, leader):
    conversation = make_conversation(subject="お届けについて")
    reply = reply_to(conversation, caller.user, text="髙橋 由美子 様\n\nHK-104876は11月26日(木)に届きます。")

    said = caller.get(f"/messages/{reply.pk}/template").json()

    assert said["name"] == "お届けについて"
    assert said["body"].startswith("{{宛名}}\n\n")
    assert said["body"].endswith("は{{?日付}}に届きます。")
    assert "HK-104876" not in said["body"]
    assert caller.post("/templates", said).status_code == 201
    assert caller.get(f"/messages/{conversation.messages.first().pk}/template").status_code == 404


def test_a_table_goes_out_and_comes_in(caller, leader):
    leader.post("/templates", NEW)

    table = leader.get("/templates.csv")
    upload = SimpleUploadedFile("t.csv", "名前,本文\n一,本文です\n二,{{無い}}\n".encode())
    file = caller.client.post("/api/v1/files", {"file": upload}).json()["id"]
    looked = caller.post("/templates/import", {"file": file}).json()
    kept = caller.post("/templates/import", {"file": file, "keep": True}).json()

    assert "遅延のお詫び" in table.content.decode("utf-8-sig")
    assert looked["added"] == 0
    assert [(row["line"], row["name"], bool(row["problem"])) for row in looked["rows"]] == [
        (2, "一", False),
        (3, "二", True),
    ]
    assert kept["added"] == 1
    assert Template.objects.get(name="一").scope == "personal"
    assert caller.post("/templates/import", {"file": file, "scope": "all"}).status_code == 403
    assert caller.post("/templates/import", {"file": "x"}).status_code == 422


def test_a_version_says_what_changed_and_which_files_came_with_it(leader):
    file = leader.client.post("/api/v1/files", {"file": SimpleUploadedFile("案内.txt", b"x")}).json()["id"]
    made = leader.post("/templates", NEW | {"body": "明日発送します。"}).json()
    url = f"/templates/{made['id']}"
    leader.patch(url, {"body": "本日発送します。", "attachments": [file]})

    first, second = (leader.get(f"{url}/versions/{number}").json() for number in (1, 2))

    assert (first["changes"], first["files"]) == ([], [])
    assert [each["text"] for each in second["changes"] if each["kind"] == "added"] == ["本日"]
    assert [each["name"] for each in second["files"]] == ["案内.txt"]
    assert leader.get(f"{url}/versions/9").status_code == 404


MORI = Address("mori@mail.example", "森 美咲")


def test_replies_to_similar_inquiries(caller):
    inbox = make_inbox()
    asked = make_conversation(inbox, subject="配送", text="土鍋がまだ届きません。配送状況を教えてください。")
    reply = reply_to(asked, caller.user, text="髙橋 由美子 様\n\n運送会社に確認しました。")
    Message.objects.filter(pk=reply.pk).update(state=MessageState.SENT, at=timezone.now())
    other = make_conversation(
        inbox,
        subject="配送",
        text="急須が届きません。配送状況はどうですか。",
        sender=Address("mori@mail.example", "森 美咲"),
    )

    items = caller.get(f"/conversations/{other.pk}/past-replies").json()["items"]

    assert [(each["reply"], each["conversation"]) for each in items] == [(reply.pk, asked.pk)]
    assert "運送会社に確認しました。" in items[0]["text"]
    assert "髙橋" not in items[0]["text"]


def test_a_template_with_actions_needs_no_text_and_is_run(leader):
    conversation = make_conversation()
    actions = [{"kind": "tag", "value": "返品受付"}, {"kind": "status", "value": "hold"}]
    made = leader.post("/templates", {"name": "返品", "actions": actions}).json()

    ran = leader.post(f"/templates/{made['id']}/run", {"conversations": [conversation.pk]}).json()

    shown = leader.get(f"/conversations/{conversation.pk}").json()
    assert next((each["kind"], each["name"]) for each in made["actions"]) == ("tag", "返品受付")
    assert (ran["conversations"], ran["left_out"]) == ([conversation.pk], [])
    assert (shown["status"], shown["tags"]) == ("hold", ["返品受付"])
    assert leader.post(f"/undo/{ran['undo_id']}").status_code == 200
    assert leader.get(f"/conversations/{conversation.pk}").json()["status"] == "new"


def test_a_reply_brings_actions_and_their_status_along(leader):
    conversation = make_conversation()
    actions = [{"kind": "priority", "value": 1}, {"kind": "status", "value": "done"}]
    made = leader.post("/templates", {"name": "返品", "body": "承ります。", "actions": actions}).json()
    reply = {
        "to": [{"email": "yumiko@mail.example"}],
        "text": "承ります。",
        "seen_event_id": leader.get(f"/conversations/{conversation.pk}").json()["seen_event_id"],
        "templates": [made["id"]],
    }

    sent = leader.post(f"/conversations/{conversation.pk}/replies", reply)

    shown = leader.get(f"/conversations/{conversation.pk}").json()
    assert sent.status_code == 201
    assert shown["status"] == "done"


def test_actions_say_what_is_in_their_way(leader):
    made = leader.post("/templates", {"name": "返品", "actions": [{"kind": "tag", "value": "返品受付"}]}).json()
    Tag.objects.all().delete()

    told = leader.get(f"/templates/{made['id']}/actions").json()["items"]
    refused = leader.post("/templates", {"name": "返品", "actions": [{"kind": "category", "value": 999}]})

    assert [bool(each["problem"]) for each in told] == [True]
    assert refused.status_code == 422
