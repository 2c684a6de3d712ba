"""The record of a customer and everything kept with it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.checking import time_zones
from madoguchi.channels.choices import SendCharset
from madoguchi.customers.choices import ConsentPurpose, Honorific, IdentityKind
from madoguchi.customers.models import Customer, Identity, PostalAddress
from madoguchi.customers.phones import is_phone
from madoguchi.desk.forms.filing import offer

#: In which customers are answered; any other may come with their mail.
LANGUAGES = (
    ("", _("unknown")),
    ("ja", "日本語"),
    ("en", "English"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
    ("ko", "한국어"),
    ("vi", "Tiếng Việt"),
    ("pt", "Português"),
)

#: Written as they are; everything else of the record changes by itself.
FIELDS = (
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "display_name",
    "honorific",
    "department",
    "language",
    "time_zone",
    "is_vip",
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
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Shown when a mail to them is planned.")
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=2000,
        help_text=_("Separate several with a comma or 、."),
        widget=forms.TextInput(attrs={"list": "customer-tags"}),
    )
    is_vip = forms.BooleanField(label=_("Important customer"), required=False)
    note = forms.CharField(
        label=_("Notes about the customer"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Customers do not see this"),
    )

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        """With the zones this machine knows, and the language the record has, if it is a rare one."""
        super().__init__(*args, **options)
        offer(self, "time_zone", [("", _("As the desk")), *((name, name) for name in time_zones())])
        if customer.language and customer.language not in dict(LANGUAGES):
            offer(self, "language", [*LANGUAGES, (customer.language, customer.language)])

    @classmethod
    def of(cls, customer: Customer) -> "CustomerForm":
        """The form as stored."""
        initial = {name: getattr(customer, name) for name in (*FIELDS, "version")}
        initial["tags"] = "、".join(tag.name for tag in customer.tags.all())
        initial["company"] = customer.organisation.name if customer.organisation else ""
        return cls(initial=initial, customer=customer)

    @property
    def wanted_tags(self) -> list[str]:
        """The tags as typed."""
        return re.split("[,、，]", self.cleaned_data["tags"]) if self.cleaned_data["tags"].strip() else []

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
    """A further address."""

    kind = forms.ChoiceField(label=_("Kind"), choices=IdentityKind.choices)
    address = forms.CharField(label=_("Mail address, phone number or account"), max_length=320)
    label = forms.CharField(
        label=_("Label"), max_length=40, required=False, help_text=_("Such as home, mobile, work."),
        widget=forms.TextInput(attrs={"list": "identity-labels"}),
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        """A mail address looks like one, a phone number holds digits."""
        values = super().clean() or {}
        address = str(values.get("address", ""))
        if values.get("kind") == IdentityKind.MAIL and address:
            if "@" not in address.strip("@") or any(char.isspace() for char in address):
                self.add_error("address", _("Please check the format of the mail address."))
        elif values.get("kind") == IdentityKind.PHONE and address and not is_phone(address):
            self.add_error("address", _("Please check the phone number."))
        return values


class IdentityMarksForm(forms.Form):
    """What is known of an address."""

    label = forms.CharField(label=_("Label"), max_length=40, required=False)
    is_primary = forms.BooleanField(label=_("Use this one first"), required=False)
    is_verified = forms.BooleanField(
        label=_("Verified"), required=False, help_text=_("We made sure that it belongs to this customer.")
    )
    is_in_use = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Take the tick away to keep the address without using it.")
    )

    @property
    def marks(self) -> dict[str, Any]:
        """As `change_identity` takes them."""
        values = dict(self.cleaned_data)
        return values | {"is_valid": values.pop("is_in_use")}

    @classmethod
    def of(cls, identity: Identity) -> "IdentityMarksForm":
        """The form as stored."""
        names = ("label", "is_primary")
        marks = {"is_verified": identity.verified_at is not None, "is_in_use": identity.is_usable}
        return cls(initial={name: getattr(identity, name) for name in names} | marks)


class AddressForm(forms.Form):
    """A postal address in its parts."""

    postal_code = forms.CharField(label=_("Postal code"), max_length=16, required=False)
    prefecture = forms.CharField(label=_("Prefecture"), max_length=40, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    street = forms.CharField(label=_("Town and number"), max_length=300, required=False)
    building = forms.CharField(label=_("Building and room"), max_length=200, required=False)
    country = forms.CharField(
        label=_("Country"), max_length=2, min_length=2, initial="JP", help_text=_("Two letters, such as JP.")
    )
    label = forms.CharField(label=_("Label"), max_length=40, required=False)
    is_primary = forms.BooleanField(label=_("Use this one first"), required=False)

    @classmethod
    def of(cls, address: PostalAddress) -> "AddressForm":
        """The form as stored."""
        return cls(initial={name: getattr(address, name) for name in cls.base_fields})


class ConsentForm(forms.Form):
    """What a customer agreed to or took back."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=ConsentPurpose.choices)
    is_given = forms.TypedChoiceField(
        label=_("Consent"), choices=[("1", _("Given")), ("", _("Withdrawn"))], coerce=bool, empty_value="",
        required=False, initial="1",
    )  # fmt: skip
    at = forms.DateTimeField(
        label=_("Said at"),
        required=False,
        help_text=_("Empty: now"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    source = forms.CharField(label=_("Where"), max_length=100, help_text=_("Such as the order page or a phone call."))
    wording = forms.CharField(
        label=_("Version of the wording"), max_length=100, required=False, help_text=_("Which text they agreed to.")
    )


class FileForm(forms.Form):
    """A file to keep with the customer."""

    file = forms.FileField(label=_("File"), max_length=255)
