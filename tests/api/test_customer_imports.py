"""Importing customers for programs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.imports import upload, work

from madoguchi.customers.models import Customer, CustomerImport

pytestmark = pytest.mark.django_db

TABLE = "氏名,メールアドレス\n山田 太郎,yamada@mail.example\n佐藤,nonsense\n"


def test_a_table_goes_all_the_way_and_back(admin):
    file = SimpleUploadedFile("顧客.csv", TABLE.encode(), content_type="text/csv")
    made = admin.client.post("/api/v1/customer-imports", {"file": file}).json()
    row = CustomerImport.objects.get(pk=made["id"])
    path = f"/customer-imports/{row.pk}"
    read = show(admin, work(row))
    assert (made["state"], read["state"], read["mapping"]) == ("reading", "mapping", {"0": "name", "1": "mail"})

    assert admin.post(f"{path}/check", {"mapping": read["mapping"], "tags": ["展示会"]}).json()["state"] == "checking"
    assert show(admin, work(row))["created"] == 1
    [problem] = admin.get(f"{path}/problems").json()["items"]
    assert (problem["line"], problem["column"], problem["cells"]) == (3, "メールアドレス", ["佐藤", "nonsense"])
    assert admin.post(f"{path}/run").json()["state"] == "running"
    assert show(admin, work(row))["state"] == "done"
    assert [tag.name for tag in Customer.objects.get().tags.all()] == ["展示会"]
    admin.post(f"{path}/undo")
    assert show(admin, work(row))["state"] == "undone"
    assert not Customer.objects.exists()


def show(caller, row):
    return caller.get(f"/customer-imports/{row.pk}").json()


def test_steps_out_of_turn_are_refused(admin):
    row = upload(TABLE, admin.user)
    path = f"/customer-imports/{row.pk}"

    for step in ("run", "stop", "continue", "undo"):
        refused = admin.post(f"{path}/{step}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "wrong_step")
    assert admin.post(f"{path}/read", {"encoding": "cp932"}).json()["state"] == "reading"


def test_only_administrators(admin, caller):
    row = upload(TABLE, admin.user)

    for path in ("/customer-imports", "/customer-imports/targets", f"/customer-imports/{row.pk}"):
        assert caller.get(path).status_code == 403
    assert [each["id"] for each in admin.get("/customer-imports").json()["items"]] == [row.pk]
    assert {"key": "mail", "name": "メールアドレス"} in admin.get("/customer-imports/targets").json()
