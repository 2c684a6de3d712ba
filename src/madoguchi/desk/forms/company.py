"""A company, and its mail domains."""

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.customers.models import Organisation


class CompanyForm(forms.Form):
    """What we know of a company."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kana = forms.CharField(label=_("Kana"), max_length=200, required=False)
    note = forms.CharField(
        label=_("Notes"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Customers do not see this"),
    )  # fmt: skip

    @staticmethod
    def values_of(company: Organisation) -> dict[str, str]:
        """The company as stored."""
        return {"name": company.name, "kana": company.kana, "note": company.note}


class DomainForm(forms.Form):
    """A mail domain of a company."""

    domain = forms.CharField(
        label=_("Mail domain"), max_length=253, help_text=_("Whoever writes from there is offered this company.")
    )
