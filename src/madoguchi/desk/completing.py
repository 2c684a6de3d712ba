"""What signatures offer for a record, put into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy

from madoguchi.customers.completing import Completion

_WORDS = {
    "name": gettext_lazy("Name"),
    "kana": gettext_lazy("Kana"),
    "company": gettext_lazy("Company"),
    "department": gettext_lazy("Department"),
    "phone": gettext_lazy("Phone number"),
    "mail": gettext_lazy("Mail address"),
    "address": gettext_lazy("Postal address"),
}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One value that may be taken over."""

    key: str
    word: str
    text: str
    href: str  #: the mail in which it stands


def completion_lines(offered: Iterable[Completion]) -> list[OfferLine]:
    """The offers in words."""
    return [
        OfferLine(
            each.key,
            str(_WORDS[each.kind]),
            each.text,
            reverse("desk:message", args=[each.message]) if each.message else "",
        )
        for each in offered
    ]
