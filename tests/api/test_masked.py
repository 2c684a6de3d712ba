"""The API for callers whose role reads addresses masked."""

import pytest
from tests.factories.accounts import make_admin
from tests.factories.conversations import make_conversation

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.channels.contract import Address
from madoguchi.conversations.models import Message
from madoguchi.customers.actions import add_identity
from madoguchi.customers.masking import masked_mail

pytestmark = pytest.mark.django_db

ADDRESS = "yumiko.takahashi@mail.example"


def test_addresses_are_masked_and_still_written_to(caller_of):
    conversation = make_conversation(sender=Address(ADDRESS, "髙橋 由美子"))
    limit_role("agent", masks_contacts=True, keeps_files=True, user=make_admin())
    caller = caller_of("agent")

    read = caller.get(f"/customers/{conversation.customer_id}")
    seen = caller.get(f"/conversations/{conversation.pk}").json()["seen_event_id"]
    letter = {"to": [{"email": masked_mail(ADDRESS)}], "text": "本日発送いたします。", "seen_event_id": seen}
    sent = caller.post(f"/conversations/{conversation.pk}/replies", letter)
    unknown = caller.post(
        f"/conversations/{conversation.pk}/replies", {**letter, "to": [{"email": masked_mail("a@b.example")}]}
    )

    assert ADDRESS not in read.content.decode()
    assert masked_mail(ADDRESS) in read.content.decode()
    assert (sent.status_code, [each["email"] for each in Message.objects.get(kind="outbound").to]) == (201, [ADDRESS])
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "masked")


def test_one_is_shown_for_a_reason(caller_of):
    conversation = make_conversation(sender=Address(ADDRESS, "髙橋 由美子"))
    limit_role("agent", masks_contacts=True, keeps_files=False, user=make_admin())
    identity = conversation.customer.identities.get()

    shown = caller_of("agent").post(
        f"/customers/{conversation.customer_id}/identities/{identity.pk}/show", {"reason": "本人確認"}
    )

    assert shown.json() == {"address": ADDRESS}


def test_limits_are_read_and_set(caller_of):
    admin = caller_of("admin")

    set_now = admin.put("/role-limits", {"role": "viewer", "masks_contacts": True, "keeps_files": True}).json()

    assert {"role": "viewer", "masks_contacts": True, "keeps_files": True} in set_now
    assert caller_of("agent").get("/role-limits").status_code == 403
    assert admin.put("/role-limits", {"role": "owner", "masks_contacts": True, "keeps_files": True}).status_code == 422


def test_what_json_means_is_put_back_not_how_it_is_written(caller_of):
    conversation = make_conversation(sender=Address(ADDRESS, "髙橋 由美子"))
    add_identity(conversation.customer, "phone", "090-1234-5678", by=make_admin().actor)
    limit_role("agent", masks_contacts=True, keeps_files=False, user=make_admin())
    place, caller = f"/conversations/{conversation.pk}/notes", caller_of("agent")

    for text in ("電話09•-••••-••78", '"\\09•-••••-••78"\n'):
        assert caller.post(place, {"text": text}).status_code == 201
    torn = caller.post(place, {"text": "509•-••••-••78"})
    signed = caller.patch("/me", {"signature": "担当 09•-••••-••78"})

    written = Message.objects.filter(kind="note").order_by("pk").values_list("text", flat=True)
    assert list(written) == ["電話090-1234-5678", '"\\090-1234-5678"']
    assert (torn.status_code, signed.status_code) == (422, 422)
    assert "署名" in signed.json()["error"]["message"]
