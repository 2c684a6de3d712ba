"""設定 › 顧客項目: adding, changing, retiring, bringing back and deleting the custom fields of customers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.keeping import FieldChanged, StillInUse
from madoguchi.customers.actions import field_keeping as actions
from madoguchi.customers.fields import (
    all_customer_fields,
    customers_with,
    customers_with_fields,
    customers_with_options,
    get_customer_field,
)
from madoguchi.customers.models import CustomerField
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.customer_fields import CustomerFieldForm
from madoguchi.desk.settings_frame import render_settings, show_refusal

CURRENT = "desk:customer-fields"


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def customer_fields(request: StaffRequest) -> HttpResponse:
    """Every field with how many customers have something in it."""
    amounts = customers_with_fields()
    lines = [(field, amounts.get(field.pk, 0)) for field in all_customer_fields()]
    context = {
        "lines": [line for line in lines if line[0].retired_at is None],
        "retired": [line for line in lines if line[0].retired_at is not None],
    }
    return render_settings(request, "desk/customer_field_list.html", context, current=CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def customer_field(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a field, or change one."""
    found = get_customer_field(pk) if pk else None
    form = CustomerFieldForm(request.POST or None, field=found)
    if form.is_bound and form.is_valid():
        try:
            saved = _save(request, found, form)
        except (Invalid, FieldChanged, StillInUse) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:customer-field", saved.pk)
    options = form.lines(customers_with_options(found)) if found else []
    context = {"own": found, "form": form, "options": options, "amount": customers_with(found) if found else 0}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/customer_field_one.html", context, current=CURRENT, status=status)


def _save(request: StaffRequest, found: CustomerField | None, form: CustomerFieldForm) -> CustomerField:
    if found is None:
        return actions.create_customer_field(form.definition(), by=request.user.actor)
    version = form.cleaned_data["version"] or found.version
    return actions.change_customer_field(found, form.definition(), by=request.user.actor, version=version)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer a field no more, or again."""
    found = get_customer_field(pk)
    if found.retired_at is None:
        actions.retire_customer_field(found, by=request.user.actor)
        messages.success(request, _("The field is not offered any more. What stands in it is kept."))
    else:
        actions.restore_customer_field(found, by=request.user.actor)
        messages.success(request, _("The field is offered again, with everything it held."))
    return redirect("desk:customer-field", pk)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a field with all it holds."""
    amount = actions.delete_customer_field(get_customer_field(pk), by=request.user.actor)
    messages.success(request, _deleted(amount))
    return redirect(CURRENT)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_option(request: StaffRequest, pk: int, option: int) -> HttpResponse:
    """Delete a choice and take it from every customer."""
    amount = actions.delete_customer_option(get_customer_field(pk), option, by=request.user.actor)
    messages.success(request, _deleted(amount))
    return redirect("desk:customer-field", pk)


def _deleted(amount: int) -> str:
    if not amount:
        return _("Deleted.")
    return ngettext("Deleted, at %(n)d customer.", "Deleted, at %(n)d customers.", amount) % {"n": amount}
