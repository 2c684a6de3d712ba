"""What people have begun to write on a conversation, and what waits behind it.

Who writes on two conversations keeps both drafts when these are merged: the one of the merged conversation waits
where it was, and opens in the other as soon as nothing else does.
"""

from collections.abc import Iterable

from django.db.models import Case, Q, QuerySet, Value, When

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation, Draft


def begun(user: User, conversation: Conversation, kinds: Iterable[str]) -> QuerySet[Draft]:
    """A person's drafts of these kinds: of the conversation itself first, then those that wait, the newest first."""
    here = Q(conversation=conversation)
    rows = Draft.objects.filter(here | Q(conversation__merged_into=conversation), user=user, kind__in=[*kinds])
    return rows.order_by(Case(When(here, then=Value(0)), default=Value(1)), "-updated_at")


def finish_begun(user: User, conversation: Conversation, kinds: Iterable[str], *, request_key: str) -> None:
    """Delete what has been sent: what was begun under this key, else what stands on the conversation itself."""
    rows = begun(user, conversation, kinds).order_by()
    named = rows.filter(request_key=request_key) if request_key else rows.none()
    sent = named if named.exclude(conversation=conversation).exists() else rows.filter(conversation=conversation)
    drop_drafts(sent.values_list("pk", flat=True))


def drop_drafts(ids: Iterable[int]) -> None:
    """Delete drafts with their files; they are held first, or a file put to one at this moment would be in the way."""
    held = Draft.objects.select_for_update().filter(pk__in=[*ids]).order_by("pk")
    Draft.objects.filter(pk__in=[draft.pk for draft in held]).delete()
