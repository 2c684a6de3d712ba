"""What happens to callbacks because of something else; called by `flows.reactions`, may run twice."""

from madoguchi.calls.actions.callbacks import hand_over_callbacks
from madoguchi.events.models import Event


def callbacks_follow(event: Event) -> None:
    """With a conversation its open callbacks go to who answers it from now on."""
    after = event.data.get("assignee")
    if after:
        number = int(event.subject.partition(":")[2])
        hand_over_callbacks(number, before=event.data.get("before"), after=after)
