"""Bulk replies: starting one, writing its letters one by one, stopping, going on, taking all back.

Each letter is written in a transaction of its own together with the note that it was: whatever dies meanwhile, none is
written twice and none is forgotten. The row of the bulk reply is held for each, so that stopping is certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.cancelling import NotCancellable, cancel_reply
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.choices import Status
from madoguchi.conversations.disturbances import check_seen
from madoguchi.conversations.letters import MAX_ATTACHMENT_BYTES, Enclosure
from madoguchi.conversations.models import Conversation, OwnStatus
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.telling import kept
from madoguchi.core.telling import telling as later
from madoguchi.customers.masking import cut_whole
from madoguchi.events.models import Event
from madoguchi.events.record import record
from madoguchi.outreach.choices import (
    BULK_REPLY_STARTED,
    BULK_REPLY_STOPPED,
    LEFT_OUT,
    MAX_BULK_CHARS,
    MAX_CONVERSATIONS,
    NO_ACCESS,
    SAME_CUSTOMER,
    BulkState,
    ItemState,
)
from madoguchi.outreach.models import BulkReply, BulkReplyFile, BulkReplyItem, BulkReplyText
from madoguchi.outreach.personal import SECOND_LETTER, Personal, Words, each_letter, personal_letter, personal_letters
from madoguchi.outreach.queries import batch_of, files_of, happened_to, rest_of, visible_to_author
from madoguchi.outreach.reasons import words_of
from madoguchi.wording.own_fields import check_fields

#: What writing one letter may take, with a margin: so much longer all of them can be taken back.
_EACH = timedelta(milliseconds=200)
#: Somebody waits for it to begin; what cannot be written is found out later as well.
START_SECONDS = 0.5


class NothingToDo(DomainError):
    """There is nothing left of it that could be stopped, gone on with or taken back."""

    code = "nothing_to_do"


@dataclass(frozen=True, slots=True)
class BulkSending:
    """How the letters are sent."""

    seen_event_id: int = 0  #: the newest event when the preview was looked at; 0 is now
    status_after: str = Status.WAIT
    own_after: OwnStatus | None = None  #: one of our own that stands for `status_after`
    files: tuple[Enclosure, ...] = ()  #: each customer gets all of them
    acknowledged: frozenset[str] = frozenset()  #: keys of findings that were seen in the preview
    subject: str = ""  #: empty: each answer keeps the subject of its conversation


@dataclass(frozen=True, slots=True)
class BulkRetry:
    """What whoever tries the rest again has looked at, and decided."""

    conversations: frozenset[int] | None = None  #: those that are tried again; None: all that may be
    acknowledged: frozenset[str] = frozenset()  #: keys of findings they have seen; nothing else is taken as seen
    seen_event_id: int = 0  #: the newest event they were shown; 0: whatever happened meanwhile still stands in the way
    override_reason: str = ""  #: why those go in which something happened
    text: str | None = None  #: the corrected text; None leaves it
    subject: str | None = None


def preview_bulk_reply(
    conversations: Sequence[Conversation], text: str, *, user: User, files: Sequence[Enclosure] = (), subject: str = ""
) -> list[Personal]:
    """The letters as they would be written now, with those that would be set aside; `Invalid` for a faulty text.

    A conversation that was chosen twice is one.
    """
    words = checked_bulk(conversations, text, user=user, files=files, subject=subject)
    return personal_letters(_once(conversations), words, user=user, files=files)


def _once(conversations: Sequence[Conversation]) -> list[Conversation]:
    return list({each.pk: each for each in conversations}.values())


def checked_bulk(
    conversations: Sequence[Conversation], text: str, *, user: User, files: Sequence[Enclosure] = (), subject: str = ""
) -> Words:
    """The words of a bulk reply that may be begun; `Invalid` for a faulty text, selection or files."""
    _check(conversations, user)
    words = checked_words(text, subject)
    if sum(each.size_bytes for each in files) > MAX_ATTACHMENT_BYTES:
        raise Invalid(_("The attachments are larger than 18 MB together. Send some of them separately."), field="files")
    return words


@transaction.atomic
def start_bulk_reply(
    conversations: Sequence[Conversation],
    text: str,
    *,
    user: User,
    sending: BulkSending | None = None,
) -> BulkReply:
    """Begin to reply to all of these; a job writes the letters (`write_next`) and records what became of each.

    What cannot be written is set aside with the reason, at once or, where there is no time for it, when its turn comes;
    also a conversation in which something has happened since the preview was looked at. What asks is set aside unless
    it was acknowledged. Records `bulk_reply_started`.
    """
    sending = sending or BulkSending()
    check_seen(sending.seen_event_id)
    words = checked_bulk(conversations, text, user=user, files=sending.files, subject=sending.subject)
    conversations = _once(conversations)
    until = monotonic() + START_SECONDS
    letters = []
    for each in each_letter(conversations, words, user=user, files=sending.files):
        letters.append(each)
        if monotonic() > until:
            break
    if len(letters) == len(conversations) and all(each.problem for each in letters):
        raise Invalid(_("None of these can be replied to. Look at the reasons."), field="conversations")
    undo = max(each.inbox.undo_seconds for each in conversations)
    now = timezone.now()
    bulk = BulkReply.objects.create(
        user=user,
        subject=_one_line(sending.subject),
        text=text,
        status_after=sending.own_after.state if sending.own_after else sending.status_after,
        own_after=sending.own_after,
        acknowledged=sorted(sending.acknowledged),
        seen_event_id=sending.seen_event_id or newest_event_id(),
        leaves_at=now + timedelta(seconds=undo) + _EACH * len(conversations),
    )
    BulkReplyFile.objects.bulk_create(_file(bulk, position, each) for position, each in enumerate(sending.files))
    items = [_item(bulk, position, one) for position, one in enumerate(letters)]
    later = enumerate(conversations[len(letters) :], start=len(letters))
    items += [BulkReplyItem(bulk=bulk, conversation=each, position=position) for position, each in later]
    BulkReplyItem.objects.bulk_create(items)
    record(BULK_REPLY_STARTED, bulk.event_subject, by=user.actor, data={"amount": len(conversations)})
    return bulk


def newest_event_id() -> int:
    """The newest event there is: what a preview made now has seen."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _check(conversations: Sequence[Conversation], user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    if not conversations:
        raise Invalid(_("Choose the conversations first."), field="conversations")
    if len(conversations) > MAX_CONVERSATIONS:
        raise Invalid(_("Reply to 200 conversations at most at once."), field="conversations")


