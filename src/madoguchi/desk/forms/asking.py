"""Asking others about a customer's matter."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """Whom, about what, and by when; which messages go along stands beside it."""

    to = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"list": "asked-before", "autocomplete": "off", "autofocus": True}),
        help_text=_("Another department, a supplier, or a colleague who has no account."),
    )
    way = forms.ChoiceField(
        label=_("How they answer"),
        choices=[("mail", _("By mail")), ("page", _("On a page of their own, without an account (guest)"))],
        initial="mail",
        widget=forms.RadioSelect,
        required=False,
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=900)
    wanted_on = forms.DateField(
        label=_("Answer wanted by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
