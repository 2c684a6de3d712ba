"""Which roles read customers' addresses masked and download nothing; showing one address for a reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.accounts.limits import role_limits
from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.queries import get_customer_for
from madoguchi.customers.actions.showing import show_identity
from madoguchi.customers.queries import get_identity
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, wants_fragment
from madoguchi.desk.masked import SHOWN
from madoguchi.desk.settings_frame import render_settings
from madoguchi.desk.shut_files import ReasonForm
from madoguchi.desk.views.triage import dialog


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def privacy(request: StaffRequest) -> HttpResponse:
    """A row a role: masked, and without downloads."""
    found = role_limits()
    if request.method == "POST":
        masked, kept = set(request.POST.getlist("masked")), set(request.POST.getlist("kept"))
        for each in found:
            limit_role(each.role, masks_contacts=each.role in masked, keeps_files=each.role in kept, user=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:privacy")
    lines = [(each.role, str(Role(each.role).label), each.masks_contacts, each.keeps_files) for each in found]
    return render_settings(request, "desk/privacy.html", {"lines": lines}, current="desk:privacy")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def show_contact(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """Ask for the reason, then show one address."""
    identity = get_identity(get_customer_for(request.user, pk), identity_pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = show_identity(identity, reason=form.cleaned_data["reason"], user=request.user)
        context = {"text": text, "kind": identity.get_kind_display(), "dialog": "desk/shown_contact.html"}
        context["dialog_title"] = context["kind"]
        is_part = wants_fragment(request)
        template = "desk/shown_contact.html" if is_part else "desk/dialog_page.html"
        response = render(request, template, context) if is_part else render_page(request, template, context)
        response[SHOWN] = "1"
        response["Cache-Control"] = "no-store"
        return response
    url = reverse("desk:contact-show", args=[pk, identity_pk])
    return dialog(request, form, _("Show the address"), url, _("Show"))
