"""Forms that ask why."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """差し戻し理由."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author reads this and changes the reply."),
    )


class AllTheSameForm(forms.Form):
    """Why a reply goes although something has happened since it was written."""

    seen_event_id = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  #: what stood before the approver's eyes
    reason = forms.CharField(label=_("Reason for sending all the same"), max_length=200)
