"""Drafts: saved as typed, per person and conversation; they survive a crash, a log-out and another device."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.conversations.begun import begun, drop_drafts
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.holding import share_surviving
from madoguchi.conversations.letters import MAX_ATTACHMENT_BYTES, MAX_TEXT_CHARS, Enclosure
from madoguchi.conversations.models import Attachment, Conversation, Draft, DraftAttachment, Message
from madoguchi.conversations.requests import is_written
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.events.record import announce
from madoguchi.files.actions import store_blob

_FIELDS = {"to", "cc", "bcc", "subject", "text", "is_rich", "seen_event_id", "request_key", "along", "is_private"}


class AlreadyWritten(DomainError):
    """What this draft was of has been sent or kept."""

    code = "already_written"

    def __init__(self) -> None:
        """What is new is not lost: it stands where it was typed."""
        super().__init__(_("This has been sent or kept already. Begin anew to write more."))


class DraftTaken(DomainError):
    """A colleague has taken this draft over; `facts["user"]` is their name."""

    code = "draft_taken"

    def __init__(self, user: User) -> None:
        """What is new is not lost: it stands where it was typed."""
        text = _("%(name)s has taken this draft over, so what you write here is not saved. Copy what is new.")
        super().__init__(text % {"name": user.name}, user=user.name)


@transaction.atomic
def save_draft(
    user: User, conversation: Conversation, kind: str, *, values: dict[str, Any], inbox: Inbox | None = None
) -> Draft:
    """Save what is being written on a conversation; makes the draft at the first key. Unknown values are refused.

    AlreadyWritten for what comes under the key of a letter that was sent: what was still on its way then must neither
    begin a new draft nor stand over what was taken back. DraftTaken for what a colleague goes on with.
    """
    _check(user, values)
    if kind not in (DraftKind.REPLY, DraftKind.NOTE, DraftKind.FORWARD):
        raise Invalid(_("There is no such kind of draft."), field="kind")
    surviving = share_surviving(conversation.pk)
    place, draft = _place(user, conversation, surviving, kind, values.get("request_key", ""))
    if is_written(user, values.get("request_key", "")):
        raise AlreadyWritten
    if draft is None:
        _check_not_taken(user, [place.pk, surviving.pk], kind, values.get("request_key", ""))
        draft, is_new = Draft.objects.get_or_create(
            user=user, conversation=place, kind=kind, defaults={**values, "inbox": inbox}
        )
        values = {} if is_new else values
    if values:
        draft.conversation = place
        _update(draft, values)
    announce("draft_saved", surviving.event_subject, scope_id=surviving.inbox_id, actor_id=user.pk)
    return draft


def _check_not_taken(user: User, numbers: Sequence[int], kind: str, key: str) -> None:
    """Its key goes with a draft that is taken over, and with the letter that it becomes."""
    if not key or kind != DraftKind.REPLY:
        return
    rows = Draft.objects.filter(conversation__in=numbers, kind=kind, request_key=key).exclude(user=user)
    if taken := rows.select_related("user").first():
        raise DraftTaken(taken.user)
    letters = Message.objects.filter(conversation__in=numbers, request_key__endswith=f":{key}").exclude(user=user)
    if (sent := letters.select_related("user").first()) and sent.user:
        raise DraftTaken(sent.user)


def _place(
    user: User, asked: Conversation, surviving: Conversation, kind: str, key: str
) -> tuple[Conversation, Draft | None]:
    """Where a draft belongs, and the draft if it is there.

    A page that has not noticed a merge saves into what it began, never over what its person writes in the other one.
    What has waited since a merge moves to where it is written on.
    """
    drafts = Draft.objects.select_for_update(of=("self",))  # one that is being thrown away counts as gone
    if asked.pk != surviving.pk and (own := drafts.filter(user=user, conversation=asked, kind=kind).first()):
        return asked, own
    found = begun(user, surviving, [kind]).select_for_update(of=("self",)).first()
    if asked.pk != surviving.pk and found is not None and key and found.request_key not in ("", key):
        return asked, None
    return surviving, found


@transaction.atomic
def start_new_mail(user: User, inbox: Inbox, *, values: dict[str, Any] | None = None) -> Draft:
    """Begin a mail that answers nothing; it is called by its `request_key`, which is made when none is given.

    What is there already under this key is changed: a key names one draft, also for two requests at once.
    AlreadyWritten once a mail was sent under it.
    """
    _check(user, values or {})
    named = {"request_key": secrets.token_hex(12), **(values or {})}
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # the second of two waits here and then sees the first
    if is_written(user, named["request_key"]):
        raise AlreadyWritten
    known = Draft.objects.select_for_update().filter(user=user, kind=DraftKind.NEW, request_key=named["request_key"])
    if draft := known.first():
        _update(draft, {**named, "inbox": inbox})
        return draft
    return Draft.objects.create(user=user, kind=DraftKind.NEW, inbox=inbox, **named)


@transaction.atomic
def change_draft(draft: Draft, *, user: User, values: dict[str, Any]) -> Draft:
    """Save what is being written in an existing draft of one's own; NotFound once it was sent or thrown away."""
    _hold(draft, user)
    _check(user, values)
    _update(draft, values)
    return draft


@transaction.atomic
def discard_draft(draft: Draft, *, user: User) -> None:
    """Throw a draft of one's own away; DraftTaken when a colleague has taken it over meanwhile."""
    if _held(draft, user) is not None:
        drop_drafts([draft.pk])


