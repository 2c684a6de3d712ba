"""What a conversation begins with beside its mail: the values that custom fields start from."""

from madoguchi.conversations.actions.fields import fill_defaults
from madoguchi.conversations.holding import hold
from madoguchi.events.models import Event


def begin_fields(event: Event) -> None:
    """Give a new conversation the values its fields begin with."""
    for conversation in hold([int(event.subject.partition(":")[2])]):
        fill_defaults(conversation)
