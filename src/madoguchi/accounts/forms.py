"""The forms of signing in: allauth's, in our words and without placeholders that only repeat the label."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordForm, ResetPasswordKeyForm, UserTokenForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User

CODE_LENGTH = 20  #: a recovery code with blanks typed in between still fits


def speak(form: forms.Form, /, **labels: Any) -> None:
    """Give fields our labels; drop placeholders and the hints that the templates show elsewhere."""
    for name, label in labels.items():
        if name in form.fields:
            field = form.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs.pop("placeholder", None)


def password_hint() -> str:
    """What a password must be; the same as AUTH_PASSWORD_VALIDATORS ask, in one line."""
    return gettext("At least 10 characters; not only digits, not a common word, not like the name or the address.")


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, login=_("Mail address"), password=_("Password"))
        self.fields["login"].widget.attrs |= {"autocomplete": "username webauthn", "autofocus": True}


class AskResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """The address to which a link is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, email=_("Mail address"))

    def save(self, request: HttpRequest, **more: Any) -> str:
        """Send the link; to an address that nobody has nothing is sent, and the page says the same."""
        if self.users:
            super().save(request, **more)
        email: str = self.cleaned_data["email"]
        return email


class ResetLinkForm(UserTokenForm):  # type: ignore[misc]  # allauth has no types
    """What stands in the link: whose it is, and the proof."""

    def _get_user(self, uidb36: str) -> User | None:
        """Nobody for a person who has been deactivated since the link was sent."""
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active else None


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, password1=_("New password"), password2=_("New password, once more"))
        self.fields["password1"].help_text = password_hint()


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, password=_("Password"))


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The six digits of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak_of_code(self)


class CodeAgainForm(ReauthenticateByCodeForm):  # type: ignore[misc]  # allauth has no types
    """A code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak_of_code(self)


class NewAppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak_of_code(self)


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """The name of a new passkey and what it may be used for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, name=_("Name"), passwordless=_("Log in with it alone"))
        self.fields["passwordless"].help_text = gettext(
            "No password is asked then; the device checks a fingerprint, a face or a PIN instead."
        )
        self.fields["passwordless"].initial = True


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, name=_("Name"))


class InvitationForm(forms.Form):
    """What an invited person chooses."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_hint()


def _speak_of_code(form: forms.Form) -> None:
    speak(form, code=_("Code"))
    form.fields["code"].widget.attrs |= {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "maxlength": CODE_LENGTH,
        "autofocus": True,
    }
