"""Segments and tables of customers for programs."""

import pytest
from tests.factories.customers import make_customer

from madoguchi.flows.customer_export import write_export

pytestmark = pytest.mark.django_db


def test_a_segment_is_made_used_changed_and_deleted(admin):
    make_customer(family_name="甲", is_vip=True)
    make_customer(family_name="乙")
    made = admin.post("/segments", {"name": "重要", "all_of": [["vip", "is", "1"]], "is_shared": True}).json()
    path = f"/segments/{made['id']}"

    assert admin.get("/segments").json()["items"] == [made]
    assert admin.get(f"{path}/count").json() == {"customers": 1}
    assert [each["family_name"] for each in admin.all("/customers", segment=made["id"])] == ["甲"]
    changed = admin.put(path, {"name": "その他", "any_of": [["vip", "is", "0"]], "version": made["version"]}).json()
    assert (changed["name"], changed["all_of"], changed["is_shared"]) == ("その他", [], False)
    late = admin.put(path, {"name": "x", "all_of": [["vip", "is", "0"]], "version": 1})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "changed_meanwhile")
    assert admin.delete(path).status_code == 204
    assert admin.get("/customers", segment=made["id"]).status_code == 404


def test_criteria_are_told_and_nonsense_is_refused(admin):
    criteria = {each["key"]: each for each in admin.get("/segments/criteria").json()}
    refused = admin.post("/segments", {"name": "x", "all_of": [["inquiries", "is", "many"]]})

    assert criteria["vip"]["kind"] == "yes"
    assert "more" in criteria["inquiries"]["hows"]
    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "conditions")


def test_a_table_is_asked_for_and_fetched(admin, caller):
    make_customer("a@mail.example", family_name="甲")
    columns = [each["key"] for each in admin.get("/customer-exports/columns").json()]
    asked = admin.post("/customer-exports", {"format": "csv", "columns": ["family_name", "mail"]}).json()
    path = f"/customer-exports/{asked['id']}"
    early = admin.get(f"{path}/file")
    write_export(asked["id"])

    assert {"id", "mail", "consent:news_mail"} <= set(columns)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_ready")
    assert admin.get(path).json()["state"] == "done"
    assert admin.get(f"{path}/file").content.decode().splitlines()[1] == "甲,a@mail.example"
    assert [each["id"] for each in admin.get("/customer-exports").json()["items"]] == [asked["id"]]
    assert caller.get("/customer-exports").status_code == 403
    assert caller.post("/customer-exports", {"columns": ["mail"]}).status_code == 403
