"""Customers: found by what one knows of them, kept with their addresses, with their history."""

import pytest
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.notes import add_note
from madoguchi.customers.actions import create_customer
from madoguchi.customers.models import Customer
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


@pytest.fixture
def yumiko():
    create_customer(by=SYSTEM, emails=["taro@mail.example"], family_name="佐藤", given_name="太郎")
    return create_customer(
        by=SYSTEM,
        emails=["Yumiko@Mail.example"],
        phones=["03-1234-5678"],
        family_name="髙橋",
        given_name="由美子",
        family_kana="タカハシ",
        company="株式会社みどり",
    )


@pytest.mark.parametrize(
    "q",
    ["髙橋", "由美子 髙橋", "タカハシ", "みどり", "yumiko@mail", "YUMIKO", "03-1234-5678", "1234-5678", "髙橋 yumiko"],
)
def test_customer_is_found_by_what_one_knows(admin, yumiko, q):
    assert [row["id"] for row in admin.get("/customers", q=q).json()["items"]] == [yumiko.pk]


def test_customer_who_fits_only_in_part_is_not_found(admin, yumiko):
    assert admin.get("/customers", q="髙橋 太郎").json()["items"] == []


def test_customers_are_paged_newest_first(admin):
    made = [create_customer(by=SYSTEM, emails=[f"c{n}@mail.example"]).pk for n in range(3)]

    assert [row["id"] for row in admin.all("/customers", limit=2, sort="newest")] == made[::-1]


def test_customers_are_paged_in_the_order_of_their_kana(admin):
    def make(**values):
        return create_customer(by=SYSTEM, emails=[f"c{Customer.objects.count()}@mail.example"], **values).pk

    without_kana = make(family_name="阿部")
    wa = make(family_name="渡辺", family_kana="ワタナベ", given_kana="ユキ")
    ao_ken = make(family_name="青木", family_kana="あおき", given_kana="けん")
    ao_ai = make(family_name="青木", family_kana="アオキ", given_kana="アイ")
    same = make(family_name="青木", family_kana="アオキ", given_kana="アイ")
    latin = make(display_name="Zoë Smith")
    unknown = make()

    paged = [row["id"] for row in admin.all("/customers", limit=2)]

    assert paged == [unknown, latin, ao_ai, same, ao_ken, wa, without_kana]
    assert admin.get("/customers", sort="age").status_code == 422


def test_customer_says_everything(admin, yumiko):
    shown = admin.get(f"/customers/{yumiko.pk}").json()

    assert (shown["name"], shown["family_kana"], shown["honorific"]) == ("髙橋 由美子", "タカハシ", "様")
    assert shown["organisation"]["name"] == "株式会社みどり"
    assert [(each["kind"], each["address"], each["is_primary"]) for each in shown["identities"]] == [
        ("mail", "Yumiko@Mail.example", True),
        ("phone", "03-1234-5678", True),
    ]


def test_customer_is_added(caller):
    response = caller.post(
        "/customers",
        {"family_name": "山本", "emails": ["y@mail.example"], "phones": ["090-0000-0000"], "company": "山本商店"},
    )

    shown = response.json()
    assert (response.status_code, shown["name"], shown["organisation"]["name"]) == (201, "山本", "山本商店")
    assert Event.objects.get(kind="customer_created").actor == caller.user.actor


def test_company_without_a_person_is_addressed_as_one(caller):
    shown = caller.post("/customers", {"company": "株式会社みどり"}).json()

    assert (shown["name"], shown["honorific"]) == ("株式会社みどり", "御中")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "family_name"),
        ({"family_name": "  "}, "family_name"),
        ({"emails": ["nothing"]}, "emails"),
        ({"family_name": "山本", "phones": ["電話"]}, "phones"),
        ({"family_name": "山" * 101}, "family_name"),
        ({"emails": ["yumiko@mail.example"]}, "address"),
    ],
)
def test_impossible_customer_is_not_added(caller, yumiko, values, field):
    response = caller.post("/customers", values)

    assert (response.status_code, response.json()["error"]["field"]) == (422, field)
    assert Customer.objects.count() == 2