def checked_words(text: str, subject: str) -> Words:
    """Subject and text that can be filled in; `Invalid` with the field otherwise."""
    if not text.strip():
        raise Invalid(_("The text is empty. Write the reply first."), field="text")
    if len(text) > MAX_BULK_CHARS:
        raise Invalid(_("The text is too long. Send long documents as an attachment."), field="text")
    check_fields(text, field="text")
    check_fields(subject, field="subject")
    return Words(text, _one_line(subject))


def _one_line(subject: str) -> str:
    return cut_whole(" ".join(subject.split()), 1000)


def _file(bulk: BulkReply, position: int, file: Enclosure) -> BulkReplyFile:
    return BulkReplyFile(
        bulk=bulk,
        blob_id=file.blob_id,
        name=file.name[:255],
        content_type=file.content_type[:255],
        size_bytes=file.size_bytes,
        position=position,
    )


def _item(bulk: BulkReply, position: int, one: Personal) -> BulkReplyItem:
    state = ItemState.SET_ASIDE if one.problem else ItemState.WAITING
    reason = kept(one.problem) if one.problem else ""
    return BulkReplyItem(
        bulk=bulk, conversation=one.conversation, position=position, state=state, code=one.code, reason=reason
    )


@transaction.atomic
def write_next(bulk_id: int) -> bool:
    """Write the next letter of a running bulk reply; False when there is none, or it was stopped."""
    bulk = BulkReply.objects.select_for_update(of=("self",)).select_related("user", "own_after").get(pk=bulk_id)
    if bulk.state != BulkState.RUNNING:
        return False
    item = bulk.items.filter(state=ItemState.WAITING).first()
    if item is None:
        BulkReply.objects.filter(pk=bulk.pk).update(state=BulkState.DONE, finished_at=timezone.now())
        return False
    try:
        with transaction.atomic():
            _write(bulk, item)
    except LookFirst as error:
        item.state, item.code, item.reason = ItemState.SET_ASIDE, error.code, kept(words_of(error.found))
    except DomainError as error:
        with translation.override(bulk.user.language):
            item.state, item.code, item.reason = ItemState.SET_ASIDE, error.code[:40], kept(error.user_message)
    item.save(update_fields=["state", "message", "code", "reason", "version"])
    return True


def _write(bulk: BulkReply, item: BulkReplyItem) -> None:
    words = Words(bulk.text, bulk.subject)
    conversation = visible_to_author(bulk, item)
    if conversation is None:
        problem = later("You may not see this conversation any more.")
        item.state, item.code, item.reason = ItemState.SET_ASIDE, NO_ACCESS, kept(problem)
        return
    if _is_second(bulk, item):
        item.state, item.code, item.reason = ItemState.SET_ASIDE, SAME_CUSTOMER, kept(SECOND_LETTER)
        return
    one = personal_letter(conversation, words, user=bulk.user, files=files_of(bulk))
    if one.problem:
        item.state, item.code, item.reason = ItemState.SET_ASIDE, one.code, kept(one.problem)
        return
    sending = Sending(
        item.seen_event_id or bulk.seen_event_id,
        request_key=f"bulk-{bulk.pk}-{item.pk}",
        override_reason=item.override_reason,
        status_after=bulk.status_after,
        not_before=bulk.leaves_at,
        acknowledged=frozenset(bulk.acknowledged),
        own_after=bulk.own_after,
        batch=batch_of(bulk),
    )
    item.message = write_reply(conversation, one.letter, user=bulk.user, sending=sending)
    item.state, item.code, item.reason, item.version = ItemState.WRITTEN, "", "", bulk.version


