"""What the timeline says of approvals, of what was taken back and of escalations."""

import pytest

from madoguchi.conversations.choices import (
    APPROVAL_REDIRECTED,
    APPROVAL_STEPPED,
    ESCALATED,
    REPLY_CANCELLED,
    MessageState,
)
from madoguchi.conversations.models import Message
from madoguchi.desk.deliveries import plain_state, taken_back_word
from madoguchi.desk.sentences import Names, sentence
from madoguchi.events.actor import ActorKind
from madoguchi.events.models import Event

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize(
    ("kind", "person", "data", "said"),
    [
        (APPROVAL_STEPPED, "佐伯", {"is_fallback": False}, "佐伯: the approval goes on to the next to decide"),
        (APPROVAL_STEPPED, "佐伯", {"is_fallback": True}, "佐伯 approved; nobody of the next step can"),
        (APPROVAL_STEPPED, "", {}, "Others are asked for approval now"),
        (APPROVAL_REDIRECTED, "", {"is_fallback": True}, "Nobody who was asked can approve: everybody who may"),
        (REPLY_CANCELLED, "小林", {"was_asking": True}, "小林 withdrew the request for approval"),
        (REPLY_CANCELLED, "小林", {"was_asking": False}, "小林 took a reply back before it was sent"),
        (ESCALATED, "", {"step": 1, "people": [7]}, "(step 1): 佐伯 were told"),
        (ESCALATED, "", {"step": 1, "people": [7], "is_fallback": True}, "nobody was responsible, so 佐伯 were told"),
        (ESCALATED, "", {"step": 2, "people": []}, "Overdue, but nobody could be told (step 2 of escalation)"),
    ],
)
def test_the_history_says_what_happened_and_who_did_it(kind, person, data, said):
    actor = ActorKind.USER if person else ActorKind.SYSTEM
    event = Event(kind=kind, actor_kind=actor, actor_label=person or "approval", data=data)

    assert said in sentence(event, Names(people={7: "佐伯"}))


def test_a_letter_that_only_waited_for_approval_was_not_taken_back():
    message = Message(state=MessageState.CANCELLED, send_after=None)

    assert plain_state(message).word == "Request for approval withdrawn"
    assert "request for approval was withdrawn" in taken_back_word(was_asking=True)
    assert "mail was taken back" in taken_back_word(was_asking=False)