def test_customer_is_changed(admin, yumiko):
    path = f"/customers/{yumiko.pk}"

    shown = admin.patch(path, {"is_vip": True, "note": "箱入り希望", "honorific": "先生"}).json()
    unchanged = admin.patch(path, {}).json()
    nameless = admin.patch(path, {"family_name": "", "given_name": " ", "display_name": ""})

    assert (shown["is_vip"], shown["note"], shown["honorific"]) == (True, "箱入り希望", "先生")
    assert unchanged == shown
    assert admin.patch(path, {"company": "株式会社あお"}).json()["organisation"]["name"] == "株式会社あお"
    assert admin.patch(path, {"company": ""}).json()["organisation"] is None
    assert (nameless.status_code, nameless.json()["error"]["field"]) == (422, "family_name")


def test_address_leads_to_a_customer_from_now_on(admin, yumiko):
    path = f"/customers/{yumiko.pk}/identities"

    mail = admin.post(path, {"kind": "mail", "address": "second@mail.example"})
    admin.post(path, {"kind": "phone", "address": "+81 90 0000 1111"})

    assert mail.status_code == 201
    assert [each["address"] for each in admin.get(f"/customers/{yumiko.pk}").json()["identities"]] == [
        "Yumiko@Mail.example",
        "03-1234-5678",
        "second@mail.example",
        "+81 90 0000 1111",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "mail", "address": "taro@mail.example"},
        {"kind": "mail", "address": "no address"},
        {"kind": "phone", "address": "call me"},
        {"kind": "phone", "address": "+-("},
        {"kind": "fax", "address": "03-0000-0000"},
    ],
)
def test_address_of_somebody_else_or_none_is_refused(admin, yumiko, values):
    assert admin.post(f"/customers/{yumiko.pk}/identities", values).status_code == 422


def test_history_goes_over_all_visible_desks(caller):
    conversation = make_conversation()
    elsewhere = make_conversation(make_inbox(), subject="別の件")
    make_conversation(make_inbox(is_open_to_all=False), subject="見えない件")
    make_conversation(sender=Address("else@mail.example"), subject="別の人")
    reply = reply_to(conversation, caller.user)
    note = add_note(conversation, "電話済み", user=caller.user)

    rows = caller.all(f"/customers/{conversation.customer_id}/history", limit=2)

    ids = [note.pk, reply.pk, elsewhere.messages.get().pk, conversation.messages.earliest("pk").pk]
    assert [row["id"] for row in rows] == ids
    assert (rows[1]["kind"], rows[1]["user"]["id"], rows[1]["conversation"]) == (
        "outbound",
        caller.user.pk,
        conversation.pk,
    )


def test_encoding_of_an_address_is_chosen(admin, yumiko):
    mail, phone = yumiko.identities.order_by("pk")
    path = f"/customers/{yumiko.pk}/identities"

    changed = admin.patch(f"{path}/{mail.pk}", {"charset": "iso-2022-jp"})

    assert [each["charset"] for each in changed.json()["identities"]] == ["iso-2022-jp", ""]
    assert Event.objects.get(kind="identity_changed").data == {"identity": mail.pk, "fields": ["charset"]}
    assert admin.patch(f"{path}/{mail.pk}", {"charset": "euc-jp"}).status_code == 422
    assert admin.patch(f"{path}/{phone.pk}", {"charset": "utf-8"}).status_code == 404


def test_who_was_entered_for_the_whole_desk_is_seen_without_a_conversation(caller_of):
    made = caller_of("agent").post("/customers", {"family_name": "入間", "emails": ["iruma@mail.example"]})
    colleague, guest = caller_of("agent"), caller_of("guest")

    path = f"/customers/{made.json()['id']}"
    assert made.status_code == 201
    assert (colleague.get(path).status_code, guest.get(path).status_code) == (200, 404)
    assert [each["id"] for each in colleague.get("/customers", q="入間").json()["items"]] == [made.json()["id"]]
