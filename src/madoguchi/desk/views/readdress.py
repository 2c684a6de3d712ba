"""宛先を直して再送: a mail that came back is written once more, to the right address."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions.resending import addresses_in_trouble, readdress
from madoguchi.conversations.queries import get_conversation, get_message
from madoguchi.core.errors import DomainError
from madoguchi.customers.actions import AddressTaken
from madoguchi.customers.corrections import likely_address
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.composing import REPLY, open_sheet
from madoguchi.desk.forms.readdress import ReaddressForm
from madoguchi.desk.frame import trigger, wants_fragment, words_now
from madoguchi.desk.views.triage import dialog

_WITHOUT = gettext_lazy("Without this tick only this mail goes there.")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for the right address; then the composer opens with the same text and files."""
    message = get_message(request.user, pk)
    found = get_conversation(request.user, message.conversation_id)
    usable = [each.shown for each in found.customer.identities.filter(kind="mail", bounced_at=None).order_by("pk")]
    wrong = addresses_in_trouble(message)
    form = ReaddressForm(request.POST or None, wrong=wrong, guess=likely_address, others=usable)
    if request.method == "POST" and form.is_valid():
        try:
            readdress(message, form.corrections, user=request.user, is_customers=form.cleaned_data["is_customers"])
        except AddressTaken as error:
            form.add_error("is_customers", f"{error} {_WITHOUT}")
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _write_on(request, found.pk)
    return dialog(
        request, form, _("Correct the address and send again"), reverse("desk:readdress", args=[pk]), _("To the letter")
    )


def _write_on(request: StaffRequest, number: int) -> HttpResponse:
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:reply', args=[number])}?mode={REPLY}")
    sheet = open_sheet(request.user, get_conversation(request.user, number), REPLY, words_now())
    return trigger(render(request, "desk/composer.html#taken_over", {"sheet": sheet}), "dialog-close")
