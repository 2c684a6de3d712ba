"""What was written under the key of a letter that has gone: kept as a new draft under a new key."""

import secrets
from typing import Any

from django.db import transaction

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.drafts import put_into_draft, save_draft, start_new_mail, with_begun
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.conversations.queries import find_draft
from madoguchi.conversations.requests import find_written


@transaction.atomic
def begin_anew(user: User, conversation: Conversation, kind: str, *, values: dict[str, Any], files: int = 0) -> Draft:
    """Keep as a new draft what came under a used-up `request_key`, with as many `files` as were in it then.

    What has been begun here since stands below it, as below a letter that was taken back.
    """
    sent = find_written(user, values.get("request_key", ""))
    begun = find_draft(user, conversation, kind)
    text = with_begun(values["text"], begun.text if begun else "")
    draft = save_draft(user, conversation, kind, values={**values, "request_key": _new_key(), "text": text})
    put_into_draft(draft, files_of(sent) if files else [], user=user)
    return draft


@transaction.atomic
def begin_mail_anew(user: User, inbox: Inbox, *, values: dict[str, Any], files: int = 0) -> Draft:
    """Like `begin_anew`, for a mail that answers nothing."""
    sent = find_written(user, values.get("request_key", ""))
    draft = start_new_mail(user, inbox, values={**values, "request_key": _new_key()})
    put_into_draft(draft, files_of(sent) if files else [], user=user)
    return draft


def files_of(message: Message | None) -> list[Enclosure]:
    """The files that went with a letter, as they go with another."""
    kept = message.attachments.order_by("position") if message else ()
    return [Enclosure(each.blob_id, each.name, each.content_type, each.size_bytes) for each in kept]


def _new_key() -> str:
    return secrets.token_hex(12)
