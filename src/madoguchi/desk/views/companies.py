"""会社: the list, one company with its domains and people, and what signatures offer for a record."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.companies import companies_for, get_company, people_of, strangers_of
from madoguchi.conversations.completions import completions_for, get_completion
from madoguchi.conversations.queries import get_customer_for
from madoguchi.core.errors import Invalid
from madoguchi.customers import actions
from madoguchi.customers.queries import domains_seen
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.completing import completion_lines
from madoguchi.desk.customer_page import customer_lines
from madoguchi.desk.forms.company import CompanyForm, DomainForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.settings_frame import show_refusal

ON_A_PAGE = 100


@require_safe
@allowed(Permission.READ)
def companies(request: StaffRequest) -> HttpResponse:
    """The companies of the customers one may see, with how many people each has."""
    typed = request.GET.get("q", "").strip()[:200]
    rows = list(companies_for(request.user, typed)[: ON_A_PAGE + 1])
    context = {"typed": typed, "rows": rows[:ON_A_PAGE], "has_more": len(rows) > ON_A_PAGE}
    return render_page(request, "desk/companies.html", context)


@require_http_methods(["GET", "POST"])
@allowed(Permission.READ)
def company(request: StaffRequest, pk: int) -> HttpResponse:
    """One company: name and notes, mail domains, its people, and who may belong to it."""
    found = get_company(request.user, pk)
    can_change = may(request.user, Permission.REPLY)
    form = CompanyForm(request.POST if request.method == "POST" else None, initial=CompanyForm.values_of(found))
    if form.is_bound and form.is_valid():
        try:
            actions.change_company(found, **form.cleaned_data, by=request.user.actor)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:company", pk)
    people = list(people_of(request.user, found)[: ON_A_PAGE + 1])
    context = {
        "company": found,
        "form": form,
        "domain_form": DomainForm(),
        "people": customer_lines(people[:ON_A_PAGE], words_now()),
        "has_more": len(people) > ON_A_PAGE,
        "strangers": customer_lines(strangers_of(request.user, found)[:20], words_now()),
        "seen_domains": domains_seen(found),
        "can_change": can_change,
    }
    return render_page(request, "desk/company.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(Permission.REPLY)
def add_domain(request: StaffRequest, pk: int) -> HttpResponse:
    """Note a mail domain of the company."""
    actions.add_domain(get_company(request.user, pk), request.POST.get("domain", ""), by=request.user.actor)
    messages.success(request, _("Saved."))
    return redirect("desk:company", pk)


@require_POST
@allowed(Permission.REPLY)
def remove_domain(request: StaffRequest, pk: int, domain_pk: int) -> HttpResponse:
    """Forget a mail domain."""
    actions.remove_domain(get_company(request.user, pk), domain_pk, by=request.user.actor)
    messages.success(request, _("Saved."))
    return redirect("desk:company", pk)


@require_POST
@allowed(Permission.REPLY)
def adopt(request: StaffRequest, pk: int) -> HttpResponse:
    """Let those who have its mail domain and no company belong to it."""
    found = get_company(request.user, pk)
    chosen = {int(each) for each in request.POST.getlist("customer") if each.isascii() and each.isdecimal()}
    ids = [each.pk for each in strangers_of(request.user, found) if each.pk in chosen]
    count = actions.adopt_people(found, ids, by=request.user.actor)
    text = ngettext("%(count)d person was added.", "%(count)d people were added.", count)
    messages.success(request, text % {"count": count})
    return redirect("desk:company", pk)


@require_http_methods(["GET", "POST"])
@allowed(Permission.READ)
def completions(request: StaffRequest, pk: int) -> HttpResponse:
    """What the newest mails say that the record does not know; taken over or put aside one by one."""
    found = get_customer_for(request.user, pk)
    if request.method == "POST":
        _decide(request, pk)
        if not wants_fragment(request):
            return redirect("desk:customer", pk)
        found = get_customer_for(request.user, pk)
    can_change = may(request.user, Permission.REPLY)
    lines = completion_lines(completions_for(request.user, found)) if can_change else []
    context = {"customer_pk": pk, "lines": lines}
    if not wants_fragment(request):
        return redirect("desk:customer", pk)
    return render(request, "desk/customer_completions.html", context)


def _decide(request: StaffRequest, pk: int) -> None:
    found = get_customer_for(request.user, pk)
    offered = get_completion(request.user, found, request.POST.get("key", ""))
    decide = actions.dismiss_completion if "dismiss" in request.POST else actions.accept_completion
    decide(found, offered, by=request.user.actor)
