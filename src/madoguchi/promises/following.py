"""What happens to promises because of something else; called by `flows.reactions`, may run twice."""

from madoguchi.events.models import Event
from madoguchi.promises.actions import hand_over_promises


def promises_follow(event: Event) -> None:
    """With a conversation its open promises go to who answers it from now on."""
    after = event.data.get("assignee")
    if after:
        number = int(event.subject.partition(":")[2])
        hand_over_promises(number, before=event.data.get("before"), after=after)
