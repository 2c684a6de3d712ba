"""What is said where a letter is written on under the key of one that has gone, as in a second window or by Back."""

from collections.abc import Iterable

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.anew import files_of
from madoguchi.conversations.actions.drafts import AlreadyWritten
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Draft, Message
from madoguchi.conversations.requests import GIVEN_BACK, KeyUsed, find_written
from madoguchi.core.errors import Invalid
from madoguchi.desk.composing import enclosures_of


def own_files(
    user: User, draft: Draft | None, file_ids: Iterable[int], key: str, *, is_leaving: bool = True
) -> list[Enclosure]:
    """The files of the draft that the form names; those of a draft that has been sent went with its letter.

    Invalid where a letter is to leave without files that its form shows: they are not there any more.
    """
    wanted = set(file_ids)
    kept = [each for each in draft.attachments.all() if each.pk in wanted] if draft else []
    if len(kept) == len(wanted) or not is_leaving:
        return enclosures_of(kept)
    if sent := find_written(user, key):
        return files_of(sent)
    raise Invalid(
        _("Files of this letter have changed in another window. Look at them, then send again."), field="files"
    )


def check_leaves(message: Message) -> Message:
    """Raise KeyUsed for a letter that was taken back or sent back: the same once more does not make it leave."""
    if message.state in GIVEN_BACK:
        raise KeyUsed(message)
    return message


def used_word(message: Message) -> str:
    """What became of the letter, and of what was written since."""
    if message.state == MessageState.NOTED:
        return _("This draft has already been added as a note. What is written here is a new draft: add it once more?")
    if message.state in GIVEN_BACK:
        return _("This letter was taken back. What is written here is a new draft: send it as a new reply?")
    return _("This draft has already been sent. What is written here is a new draft: send it as a new reply?")


def late_answer(error: AlreadyWritten) -> HttpResponse:
    """To what was being saved when its letter was sent; a page that is still written on asks again, for a new draft."""
    return HttpResponse(str(error), status=error.status, headers={"X-Anew": "1"})


def anew_answer(draft: Draft) -> HttpResponse:
    """The key under which the page goes on, and what its writer is told."""
    text = _("This draft has already been sent. What you write here is kept as a new draft.")
    return JsonResponse({"key": draft.request_key, "text": text})


def begun_answer() -> HttpResponse:
    """To what is written under a used key while another draft is there, which it must not stand over."""
    text = _("Not saved: this draft has been sent already and another one begun. Send this to keep both, or copy it.")
    return HttpResponse(text, status=AlreadyWritten.status)
