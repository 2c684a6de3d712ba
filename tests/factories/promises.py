"""Promises for tests."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.promises.actions import Said, make_promise
from madoguchi.promises.models import Promise


def promise_in(conversation: Conversation, user: User, **values) -> Promise:
    """One that is due tomorrow, entered by the product's own door."""
    defaults = {"words": "明日までに折り返します", "due_at": timezone.now() + timedelta(days=1)}
    return make_promise(conversation, Said(**defaults | values), user=user)


def overdue(promise: Promise, **by) -> Promise:
    """As if its time had passed just so long ago."""
    late = timezone.now() - timedelta(**by or {"minutes": 5})
    Promise.objects.filter(pk=promise.pk).update(due_at=late, made_at=late - timedelta(days=1))
    promise.refresh_from_db()
    return promise
