"""Remembering what stands behind the masks in the forms that a person is shown."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.customers.masking import sign_of
from madoguchi.customers.models import HiddenText

#: As long as a session lives: a form that stays open longer has to be opened again.
KEPT_DAYS = 14


def keep_hidden(hidden: Mapping[str, str], *, user: User) -> None:
    """Remember for one person what stands behind these masks; nothing is recorded, and nobody else can use it."""
    now = timezone.now()
    rows = [
        HiddenText(user=user, sign=sign_of(masked), masked=masked, text=text, at=now) for masked, text in hidden.items()
    ]
    if rows:
        HiddenText.objects.filter(user=user, at__lt=now - timedelta(days=KEPT_DAYS)).delete()
        HiddenText.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "masked"], update_fields=["text", "at"]
        )
