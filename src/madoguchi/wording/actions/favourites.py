"""Favourites: what somebody wants at hand where they write."""

from madoguchi.accounts.models import User
from madoguchi.wording.models import Favourite, Template


def mark_favourite(template: Template, *, user: User, is_on: bool) -> None:
    """Mark a template, or take the mark off; twice is once."""
    if is_on:
        Favourite.objects.bulk_create([Favourite(user=user, template=template)], ignore_conflicts=True)
    else:
        Favourite.objects.filter(user=user, template=template).delete()
