"""What must be filled in before conversations are done: the dialog that asks for it, and the list of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.conversations.fields import Missing, missing_fields, missing_with
from madoguchi.conversations.models import Conversation, CustomField, OwnStatus
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind, Plain, Values
from madoguchi.core.fields.texts import read_value
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.forms.fields import OwnFieldsForm
from madoguchi.desk.frame import render_page, trigger, untrigger, wants_fragment

#: As many conversations are listed.
_LISTED = 50


@dataclass(frozen=True, slots=True)
class Left:
    """One conversation that could not be done yet."""

    number: int
    subject: str
    customer: str
    names: str  #: of the fields that are empty


def missing_form(found: Conversation, data: Any = None) -> OwnFieldsForm:
    """The empty fields that must be filled in before this conversation is done, each of them required.

    What only becomes a choice by what is chosen here follows as soon as that is sent.
    """
    lacking = missing_fields([found]).get(found.pk, [])
    form = _form(found, data, lacking, {})
    while data is not None and form.is_valid():
        chosen: Values = {pk: _read(form, pk, raw) for pk, raw in form.typed().items()}
        more = [each for each in missing_with(found, chosen) if each not in lacking]
        if not more:
            break
        lacking = [*lacking, *more]
        form = _form(found, data, lacking, chosen)
    return form


def _form(found: Conversation, data: Any, lacking: Sequence[CustomField], values: Values) -> OwnFieldsForm:
    form = OwnFieldsForm(data, fields=lacking, values=values, conversation=found)
    for name, field in form.own.items():
        form.fields[name].required = field.kind != FieldKind.CHECK
        form.fields[name].error_messages["required"] = _("Fill in “%(name)s”.") % {"name": field.name}
    return form


def _read(form: OwnFieldsForm, pk: int, raw: Any) -> Plain:
    """What was typed, as it would stand; nothing where it cannot be read, which `set_fields` will say."""
    try:
        return read_value(next(field for field in form.own.values() if field.pk == pk), raw)
    except Invalid:
        return None


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


def complete_ones(conversations: Sequence[Conversation]) -> tuple[list[Conversation], Missing]:
    """Those that may be done, and what the others lack."""
    missing = missing_fields(conversations)
    return [each for each in conversations if each.pk not in missing], missing


def tell_left(
    request: StaffRequest, done: HttpResponse | None, rows: Sequence[Conversation], missing: Missing
) -> HttpResponse:
    """Beside what was done, a dialog with those that were not, each with a way to fill in; they stay selected."""
    lines = [
        Left(row.pk, row.subject, row.customer.label, "、".join(field.name for field in missing[row.pk]))
        for row in rows
        if row.pk in missing
    ]
    context = {"lines": lines[:_LISTED], "more": max(0, len(lines) - _LISTED), "is_none_done": done is None}
    if not wants_fragment(request):
        return render_page(
            request,
            "desk/dialog_page.html",
            {**context, "dialog": "desk/left.html", "dialog_title": _("Not done yet")},
            status=422,
        )
    response = done or HttpResponse()
    response.content += render(request, "desk/left_dialog.html", context).content
    response = untrigger(response, "dialog-close")  # the answer is a dialog
    return trigger(response, "selection-done", {"keep": [line.number for line in lines]})
