"""Phone memos and callbacks for tests."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.calls.actions.callbacks import Wanted, request_callback
from madoguchi.calls.actions.memos import Said, keep_memo
from madoguchi.calls.choices import SLOT
from madoguchi.calls.models import Call, Callback
from madoguchi.conversations.models import Conversation

_numbers = count(1)


def memo_key() -> str:
    return f"memo{next(_numbers):06}"


def said(**values) -> Said:
    defaults = {
        "number": "０３（１２３４）５６７８",
        "name": "渡邉 節子",
        "subject": "土鍋のふたが割れていた",
        "text": "交換をご希望とのこと",
    }
    return Said(**defaults | values)


def kept_call(user: User, **values) -> Call:
    return keep_memo(memo_key(), said(**values), user=user)


def callback_at(conversation: Conversation, user: User, starts_at: datetime, **values) -> Callback:
    return request_callback(
        conversation, Wanted(**{"number": "03-1234-5678", "starts_at": starts_at} | values), user=user
    )


def callback_in(conversation: Conversation, user: User, **values) -> Callback:
    """One that begins in an hour."""
    return callback_at(conversation, user, **{"starts_at": timezone.now() + timedelta(hours=1)} | values)


def over(callback: Callback, minutes: int = 5) -> Callback:
    """As if its half hour had ended just so long ago."""
    ended = timezone.now() - timedelta(minutes=minutes)
    Callback.objects.filter(pk=callback.pk).update(starts_at=ended - SLOT, ends_at=ended, made_at=ended - 5 * SLOT)
    callback.refresh_from_db()
    return callback