@transaction.atomic
def attach_to_draft(draft: Draft, *, name: str, content_type: str, content: bytes, user: User) -> DraftAttachment:
    """Keep a file with a draft; Invalid when the files together would be too large to send."""
    _hold(draft, user)
    present = sum(each.blob.size_bytes for each in draft.attachments.select_related("blob"))
    if present + len(content) > MAX_ATTACHMENT_BYTES:
        raise Invalid(_("The attachments are larger than 18 MB together. Send some of them separately."), field="files")
    return DraftAttachment.objects.create(
        draft=draft, blob=store_blob(content), name=_safe_name(name), content_type=content_type[:255]
    )


@transaction.atomic
def enclose_in_draft(draft: Draft, attachments: Sequence[Attachment], *, user: User) -> None:
    """Keep files of a message with a draft, as a forward does; those already there stay one."""
    _hold(draft, user)
    present = set(draft.attachments.values_list("blob_id", "name"))
    DraftAttachment.objects.bulk_create(
        DraftAttachment(draft=draft, blob_id=each.blob_id, name=each.name, content_type=each.content_type)
        for each in attachments
        if (each.blob_id, each.name) not in present
    )


@transaction.atomic
def put_into_draft(draft: Draft, enclosures: Sequence[Enclosure], *, user: User) -> list[DraftAttachment]:
    """Keep stored files with a draft, those not yet there; Invalid when all together would be too large to send."""
    _hold(draft, user)
    present = list(draft.attachments.select_related("blob"))
    known = {(each.blob_id, each.name) for each in present}
    new = [each for each in enclosures if (each.blob_id, each.name) not in known]
    sizes = [each.blob.size_bytes for each in present] + [each.size_bytes for each in new]
    if sum(sizes) > MAX_ATTACHMENT_BYTES:
        raise Invalid(_("The attachments are larger than 18 MB together. Send some of them separately."), field="files")
    return DraftAttachment.objects.bulk_create(
        DraftAttachment(draft=draft, blob_id=each.blob_id, name=each.name, content_type=each.content_type)
        for each in new
    )


@transaction.atomic
def detach_from_draft(draft: Draft, attachment_ids: Sequence[int], *, user: User) -> None:
    """Take files out of a draft of one's own."""
    _hold(draft, user)
    draft.attachments.filter(pk__in=attachment_ids).delete()


def _hold(draft: Draft, user: User) -> None:
    held = _held(draft, user)
    if held is None:
        raise NotFound(_("This draft does not exist any more: it was sent or thrown away."))
    draft.conversation_id = held.conversation_id  # it may have moved with a merge


def _held(draft: Draft, user: User) -> Draft | None:
    """The draft as it is now, locked: whose it is is asked there, for it may just have been taken over."""
    if draft.user_id != user.pk:
        raise NotAllowed(_("This draft belongs to somebody else."))
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()  # joined with its user it would be missed
    if held is not None and held.user_id != user.pk:
        raise DraftTaken(held.user)
    return held


def _check(user: User, values: dict[str, Any]) -> None:
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to write. Ask an administrator."))
    if unknown := set(values) - _FIELDS:
        raise Invalid(f"Unknown fields: {', '.join(sorted(unknown))}")
    if len(values.get("text", "")) > MAX_TEXT_CHARS:
        raise Invalid(_("The text is too long. Send long documents as an attachment."), field="text")


def _update(draft: Draft, values: dict[str, Any]) -> None:
    for field, value in values.items():
        setattr(draft, field, value)
    draft.updated_at = timezone.now()
    draft.save(update_fields=[*values, "conversation", "updated_at"])


def _safe_name(name: str) -> str:
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in bare if c.isprintable())[-255:] or "file"


def restore_draft(message: Message, user: User) -> Draft:
    """Make a reply a draft of this user again, with its attachments.

    What they have begun to write meanwhile stands below it, after a line that no mail leaves with; its files stay too.
    """
    message.refresh_from_db(fields=["conversation"])  # it may have moved
    begun = (
        Draft.objects.select_for_update()
        .filter(user=user, conversation_id=message.conversation_id, kind="reply")
        .first()
    )
    files = [*message.attachments.all(), *(begun.attachments.all() if begun else ())]
    if begun is not None:
        drop_drafts([begun.pk])
    draft = Draft.objects.create(
        user=user,
        conversation_id=message.conversation_id,
        kind="reply",
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        subject=message.subject,
        text=with_begun(message.text, begun.text if begun else ""),
        is_rich=bool(message.html),
        planned_at=message.planned_at,
        seen_event_id=message.before.get("seen_event_id", 0) if message.planned_at else 0,
    )
    DraftAttachment.objects.bulk_create(
        DraftAttachment(draft=draft, blob_id=each.blob_id, name=each.name, content_type=each.content_type)
        for each in {(each.blob_id, each.name): each for each in files}.values()
    )
    return draft


def with_begun(text: str, begun: str) -> str:
    """A letter with what has been begun meanwhile below it, unless it says that already."""
    if not begun.strip() or begun.strip() in text:
        return text
    # As a field that nothing fills it stops the mail, should it be overlooked.
    return f"{text.rstrip()}\n\n{{{{{_('What you had begun to write')}}}}}\n{begun.strip()}\n"
