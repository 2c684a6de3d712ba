"""セグメント: conditions on customers kept under a name, with how many they are of now."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.core.errors import DomainError
from madoguchi.customers.actions.segments import change_segment, delete_segment, may_change, save_segment
from madoguchi.customers.models import Segment
from madoguchi.customers.segments import Conditions, conditions_of, get_segment, segments_of
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page
from madoguchi.desk.segment_page import SegmentVocabulary, is_wrong, said_groups, typed_segment
from madoguchi.search.bounded import bounded_cost


@require_safe
@allowed(Permission.READ)
def segments(request: StaffRequest) -> HttpResponse:
    """One's own and everybody's; each is counted in a request of its own."""
    rows = [(each, may_change(each, request.user)) for each in segments_of(request.user)]
    return render_page(request, "desk/segments.html", {"rows": rows})


@require_safe
@allowed(Permission.READ)
def count(request: StaffRequest, pk: int) -> HttpResponse:
    """How many customers a segment is of now."""
    return _counted(request, CustomerList(segment=get_segment(request.user, pk).pk))


@require_POST
@allowed(Permission.READ)
def count_typed(request: StaffRequest) -> HttpResponse:
    """How many customers the conditions in the form are of, while they are being chosen."""
    asked, groups = typed_segment(request.POST, SegmentVocabulary(request.user))
    if is_wrong(groups) or asked == Conditions():
        return render(request, "desk/segment_count.html", {"is_wrong": is_wrong(groups)})
    return _counted(request, CustomerList(asked=asked))


def _counted(request: StaffRequest, wanted: CustomerList) -> HttpResponse:
    with bounded_cost():
        amount = listed_customers(request.user, wanted).order_by().count()
    return render(request, "desk/segment_count.html", {"amount": f"{amount:,}"})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def segment(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a segment, or change one."""
    found = get_segment(request.user, pk) if pk else None
    vocabulary = SegmentVocabulary(request.user)
    asked = conditions_of(found) if found else Conditions()
    groups, problem = said_groups(asked, vocabulary), ""
    if request.method == "POST":
        asked, groups = typed_segment(request.POST, vocabulary)
        try:
            saved = None if is_wrong(groups) else _save(request, found, asked)
        except DomainError as error:
            saved, problem = None, str(error.user_message)
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('desk:customers')}?segment={saved.pk}")
    context = {"segment": found, "groups": groups, "vocabulary": vocabulary, "problem": problem} | _said(request, found)
    return render_page(request, "desk/segment.html", context, status=422 if request.method == "POST" else 200)


def _said(request: StaffRequest, found: Segment | None) -> dict[str, Any]:
    is_post = request.method == "POST"
    return {
        "name": request.POST.get("name", "") if is_post else found.name if found else "",
        "is_shared": bool(request.POST.get("shared")) if is_post else found is not None and found.owner_id is None,
        "may_share": may(request.user, Permission.SHARE_VIEWS),
        "can_change": found is None or may_change(found, request.user),
    }


def _save(request: StaffRequest, found: Segment | None, asked: Conditions) -> Segment:
    name, is_shared = request.POST.get("name", ""), bool(request.POST.get("shared"))
    if found is None:
        return save_segment(name, asked, user=request.user, is_shared=is_shared)
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    return change_segment(found, name=name, asked=asked, is_shared=is_shared, version=seen, user=request.user)


@require_POST
@allowed(Permission.READ)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a segment."""
    delete_segment(get_segment(request.user, pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect("desk:segments")
