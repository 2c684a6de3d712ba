"""The local mailbox and reading a garbled mail anew."""

import pytest
from tests.factories.conversations import make_inbound, make_inbox

from madoguchi.channels.actions import store_raw
from madoguchi.connectors.mail.outbox import keep_mail
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message
from madoguchi.flows.inbound import receive

pytestmark = pytest.mark.django_db

GARBLED = (
    b"From: yumiko@mail.example\r\nMessage-ID: <g1@mail.example>\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    + "土鍋のふたが割れていました。交換をお願いできますか。".encode("euc-jp")
)


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def make_kept(sender, subject="ご案内"):
    return keep_mail(
        b"Subject: x\r\n\r\n\xff", external_id="a@b", sender=sender, recipients=["y@mail.example"], subject=subject
    )


def test_what_stayed_inside_is_listed_read_and_downloaded(caller, folder):
    inbox = make_inbox()
    made = [make_kept(inbox.address, subject) for subject in ("一", "二", "三")]

    listed = caller.all("/outbox", limit=2)
    raw = caller.get(f"/outbox/{made[0].pk}/raw")

    assert [(mail["subject"], mail["recipients"]) for mail in listed] == [
        (subject, ["y@mail.example"]) for subject in ("三", "二", "一")
    ]
    assert caller.get(f"/outbox/{made[0].pk}").json()["sender"] == inbox.address
    assert (raw.content, raw["Content-Type"]) == (b"Subject: x\r\n\r\n\xff", "message/rfc822")


def test_what_left_from_another_desk_is_not_there(caller, admin, folder):
    kept = make_kept(make_inbox(is_open_to_all=False).address)

    assert caller.get("/outbox").json()["items"] == []
    assert caller.get(f"/outbox/{kept.pk}").status_code == 404
    assert caller.get(f"/outbox/{kept.pk}/raw").status_code == 404
    assert [mail["id"] for mail in admin.get("/outbox").json()["items"]] == [kept.pk]


@pytest.fixture
def garbled():
    inbox = make_inbox()
    raw = store_raw(GARBLED, source="smtp", inbox=inbox)
    return receive(inbox, make_inbound(text="ÅÚÆé"), raw=raw)


def test_garbled_mail_is_read_anew(caller, garbled):
    path = f"/messages/{garbled.pk}/readings"

    best = caller.get(path).json()["items"][0]
    shown = caller.post(path, {"charset": best["charset"]}).json()

    assert "土鍋のふた" in best["text"]
    assert shown["text"].startswith("土鍋のふたが割れていました。")
    assert [row["message"] for row in caller.get("/search", q="土鍋").json()["items"]] == [garbled.pk]


def test_message_without_its_bytes_cannot_be_read_anew(caller, garbled):
    Message.objects.filter(pk=garbled.pk, kind=MessageKind.INBOUND).update(raw=None)

    assert caller.get(f"/messages/{garbled.pk}/readings").status_code == 404


def test_viewer_reads_but_does_not_choose(caller_of, garbled):
    viewer = caller_of("viewer")
    path = f"/messages/{garbled.pk}/readings"

    assert viewer.get(path).status_code == 200
    assert viewer.post(path, {"charset": "euc-jp"}).status_code == 403


def test_bytes_that_are_no_mail_cannot_be_read_anew(caller):
    inbox = make_inbox()
    raw = store_raw(b"X: y\r\n" * 50_000 + b"\r\n", source="smtp", inbox=inbox)
    message = receive(inbox, make_inbound(), raw=raw)

    response = caller.post(f"/messages/{message.pk}/readings", {"charset": "utf-8"})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "charset")


def test_a_key_to_somebodys_account_is_not_for_administrators(admin, caller_of, folder):
    kept = keep_mail(
        b"Subject: x\r\n\r\nkey",
        external_id="k@b",
        sender="x@y",
        recipients=["o@shop.example"],
        subject="",
        lets_in=True,
    )

    assert admin.get("/outbox").json()["items"] == []
    assert admin.get(f"/outbox/{kept.pk}/raw").status_code == 404
    assert caller_of("owner").get(f"/outbox/{kept.pk}/raw").status_code == 200