def _is_second(bulk: BulkReply, item: BulkReplyItem) -> bool:
    """Whether the customer has got this mail already, in another of the conversations."""
    written = bulk.items.filter(state=ItemState.WRITTEN, conversation__customer=item.conversation.customer_id)
    return not item.seen_event_id and written.exists()


@transaction.atomic
def stop_bulk_reply(bulk: BulkReply) -> None:
    """Write no further letter: when this returns, none is. What was written stays; `take_all_back` takes it back."""
    BulkReply.objects.select_for_update().get(pk=bulk.pk)
    stopped = BulkReply.objects.filter(pk=bulk.pk, state=BulkState.RUNNING)
    if not stopped.update(state=BulkState.STOPPED, finished_at=timezone.now()):
        raise NothingToDo(_("This bulk reply is not running any more."))
    record(BULK_REPLY_STOPPED, bulk.event_subject, by=bulk.user.actor)


@transaction.atomic
def retry_bulk_reply(bulk: BulkReply, retry: BulkRetry | None = None) -> int:
    """Try again what was set aside or left when it was stopped; how many.

    Nothing is taken as seen but what `retry` names: other findings, and what happened since, set a letter aside again.
    What is not chosen stays as it is. A corrected text is for all that have not been written; the one before is kept.
    """
    retry = retry or BulkRetry()
    check_seen(retry.seen_event_id)
    held = BulkReply.objects.select_for_update().get(pk=bulk.pk)
    rest = [] if held.state == BulkState.RUNNING else list(rest_of(held))
    chosen = [each for each in rest if retry.conversations is None or each.conversation_id in retry.conversations]
    if not chosen:
        raise NothingToDo(_("There is nothing to try again."))
    _look_again(held, chosen, retry)
    _correct(held, retry)
    ids = {each.pk for each in chosen}
    held.items.filter(state=ItemState.WAITING).exclude(pk__in=ids).update(
        state=ItemState.SET_ASIDE, code=LEFT_OUT, reason=kept(later("Left out when the rest was tried again."))
    )
    undo = max(each.conversation.inbox.undo_seconds for each in chosen)
    held.state, held.finished_at = BulkState.RUNNING, None
    held.acknowledged = sorted(retry.acknowledged)
    held.leaves_at = timezone.now() + timedelta(seconds=undo) + _EACH * len(chosen)
    held.save(
        update_fields=["state", "finished_at", "acknowledged", "leaves_at", "subject", "text", "version"],
    )
    record(BULK_REPLY_STARTED, bulk.event_subject, by=bulk.user.actor, data={"amount": len(chosen)})
    return len(chosen)


def _look_again(bulk: BulkReply, chosen: Sequence[BulkReplyItem], retry: BulkRetry) -> None:
    """Let them wait again, with what was seen of what happened to each; `Invalid` where that needs a reason."""
    reason = cut_whole(" ".join(retry.override_reason.split()), 200)
    for item in chosen:
        seen = [each for each in happened_to(item, bulk, user=bulk.user) if each.event_id <= retry.seen_event_id]
        if seen and not reason:
            raise Invalid(
                _("Something happened in some of these meanwhile. Write why they go all the same."), field="reason"
            )
        item.state = ItemState.WAITING
        item.seen_event_id = max(item.seen_event_id, retry.seen_event_id)
        item.override_reason = reason if seen else item.override_reason
    BulkReplyItem.objects.bulk_update(chosen, ["state", "seen_event_id", "override_reason"])


def _correct(bulk: BulkReply, retry: BulkRetry) -> None:
    """Put the corrected words in, and keep those before; does not save."""
    text = bulk.text if retry.text is None else retry.text
    words = checked_words(text, bulk.subject if retry.subject is None else retry.subject)
    if (words.text, words.subject) == (bulk.text, bulk.subject):
        return
    BulkReplyText.objects.create(bulk=bulk, version=bulk.version, subject=bulk.subject, text=bulk.text)
    bulk.text, bulk.subject, bulk.version = words.text, words.subject, bulk.version + 1


def take_all_back(bulk: BulkReply) -> int:
    """Stop it and take back every letter that has not left; each is a draft again. How many were taken back."""
    with transaction.atomic():
        BulkReply.objects.select_for_update().get(pk=bulk.pk)
        running = BulkReply.objects.filter(pk=bulk.pk, state=BulkState.RUNNING)
        running.update(state=BulkState.STOPPED, finished_at=timezone.now())
    return sum(_take_back(item, bulk.user) for item in bulk.items.filter(state=ItemState.WRITTEN))


def _take_back(item: BulkReplyItem, user: User) -> bool:
    assert item.message is not None
    try:
        with transaction.atomic():
            cancel_reply(item.message, user=user)
            return bool(BulkReplyItem.objects.filter(pk=item.pk).update(state=ItemState.TAKEN_BACK))
    except NotCancellable:
        return False
