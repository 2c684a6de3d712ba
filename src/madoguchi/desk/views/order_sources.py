"""設定 › 受注システム: the sources of orders with their health, adding, changing, trying, switching off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.commerce.actions import sources as actions
from madoguchi.commerce.actions.deliveries import try_again
from madoguchi.commerce.actions.syncing import sync_source
from madoguchi.commerce.choices import DeliveryState
from madoguchi.commerce.queries import all_sources, count_of_orders, get_delivery, get_source, refused_deliveries
from madoguchi.commerce.registry import source_classes
from madoguchi.core.telling import told
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import words_now
from madoguchi.desk.order_source_page import SourcePage, source_line
from madoguchi.desk.settings_frame import render_settings

CURRENT = "desk:order-sources"


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def sources(request: StaffRequest) -> HttpResponse:
    """Every source, and the kinds that can be added."""
    words = words_now()
    lines = [source_line(each, words, refused=count) for each, count in all_sources()]
    kinds = [(kind, cls.label) for kind, cls in source_classes().items()]
    return render_settings(request, "desk/order_sources.html", {"lines": lines, "kinds": kinds}, current=CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@allowed(Permission.MANAGE_WORKSPACE)
def new(request: StaffRequest, kind: str) -> HttpResponse:
    """Add a source of a kind."""
    return _edit(request, SourcePage(request.user, kind, None, request.POST if request.method == "POST" else None))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@allowed(Permission.MANAGE_WORKSPACE)
def source(request: StaffRequest, pk: int) -> HttpResponse:
    """One source: its forms, and with `try` what it answers."""
    found = get_source(pk)
    data = request.POST if request.method == "POST" else None
    return _edit(request, SourcePage(request.user, found.kind, found, data))


def _edit(request: StaffRequest, page: SourcePage) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if page.is_valid():
            if "try" in request.POST:
                page.try_out()
                status = 200
            elif saved := page.save():
                messages.success(request, _("Saved."))
                return redirect("desk:order-source", saved.pk)
    found, words = page.source, words_now()
    context: dict[str, object] = {"page": page, "source": found, "kind": page.cls.label}
    if found is not None:
        context |= {
            "line": source_line(found, words),
            "amount": count_of_orders(found),
            "refused": [(each, words.full(each.received_at), told(each.problem)) for each in refused_deliveries(found)],
        }
    return render_settings(request, "desk/order_source.html", context, current=CURRENT, status=status)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch a source off, or on again; its orders stay."""
    found = get_source(pk)
    now = actions.change_source(found, user=request.user, is_active=not found.is_active)
    messages.success(request, _("The source is on again.") if now.is_active else _("The source was switched off."))
    return redirect("desk:order-source", pk)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a source from which nothing came."""
    actions.remove_source(get_source(pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect(CURRENT)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def renew(request: StaffRequest, pk: int) -> HttpResponse:
    """Another address for its webhook."""
    actions.renew_key(get_source(pk), user=request.user)
    messages.success(request, _("The webhook has a new address. Enter it in the shop's system."))
    return redirect("desk:order-source", pk)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def ask_now(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask at once what has changed."""
    sync_source(get_source(pk).pk)
    found = get_source(pk)
    if found.failing_since:
        messages.error(request, told(found.failure))
    else:
        messages.success(request, _("Everything is up to date."))
    return redirect("desk:order-source", pk)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def again(request: StaffRequest, pk: int, delivery: int) -> HttpResponse:
    """Try to read a refused delivery again."""
    done = try_again(get_delivery(get_source(pk), delivery), user=request.user)
    if done.state == DeliveryState.READ:
        messages.success(request, _("It could be read now."))
    else:
        messages.error(request, told(done.problem))
    return redirect("desk:order-source", pk)
