"""What is done to a conversation along with a letter (一緒に行う操作), and taken back with it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from madoguchi.conversations.actions.triage import put_back
from madoguchi.conversations.models import Conversation, Draft, Message, UndoStep


@dataclass(frozen=True, slots=True)
class Along:
    """What is done in the transaction of a letter, before it is looked at: rules about 分類 know of it then."""

    ids: tuple[int, ...]  #: of what brought it along; the draft has them again when the letter is taken back
    do: Callable[[Conversation], UndoStep | None]
    names_assignee: bool = False  #: then a reply does not make its writer responsible
    names_done: bool = False  #: 対応完了 comes with it, and is left out where a required field is empty


def do_along(along: Along | None, conversation: Conversation) -> UndoStep | None:
    """Do it; the conversation is held. The way back, if anything changed."""
    return along.do(conversation) if along is not None else None


def keep_along(along: Along | None, step: UndoStep | None, message: Message, conversation: Conversation) -> None:
    """Note with a letter what was done along with it; called when the conversation is as the letter leaves it."""
    if along is None:
        return
    if step is not None and (kept := step.data["before"].get(str(conversation.pk))):
        kept["version"] = conversation.version
        step.save(update_fields=["data"])
    message.before["along"] = {"ids": list(along.ids), "step": step.pk if step else None}
    message.save(update_fields=["before"])


def take_along_back(conversation: Conversation, message: Message) -> list[int]:
    """Undo what was done along with a letter that is taken back; what brought it along, for its draft.

    Whoever has changed the conversation since then keeps that change; then what was done stays done.
    """
    kept = message.before.get("along")
    if not kept:
        return []
    step = UndoStep.objects.select_for_update().filter(pk=kept["step"] or 0, undone_at=None).first()
    values = step.data["before"].get(str(conversation.pk)) if step else None
    if step is None or values is None:
        return list(kept["ids"]) if kept["step"] is None else []
    if values["version"] != conversation.version:
        return []
    put_back(conversation, values)
    step.undone_at = timezone.now()
    step.save(update_fields=["undone_at"])
    return list(kept["ids"])


def give_along(draft: Draft, ids: list[int]) -> Draft:
    """Let a draft bring these along when it leaves."""
    if ids:
        draft.along = ids
        draft.save(update_fields=["along"])
    return draft
