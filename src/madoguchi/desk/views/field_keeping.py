"""設定 › カスタム項目: adding, changing, retiring, bringing back and deleting the fields of conversations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.actions import field_keeping as actions
from madoguchi.conversations.fields import (
    all_fields,
    get_field,
    uncovered_options,
    use_of,
    use_of_fields,
    use_of_options,
)
from madoguchi.conversations.models import CustomField
from madoguchi.conversations.queries import category_tree
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.keeping import FieldChanged
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.field_keeping import FieldForm
from madoguchi.desk.settings_frame import render_settings, show_refusal

CURRENT = "desk:own-fields"


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def own_fields(request: StaffRequest) -> HttpResponse:
    """Every field with how many conversations have something in it."""
    amounts, every = use_of_fields(), list(all_fields())
    lines = [(field, amounts.get(field.pk, 0)) for field in every]
    context = {
        "lines": [line for line in lines if line[0].retired_at is None],
        "retired": [line for line in lines if line[0].retired_at is not None],
    }
    return render_settings(request, "desk/field_list.html", context, current=CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def own_field(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a field, or change one."""
    found = get_field(pk) if pk else None
    form = FieldForm(
        request.POST or None,
        field=found,
        inboxes=inboxes_of(request.user),
        tree=category_tree(),
        others=[field for field in all_fields() if field.retired_at is None],
    )
    if form.is_bound and form.is_valid():
        try:
            saved = _save(request, found, form)
        except (Invalid, FieldChanged) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:own-field", saved.pk)
    amounts = use_of_options(found) if found else {}
    uncovered = "、".join(uncovered_options(found)) if found and found.is_required else ""
    context = {
        "own": found,
        "form": form,
        "options": form.lines(amounts),
        "amount": use_of(found) if found else 0,
        "uncovered": uncovered,
    }
    status = 422 if form.errors else 200
    return render_settings(request, "desk/field_one.html", context, current=CURRENT, status=status)


def _save(request: StaffRequest, found: CustomField | None, form: FieldForm) -> CustomField:
    if found is None:
        return actions.create_field(form.definition(), user=request.user)
    version = form.cleaned_data["version"] or found.version
    return actions.change_field(found, form.definition(), user=request.user, version=version)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def retire_own_field(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer a field no more, or again."""
    found = get_field(pk)
    if found.retired_at is None:
        actions.retire_field(found, user=request.user)
        messages.success(request, _("The field is not offered any more. What stands in it is kept."))
    else:
        actions.restore_field(found, user=request.user)
        messages.success(request, _("The field is offered again, with everything it held."))
    return redirect("desk:own-field", pk)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_own_field(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a field with all it holds."""
    amount = actions.delete_field(get_field(pk), user=request.user)
    messages.success(request, _deleted(amount))
    return redirect(CURRENT)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_own_option(request: StaffRequest, pk: int, option: int) -> HttpResponse:
    """Delete a choice and take it out of every conversation."""
    amount = actions.delete_option(get_field(pk), option, user=request.user)
    messages.success(request, _deleted(amount))
    return redirect("desk:own-field", pk)


def _deleted(amount: int) -> str:
    if not amount:
        return _("Deleted.")
    text = ngettext("Deleted, at %(n)d conversation.", "Deleted, at %(n)d conversations.", amount)
    return text % {"n": amount}
