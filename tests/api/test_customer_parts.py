"""What stands beside a customer's record, in the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.accounts import make_admin
from tests.factories.conversations import make_conversation
from tests.factories.imports import brought_in

from madoguchi.customers.actions import change_customer
from madoguchi.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def path():
    return f"/customers/{make_conversation().customer_id}"


def test_a_customer_is_added_with_addresses_and_tags(admin):
    shown = admin.post(
        "/customers",
        {
            "family_name": "菅原",
            "tags": ["離島"],
            "addresses": [
                {"postal_code": "1000100", "prefecture": "東京都", "city": "大島町", "street": "元浜字椿野15"}
            ],
        },
    ).json()

    assert shown["tags"] == ["離島"]
    assert [(each["postal_code"], each["city"], each["is_primary"]) for each in shown["addresses"]] == [
        ("100-0100", "大島町", True)
    ]


def test_a_change_that_meets_another_is_refused_with_both_values(admin, path):
    version = admin.get(path).json()["version"]
    change_customer(Customer.objects.get(), by=admin.user.actor, note="お耳が遠い")

    other = admin.patch(path, {"version": version, "department": "総務課", "tags": ["x"]})
    same = admin.patch(path, {"version": version, "note": "朝は不可"})

    assert (other.status_code, other.json()["note"], other.json()["tags"]) == (200, "お耳が遠い", ["x"])
    assert same.status_code == 409
    assert same.json()["error"]["facts"]["fields"]["note"]["theirs"] == "お耳が遠い"


def test_a_postal_address_is_added_changed_and_removed(admin, path):
    made = admin.post(f"{path}/addresses", {"street": "神宮前1"}).json()

    changed = admin.patch(f"{path}/addresses/{made['id']}", {"building": "ハイツ201"}).json()

    assert (changed["street"], changed["building"]) == ("神宮前1", "ハイツ201")
    assert admin.delete(f"{path}/addresses/{made['id']}").status_code == 204
    assert admin.get(path).json()["addresses"] == []
    assert admin.post(f"{path}/addresses", {}).status_code == 422


def test_the_history_names_the_import_for_who_may_see_imports(admin, caller_of, path):
    mail = make_conversation().customer.identities.get(kind="mail").shown
    row = brought_in(f"メールアドレス,会社名\n{mail},つむぎ\n", make_admin())

    seen = [each["import_id"] for each in admin.get(f"{path}/changes").json()]
    hidden = [each["import_id"] for each in caller_of().get(f"{path}/changes").json()]

    assert (seen, hidden) == ([row.pk], [None])


def test_an_address_is_marked_removed_and_brought_back(admin, path):
    identity = admin.get(path).json()["identities"][0]

    marked = admin.patch(f"{path}/identities/{identity['id']}", {"label": "自宅", "is_verified": True}).json()
    admin.delete(f"{path}/identities/{identity['id']}")
    gone = admin.get(path).json()["identities"]
    change = admin.get(f"{path}/changes").json()[0]
    admin.post(f"{path}/changes/{change['id']}/undo")

    assert (marked["identities"][0]["label"], marked["identities"][0]["verified_at"] is None) == ("自宅", False)
    assert gone == []
    assert admin.get(path).json()["identities"][0]["id"] == identity["id"]


def test_consents_are_noted_and_listed(admin, path):
    made = admin.post(
        f"{path}/consents", {"purpose": "news_mail", "is_given": True, "source": "注文画面", "wording": "v2"}
    )

    listed = admin.get(f"{path}/consents").json()

    assert made.status_code == 201
    assert [(each["purpose"], each["is_given"], each["wording"]) for each in listed] == [("news_mail", True, "v2")]


def test_a_file_is_kept(admin, path):
    file = SimpleUploadedFile("同意書.pdf", b"%PDF-", "application/pdf")
    sent = admin.client.post("/api/v1/files", {"file": file}).json()

    made = admin.post(f"{path}/files", {"file": sent["id"]}).json()

    assert admin.get(f"{path}/files").json() == [made]
    assert admin.get(f"{path}/files/{made['id']}/content").content == b"%PDF-"
    assert admin.delete(f"{path}/files/{made['id']}").status_code == 204


def test_postal_codes(admin):
    assert admin.get("/postal-codes/1500001").json()[0]["town"] == "神宮前"
    assert admin.get("/postal-codes/000").json() == []
