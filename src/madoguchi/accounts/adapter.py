"""How django-allauth meets the house: our rate limits, our audit trail, our words, secrets sealed.

Its flows call these methods; nothing of it is reached by signals. Which of its pages exist is said in urls.py.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions import (
    note_failed_sign_in,
    note_reset_asked,
    note_sign_in,
    note_sign_out,
    note_two_step,
    set_password,
)
from madoguchi.accounts.choices import RECOVERY_CODES_MADE, TWO_STEP_ADDED, TWO_STEP_REMOVED
from madoguchi.accounts.middleware import set_theme
from madoguchi.accounts.models import User
from madoguchi.accounts.network import client_address, network_of
from madoguchi.accounts.queries import find_user_by_email, workspace_name
from madoguchi.accounts.rate_limit import SIGN_IN_ADDRESS, SIGN_IN_NETWORK, SIGN_IN_PAIR, Limit
from madoguchi.core.addresses import fold_address
from madoguchi.core.sealing import seal, unseal

#: What allauth tells by the name of a mail, and what it means to us: the kind of event and the method concerned.
TWO_STEP_NEWS = {
    "mfa/email/totp_activated": (TWO_STEP_ADDED, "totp"),
    "mfa/email/totp_deactivated": (TWO_STEP_REMOVED, "totp"),
    "mfa/email/webauthn_added": (TWO_STEP_ADDED, "webauthn"),
    "mfa/email/webauthn_removed": (TWO_STEP_REMOVED, "webauthn"),
    "mfa/email/recovery_codes_generated": (RECOVERY_CODES_MADE, "recovery_codes"),
}


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Signing in and out, and passwords."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The mail address or the password is not right. Check both and try again."),
        "incorrect_password": _("The password is not right. Try again."),
        "enter_current_password": _("The password is not right. Try again."),
        "incorrect_code": _("The code is not right or too old. Enter the one shown now."),
        "too_many_login_attempts": _("There were too many tries. Wait five minutes, then try again."),
        "rate_limited": _("There were too many tries. Wait five minutes, then try again."),
        "invalid_password_reset": _("This link was used already or is too old. Ask for a new one."),
    }

    taken: list[tuple[Limit, str]]

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs up: people are invited."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count one try per network, per address, and per both together, before any password is looked at."""
        address, network = fold_address(credentials.get("email", "")), network_of(request)
        self.taken = []
        for limit, about in (
            (SIGN_IN_NETWORK, network),
            (SIGN_IN_PAIR, f"{network}:{address}"),
            (SIGN_IN_ADDRESS, address),
        ):
            if not limit.take(about):
                raise self.validation_error("too_many_login_attempts")
            self.taken.append((limit, about))

    def _rollback_login_failed_rl_usage(self) -> None:
        """A right password does not count; wrong ones before it do, or one account would open the way to others."""
        for limit, about in self.taken:
            limit.give_back(about)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Keep in the audit trail from where somebody failed to come in."""
        user = find_user_by_email(credentials.get("email", ""))
        note_failed_sign_in(user, network=client_address(request), step="password")

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Show that the account is closed; only somebody who has its password gets here."""
        note_failed_sign_in(_staff(user), network=client_address(request), step="inactive")
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session, under a new key, and note by which ways the person proved to be themselves."""
        methods = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
        super().login(request, user)
        note_sign_in(_staff(user), network=client_address(request), method="+".join(methods) or "invitation")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        """Go where the person wanted to; the colours they chose come along."""
        response: HttpResponse = super().post_login(request, user, **more)
        set_theme(response, _staff(user).theme)
        return response

    def logout(self, request: HttpRequest) -> None:
        """End the session and what was noted of it."""
        user, key = request.user, request.session.session_key
        super().logout(request)
        if isinstance(user, User):
            note_sign_out(user, key or "")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Give a new password; every other session of this person ends."""
        staff, request = _staff(user), self.request
        keep = request.session.session_key if request.user == staff else ""
        set_password(staff, password, by=staff.actor, keep_session=keep or "")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The sender as network.py sees it."""
        return client_address(request)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:  # noqa: ARG002
        """Record the wish; the mail itself follows as a job, so that the answer takes as long as for a stranger."""
        note_reset_asked(_staff(user), network=client_address(self.request))

    def send_notification_mail(self, template_prefix: str, user: AbstractBaseUser, **_more: Any) -> None:
        """What allauth would tell by mail goes into the audit trail."""
        if template_prefix in TWO_STEP_NEWS:
            kind, method = TWO_STEP_NEWS[template_prefix]
            note_two_step(_staff(user), kind, method=method)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to prove once more who one is, in our words."""
        words = {
            "reauthenticate": gettext("With the password"),
            "mfa_reauthenticate": gettext("With a code"),
            "mfa_reauthenticate:webauthn": gettext("With a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words.get(method["id"], method["description"])} for method in methods]


class StaffMfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The second step: secrets sealed, the workspace's name in the app."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right or too old. Enter the one shown now."),
        "cannot_generate_recovery_codes": _("Recovery codes need an authenticator app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return seal({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        return unseal(encrypted_text)["secret"]

    def _get_site_name(self) -> str:
        return workspace_name()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002, ARG002 - allauth's
        """What a new passkey is called until its owner says otherwise."""
        return gettext("Passkey")


def _staff(user: AbstractBaseUser) -> User:
    assert isinstance(user, User)
    return user
