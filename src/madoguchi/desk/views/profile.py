"""プロフィール: what everybody may change of themselves, their sessions and API keys."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts import actions, queries
from madoguchi.accounts.middleware import set_theme
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.desk.access import StaffRequest, signed_in
from madoguchi.desk.devices import device_name
from madoguchi.desk.forms.profile import AddressForm, PasswordForm, ProfileForm, TokenForm
from madoguchi.desk.frame import words_now
from madoguchi.desk.settings_frame import render_settings, show_refusal


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: StaffRequest) -> HttpResponse:
    """Show it all; save names, signature, language and theme."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            actions.change_user(request.user, by=request.user.actor, **form.cleaned_data)
        except Invalid as error:
            show_refusal(form, error)
        else:
            with translation.override(request.user.language):
                messages.success(request, _("Saved."))
            response = redirect("desk:profile")
            set_theme(response, request.user.theme)
            return response
    return _page(request, status=422, form=form)


@require_POST
@sensitive_post_parameters("current", "password")
@signed_in
def password(request: StaffRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    form = PasswordForm(request.POST)
    if form.is_valid() and _set_password(request, form):
        messages.success(request, _("The new password is set. You are logged out everywhere else."))
        return redirect("desk:profile")
    return _page(request, status=422, password_form=form)


@sensitive_variables()
def _knows_password(request: StaffRequest, form: PasswordForm | AddressForm) -> bool:
    """Whether the present password is right; if not, the form says so."""
    try:
        actions.prove_password(request.user, form.cleaned_data["current"])
    except (Invalid, NotAllowed) as error:
        form.add_error("current", str(error.user_message))
        return False
    return True


@sensitive_variables("values")
def _set_password(request: StaffRequest, form: PasswordForm) -> bool:
    values, user = form.cleaned_data, request.user
    if not _knows_password(request, form):
        return False
    try:
        actions.set_password(user, values["password"], by=user.actor, keep_session=request.session.session_key or "")
    except Invalid as error:
        show_refusal(form, error)
        return False
    update_session_auth_hash(request, user)
    return True


@require_POST
@sensitive_post_parameters("current")
@signed_in
def address(request: StaffRequest) -> HttpResponse:
    """Ask for another mail address; a link to it makes it one's own."""
    form = AddressForm(request.POST)
    if form.is_valid() and _ask_address(request, form):
        messages.success(request, _("A link was sent to the new address. Open it there to confirm."))
        return redirect("desk:profile")
    return _page(request, status=422, address_form=form)


def _ask_address(request: StaffRequest, form: AddressForm) -> bool:
    if not _knows_password(request, form):
        return False
    try:
        actions.ask_new_address(request.user, form.cleaned_data["email"], by=request.user.actor)
    except (Invalid, NotAllowed) as error:
        form.add_error("email", str(error.user_message))
        return False
    return True


@require_POST
@signed_in
def forget_address(request: StaffRequest) -> HttpResponse:
    """Keep the present address after all."""
    actions.forget_new_address(request.user, by=request.user.actor)
    messages.success(request, _("Your mail address stays as it is."))
    return redirect("desk:profile")


@require_POST
@signed_in
def end_session(request: StaffRequest, handle: str) -> HttpResponse:
    """Log out on one other device."""
    key = queries.session_key_of(request.user, handle)
    actions.end_session(request.user, key, by=request.user.actor)
    messages.success(request, _("Logged out there."))
    return redirect("desk:profile")


@require_POST
@signed_in
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    """Log out everywhere but here."""
    actions.end_other_sessions(request.user, keep=request.session.session_key or "", by=request.user.actor)
    messages.success(request, _("Logged out everywhere else."))
    return redirect("desk:profile")


@require_POST
@never_cache
@signed_in
def make_token(request: StaffRequest) -> HttpResponse:
    """Make an API key and show it this once; that is why the answer is the page itself."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, token_form=form)
    text = actions.create_token(request.user, label=form.cleaned_data["label"], by=request.user.actor)
    return _page(request, new_token=text)


@require_POST
@signed_in
def revoke_token(request: StaffRequest, pk: int) -> HttpResponse:
    """End an API key."""
    actions.revoke_token(queries.get_token(request.user, pk), by=request.user.actor)
    messages.success(request, _("The API key was revoked."))
    return redirect("desk:profile")


def _page(request: StaffRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    user, words = request.user, words_now()
    sessions = [
        {
            "handle": session.handle,
            "device": device_name(session.device),
            "network": session.network,
            "used": words.due(session.used_at),
            "is_current": session.is_current,
        }
        for session in queries.sessions_of(user, current_key=request.session.session_key or "")
    ]
    tokens = [
        {
            "pk": token.pk,
            "label": token.label,
            "made": words.short(token.created_at),
            "used": words.short(token.used_at) if token.used_at else "",
        }
        for token in queries.tokens_of(user)
    ]
    base = {
        "form": ProfileForm.of(user),
        "password_form": PasswordForm(),
        "address_form": AddressForm(),
        "token_form": TokenForm(),
        "two_step": queries.two_step_of(user),
        "sessions": sessions,
        "tokens": tokens,
    }
    return render_settings(request, "desk/profile.html", base | context, current="desk:profile", status=status)
