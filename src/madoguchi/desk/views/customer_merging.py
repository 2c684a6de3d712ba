"""名寄せ: pairs that may be one person, putting two records together, and taking them apart."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.customers import find_customers, get_suggestion, suggestions_for
from madoguchi.conversations.queries import conversation_count_of, get_customer_for
from madoguchi.customers import actions
from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.queries import get_merge
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.customer_kept import FIELD_WORDS
from madoguchi.desk.customer_merging import choices_between, chosen_fields, pair_lines
from madoguchi.desk.customer_page import customer_lines
from madoguchi.desk.frame import render_page, words_now

ON_A_PAGE = 50
_MOST_FOUND = 20


@require_safe
@allowed(Permission.READ)
def duplicates(request: StaffRequest) -> HttpResponse:
    """Pairs of records that may be one person, the likeliest first; or those of which it was said they are not."""
    is_open = request.GET.get("state") != SuggestionState.DIFFERENT
    state = SuggestionState.OPEN if is_open else SuggestionState.DIFFERENT
    rows = list(suggestions_for(request.user, state)[: ON_A_PAGE + 1])
    context = {
        "lines": pair_lines(rows[:ON_A_PAGE], words_now()),
        "has_more": len(rows) > ON_A_PAGE,
        "is_open": is_open,
        "can_change": may(request.user, Permission.REPLY),
    }
    return render_page(request, "desk/customer_duplicates.html", context)


@require_POST
@allowed(Permission.REPLY)
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Remember that two are different people, or have them looked at again."""
    found = get_suggestion(request.user, pk)
    state = SuggestionState.OPEN if request.POST.get("state") == "open" else SuggestionState.DIFFERENT
    actions.decide(found, state, by=request.user.actor)
    if state == SuggestionState.DIFFERENT:
        messages.success(request, _("Noted: these are different people. They are not suggested any more."))
    if back := request.POST.get("customer", ""):
        return redirect("desk:customer", int(back) if back.isdecimal() else found.first_id)
    return redirect("desk:customer-duplicates")


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose the other record, compare both, and make one of them."""
    kept = get_customer_for(request.user, pk)
    number = (request.POST if request.method == "POST" else request.GET).get("with", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return _choose(request, pk)
    gone = get_customer_for(request.user, int(number))
    if request.method == "POST":
        actions.merge_customers(kept, gone, by=request.user.actor, chosen=chosen_fields(request.POST))
        messages.success(request, _("Merged. “Changes” takes them apart again."))
        return redirect("desk:customer", kept.pk)
    context = {
        "kept": kept,
        "gone": gone,
        "choices": choices_between(kept, gone),
        "lines": customer_lines([kept, gone], words_now()),
        "moving": conversation_count_of(gone),
        "reached": [(each.kind, each.text) for each in gone.identities.all() if each.shown],
        "swap_url": f"{reverse('desk:customer-merge', args=[gone.pk])}?with={kept.pk}",
    }
    return render_page(request, "desk/customer_merge.html", context)


def _choose(request: StaffRequest, pk: int) -> HttpResponse:
    """Look for the other record."""
    kept = get_customer_for(request.user, pk)
    typed = request.GET.get("q", "").strip()[:200]
    found = find_customers(request.user, typed).exclude(pk=pk).order_by("reading", "pk")[:_MOST_FOUND] if typed else []
    context = {"kept": kept, "typed": typed, "lines": customer_lines(found, words_now())}
    return render_page(request, "desk/customer_merge_choose.html", context)


@require_POST
@allowed(Permission.REPLY)
def unmerge(request: StaffRequest, pk: int, merge_pk: int) -> HttpResponse:
    """Take two records apart again, and say what could not go back."""
    kept = get_customer_for(request.user, pk)
    undone = actions.unmerge_customers(get_merge(kept, merge_pk), by=request.user.actor)
    said = [_("The two customers are apart again.")]
    if undone.stayed:
        text = ngettext(
            "%(count)d thing that came since stays here.", "%(count)d things that came since stay here.", undone.stayed
        )
        said.append(text % {"count": undone.stayed})
    if undone.kept_fields:
        names = _(", ").join(str(FIELD_WORDS[name]) for name in undone.kept_fields)
        said.append(_("Changed since, so left as they are: %(names)s.") % {"names": names})
    messages.success(request, " ".join(said))
    return redirect("desk:customer", pk)
