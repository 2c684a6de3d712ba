"""The form of a planned mail's time."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.models import Conversation
from madoguchi.desk.planning import OWN, send_plan, with_time


class PlanForm(forms.Form):
    """A date, a time, and on whose clocks."""

    send_at = forms.CharField(initial=OWN, widget=forms.HiddenInput)
    send_at_own = forms.CharField(
        label=_("Date and time"), max_length=20, widget=forms.TextInput(attrs={"type": "datetime-local"})
    )
    send_zone = forms.ChoiceField(label=_("Time zone"))

    @classmethod
    def of(cls, conversation: Conversation, at: datetime | None, values: Mapping[str, object] | None) -> "PlanForm":
        """The form with the zones that concern this mail; without `values` it shows the time there is.

        What the chosen time means elsewhere, or why it cannot be, comes as the help of the zone while one chooses.
        """
        plan = with_time(send_plan(conversation.inbox, conversation.customer.time_zone), at)
        initial = {"send_at_own": plan.own, "send_zone": plan.zone} if plan else {}
        form = cls(values, initial=initial)
        told = {
            "hx-get": f"{reverse('desk:plan-times')}?number={conversation.pk}",
            "hx-trigger": "load, change, change from:#id_send_zone",
            "hx-include": "closest form",
            "hx-target": "#id_send_zone_helptext",
        }
        form.fields["send_at_own"].widget.attrs.update(told)
        form.fields["send_zone"].help_text = " "  # its place
        zones = plan.zones if plan else ()
        form.fields["send_zone"].choices = [(zone.name, zone.word) for zone in zones]  # type: ignore[attr-defined]
        return form
