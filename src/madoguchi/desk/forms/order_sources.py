"""A source of orders as an administrator sees it; how it is reached is asked by the connector's own form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.models import OrderSource


class OrderSourceForm(forms.Form):
    """What a source is called, how its numbers look, where its pages are."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("How your team calls it, such as “Main shop”."))
    patterns = forms.CharField(
        label=_("How its order numbers look"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "One a line: # is a digit, @ a letter, * any number more of the one before. HK-###### finds HK-104901."
        ),
    )
    order_url = forms.CharField(
        label=_("Page of an order in that system"),
        required=False,
        max_length=500,
        help_text=_("Open an order there, copy the address, and put {number} or {id} where its number stands."),
    )
    customer_url = forms.CharField(
        label=_("Page of a customer in that system"),
        required=False,
        max_length=500,
        help_text=_("The same with {customer} in the place of the customer number."),
    )

    @classmethod
    def values_of(cls, source: OrderSource) -> dict[str, str]:
        """What stands in the form of a source."""
        return {
            "name": source.name,
            "patterns": "\n".join(source.patterns),
            "order_url": source.order_url,
            "customer_url": source.customer_url,
        }

    def as_values(self) -> dict[str, object]:
        """What the action takes."""
        cleaned = self.cleaned_data
        patterns = [line.strip() for line in cleaned["patterns"].splitlines() if line.strip()]
        return {**cleaned, "patterns": patterns}
