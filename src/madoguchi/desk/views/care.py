"""従業員ケア: what one had to bear, what is offered, asking for relief."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.actions.care import Offer, answer_care, offer_care
from madoguchi.cases.caring import anonymous_reports, care_of, exposures, get_care, own_exposure
from madoguchi.cases.choices import EXPOSURE_DAYS, MAX_REASON, CareKind, CareState
from madoguchi.cases.models import Care
from madoguchi.cases.queries import get_case, who_may_take_part
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.cases import day_field
from madoguchi.desk.forms.filing import offer as offer_choices
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.views.cases import told
from madoguchi.desk.views.triage import dialog


class CareForm(forms.Form):
    """What is offered to whom."""

    person = forms.TypedChoiceField(label=pgettext_lazy("care", "Colleague"), coerce=int)
    kind = forms.ChoiceField(label=pgettext_lazy("care", "What"), choices=CareKind.choices)
    text = forms.CharField(
        label=gettext_lazy("A word to it"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Read only by the colleague, by you, and by those who oversee cases."),
    )
    follow_up_on = day_field(gettext_lazy("Ask again on"), required=False)

    def __init__(self, data: Any, *, people: list[User], initial: dict[str, Any]) -> None:
        """`people` are those to whom it can be offered."""
        super().__init__(data, initial=initial)
        offer_choices(self, "person", [(person.pk, person.name) for person in people])


@require_safe
@allowed(Permission.REPLY)
def care(request: StaffRequest) -> HttpResponse:
    """One's own exposure and offers; for those who decide, whom relief should be offered."""
    words, user, now = words_now(), request.user, timezone.now()
    context = {
        "own": own_exposure(user, now=now),
        "others": exposures(user, now=now),
        "lines": [_line(each, user, words.short(each.at)) for each in care_of(user)],
        "reports": anonymous_reports(user),
        "is_in_charge": may(user, Permission.OVERSEE_CASES),
        "days": EXPOSURE_DAYS,
        "can_offer": may(user, Permission.DECIDE_CASES),
    }
    return render_page(request, "desk/care.html", context)


def _line(row: Care, user: User, when: str) -> dict[str, Any]:
    is_theirs = row.person_id == user.pk and row.by_id != user.pk
    return {
        "pk": row.pk,
        "person": row.person.name,
        "kind": str(row.get_kind_display()),
        "state": row.state,
        "state_word": str(row.get_state_display()),
        "text": row.text,
        "by": row.by.name,
        "when": when,
        "follow_up": row.follow_up_on.isoformat() if row.follow_up_on else "",
        "can_answer": is_theirs and row.state == CareState.OFFERED,
        "can_finish": not is_theirs and row.state in (CareState.OFFERED, CareState.ACCEPTED),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new(request: StaffRequest) -> HttpResponse:
    """Offer a colleague relief, or ask for it."""
    is_offering = may(request.user, Permission.DECIDE_CASES)
    people = who_may_take_part() if is_offering else [request.user]
    asked = request.GET.get("person", "")
    initial = {"person": int(asked) if asked.isdecimal() else request.user.pk}
    form = CareForm(request.POST or None, people=people, initial=initial)
    about = request.GET.get("case", "")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = next(each for each in people if each.pk == said["person"])
        case = get_case(request.user, int(about)) if about.isdecimal() else None
        try:
            wanted = Offer(person, said["kind"], said["text"], said["follow_up_on"], case)
            offer_care(wanted, user=request.user)
        except DomainError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
        else:
            return told(request, _("Noted, for those who need to know."), reverse("desk:care"))
    title = _("Offer relief") if is_offering else _("Ask for relief")
    url = reverse("desk:care-new") + (f"?case={about}" if about.isdecimal() else "")
    return dialog(request, form, title, url, _("Save"))


@require_POST
@allowed(Permission.REPLY)
def answer(request: StaffRequest, pk: int, state: str) -> HttpResponse:
    """Accept, decline, or say that it was done."""
    answer_care(get_care(request.user, pk), state, user=request.user)
    return told(request, _("Noted, for those who need to know."), reverse("desk:care"))
