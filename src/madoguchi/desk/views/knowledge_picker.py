"""The tab ナレッジ of the picker in the composer: what it finds, one looked at, and putting it into the letter."""

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.knowledge_picker import choices, is_for_customer, part_of, suggested
from madoguchi.desk.wording_picker import Letter
from madoguchi.knowledge.actions.uses import note_use, words_to_insert
from madoguchi.knowledge.queries import get_article
from madoguchi.knowledge.reading import page_of, steps_of


@require_safe
@allowed(Permission.WRITE_NOTE)
def picker(request: StaffRequest) -> HttpResponse:
    """What fits the typed words, for the dialog that the composer has opened."""
    letter, typed = Letter(request), request.GET.get("q", "")[:200]
    context = {
        "groups": choices(letter, typed),
        "typed": typed,
        "place": letter.place,
        "has_suggestions": not typed.strip() and letter.conversation is not None,
    }
    return render(request, "desk/article_picker.html", context)


@require_safe
@allowed(Permission.WRITE_NOTE)
def suggestions(request: StaffRequest) -> HttpResponse:
    """What speaks of the customer's matter; fetched by itself, since it takes longer than the rest."""
    return render(request, "desk/article_picker.html#groups", {"groups": suggested(Letter(request))})


@require_safe
@allowed(Permission.WRITE_NOTE)
def looked_at(request: StaffRequest, pk: int) -> HttpResponse:
    """One article to read, with what of it may go into this letter."""
    letter, found = Letter(request), get_article(request.user, pk)
    context = {
        "article": found,
        "html": page_of(found),
        "refuses": is_for_customer(letter) and not found.is_open_to_all,
        "has_steps": bool(steps_of(found.body)),
        "has_link": found.is_open_to_all,
        "place": letter.place,
    }
    return render(request, "desk/article_picker.html#looked_at", context)


@require_POST
@allowed(Permission.WRITE_NOTE)
@transaction.atomic
def insert(request: StaffRequest, pk: int) -> HttpResponse:
    """Text, steps or link of an article for the caret; in a letter to a customer that is noted as a use."""
    letter, found, part = Letter(request), get_article(request.user, pk), part_of(request.POST.get("part", ""))
    words = words_to_insert(found, part, to_customer=is_for_customer(letter))
    if is_for_customer(letter):
        key = "" if letter.is_for_many else letter.request_key
        note_use(found, part, user=request.user, text=words, conversation=letter.conversation, request_key=key)
    return JsonResponse({"text": words, "subject": "", "missing": [], "files": ""})
