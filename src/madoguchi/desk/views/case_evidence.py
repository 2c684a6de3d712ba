"""Evidence of a case: locking, verifying, taking it out; the text of the record."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.cases.actions.evidence import (
    lock_conversation,
    lock_statement,
    note_export,
    verify_evidence,
)
from madoguchi.cases.choices import MAX_TEXT
from madoguchi.cases.exporting import export_case
from madoguchi.cases.queries import conversations_in, evidence_in, get_case
from madoguchi.cases.report import report_text
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.case_lines import evidence_lines
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.masked import refuse_masked
from madoguchi.desk.views.cases import found_url, told
from madoguchi.desk.views.triage import dialog


class StatementForm(forms.Form):
    """What a person writes down, to be frozen."""

    text = forms.CharField(
        label=gettext_lazy("What is to be kept"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )


@require_safe
@allowed(Permission.REPLY)
def evidence(request: StaffRequest, pk: int) -> HttpResponse:
    """The chain as it stands."""
    found = get_case(request.user, pk)
    context = {
        "case": found,
        "lines": evidence_lines(evidence_in(found), words_now()),
        "talks": conversations_in(request.user, found),
        "verdict": None,
    }
    return render_page(request, "desk/case_evidence.html", context)


@require_POST
@allowed(Permission.REPLY)
def lock(request: StaffRequest, pk: int) -> HttpResponse:
    """Freeze all that the conversations of the case hold and that is not frozen yet."""
    found = get_case(request.user, pk)
    talks = conversations_in(request.user, found)
    amount = sum(lock_conversation(found, each, user=request.user) for each in talks)
    text = ngettext("%(n)d piece was locked.", "%(n)d pieces were locked.", amount) % {"n": amount}
    return told(request, text if amount else _("All of it is locked already."), _place(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def statement(request: StaffRequest, pk: int) -> HttpResponse:
    """Freeze what a person writes down."""
    found = get_case(request.user, pk)
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lock_statement(found, form.cleaned_data["text"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return told(request, _("It is locked and cannot be changed any more."), _place(pk))
    url = reverse("desk:case-statement", args=[pk])
    return dialog(request, form, _("Write a statement"), url, _("Lock it"))


@require_POST
@allowed(Permission.REPLY)
def verify(request: StaffRequest, pk: int) -> HttpResponse:
    """Compute the chain anew and say what is wrong with it."""
    found = get_case(request.user, pk)
    context = {"verdict": verify_evidence(found, user=request.user), "case": found}
    return render(request, "desk/case_evidence.html#verdict", context)


@require_POST
@allowed(Permission.REPLY)
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """The case as a ZIP; not for who reads addresses masked."""
    found = get_case(request.user, pk)
    refuse_masked(request.user)
    content = export_case(found)
    note_export(found, user=request.user)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"case-{found.pk}.zip")
    return response


@require_safe
@allowed(Permission.REPLY)
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """The record as text to print or copy: of a leak the draft of the report."""
    found = get_case(request.user, pk)
    context = {"case": found, "text": report_text(found), "back": found_url(found)}
    return render_page(request, "desk/case_report.html", context)


def _place(pk: int) -> str:
    return reverse("desk:case-evidence", args=[pk])
