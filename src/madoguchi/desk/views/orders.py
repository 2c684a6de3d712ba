"""注文: beside a conversation; asking a source for an order now, and saying whose one is."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.commerce.actions.keeping import assign_order
from madoguchi.commerce.actions.syncing import ask_for_order, look_up_order
from madoguchi.commerce.numbers import number_key
from madoguchi.commerce.queries import numbers_in, order_beside
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, NotFound
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import toast, wants_fragment, words_now
from madoguchi.desk.order_lines import order_panel
from madoguchi.desk.work import order_in


def _answer(request: StaffRequest, found: Conversation, *, opened: str = "", said: str = "") -> HttpResponse:
    """The orders as they stand now."""
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:conversation', args=[found.pk])}?side=orders")
    panel = order_panel(request.user, found, words_now(), opened=opened)
    response = render(request, "desk/orders.html", {"panel": panel})
    return toast(response, said) if said else response


@require_safe
@allowed(Permission.READ)
def of_conversation(request: StaffRequest, number: int) -> HttpResponse:
    """The orders beside a conversation; `part=brief` is what the tab お客様 shows of them."""
    found = get_conversation(request.user, number)
    if request.GET.get("part") == "brief" and wants_fragment(request):
        panel = order_panel(request.user, found, words_now())
        return render(request, "desk/orders.html#brief", {"panel": panel})
    return _answer(request, found, opened=order_in(request))


@require_POST
@allowed(Permission.REPLY)
def ask(request: StaffRequest, number: int) -> HttpResponse:
    """Ask the sources for an order that the conversation names and that is not here."""
    found = get_conversation(request.user, number)
    key = number_key(request.POST.get("order", "")[:200])
    if key not in numbers_in(found):
        raise NotFound(_("There is no such order, or you may not see it."))
    try:
        order = ask_for_order(key)
    except DomainError as error:
        return _answer(request, found, said=str(error.user_message))
    said = "" if order else _("No source has an order of the number %(number)s.") % {"number": key}
    return _answer(request, found, opened=key, said=said)


@require_POST
@allowed(Permission.REPLY)
def refresh(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Ask its source how an order stands now; what is here stays when it cannot be asked."""
    found = get_conversation(request.user, number)
    order = order_beside(request.user, found, pk)
    try:
        now = look_up_order(order.source, order.number)
    except DomainError as error:
        return _answer(request, found, opened=order.number_key, said=str(error.user_message))
    said = _("This is how it stands now.") if now else _("Its source does not have this order any more.")
    return _answer(request, found, opened=order.number_key, said=said)


@require_POST
@allowed(Permission.REPLY)
def claim(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Say that an order is this customer's."""
    found = get_conversation(request.user, number)
    order = order_beside(request.user, found, pk)
    assign_order(order, found.customer, user=request.user)
    said = _("The order %(number)s is this customer's now.") % {"number": order.number}
    return _answer(request, found, opened=order.number_key, said=said)
