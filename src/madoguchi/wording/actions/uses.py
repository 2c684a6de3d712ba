"""Which template was put into which letter, and whether it left with it (conversations.put_in). Each may run twice."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Max

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.put_in import count_put_in, forget_put_in, note_put_in, uncount_put_in
from madoguchi.events.models import Event
from madoguchi.wording.models import Template, Use


def note_use(
    template: Template, *, user: User, text: str, conversation: Conversation | None = None, request_key: str = ""
) -> Use:
    """Note that this text of a template was put into the letter of this key; forgets what never left."""
    use = Use(template=template)
    return note_put_in(use, user=user, text=text, conversation=conversation, request_key=request_key)


@transaction.atomic
def count_uses(event: Event) -> None:
    """Count the templates whose words are in the reply of this event (`reply_queued`)."""
    _recount(count_put_in(Use, event))


@transaction.atomic
def uncount_uses(event: Event) -> None:
    """A reply was taken back, or sent back to its author: its templates wait to be counted with the next try."""
    _recount(uncount_put_in(Use, event))


def forget_texts(event: Event) -> None:
    """A reply has left for good (`reply_sent`): what had been put in need not be kept any longer."""
    forget_put_in(Use, event)


def _recount(uses: Iterable[Use]) -> None:
    """Set the figures of templates to what their uses say."""
    sent = Use.objects.filter(sent_at__isnull=False)
    for pk in sorted({use.template_id for use in uses}):
        figures = sent.filter(template=pk).aggregate(amount=Count("pk"), last=Max("sent_at"))
        Template.objects.filter(pk=pk).update(used_count=figures["amount"], used_at=figures["last"])
