"""What a person may change of themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Language, Theme
from madoguchi.accounts.forms import password_hint
from madoguchi.accounts.models import User


class ProfileForm(forms.Form):
    """Names, signature, language and look."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("How colleagues see you."))
    public_name = forms.CharField(
        label=_("Public name"),
        max_length=100,
        required=False,
        help_text=_("What customers read as the sender. Empty: the name of the desk."),
    )
    signature = forms.CharField(
        label=_("Signature"),
        max_length=4000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Stands below your replies, above the signature of the desk."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form as stored."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})


def _present_password() -> forms.CharField:
    return forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """A new password, against the present one."""

    current = _present_password()
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_hint()


class AddressForm(forms.Form):
    """A new mail address, against the present password."""

    email = forms.EmailField(
        label=_("New mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    current = _present_password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ids of its own: the page asks for the present password twice."""
        super().__init__(*args, **{"auto_id": "id_address_%s", **kwargs})


class TokenForm(forms.Form):
    """What a new API key is for."""

    label = forms.CharField(
        label=_("What it is for"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
