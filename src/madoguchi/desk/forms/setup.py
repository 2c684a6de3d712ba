"""The steps of the first run."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from madoguchi.accounts.choices import Language, Role
from madoguchi.accounts.forms import password_hint
from madoguchi.accounts.models import User
from madoguchi.accounts.setup_code import is_setup_code
from madoguchi.desk.forms.people import role_choices

#: Enough for a first day; more can be invited one by one.
MOST_INVITED = 20


class CodeForm(forms.Form):
    """The code from the server's log."""

    code = forms.CharField(
        label=_("Setup code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )

    def clean_code(self) -> str:
        """Compare with the code of the data folder."""
        code: str = self.cleaned_data["code"]
        if not is_setup_code(code):
            raise ValidationError(_("This is not the setup code. Copy it from the server's log and try again."))
        return code


class OwnerForm(forms.Form):
    """The first person and the shop."""

    workspace = forms.CharField(
        label=_("Name of the workspace"), max_length=100, help_text=_("Usually the name of your shop or company.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    name = forms.CharField(label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_hint()


class MailboxForm(forms.Form):
    """What the first 窓口 is called and its address; how its mail travels is asked by the channel's own form."""

    name = forms.CharField(
        label=_("Name of the desk"), max_length=60, help_text=_("How your team calls it, such as “Support”.")
    )
    address = forms.EmailField(label=_("Mail address"), max_length=320, help_text=_("To which customers write."))


class ColleaguesForm(forms.Form):
    """Several addresses, one a line."""

    emails = forms.CharField(
        label=_("Mail addresses"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("One a line. Each gets a link that works for seven days."),
    )
    role = forms.ChoiceField(label=_("Role"), initial=Role.AGENT)

    def __init__(self, *args: Any, acting: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(acting)  # type: ignore[attr-defined]

    def clean_emails(self) -> list[str]:
        """The addresses, each once; all of the wrong ones are named."""
        emails = list(dict.fromkeys(self.cleaned_data["emails"].replace(",", "\n").split()))
        if len(emails) > MOST_INVITED:
            raise ValidationError(
                ngettext("At most %d address at once.", "At most %d addresses at once.", MOST_INVITED) % MOST_INVITED
            )
        wrong = [email for email in emails if not _is_address(email)]
        if wrong:
            raise ValidationError(_("Check the format of: %s") % ", ".join(wrong))
        return emails


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
