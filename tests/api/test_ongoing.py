"""What goes on with a customer, by the API."""

import pytest
from tests.factories.conversations import make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return f"/customers/{make_conversation().customer_id}"


def test_a_subscription_is_kept_and_changed(caller, place):
    given = {"plan": "定期便", "amount": "3240", "started_on": "2026-01-01"}
    made = caller.post(f"{place}/subscriptions", given).json()
    address = f"{place}/subscriptions/{made['id']}"
    whole = given | {"state": "ended", "ended_on": "2026-03-01"}

    changed = caller.put(address, whole | {"version": made["version"]})
    late = caller.put(address, whole | {"version": made["version"]})

    assert (made["state"], changed.json()["state"], changed.json()["ended_on"]) == ("active", "ended", "2026-03-01")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "changed_since")
    assert [each["id"] for each in caller.get(f"{place}/subscriptions").json()] == [made["id"]]


def test_a_contract_tells_its_mrr_over_time(caller, admin, place):
    given = {"name": "標準", "mrr": "30000", "starts_on": "2026-01-01"}
    made = caller.post(f"{place}/contracts", given).json()
    caller.put(f"{place}/contracts/{made['id']}", given | {"mrr": "50000", "since_on": "2026-06-01"})

    [read] = caller.get(f"{place}/contracts").json()

    assert [(each["since_on"], each["mrr"]) for each in read["prices"]] == [
        ("2026-06-01", "50000.00"), ("2026-01-01", "30000.00"),
    ]  # fmt: skip
    assert admin.get("/contracts/mrr", on="2026-05-31").json()[0]["mrr"] == "30000.00"
    assert caller.get("/contracts/mrr", on="2026-05-31").status_code == 403


def test_revenue_is_noted_and_taken_back(caller, place):
    made = caller.post(f"{place}/revenue", {"amount": "500", "on": "2026-01-01", "kind": "refund"}).json()

    assert made["amount"] == "-500.00"
    assert [each["id"] for each in caller.all(f"{place}/revenue")] == [made["id"]]
    assert caller.delete(f"{place}/revenue/{made['id']}").status_code == 204
    assert caller.all(f"{place}/revenue") == []


def test_steps_are_added_and_ticked(caller, place):
    steps = caller.post(f"{place}/onboarding", {"steps": ["初期設定", "操作説明"], "due_on": "2026-12-01"}).json()

    done = caller.put(f"{place}/onboarding/{steps[0]['id']}", {"is_done": True}).json()

    assert done["done_by"]["id"] == caller.user.pk
    assert [each["done_at"] is not None for each in caller.get(f"{place}/onboarding").json()] == [True, False]


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("subscriptions", {"plan": "x", "amount": "1", "started_on": "2026-01-01"}),
        ("contracts", {"name": "x", "mrr": "1", "starts_on": "2026-01-01"}),
        ("revenue", {"amount": "1", "on": "2026-01-01"}),
        ("onboarding", {"steps": ["x"]}),
    ],
)
def test_viewers_read_and_write_nothing(caller_of, place, part, given):
    viewer = caller_of("viewer")

    assert viewer.get(f"{place}/{part}").status_code == 200
    assert viewer.post(f"{place}/{part}", given).status_code == 403
