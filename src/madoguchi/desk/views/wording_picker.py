"""The picker of templates in the composer: what it finds, one looked at, and putting it into the letter."""

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions.drafts import put_into_draft, save_draft, start_new_mail
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.folding import written
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Draft, DraftAttachment, Message
from madoguchi.conversations.queries import find_draft, find_new_mail, get_message
from madoguchi.core.errors import NotFound
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.along import brought, does
from madoguchi.desk.chosen_files import shown_files
from madoguchi.desk.composing import File, draft_kind
from madoguchi.desk.frame import wants_fragment, words_now
from madoguchi.desk.wording_page import bits, preview
from madoguchi.desk.wording_picker import Letter, choices, suggested, words_of
from madoguchi.wording.actions.uses import note_use
from madoguchi.wording.filling import blanks, known_fields
from madoguchi.wording.letters import unfilled, worded
from madoguchi.wording.models import Template
from madoguchi.wording.queries import files_of, get_template, may_change
from madoguchi.wording.suggesting import answered_by

#: Blanks that are asked for before a template goes in; the rest is filled in in the letter.
_MOST_ANSWERS = 12
_QUESTION_CHARS = 600
#: Of a longer letter the beginning is filled: there the fields about the recipient stand.
_FILLED_CHARS = 100_000


@require_safe
@allowed(Permission.REPLY)
def picker(request: StaffRequest) -> HttpResponse:
    """What fits the typed words, for the dialog that the composer has opened."""
    letter, typed = Letter(request), request.GET.get("q", "")[:200]
    context = {
        "groups": choices(letter, typed),
        "typed": typed,
        "place": letter.place,
        "has_suggestions": not typed.strip() and letter.conversation is not None,
    }
    return render(request, "desk/template_picker.html", context)


@require_safe
@allowed(Permission.REPLY)
def suggestions(request: StaffRequest) -> HttpResponse:
    """What answered similar inquiries; fetched by itself, since it takes longer than the rest."""
    context = {"groups": suggested(Letter(request))}
    return render(request, "desk/template_picker.html#groups", context)


@require_safe
@allowed(Permission.REPLY)
def reply_looked_at(request: StaffRequest, pk: int) -> HttpResponse:
    """A reply of the past with the question it answered, as its words would read in this letter."""
    letter, found = Letter(request), _reply(request, pk)
    words = words_of(found, letter)
    question = answered_by(found)
    context = {
        "reply": found,
        "text": bits(words.text, words.missing),
        "missing": words.missing,
        "question": cut_whole(written(question.text), _QUESTION_CHARS) if question else "",
        "when": words_now().full(found.at),
        "place": letter.place,
    }
    return render(request, "desk/template_picker.html#reply", context)


@require_POST
@allowed(Permission.REPLY)
def reply_insert(request: StaffRequest, pk: int) -> HttpResponse:
    """The words of a reply of the past for the caret."""
    words = words_of(_reply(request, pk), Letter(request))
    return JsonResponse({"text": words.text, "subject": "", "missing": list(words.missing), "files": ""})


def _reply(request: StaffRequest, pk: int) -> Message:
    found = get_message(request.user, pk)
    if found.kind != MessageKind.OUTBOUND:
        raise NotFound(_("There is no such reply."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def looked_at(request: StaffRequest, pk: int) -> HttpResponse:
    """One template as it would go into this letter, with its blanks to fill in."""
    letter, found = Letter(request), get_template(request.user, pk)
    asked, answers = _blanks(found), _answers(request)
    context = {
        "template": found,
        "preview": preview(found.subject, found.body, letter.around, answers=answers, letter=letter.text),
        "blanks": [(label, answers.get(label, "")) for label in asked],
        "files": [each.name for each in files_of(found)],
        "place": letter.place,
        "can_change": may_change(request.user, found),
        **does(letter, found),
    }
    part = "shown" if request.method == "POST" and wants_fragment(request) else "looked_at"
    return render(request, f"desk/template_picker.html#{part}", context)


def _blanks(template: Template) -> list[str]:
    return blanks(f"{template.subject}\n{template.body}")[:_MOST_ANSWERS]


def _answers(request: StaffRequest) -> dict[str, str]:
    """What was typed into the blanks, by their labels."""
    pairs = zip(request.POST.getlist("blank"), request.POST.getlist("answer"), strict=False)
    return {label: " ".join(answer.split())[:500] for label, answer in pairs}


@require_POST
@allowed(Permission.REPLY)
@transaction.atomic
def insert(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a template into the letter: its words for the caret, its files into the draft; that is noted as a use."""
    letter, found = Letter(request), get_template(request.user, pk)
    if letter.is_for_many:
        return _for_many(request, letter, found)
    words = worded(found.subject, found.body, letter.around, letter=letter.text, answers=_answers(request))
    note_use(
        found, user=request.user, text=words.text, conversation=letter.conversation, request_key=letter.request_key
    )
    files = _attached(request, letter, found)
    return JsonResponse(
        {
            "text": words.text,
            "subject": words.subject,
            "missing": list(words.missing),
            **brought(letter, found),
            "files": render_to_string("desk/composer_files.html#lines", {"sheet": {"files": files}}),
        }
    )


def _for_many(request: StaffRequest, letter: Letter, template: Template) -> JsonResponse:
    """With its fields as they are: they are filled in for each customer. There is no draft its files could lie in."""
    words = unfilled(template.subject, template.body, letter=letter.text)
    note_use(template, user=request.user, text=words.text, conversation=None, request_key="")
    enclosures = [
        (Enclosure(each.blob_id, each.name, each.content_type, each.blob.size_bytes), "") for each in files_of(template)
    ]
    files = shown_files(request.user, enclosures, words_now())
    lines = render_to_string("desk/chosen_files.html#lines", {"files": files})
    return JsonResponse({"text": words.text, "subject": words.subject, "missing": [], "files": lines})


def _attached(request: StaffRequest, letter: Letter, template: Template) -> list[File]:
    enclosures = [
        Enclosure(each.blob_id, each.name, each.content_type, each.blob.size_bytes) for each in files_of(template)
    ]
    if not enclosures:
        return []
    words = words_now()
    kept: list[DraftAttachment] = put_into_draft(_draft(letter), enclosures, user=request.user)
    return [File(each.pk, each.name, words.size(each.blob.size_bytes)) for each in kept]


def _draft(letter: Letter) -> Draft:
    if letter.conversation is not None:
        kind = draft_kind(letter.mode)
        found = find_draft(letter.user, letter.conversation, kind)
        return found or save_draft(letter.user, letter.conversation, kind, values={})
    found = find_new_mail(letter.user, letter.key)
    return found or start_new_mail(letter.user, letter.inbox, values={"request_key": letter.key})


@require_POST
@allowed(Permission.REPLY)
def fill_later(request: StaffRequest) -> HttpResponse:
    """The fields of a mail whose recipient was chosen after its template, each with what is known of it now."""
    letter = Letter(request)
    text = f"{request.POST.get('subject', '')}\n{letter.text}"[:_FILLED_CHARS]
    return JsonResponse({"fields": known_fields(text, letter.around)})
