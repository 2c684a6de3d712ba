"""What is written down of subscriptions, contracts, revenue and onboarding."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.actions.ongoing import ContractDraft, RevenueDraft, SubscriptionDraft
from madoguchi.commerce.choices import Interval, RevenueKind, SubscriptionState
from madoguchi.commerce.models import Contract, Subscription
from madoguchi.commerce.ongoing import mrr_on


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2)


class SubscriptionForm(forms.Form):
    """定期購入."""

    plan = forms.CharField(label=_("Plan"), max_length=200)
    amount = _amount(_("Amount each time"))
    interval = forms.ChoiceField(label=_("How often"), choices=Interval.choices, initial=Interval.MONTH)
    state = forms.ChoiceField(label=_("State of the subscription"), choices=SubscriptionState.choices)
    started_on = _day(_("Began on"))
    next_on = _day(_("Next delivery"), required=False)
    ended_on = _day(_("Ended on"), required=False, help_text=_("When it has ended; empty is today."))
    end_reason = forms.CharField(label=_("Why it ended"), max_length=200, required=False)
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, row: Subscription | None) -> "SubscriptionForm":
        """The form of a subscription as it stands, or of a new one."""
        if row is None:
            return cls(initial={"started_on": timezone.localdate()})
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})

    def draft(self) -> SubscriptionDraft:
        """What was written."""
        return SubscriptionDraft(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class ContractForm(forms.Form):
    """契約."""

    name = forms.CharField(label=_("Contract"), max_length=200)
    mrr = _amount(_("MRR (monthly, without tax)"))
    since_on = _day(_("This MRR holds from"), required=False, help_text=_("Empty: from its beginning, or from today."))
    starts_on = _day(_("Begins on"))
    ends_on = _day(_("Last day"), required=False)
    end_reason = forms.CharField(label=_("Why it ended"), max_length=200, required=False)
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, row: Contract | None) -> "ContractForm":
        """The form of a contract as it stands, or of a new one."""
        today = timezone.localdate()
        if row is None:
            return cls(initial={"starts_on": today})
        values = {name: getattr(row, name, None) for name in cls.base_fields}
        return cls(initial=values | {"mrr": _last_price(row, today), "since_on": None})

    def draft(self) -> ContractDraft:
        """What was written."""
        return ContractDraft(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


def _last_price(row: Contract, today: date) -> Decimal:
    return mrr_on(row, today) or max((price.mrr for price in row.prices.all()), default=Decimal(0))


class RevenueForm(forms.Form):
    """売上."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RevenueKind.choices)
    amount = _amount(_("Amount"))
    on = _day(_("Day"))
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def draft(self) -> RevenueDraft:
        """What was written."""
        return RevenueDraft(**self.cleaned_data)


class OnboardingForm(forms.Form):
    """導入支援."""

    steps = forms.CharField(
        label=_("Steps"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line, in their order."),
    )
    due_on = _day(_("To be done by"), required=False)
