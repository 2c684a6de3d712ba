"""顧客: the list, one customer with everything between them and us, and changing the record."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.queries import orders_of
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.conversations.customers import (
    CustomerSort,
    customers_after,
    seen_household_of,
    seen_suggestions_of,
)
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.queries import PAGE, get_customer_for, past_rows, related_history
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.values import value_text
from madoguchi.customers.actions import Conflict, MergedCustomer, change_customer, set_customer_fields, set_tags
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.fields import customer_fields, customer_values
from madoguchi.customers.imports import imports_by_change, imports_of
from madoguchi.customers.models import Customer
from madoguchi.customers.queries import changes_of, consents_of, customer_tags, files_of, merges_of
from madoguchi.customers.segments import segments_of
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.customer_kept import change_lines, consent_lines, file_lines, shown_value, standing_lines
from madoguchi.desk.customer_list import list_address, list_of, said, sieve
from madoguchi.desk.customer_merging import hints, merge_lines
from madoguchi.desk.customer_page import (
    TABS,
    customer_facts,
    customer_lines,
    page_tabs,
    past_conversations,
)
from madoguchi.desk.forms.customer import FIELDS, CustomerForm
from madoguchi.desk.forms.customer_fields import CustomerValuesForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.ongoing_lines import ongoing_page
from madoguchi.desk.order_lines import figure_lines, order_cards
from madoguchi.desk.own_parts import own_parts_of
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.side import history_cursor, history_line
from madoguchi.desk.work import number_in

ON_A_PAGE = 50
#: More segments are on their own page.
_CHIPS = 12
#: More conversations are found by search.
SHOWN_CONVERSATIONS = 100


@require_safe
@allowed(Permission.READ)
def customers(request: StaffRequest) -> HttpResponse:
    """The customers whose conversations one may see, by kana or the newest first; narrowed by what is typed."""
    wanted, after = list_of(request.GET), request.GET.get("after", "")
    sort = CustomerSort.NEWEST if request.GET.get("sort") == CustomerSort.NEWEST else CustomerSort.KANA
    place = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    rows = listed_customers(request.user, wanted)
    found = list(customers_after(rows, sort, place)[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    address = partial(_address, wanted)
    context = {
        "typed": wanted.typed,
        "segment": wanted.segment,
        "export_url": _export_address(request, wanted),
        "may_import": may(request.user, Permission.IMPORT_CUSTOMERS),
        "lines": customer_lines(shown, words_now()),
        "sieve": sieve(wanted, sort, customer_tags(), segments_of(request.user)[:_CHIPS]),
        "sorts": [(each, address(each), each == sort) for each in CustomerSort],
        "more_url": address(sort, shown[-1].pk) if len(found) > ON_A_PAGE else "",
        "first_url": "" if place is None else address(sort),
    }
    return render_page(request, "desk/customers.html", context)


def _address(wanted: CustomerList, sort: CustomerSort, after: int | None = None) -> str:
    """The list with what was typed and chosen, in this order, from after this customer on."""
    kept = said(wanted.chosen) | {"segment": wanted.segment or ""}
    return list_address(q=wanted.typed, sort=sort if sort == CustomerSort.NEWEST else "", after=after or "", **kept)


def _export_address(request: StaffRequest, wanted: CustomerList) -> str:
    """Where the same list becomes a table; empty for whoever may not."""
    if not may(request.user, Permission.EXPORT_CUSTOMERS) or request.user.keeps_files:
        return ""
    kept = {"q": wanted.typed, "segment": wanted.segment} | said(wanted.chosen)
    return f"{reverse('desk:customer-export')}?{urlencode({name: value for name, value in kept.items() if value})}"


@require_safe
@allowed(Permission.READ)
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """The record, the conversations, and all mail in time order; for htmx what follows a cursor."""
    try:
        found = get_customer_for(request.user, pk)
    except MergedCustomer as merged:
        return redirect("desk:customer", merged.facts["into"])
    words = words_now()
    cursor = Cursor.parse(request.GET.get("after", ""))
    history = related_history(request.user, found, before=cursor)
    more = f"{request.path}?after={history_cursor(history[-1])}" if len(history) == PAGE else ""
    context = {"customer": found, "history": [history_line(each, words) for each in history], "more_url": more}
    if wants_fragment(request) and cursor:
        return render(request, "desk/customer.html#lines", context)
    tab = request.GET.get("tab", "")
    if tab in TABS:
        return _tab(request, found, tab)
    talks = past_rows(request.user, found.pk, limit=SHOWN_CONVERSATIONS)
    context |= {
        "facts": customer_facts(found, words),
        "own": own_parts_of(request.user, found, customer_fields()),
        "hints": hints(found, seen_suggestions_of(request.user, found)),
        "household": seen_household_of(request.user, found),
        "made_by": _made_by(request, found),
        "talks": past_conversations(talks, words),
        "amount": words.count(len(talks), most=SHOWN_CONVERSATIONS),
        "tabs": page_tabs(found, ""),
        "can_change": may(request.user, Permission.REPLY),
    }
    return render_page(request, "desk/customer.html", context)


def _made_by(request: StaffRequest, found: Customer) -> list[int]:
    """The imports that added this customer, for who may see imports; of merged ones several."""
    if not may(request.user, Permission.IMPORT_CUSTOMERS):
        return []
    return [each.of_id for each in imports_of(found) if each.is_new]


def _tab(request: StaffRequest, found: Customer, tab: str) -> HttpResponse:
    """同意・ファイル, or the history of the record."""
    words = words_now()
    context: dict[str, Any] = {
        "customer": found,
        "facts": customer_facts(found, words),
        "tabs": page_tabs(found, tab),
        "tab": tab,
        "can_change": may(request.user, Permission.REPLY),
    }
    if tab == "orders":
        return _orders(request, found, context)
    if tab == "contracts":
        context["page"] = ongoing_page(request.user, found, words)
        return render_page(request, "desk/customer_contracts.html", context)
    if tab == "changes":
        sees_imports = may(request.user, Permission.IMPORT_CUSTOMERS)
        imports = imports_by_change(found) if sees_imports else None
        context["changes"] = change_lines(changes_of(found), words, request.user, imports=imports)
        context["made_by"] = _made_by(request, found)
        context["merges"] = merge_lines(merges_of(found), words)
    else:
        consents = consents_of(found)
        context |= {"consents": consent_lines(consents, words), "standing": standing_lines(consents, words)}
        context["files"] = file_lines(files_of(found), words)
    return render_page(request, "desk/customer_kept.html", context)


def _orders(request: StaffRequest, found: Customer, context: dict[str, Any]) -> HttpResponse:
    """注文: everything the customer bought, the newest first; for htmx what follows a page."""
    words = words_now()
    start = number_in(request, "from") or 0
    rows = list(orders_of(request.user, found)[start : start + ON_A_PAGE + 1])
    more = f"{request.path}?tab=orders&from={start + ON_A_PAGE}" if len(rows) > ON_A_PAGE else ""
    context |= {"cards": order_cards(rows[:ON_A_PAGE], words, about=found), "more_url": more}
    if start and wants_fragment(request):
        return render(request, "desk/customer_orders.html#lines", context)
    context["figures"] = figure_lines(request.user, found, words)
    return render_page(request, "desk/customer_orders.html", context)


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the record."""
    found = get_customer_for(request.user, pk)
    is_post = request.method == "POST"
    form = CustomerForm(request.POST, customer=found) if is_post else CustomerForm.of(found)
    values = customer_values([pk]).get(pk, {})
    own = CustomerValuesForm(request.POST if is_post else None, user=request.user, values=values)
    status = 200
    if is_post and form.is_valid() & own.is_valid():
        try:
            _save(request, found, form, own)
        except Conflict as conflict:
            form, status = _with_theirs(request, found, conflict, own), 409
        except Invalid as error:
            show_refusal(own if error.field in own.fields else form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:customer", pk)
    context = {"customer": found, "form": form, "own": own, "known_tags": customer_tags()}
    return render_page(request, "desk/customer_edit.html", context, status=422 if status == 200 and is_post else status)


@transaction.atomic
def _save(request: StaffRequest, found: Customer, form: CustomerForm, own: CustomerValuesForm) -> None:
    values: dict[str, Any] = {name: form.cleaned_data[name] for name in FIELDS}
    values["organisation"] = find_or_make_company(form.cleaned_data["company"])
    seen = form.cleaned_data["version"] or found.version
    change_customer(found, by=request.user.actor, seen=seen, **values)
    set_customer_fields(found, own.typed(), by=request.user.actor, seen=seen)
    if "tags" in form.data:
        set_tags(found, form.wanted_tags, by=request.user.actor)


def _with_theirs(request: StaffRequest, found: Customer, conflict: Conflict, own: CustomerValuesForm) -> CustomerForm:
    """What was typed, on top of what somebody else has saved: said at each field, and saved with the next click."""
    typed = request.POST.copy()
    typed["version"] = str(conflict.version)
    form = CustomerForm(typed, customer=found)
    form.is_valid()
    for name, theirs in conflict.theirs.items():
        text = _("%(who)s has changed this to “%(value)s” meanwhile. Saving again keeps yours.")
        if name in own.own:
            own.add_error(name, text % {"who": theirs.by, "value": value_text(own.own[name], theirs.value)})
            continue
        field = "company" if name == "organisation" else name
        form.add_error(field, text % {"who": theirs.by, "value": shown_value(name, theirs.value)})
    return form
