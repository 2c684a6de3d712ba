"""Signing in: allauth's pages behind our rate limits, invitations, and the language before one is signed in.

These pages are for people who are not (fully) signed in yet, so no role guards them; links, codes and limits do.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import unstash_login  # there is no public way to the half signed-in person
from allauth.mfa.base import views as mfa_views
from allauth.mfa.webauthn import views as webauthn_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from madoguchi.accounts.actions import accept_invitation, change_user, confirm_new_address, note_failed_sign_in
from madoguchi.accounts.addresses import AddressLinkEnded
from madoguchi.accounts.choices import Language
from madoguchi.accounts.forms import InvitationForm
from madoguchi.accounts.invitations import InvitationEnded
from madoguchi.accounts.middleware import LANGUAGE_COOKIE, YEAR_SECONDS
from madoguchi.accounts.models import User
from madoguchi.accounts.network import client_address, network_of
from madoguchi.accounts.queries import user_of_address_link, user_of_invitation, workspace_name
from madoguchi.accounts.rate_limit import (
    CODE,
    LINK_NETWORK,
    RESET_ADDRESS,
    RESET_NETWORK,
    SIGN_IN_NETWORK,
    Limit,
)
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid

type View = Callable[..., HttpResponse]


def limited(limit: Limit, about: Callable[[HttpRequest], object], view: View) -> View:
    """A view whose posts are counted; one too many is answered with a page that says when to come back."""

    @wraps(view)
    def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not limit.take(about(request)):
            return too_many(request)
        return view(request, *args, **kwargs)

    return counted


def too_many(request: HttpRequest) -> HttpResponse:
    """Say that there were too many tries."""
    return render(request, "account/too_many.html", status=429)


@never_cache
def enter_code(request: HttpRequest) -> HttpResponse:
    """The second step: six tries in five minutes for one person, however often the first step is repeated."""
    login = unstash_login(request, peek=True)
    if request.method != "POST" or login is None:
        return mfa_views.authenticate(request)  # type: ignore[no-any-return]
    user: User = login.user
    if not CODE.take(user.pk):
        return too_many(request)
    response: HttpResponse = mfa_views.authenticate(request)
    if isinstance(request.user, User):
        CODE.give_back(user.pk)
    else:
        note_failed_sign_in(user, network=client_address(request), step="code")
    return response


def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Signing in with a passkey alone; a refused one is kept in the audit trail."""
    response: HttpResponse = webauthn_views.login_webauthn(request)
    if request.method == "POST" and not request.user.is_authenticated:
        note_failed_sign_in(None, network=client_address(request), step="passkey")
    return response


def _asked_address(request: HttpRequest) -> str:
    return fold_address(request.POST.get("email", ""))


def _person(request: HttpRequest) -> object:
    return request.user.pk


passkey_login = limited(SIGN_IN_NETWORK, network_of, sign_in_by_passkey)
ask_reset = limited(
    RESET_NETWORK, network_of, limited(RESET_ADDRESS, _asked_address, never_cache(account_views.password_reset))
)
new_password = limited(LINK_NETWORK, network_of, account_views.password_reset_from_key)
code_again = limited(CODE, _person, mfa_views.reauthenticate)


@never_cache
@sensitive_post_parameters("password")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose name and password, and bring them in."""
    if request.method == "POST" and not LINK_NETWORK.take(network_of(request)):
        return too_many(request)
    try:
        user = user_of_invitation(token)
        form = InvitationForm(request.POST or None, initial={"name": "" if user.name == user.email else user.name})
        if request.method == "POST" and form.is_valid() and _accepted(request, token, form):
            return HttpResponseRedirect("/")
    except InvitationEnded as error:
        return render(request, "account/invitation_ended.html", {"reason": error.user_message}, status=error.status)
    context = {"form": form, "email": user.email, "workspace": workspace_name()}
    return render(request, "account/invitation.html", context)


def _accepted(request: HttpRequest, token: str, form: InvitationForm) -> bool:
    try:
        user = accept_invitation(token, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
    except Invalid as error:
        form.add_error(error.field or None, str(error.user_message))
        return False
    get_adapter().login(request, user)
    return True


@never_cache
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Make a new mail address one's own. A button does it: programs that look through mail follow links."""
    if request.method == "POST" and not LINK_NETWORK.take(network_of(request)):
        return too_many(request)
    context = {"workspace": workspace_name()}
    try:
        context["email"] = user_of_address_link(token).new_email
        if request.method == "POST":
            context["email"] = confirm_new_address(token).email
            return render(request, "account/address_done.html", context)
    except AddressLinkEnded as error:
        return render(request, "account/invitation_ended.html", {"reason": error.user_message}, status=error.status)
    except Invalid as error:
        return render(request, "account/address.html", {**context, "refusal": error.user_message}, status=error.status)
    return render(request, "account/address.html", context)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language: to this person from now on, or in this browser until somebody signs in."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    language = request.POST.get("language", "")
    if language in Language.values:
        if isinstance(request.user, User):
            change_user(request.user, by=request.user.actor, language=language)
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=YEAR_SECONDS,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response
