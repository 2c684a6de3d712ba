"""The policy on harassment (設定), and the yearly report without names."""

import csv
import io

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.cases.actions.policy import set_policy
from madoguchi.cases.policy import MAX_POLICY, harassment_policy, policy_address
from madoguchi.cases.yearly import FEWEST, FIRST_YEAR, LAST_YEAR, YearlyReport, report_rows, told, yearly_report
from madoguchi.core.errors import DomainError
from madoguchi.core.tables.cells import safe_cell
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page
from madoguchi.desk.settings_frame import render_settings, show_refusal

CURRENT = "desk:harassment-policy"


class PolicyForm(forms.Form):
    """The policy in both languages."""

    ja = forms.CharField(
        label=gettext_lazy("In Japanese"),
        required=False,
        max_length=MAX_POLICY,
        widget=forms.Textarea(attrs={"rows": 16, "lang": "ja"}),
    )
    en = forms.CharField(
        label=gettext_lazy("In English"),
        required=False,
        max_length=MAX_POLICY,
        widget=forms.Textarea(attrs={"rows": 12, "lang": "en"}),
    )
    is_public = forms.BooleanField(label=gettext_lazy("Customers can read it"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def policy(request: StaffRequest) -> HttpResponse:
    """The policy, and where customers read it."""
    found = harassment_policy()
    initial = {"ja": found.ja, "en": found.en, "is_public": found.is_public, "version": found.version}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            set_policy(
                ja=said["ja"], en=said["en"], is_public=said["is_public"], seen=said["version"], user=request.user
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(CURRENT)
    context = {"form": form, "address": policy_address() if found.is_public else ""}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/harassment_policy.html", context, current=CURRENT, status=status)


@require_safe
@allowed(Permission.OVERSEE_CASES)
def report(request: StaffRequest) -> HttpResponse:
    """A year in numbers; with `format=csv` as a table to keep."""
    asked, now = request.GET.get("year", ""), timezone.localtime().year
    is_year = asked.isdecimal() and len(asked) == len(str(now)) and FIRST_YEAR <= int(asked) <= LAST_YEAR
    found = yearly_report(request.user, int(asked) if is_year else now)
    if request.GET.get("format") == "csv":
        return _table(found)
    context = {
        "year": found.year,
        "years": [(each, each == found.year) for each in range(now - 2, now + 1)],
        "total": told(found.total),
        "groups": [(group, [(word, told(amount)) for _key, word, amount in group.lines]) for group in found.groups],
        "fewest": FEWEST,
    }
    return render_page(request, "desk/harassment_report.html", context)


def _table(found: YearlyReport) -> HttpResponse:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe_cell(each) for each in row] for row in report_rows(found))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"harassment-{found.year}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
