"""名寄せ in the API."""

import pytest
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.channels.contract import Address
from madoguchi.customers import actions
from madoguchi.customers.actions.caring import set_care
from madoguchi.customers.models import Customer
from madoguchi.flows.reactor import drain
from madoguchi.flows.sweeping import match_customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(admin):
    inbox = make_inbox()
    made = [
        make_conversation(inbox, sender=Address(f"{each}@mail.example", "渡邉 智子")).customer for each in ("a", "b")
    ]
    for each in made:
        actions.add_identity(each, "phone", "03-1234-5678", by=admin.user.actor)
    match_customers()
    return made


def test_pairs_are_listed_and_decided(admin, pair):
    [listed] = admin.get("/duplicates").json()

    decided = admin.patch(f"/duplicates/{listed['id']}", {"state": "different"}).json()

    assert (listed["first"]["id"], listed["second"]["id"]) == (pair[0].pk, pair[1].pk)
    assert (listed["score"], listed["signs"]) == (70, ["phone", "name"])
    assert decided["state"] == "different"
    assert admin.get("/duplicates").json() == []
    assert len(admin.get("/duplicates", state="different").json()) == 1
    assert admin.patch("/duplicates/0", {"state": "open"}).status_code in (404, 422)


def test_customers_are_merged_and_taken_apart(admin, pair):
    first, second = pair
    actions.change_customer(second, by=admin.user.actor, department="総務課")

    made = admin.post(f"/customers/{first.pk}/merges", {"other": second.pk, "fields": {"department": "theirs"}})
    gone = admin.get(f"/customers/{second.pk}")
    listed = admin.get(f"/customers/{first.pk}/merges").json()
    shown = admin.get(f"/customers/{first.pk}").json()
    undone = admin.post(f"/customers/{first.pk}/merges/{listed[0]['id']}/undo").json()

    assert (made.status_code, made.json()["other"]["id"]) == (201, second.pk)
    assert (gone.status_code, gone.json()["error"]["facts"]) == (409, {"into": first.pk})
    assert shown["department"] == "総務課"
    assert undone == {"customer": second.pk, "kept_fields": [], "stayed": 0}
    assert admin.get(f"/customers/{second.pk}").json()["department"] == "総務課"
    assert admin.post(f"/customers/{first.pk}/merges", {"other": first.pk}).status_code == 422


@pytest.mark.parametrize("chosen", [{}, {"needs_care": "mine"}, {"needs_care": "theirs"}])
@pytest.mark.parametrize("marked", [0, 1])
def test_a_merge_never_lifts_the_mark_that_two_people_set(admin, pair, marked, chosen):
    set_care(pair[marked], needs_care=True, by=admin.user.actor)

    made = admin.post(f"/customers/{pair[0].pk}/merges", {"other": pair[1].pk, "fields": chosen}).json()

    assert admin.get(f"/customers/{pair[0].pk}").json()["needs_care"]
    admin.post(f"/customers/{pair[0].pk}/merges/{made['id']}/undo")
    apart = [admin.get(f"/customers/{each.pk}").json()["needs_care"] for each in pair]
    assert apart == [marked == 0, marked == 1]


def _open_ones(*customers):
    return [Customer.objects.get(pk=each.pk).is_open_to_all for each in customers]


@pytest.mark.parametrize("opened", [0, 1])
def test_a_merged_record_is_open_to_the_desk_when_either_was(admin, pair, opened):
    Customer.objects.filter(pk=pair[opened].pk).update(is_open_to_all=True)

    made = admin.post(f"/customers/{pair[0].pk}/merges", {"other": pair[1].pk}).json()

    assert _open_ones(pair[0]) == [True]
    admin.post(f"/customers/{pair[0].pk}/merges/{made['id']}/undo")
    assert _open_ones(*pair) == [opened == 0, opened == 1]


def test_a_merged_record_stays_open_while_one_that_was_open_is_in_it(admin, pair):
    third = actions.create_customer(by=admin.user.actor, emails=[], family_name="渡辺", given_name="智子")
    Customer.objects.filter(pk=pair[1].pk).update(is_open_to_all=True)
    first, second = (
        admin.post(f"/customers/{pair[0].pk}/merges", {"other": each.pk}).json()["id"] for each in (pair[1], third)
    )

    admin.post(f"/customers/{pair[0].pk}/merges/{first}/undo")
    assert _open_ones(pair[0]) == [True]
    admin.post(f"/customers/{pair[0].pk}/merges/{second}/undo")
    assert _open_ones(pair[0], pair[1], third) == [False, True, True]


def test_a_change_is_compared_as_it_happens(admin, pair):
    third = actions.create_customer(by=admin.user.actor, emails=[], family_name="渡辺", given_name="智子")
    actions.add_identity(third, "phone", "03-1234-5678", by=admin.user.actor)

    drain()

    assert len(admin.get("/duplicates").json()) == 3
