"""Whose data leaked: the list, and that they were told."""

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.cases.actions.affected import MAX_HOW, add_persons, note_told, remove_person, take_back_told
from madoguchi.cases.queries import get_case, persons_in
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.views.cases import told
from madoguchi.desk.views.triage import dialog

_SHOWN = 200


class NamesForm(forms.Form):
    """People, one a line."""

    names = forms.CharField(
        label=gettext_lazy("Names, one a line"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 8})
    )


class HowForm(forms.Form):
    """How somebody was told."""

    how = forms.CharField(label=gettext_lazy("How they were told"), max_length=MAX_HOW)


@require_safe
@allowed(Permission.REPLY)
def persons(request: StaffRequest, pk: int) -> HttpResponse:
    """The list, those who have not been told first."""
    found = get_case(request.user, pk)
    rows, words = persons_in(found), words_now()
    lines = [
        (each.pk, each.name, f"{words.short(each.told_at)} {each.how}" if each.told_at else "")
        for each in rows[:_SHOWN]
    ]
    amount, open_ones = len(rows), sum(each.told_at is None for each in rows)
    context = {"case": found, "lines": lines, "amount": amount, "left": open_ones, "hidden": max(0, amount - _SHOWN)}
    return render_page(request, "desk/case_persons.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Put people on the list."""
    found = get_case(request.user, pk)
    form = NamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            amount = add_persons(found, form.cleaned_data["names"].splitlines(), user=request.user)
        except DomainError as error:
            form.add_error("names", str(error))
        else:
            text = ngettext("%(n)d person was added.", "%(n)d persons were added.", amount) % {"n": amount}
            return told(request, text, _place(pk))
    url = reverse("desk:case-persons-add", args=[pk])
    return dialog(request, form, _("Persons whose data leaked"), url, _("Add"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def tell(request: StaffRequest, pk: int, person: int = 0) -> HttpResponse:
    """Say that one, or everybody left, was told."""
    found = get_case(request.user, pk)
    form = HowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ids = [person] if person else [each.pk for each in persons_in(found) if each.told_at is None]
        try:
            amount = note_told(found, ids, how=form.cleaned_data["how"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            text = ngettext("%(n)d person was told.", "%(n)d persons were told.", amount) % {"n": amount}
            return told(
                request, text, _place(pk), reverse("desk:case-person-undo", args=[pk, person]) if person else ""
            )
    name, arguments = ("case-person-told", [pk, person]) if person else ("case-persons-told", [pk])
    url = reverse(f"desk:{name}", args=arguments)
    return dialog(request, form, _("They were told"), url, _("Save"))


@require_POST
@allowed(Permission.REPLY)
def undo(request: StaffRequest, pk: int, person: int) -> HttpResponse:
    """Somebody was not told after all."""
    take_back_told(get_case(request.user, pk), person, user=request.user)
    return told(request, _("Not told yet."), _place(pk))


@require_POST
@allowed(Permission.REPLY)
def remove(request: StaffRequest, pk: int, person: int) -> HttpResponse:
    """Take somebody off the list."""
    remove_person(get_case(request.user, pk), person, user=request.user)
    return told(request, _("Taken off the list."), _place(pk))


def _place(pk: int) -> str:
    return reverse("desk:case-persons", args=[pk])
