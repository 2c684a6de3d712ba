"""What stands beside a customer's record: addresses of every sort, consents, files, and taking a change back."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.letters import check_address
from madoguchi.conversations.queries import get_customer_for
from madoguchi.core.errors import Invalid
from madoguchi.customers import actions
from madoguchi.customers.actions.showing import open_file
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.postcodes import towns_of
from madoguchi.customers.queries import get_file, get_identity, get_mail_identity, get_postal_address
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.customer import (
    AddressForm,
    CharsetForm,
    ConsentForm,
    FileForm,
    IdentityForm,
    IdentityMarksForm,
)
from madoguchi.desk.frame import render_page, wants_fragment
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.shut_files import ReasonForm, is_readable, on_purpose
from madoguchi.desk.views.files import ask_for_reason
from madoguchi.files.queries import read_blob

#: For bytes of strangers. (`sandbox` alone is a directive without values.)
_NOTHING_RUNS: dict[str, Any] = {"default-src": ["'none'"], "sandbox": True}


def back_to_customer(request: StaffRequest, pk: int, text: str, *, tab: str = "") -> HttpResponse:
    """The customer's page, which says what was done."""
    messages.success(request, text)
    url = reverse("desk:customer", args=[pk]) + (f"?tab={tab}" if tab else "")
    if not wants_fragment(request):
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def form_dialog(request: StaffRequest, template: str, **context: Any) -> HttpResponse:
    """A form in a dialog, or on a page of its own."""
    code = 422 if request.method == "POST" else 200
    if wants_fragment(request):
        return render(request, template, context, status=code)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": template}, status=code)


