"""Reporting harassment without one's name, and saying that a report was read."""

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.cases.actions.voices import note_read, report_anonymously
from madoguchi.cases.choices import MAX_TEXT, Conduct
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.views.cases import told
from madoguchi.desk.views.triage import dialog


class VoiceForm(forms.Form):
    """What happened; nothing tells who writes."""

    conduct = forms.ChoiceField(
        label=gettext_lazy("Type of conduct"), required=False, choices=[("", "–"), *Conduct.choices]
    )
    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Neither your name nor the time is kept. Those in charge are told tomorrow. "
            "Leave out what would tell who you are."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@allowed(Permission.REPLY)
def report(request: StaffRequest) -> HttpResponse:
    """Write a report."""
    form = VoiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_anonymously(form.cleaned_data["text"], form.cleaned_data["conduct"], user=request.user)
        except DomainError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
        else:
            return told(request, _("Reported. Your name was not kept."), reverse("desk:care"))
    return dialog(request, form, _("Report without your name"), reverse("desk:care-report"), _("Report"))


@require_POST
@allowed(Permission.OVERSEE_CASES)
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that one has read it."""
    note_read(pk, user=request.user)
    return told(request, _("Noted, for those who need to know."), reverse("desk:care"))
