"""The record of a customer, and a further address of theirs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.checking import time_zones
from madoguchi.channels.choices import SendCharset
from madoguchi.customers.choices import Honorific, IdentityKind
from madoguchi.customers.models import Customer

#: Written as they are; everything else of the record changes by itself.
FIELDS = (
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "display_name",
    "honorific",
    "department",
    "time_zone",
    "postal_code",
    "address",
    "is_vip",
    "needs_care",
    "note",
)


class CustomerForm(forms.Form):
    """What we know of a customer; every part may be unknown."""

    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_kana = forms.CharField(label=_("Kana of the family name"), max_length=100, required=False)
    given_kana = forms.CharField(label=_("Kana of the given name"), max_length=100, required=False)
    display_name = forms.CharField(
        label=_("Name as shown"),
        max_length=300,
        required=False,
        help_text=_("Used while family and given name are unknown, such as a shop's name."),
    )
    honorific = forms.ChoiceField(label=_("Honorific"), choices=Honorific.choices, required=False)
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    department = forms.CharField(label=_("Department"), max_length=100, required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Shown when a mail to them is planned.")
    )
    postal_code = forms.CharField(label=_("Postal code"), max_length=16, required=False)
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    is_vip = forms.BooleanField(label=_("Important customer"), required=False)
    needs_care = forms.BooleanField(label=_("Handle with care"), required=False)
    note = forms.CharField(
        label=_("Notes about the customer"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Customers do not see this"),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """With the zones this machine knows."""
        super().__init__(*args, **values)
        zones = [("", _("As the desk")), *((name, name) for name in time_zones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    @classmethod
    def of(cls, customer: Customer) -> "CustomerForm":
        """The form as stored."""
        initial = {name: getattr(customer, name) for name in FIELDS}
        return cls(initial={**initial, "company": customer.organisation.name if customer.organisation else ""})

    def clean(self) -> dict[str, object]:
        """Somebody must be called something."""
        values = super().clean() or {}
        if not self.errors and not any(values.get(name) for name in ("family_name", "given_name", "display_name")):
            self.add_error("display_name", _("Enter a name."))
        return values


class CharsetForm(forms.Form):
    """How mail to one address is encoded."""

    charset = forms.ChoiceField(
        label=_("Encoding of mail to this address"),
        choices=[("", _("As the desk sends")), *SendCharset.choices],
        required=False,
        help_text=_("UTF-8 fits everywhere. ISO-2022-JP is for old systems and cannot carry every character."),
    )


class IdentityForm(forms.Form):
    """A further mail address or phone number."""

    kind = forms.ChoiceField(label=_("Kind"), choices=IdentityKind.choices)
    address = forms.CharField(label=_("Mail address or phone number"), max_length=320)

    def clean(self) -> dict[str, object]:
        """A mail address looks like one, a phone number holds digits."""
        values = super().clean() or {}
        address = str(values.get("address", ""))
        if values.get("kind") == IdentityKind.MAIL and address:
            if "@" not in address.strip("@") or any(char.isspace() for char in address):
                self.add_error("address", _("Please check the format of the mail address."))
        elif address and sum(char.isdecimal() for char in address) < 4:
            self.add_error("address", _("Please check the phone number."))
        return values