def _saved(form: forms.Form, save: Callable[[dict[str, Any]], object]) -> bool:
    """Save what a valid form holds; False when there is something to mend."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        save(form.cleaned_data)
    except Invalid as error:
        show_refusal(form, error)
        return False
    return True


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def add_address(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a further address lead to this customer."""
    found = get_customer_for(request.user, pk)
    form = IdentityForm(request.POST or None)

    def save(values: dict[str, Any]) -> None:
        if values["kind"] == IdentityKind.MAIL:
            check_address(values["address"], field_name="address")
        actions.add_identity(found, **values, by=request.user.actor)

    if _saved(form, save):
        return back_to_customer(request, pk, _("The address was added."))
    return form_dialog(
        request, "desk/form_dialog.html", form=form, dialog_title=_("Add a contact"), deed=_("Add"),
        url=reverse("desk:customer-add-address", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def identity(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """What is known of one address; how mail to it is encoded; taking it away."""
    found = get_identity(get_customer_for(request.user, pk), identity_pk)
    form = IdentityMarksForm(request.POST) if request.method == "POST" else IdentityMarksForm.of(found)
    if _saved(form, lambda _values: actions.change_identity(found, by=request.user.actor, **form.marks)):
        return back_to_customer(request, pk, _("Saved."))
    is_mail = found.kind == IdentityKind.MAIL
    charset = CharsetForm(initial={"charset": found.charset}) if is_mail else None
    return form_dialog(
        request, "desk/customer_identity.html", form=form, identity=found, customer_pk=pk, charset_form=charset,
        dialog_title=found.text,
    )  # fmt: skip


@require_POST
@allowed(Permission.REPLY)
def set_address_charset(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """Choose how mail to one address is encoded."""
    found = get_mail_identity(get_customer_for(request.user, pk), identity_pk)
    form = CharsetForm(request.POST)
    if form.is_valid():
        actions.set_charset(found, form.cleaned_data["charset"], by=request.user.actor)
        messages.success(request, _("Saved."))
    return redirect("desk:customer", pk)


@require_POST
@allowed(Permission.REPLY)
def remove_identity(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """Let an address lead to this customer no more."""
    actions.remove_identity(get_identity(get_customer_for(request.user, pk), identity_pk), by=request.user.actor)
    return back_to_customer(request, pk, _("Removed. “Changes” brings it back."))


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def postal_address(request: StaffRequest, pk: int, address_pk: int | None = None) -> HttpResponse:
    """Add or change a postal address."""
    found = get_customer_for(request.user, pk)
    known = get_postal_address(found, address_pk) if address_pk else None
    form = AddressForm(request.POST) if request.method == "POST" else AddressForm.of(known) if known else AddressForm()

    def save(values: dict[str, Any]) -> None:
        if known:
            actions.change_postal_address(known, by=request.user.actor, **values)
        else:
            actions.add_postal_address(found, by=request.user.actor, **values)

    if _saved(form, save):
        return back_to_customer(request, pk, _("Saved."))
    return form_dialog(
        request, "desk/customer_postal.html", form=form, customer_pk=pk, address=known, url=request.path,
        dialog_title=_("Postal address"),
    )  # fmt: skip


@require_safe
@allowed(Permission.REPLY)
def postal_code(request: StaffRequest) -> HttpResponse:
    """The parts of an address as its postal code has them, to be put into the form."""
    code, chosen = request.GET.get("postal_code", ""), request.GET.get("town", "")
    towns = towns_of(code)
    context: dict[str, Any] = {"towns": towns if len(towns) > 1 else [], "is_unknown": not towns and bool(code.strip())}
    values = {name: request.GET.get(name, "") for name in ("prefecture", "city", "street", "building")}
    if chosen.isascii() and chosen.isdecimal() and int(chosen) < len(towns):
        towns = [towns[int(chosen)]]
    if len(towns) == 1:
        values |= {"prefecture": towns[0].prefecture, "city": towns[0].city}
        if not values["street"].startswith(towns[0].town):
            values["street"] = towns[0].town
    form = AddressForm(initial={**values, "postal_code": code})
    return render(request, "desk/customer_postal.html#parts", {**context, "form": form})


@require_POST
@allowed(Permission.REPLY)
def remove_postal_address(request: StaffRequest, pk: int, address_pk: int) -> HttpResponse:
    """Forget a postal address."""
    found = get_postal_address(get_customer_for(request.user, pk), address_pk)
    actions.remove_postal_address(found, by=request.user.actor)
    return back_to_customer(request, pk, _("Removed. “Changes” brings it back."))


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down what the customer agreed to or took back."""
    found = get_customer_for(request.user, pk)
    form = ConsentForm(request.POST or None)
    if _saved(
        form,
        lambda values: actions.note_consent(
            found, by=request.user.actor, **values | {"is_given": bool(values["is_given"])}
        ),
    ):
        return back_to_customer(request, pk, _("Saved."), tab="kept")
    return form_dialog(
        request, "desk/form_dialog.html", form=form, dialog_title=_("Consent"), deed=_("Save"),
        url=reverse("desk:customer-consent", args=[pk]),
    )  # fmt: skip


@require_POST
@allowed(Permission.REPLY)
def add_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a file with the customer."""
    found = get_customer_for(request.user, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(_("Choose a file first."), field="file")
    file = form.cleaned_data["file"]
    if file.size > actions.MAX_FILE:
        raise Invalid(_("A file may have %(most)d MB at most.") % {"most": actions.MAX_FILE // 1024**2}, field="file")
    kind = file.content_type or "application/octet-stream"
    actions.attach_file(found, file.name, file.read(), content_type=kind, by=request.user.actor)
    return back_to_customer(request, pk, _("The file was added."), tab="kept")


@require_safe
@allowed(Permission.READ)
@csp_override(_NOTHING_RUNS)
def file(request: StaffRequest, pk: int, file_pk: int) -> HttpResponse:
    """The bytes of a file, to be saved."""
    found = get_file(get_customer_for(request.user, pk), file_pk)
    if not is_readable(request.user, found.blob_id):
        return redirect("desk:customer-file-show", pk, file_pk)
    response = HttpResponse(read_blob(found.blob), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return on_purpose(request.user, found.blob_id, response)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def show_file(request: StaffRequest, pk: int, file_pk: int) -> HttpResponse:
    """Ask why a file is needed as it is, then let it be saved."""
    found = get_file(get_customer_for(request.user, pk), file_pk)
    if request.method == "POST" and (form := ReasonForm(request.POST)).is_valid():
        open_file(found.blob_id, about=f"customer:{pk}", reason=form.cleaned_data["reason"], user=request.user)
        return redirect("desk:customer-file", pk, file_pk)
    return ask_for_reason(request, reverse("desk:customer-file-show", args=[pk, file_pk]))


@require_POST
@allowed(Permission.REPLY)
def remove_file(request: StaffRequest, pk: int, file_pk: int) -> HttpResponse:
    """Take a file away."""
    actions.remove_file(get_file(get_customer_for(request.user, pk), file_pk), by=request.user.actor)
    return back_to_customer(request, pk, _("Removed. “Changes” brings it back."), tab="kept")


@require_POST
@allowed(Permission.REPLY)
def undo(request: StaffRequest, pk: int, change_pk: int) -> HttpResponse:
    """Take one change of the record back."""
    actions.undo_change(get_customer_for(request.user, pk), change_pk, by=request.user.actor)
    return back_to_customer(request, pk, _("Undone."), tab="changes")
