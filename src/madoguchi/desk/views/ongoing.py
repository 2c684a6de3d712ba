"""契約: what goes on with a customer, and writing it down."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.commerce.actions import ongoing as actions
from madoguchi.commerce.ongoing import get_contract, get_revenue, get_step, get_subscription
from madoguchi.conversations.queries import get_customer_for
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.ongoing import ContractForm, OnboardingForm, RevenueForm, SubscriptionForm
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.views.customer_parts import back_to_customer, form_dialog

_TAB = "contracts"


def _kept(form: forms.Form, keep: Callable[[], object]) -> bool:
    """Keep what a valid form holds; False when there is something to mend."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        keep()
    except DomainError as error:
        show_refusal(form, error)
        return False
    return True


def _dialog(request: StaffRequest, form: forms.Form, title: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "dialog_title": title, "deed": _("Save"), "url": request.path}
    return form_dialog(request, "desk/form_dialog.html", **context)


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def subscription(request: StaffRequest, pk: int, row_pk: int | None = None) -> HttpResponse:
    """Write down a subscription, or change one."""
    found = get_customer_for(request.user, pk)
    row = get_subscription(found, row_pk) if row_pk else None
    form = SubscriptionForm(request.POST) if request.method == "POST" else SubscriptionForm.of(row)

    def keep() -> None:
        seen = form.cleaned_data["version"]
        actions.keep_subscription(found, form.draft(), user=request.user, subscription=row, seen=seen)

    if _kept(form, keep):
        return back_to_customer(request, pk, _("Saved."), tab=_TAB)
    return _dialog(request, form, _("Subscription"))


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def contract(request: StaffRequest, pk: int, row_pk: int | None = None) -> HttpResponse:
    """Write down a contract, or change one."""
    found = get_customer_for(request.user, pk)
    row = get_contract(found, row_pk) if row_pk else None
    form = ContractForm(request.POST) if request.method == "POST" else ContractForm.of(row)

    def keep() -> None:
        seen = form.cleaned_data["version"]
        actions.keep_contract(found, form.draft(), user=request.user, contract=row, seen=seen)

    if _kept(form, keep):
        return back_to_customer(request, pk, _("Saved."), tab=_TAB)
    return _dialog(request, form, _("Contract"))


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def revenue(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down money of one day."""
    found = get_customer_for(request.user, pk)
    form = RevenueForm(request.POST or None, initial={"on": timezone.localdate()})
    if _kept(form, lambda: actions.note_revenue(found, form.draft(), user=request.user)):
        return back_to_customer(request, pk, _("Saved."), tab=_TAB)
    return _dialog(request, form, _("Revenue"))


@require_POST
@allowed(Permission.REPLY)
def remove_revenue(request: StaffRequest, pk: int, row_pk: int) -> HttpResponse:
    """Take an entry back."""
    actions.remove_revenue(get_revenue(get_customer_for(request.user, pk), row_pk), user=request.user)
    return back_to_customer(request, pk, _("Deleted."), tab=_TAB)


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def onboarding(request: StaffRequest, pk: int) -> HttpResponse:
    """Add steps."""
    found = get_customer_for(request.user, pk)
    form = OnboardingForm(request.POST or None)

    def keep() -> None:
        steps = form.cleaned_data["steps"].splitlines()
        actions.start_onboarding(found, steps, user=request.user, due_on=form.cleaned_data["due_on"])

    if _kept(form, keep):
        return back_to_customer(request, pk, _("Saved."), tab=_TAB)
    return _dialog(request, form, _("Onboarding"))


@require_POST
@allowed(Permission.REPLY)
def step(request: StaffRequest, pk: int, row_pk: int) -> HttpResponse:
    """Tick a step, or take the tick back."""
    found = get_step(get_customer_for(request.user, pk), row_pk)
    done = actions.tick_step(found, is_done="done" in request.POST, user=request.user)
    return back_to_customer(request, pk, _("Done.") if done.done_at else _("It is open again."), tab=_TAB)
