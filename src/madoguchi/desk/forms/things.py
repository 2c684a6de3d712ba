"""Forms around a conversation as a thing."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReopenForm(forms.Form):
    """Why a conversation is opened again."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It stands in the history of the conversation.")
    )
