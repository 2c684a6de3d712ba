"""What must be filled in before conversations are done: the dialog that asks for it, and the words for several."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.conversations.fields import missing_fields
from madoguchi.conversations.models import Conversation, OwnStatus
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.forms.fields import OwnFieldsForm
from madoguchi.desk.frame import render_page, wants_fragment

#: As many conversations are named in a sentence.
_NAMED = 5


def missing_form(found: Conversation, data: Any = None) -> OwnFieldsForm:
    """The empty fields that must be filled in before this conversation is done."""
    lacking = missing_fields([found]).get(found.pk, [])
    return OwnFieldsForm(data, fields=lacking, values={}, conversation=found)


def ask_missing(
    request: StaffRequest, found: Conversation, form: OwnFieldsForm | None = None, *, own: OwnStatus | None = None
) -> HttpResponse:
    """The dialog; without a form it is the answer to a button that expected none, and comes beside the point."""
    shown = form or missing_form(found)
    context = {
        "form": shown,
        "dialog_title": _("Fill these in first"),
        "url": reverse("desk:finish", args=[found.pk]) + (f"?status={own.key}" if own else ""),
        "deed": _("Save and mark as done"),
        "dialog": "desk/form_dialog.html",
    }
    code = 422 if shown.is_bound else 200
    if not wants_fragment(request):
        return render_page(request, "desk/dialog_page.html", context, status=code)
    return render(request, "desk/form_dialog.html" if form else "desk/missing_dialog.html", context, status=code)


def complete_ones(conversations: Sequence[Conversation]) -> tuple[list[Conversation], str]:
    """Those that may be done, and which of the others lack what, in words."""
    missing = missing_fields(conversations)
    lacking = [
        _("#%(number)d (%(names)s)") % {"number": number, "names": "、".join(field.name for field in fields)}
        for number, fields in list(missing.items())[:_NAMED]
    ]
    more = _(" and %(n)d more") % {"n": len(missing) - _NAMED} if len(missing) > _NAMED else ""
    return [each for each in conversations if each.pk not in missing], "、".join(lacking) + more
