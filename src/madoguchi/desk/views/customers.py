"""顧客: the list, one customer with everything between them and us, and changing the record."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.customers import CustomerSort, customers_after, find_customers
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.queries import PAGE, get_customer_for, past_rows, related_history
from madoguchi.core.errors import Invalid
from madoguchi.customers.actions import add_identity, change_customer, set_charset
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.models import Customer
from madoguchi.customers.queries import get_mail_identity
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.customer_page import customer_facts, customer_lines, past_conversations
from madoguchi.desk.forms.customer import FIELDS, CharsetForm, CustomerForm, IdentityForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.side import history_cursor, history_line

ON_A_PAGE = 50
#: More conversations are found by search.
SHOWN_CONVERSATIONS = 100


@require_safe
@allowed(Permission.READ)
def customers(request: StaffRequest) -> HttpResponse:
    """The customers whose conversations one may see, by kana or the newest first; narrowed by what is typed."""
    typed, after = request.GET.get("q", "").strip()[:200], request.GET.get("after", "")
    sort = CustomerSort.NEWEST if request.GET.get("sort") == CustomerSort.NEWEST else CustomerSort.KANA
    place = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    found = list(customers_after(find_customers(request.user, typed), sort, place)[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    context = {
        "typed": typed,
        "lines": customer_lines(shown, words_now()),
        "sorts": [(each, _address(typed, each), each == sort) for each in CustomerSort],
        "more_url": _address(typed, sort, shown[-1].pk) if len(found) > ON_A_PAGE else "",
        "first_url": "" if place is None else _address(typed, sort),
    }
    return render_page(request, "desk/customers.html", context)


def _address(typed: str, sort: CustomerSort, after: int | None = None) -> str:
    """The list with what was typed, in this order, from after this customer on."""
    values = {"q": typed, "sort": sort if sort == CustomerSort.NEWEST else "", "after": after or ""}
    said = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('desk:customers')}?{said}" if said else reverse("desk:customers")


@require_safe
@allowed(Permission.READ)
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """The record, the conversations, and all mail in time order; for htmx what follows a cursor."""
    found = get_customer_for(request.user, pk)
    words = words_now()
    cursor = Cursor.parse(request.GET.get("after", ""))
    history = related_history(request.user, found, before=cursor)
    more = f"{request.path}?after={history_cursor(history[-1])}" if len(history) == PAGE else ""
    context = {"customer": found, "history": [history_line(each, words) for each in history], "more_url": more}
    if wants_fragment(request) and cursor:
        return render(request, "desk/customer.html#lines", context)
    talks = past_rows(request.user, found.pk, limit=SHOWN_CONVERSATIONS)
    context |= {
        "facts": customer_facts(found, words),
        "talks": past_conversations(talks, words),
        "amount": words.count(len(talks), most=SHOWN_CONVERSATIONS),
        "form": IdentityForm(),
        "can_change": may(request.user, Permission.REPLY),
    }
    return render_page(request, "desk/customer.html", context)


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the record."""
    found = get_customer_for(request.user, pk)
    form = CustomerForm(request.POST) if request.method == "POST" else CustomerForm.of(found)
    if form.is_bound and form.is_valid():
        _save(request, found, form)
        messages.success(request, _("Saved."))
        return redirect("desk:customer", pk)
    context = {"customer": found, "form": form}
    return render_page(request, "desk/customer_edit.html", context, status=422 if form.errors else 200)


def _save(request: StaffRequest, found: Customer, form: CustomerForm) -> None:
    values = {name: form.cleaned_data[name] for name in FIELDS}
    company = find_or_make_company(form.cleaned_data["company"])
    changed = {name: value for name, value in values.items() if getattr(found, name) != value}
    if company != found.organisation:
        changed["organisation"] = company
    if changed:
        change_customer(found, by=request.user.actor, **changed)


@require_POST
@allowed(Permission.REPLY)
def set_address_charset(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """Choose how mail to one address is encoded."""
    identity = get_mail_identity(get_customer_for(request.user, pk), identity_pk)
    form = CharsetForm(request.POST)
    if form.is_valid():
        set_charset(identity, form.cleaned_data["charset"], by=request.user.actor)
        messages.success(request, _("Saved."))
    return redirect("desk:customer", pk)


@require_POST
@allowed(Permission.REPLY)
def add_address(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a further address lead to this customer."""
    found = get_customer_for(request.user, pk)
    form = IdentityForm(request.POST)
    if form.is_valid():
        try:
            add_identity(found, form.cleaned_data["kind"], form.cleaned_data["address"], by=request.user.actor)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The address was added."))
            return redirect("desk:customer", pk)
    return render_page(request, "desk/customer_address.html", {"customer": found, "form": form}, status=422)
