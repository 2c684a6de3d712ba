"""Sparing a colleague the conversations of a harassment case, and letting them see these again."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import get_user
from madoguchi.cases.actions import shielding
from madoguchi.cases.queries import get_case, who_may_take_part
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.filing import offer
from madoguchi.desk.views.cases import found_url, told
from madoguchi.desk.views.triage import dialog


class ShieldForm(forms.Form):
    """From whom, and that they wish it."""

    person = forms.TypedChoiceField(label=pgettext_lazy("care", "Colleague"), coerce=int)
    is_wished = forms.BooleanField(
        label=gettext_lazy("They wish it"),
        help_text=gettext_lazy(
            "They do not find this customer's conversations any more, those to come included, and cannot be given them."
        ),
    )

    def __init__(self, data: Any, *, people: list[User]) -> None:
        """`people` are those who may be spared it."""
        super().__init__(data)
        offer(self, "person", [(person.pk, person.name) for person in people])


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.DECIDE_CASES)
def shield(request: StaffRequest, pk: int) -> HttpResponse:
    """Hide the conversations of the case from a colleague."""
    found = get_case(request.user, pk)
    people = {each.pk: each for each in who_may_take_part()}
    form = ShieldForm(request.POST or None, people=list(people.values()))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            shielding.shield(found, people[said["person"]], is_wished=said["is_wished"], user=request.user)
        except DomainError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
        else:
            return told(
                request,
                _("The conversations of the case and of its customer are hidden from them, those to come too."),
                found_url(found),
            )
    url = reverse("desk:case-shield", args=[pk])
    return dialog(request, form, _("Hide the conversations from a colleague"), url, _("Hide them"))


@require_POST
@allowed(Permission.DECIDE_CASES)
def unshield(request: StaffRequest, pk: int, person: int) -> HttpResponse:
    """Show them again."""
    found = get_case(request.user, pk)
    shielding.unshield(found, get_user(person), user=request.user)
    return told(request, _("They see the conversations of the case again."), found_url(found))
