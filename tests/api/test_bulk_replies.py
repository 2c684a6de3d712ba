"""一括返信 through the API."""

import pytest
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.channels.contract import Address
from madoguchi.outreach.actions import write_next

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


TEXT = "{{customer.name}} 様\n\n遅れております。"


def numbers(amount):
    inbox = make_inbox()
    return [make_conversation(inbox, sender=Address(f"c{n}@mail.example", f"山本 {n}")).pk for n in range(amount)]


def test_looked_at_begun_worked_off_and_taken_back(caller):
    chosen = numbers(2)

    seen = caller.post("/bulk-replies/preview", {"conversations": chosen, "text": TEXT}).json()
    wanted = {"conversations": chosen, "text": TEXT, "seen_event_id": seen["seen_event_id"]}
    begun = caller.post("/bulk-replies", wanted)
    pk = begun.json()["id"]
    while write_next(pk):
        pass
    done = caller.get(f"/bulk-replies/{pk}").json()
    back = caller.post(f"/bulk-replies/{pk}/take-back").json()

    assert [(each["to"], each["code"]) for each in seen["letters"]] == [
        ("c0@mail.example", ""),
        ("c1@mail.example", ""),
    ]
    assert (begun.status_code, begun.json()["waiting"]) == (201, 2)
    assert (done["state"], done["written"]) == ("done", 2)
    assert back["taken_back"] == 2
    assert [each["state"] for each in caller.get(f"/bulk-replies/{pk}/items").json()["items"]] == ["taken_back"] * 2


def test_stopped_and_gone_on_with(caller):
    pk = caller.post("/bulk-replies", {"conversations": numbers(2), "text": TEXT}).json()["id"]

    stopped = caller.post(f"/bulk-replies/{pk}/stop").json()
    again = caller.post(f"/bulk-replies/{pk}/stop")
    going = caller.post(f"/bulk-replies/{pk}/retry").json()

    assert (stopped["state"], going["state"]) == ("stopped", "running")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "nothing_to_do")
    assert [row["id"] for row in caller.get("/bulk-replies").json()["items"]] == [pk]


def test_the_rest_is_looked_at_and_corrected_before_it_is_tried_again(caller):
    pk = caller.post("/bulk-replies", {"conversations": numbers(2), "text": TEXT}).json()["id"]
    write_next(pk)
    caller.post(f"/bulk-replies/{pk}/stop")

    rest = caller.get(f"/bulk-replies/{pk}/rest").json()
    wanted = {
        "conversations": [each["conversation"] for each in rest["letters"]],
        "seen_event_id": rest["seen_event_id"],
        "text": "{{customer.name}} 様\n\n届きました。",
    }
    going = caller.post(f"/bulk-replies/{pk}/retry", wanted).json()
    write_next(pk)

    assert [each["happened"] for each in rest["letters"]] == [[]]
    assert (going["state"], going["version"]) == ("running", 2)
    assert [row["version"] for row in caller.get(f"/bulk-replies/{pk}/items").json()["items"]] == [1, 2]


def test_a_faulty_text_and_somebody_elses_are_refused(caller, caller_of):
    pk = caller.post("/bulk-replies", {"conversations": numbers(1), "text": TEXT}).json()["id"]

    faulty = caller.post("/bulk-replies", {"conversations": numbers(1), "text": "{{nonsense}}"})

    assert (faulty.status_code, faulty.json()["error"]["code"]) == (422, "broken_fields")
    assert caller_of().get(f"/bulk-replies/{pk}").status_code == 404


@pytest.mark.parametrize("path", ["/bulk-replies", "/bulk-replies/preview"])
def test_conversations_that_are_none_are_named_and_nothing_begins(caller, path):
    known = numbers(1)

    answer = caller.post(path, {"conversations": [*known, 987_654], "text": TEXT})

    error = answer.json()["error"]
    assert (answer.status_code, error["facts"]) == (404, {"conversations": [987_654]})
    assert "#987654" in error["message"]
    assert caller.get("/bulk-replies").json()["items"] == []


def test_the_rest_is_looked_at_from_where_the_answer_before_ended(caller):
    pk = caller.post("/bulk-replies", {"conversations": numbers(2), "text": TEXT}).json()["id"]
    caller.post(f"/bulk-replies/{pk}/stop")

    whole, second = (caller.get(f"/bulk-replies/{pk}/rest{query}") for query in ("", "?skip=1"))

    assert (whole.status_code, second.status_code) == (200, 200)
    assert second.json()["letters"] == whole.json()["letters"][1:]
