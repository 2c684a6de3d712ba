"""What happens to promises because of something else; called by `flows.reactions`, may run twice."""

from django.db.models import F, Q

from madoguchi.events.models import Event
from madoguchi.promises.actions import hand_over_promises
from madoguchi.promises.models import Promise


def promises_follow(event: Event) -> None:
    """With a conversation its open promises go to who answers it from now on."""
    after = event.data.get("assignee")
    if after:
        number = int(event.subject.partition(":")[2])
        hand_over_promises(number, before=event.data.get("before"), after=after)


def promises_follow_messages(event: Event) -> None:
    """A promise stands where the mail or note stands that says it: moved, split off, or given back by an undo.

    What was merged away keeps its promises: the survivor shows them.
    """
    number = int(event.subject.partition(":")[2])
    concerned = Promise.objects.filter(Q(conversation=number) | Q(message__conversation=number), message__isnull=False)
    astray = concerned.exclude(conversation=F("message__conversation")).exclude(
        conversation__merged_into=F("message__conversation")
    )
    for pk, before, after in astray.values_list("pk", "conversation", "message__conversation"):
        Promise.objects.filter(pk=pk, conversation=before, message__conversation=after).update(conversation=after)
