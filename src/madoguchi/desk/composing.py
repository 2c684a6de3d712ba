"""The composer's sheet: what stands in it, from a draft, from the conversation, or from what was just sent."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inboxes_of
from madoguchi.channels.signatures import signature
from madoguchi.conversations.answered import subject_to_answer
from madoguchi.conversations.approval import needs_approval
from madoguchi.conversations.begun import begun
from madoguchi.conversations.choices import DraftKind, Status
from madoguchi.conversations.disturbances import disturbances_since, latest_event_id
from madoguchi.conversations.letters import MAX_ATTACHMENT_BYTES, Enclosure
from madoguchi.conversations.models import Conversation, Draft, DraftAttachment, Message
from madoguchi.conversations.queries import find_draft, newest_inbound
from madoguchi.conversations.subjects import forward_subject, reply_subject
from madoguchi.conversations.threading import NEW_PARTICIPANT
from madoguchi.customers.queries import identities_for
from madoguchi.desk.along import AlongLine, along_lines
from madoguchi.desk.letters import (
    Party,
    caret_in,
    forwarded,
    greeting,
    opening,
    our_addresses,
    quote,
    reaches_more,
    recipients,
)
from madoguchi.desk.meanwhile import Happened, happened
from madoguchi.desk.planning import SendPlan, refilled, send_plan, with_time
from madoguchi.desk.preflight_panel import Panel
from madoguchi.desk.sent_back import SentBack, sent_back_to
from madoguchi.desk.status_choices import statuses_after
from madoguchi.desk.unsent import about_unsent
from madoguchi.desk.written import Written, as_parties
from madoguchi.ui.dates import Words

REPLY, REPLY_ALL, NOTE, FORWARD, NEW = "reply", "reply_all", "note", "forward", "new"
MODES = (REPLY, REPLY_ALL, NOTE, FORWARD)


@dataclass(frozen=True, slots=True)
class Person:
    """One recipient as a chip."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of the sheet; `field` is the name under which the form sends its id."""

    id: int
    name: str
    size: str
    field: str = "file"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the composer shows."""

    mode: str
    url: str
    draft_url: str
    files_url: str
    number: int | None = None
    to: Sequence[Person] = ()
    cc: Sequence[Person] = ()
    bcc: Sequence[Person] = ()
    subject: str = ""
    text: str = ""
    caret: int = 0
    is_rich: bool = False
    files: Sequence[File] = ()
    seen_event_id: int = 0
    request_key: str = ""
    quotable: str = ""
    closing: str = ""  #: the signature, by which a quotation finds its place
    draft_state: str = ""
    status_after: str = Status.WAIT.value
    statuses: Sequence[tuple[str, str]] = ()
    needs_approval: bool = False
    undo_seconds: int = 0
    language: str = "ja"
    warnings: Sequence[str] = ()
    error: str = ""
    error_field: str = ""
    happened: Sequence[Happened] = ()  #: since `seen_event_id`, as far as `shown_event_id`: what a refusal shows
    shown_event_id: int = 0
    since_draft: Sequence[Happened] = ()  #: since the draft that is continued here was left
    sent_back: SentBack | None = None  #: why the approver gave it back
    reason: str = ""
    inboxes: Sequence[Inbox] = ()
    inbox_id: int | None = None
    can_reply_all: bool = False
    plan: SendPlan | None = None  #: 送信予約; not for notes
    along: Sequence[AlongLine] = ()  #: what is done when it leaves
    is_private: bool = False  #: the draft is kept from colleagues
    resends: int | None = None  #: the mail that failed and is sent again
    max_bytes: int = MAX_ATTACHMENT_BYTES
    check_url: str = ""  #: where the letter is checked while it is written
    review: Panel | None = None  #: 送信内容の確認: what stands in the way of sending
    acknowledged: str = ""  #: keys of the findings the writer has seen

    @property
    def is_note(self) -> bool:
        """Nothing of it goes to a customer."""
        return self.mode == NOTE

    @property
    def error_is_beside(self) -> bool:
        """The error stands at the reason, in the list of what happened."""
        return bool(self.happened) and self.error_field == "reason"


def people(parties: Sequence[Party]) -> list[Person]:
    """Stored parties as chips."""
    return [Person(party["name"], party["email"]) for party in parties]


def draft_kind(mode: str) -> str:
    """Under which kind a mode's draft is kept."""
    return DraftKind.REPLY.value if mode == REPLY_ALL else mode


def enclosures_of(attachments: Sequence[DraftAttachment]) -> list[Enclosure]:
    """Files of a draft as they go with a letter."""
    return [
        Enclosure(blob_id=each.blob_id, name=each.name, content_type=each.content_type, size_bytes=each.blob.size_bytes)
        for each in attachments
    ]


def open_sheet(user: User, conversation: Conversation, mode: str, words: Words) -> Sheet:
    """The composer as it opens: what the person has begun, else a letter with its beginning and end."""
    newest = newest_inbound(conversation)
    draft = find_draft(user, conversation, draft_kind(mode))
    sheet = _blank(user, conversation, mode, newest, words)
    if draft is not None:
        if mode in (REPLY, REPLY_ALL):
            sheet = replace(sheet, sent_back=sent_back_to(user, conversation, words))
        sheet = _with_draft(sheet, draft, words, keep_recipients=mode == REPLY_ALL)
        sheet = with_along(sheet, user, draft.along, conversation.inbox_id, is_opening=True)
        sheet = replace(sheet, since_draft=_since_draft(user, conversation, draft, words))
    unsent = [] if mode == NOTE else about_unsent(conversation, words)
    known = [*unsent, *_about_waiting(user, conversation, draft), *_about_sender(newest, sheet)]
    return replace(sheet, warnings=[*known, *warnings_for([*sheet.to, *sheet.cc], words)])


def _about_waiting(user: User, conversation: Conversation, draft: Draft | None) -> list[str]:
    """That more has been begun here, by writing in two conversations that are one now."""
    if draft is None:
        return []
    text = _("Another draft of yours, begun in #%(number)s, opens here once this one is sent or discarded.")
    return [text % {"number": each.conversation_id} for each in begun(user, conversation, [draft.kind])[1:]]


def _about_sender(newest: Message | None, sheet: Sheet) -> list[str]:
    """That the answer would go to somebody who had not been part of the conversation."""
    if newest is None or NEW_PARTICIPANT not in newest.warnings:
        return []
    if newest.sender_address not in {person.address for person in sheet.to}:
        return []
    text = _("%(address)s had not been part of this conversation before. Check the recipient before you send.")
    return [text % {"address": newest.sender_address}]


def _since_draft(user: User, conversation: Conversation, draft: Draft, words: Words) -> list[Happened]:
    """What the draft does not know of; whoever continues it has it before their eyes, and from then on it is seen."""
    if draft.kind == DraftKind.NOTE or not draft.seen_event_id:
        return []
    return happened(disturbances_since(draft.seen_event_id, conversation, reader=user), words)


def _base(user: User, conversation: Conversation, mode: str) -> Sheet:
    number = conversation.pk
    return Sheet(
        mode=mode,
        number=number,
        url=reverse("desk:reply", args=[number]),
        check_url="" if mode == NOTE else reverse("desk:check-reply", args=[number]),
        draft_url=f"{reverse('desk:draft', args=[number])}?mode={mode}",
        files_url=f"{reverse('desk:draft-files', args=[number])}?mode={mode}",
        seen_event_id=latest_event_id(conversation),
        request_key=secrets.token_hex(12),
        statuses=_statuses_after(conversation),
        status_after=Status.INTERNAL.value if mode == FORWARD else Status.WAIT.value,
        needs_approval=mode != NOTE and needs_approval(user),
        undo_seconds=conversation.inbox.undo_seconds,
        language=conversation.letter_language,
        closing="" if mode == NOTE else signature(conversation.inbox, user),
        plan=None if mode == NOTE else send_plan(conversation.inbox, conversation.customer.time_zone),
    )


def _statuses_after(conversation: Conversation) -> list[tuple[str, str]]:
    """What a conversation may be after sending; a request to others (依頼) waits for them or is finished."""
    if conversation.side_of_id is not None:
        return [(Status.WAIT.value, _("Waiting for an answer")), (Status.DONE.value, _("Finished"))]
    return statuses_after((Status.WAIT, Status.OPEN, Status.INTERNAL, Status.DONE), conversation.inbox_id)


def _blank(user: User, conversation: Conversation, mode: str, newest: Message | None, words: Words) -> Sheet:
    sheet = _base(user, conversation, mode)
    if mode == NOTE:
        return sheet
    ours = our_addresses([conversation.inbox, *inboxes_of(user)])
    if mode == FORWARD:
        text = f"\n\n{sheet.closing}" + (forwarded(newest, words) if newest else "")
        files = [_forwarded_file(each, words) for each in newest.attachments.all()] if newest else []
        return replace(sheet, subject=forward_subject(conversation.subject), text=text, files=files)
    to, cc = recipients(conversation, newest, ours, to_all=mode == REPLY_ALL)
    subject = subject_to_answer(conversation, newest.subject if newest else "")
    text, caret = opening(greeting(newest, conversation.customer, sheet.language), sheet.closing)
    return replace(
        sheet,
        to=people(to),
        cc=people(cc),
        subject=reply_subject(subject, conversation.pk, language=sheet.language),
        text=text,
        caret=caret,
        quotable=quote(newest, words, conversation.letter_language) if newest else "",
        can_reply_all=reaches_more(conversation, newest, ours),
    )


def _forwarded_file(attachment: Any, words: Words) -> File:
    return File(attachment.pk, attachment.name, words.size(attachment.size_bytes), field="forwarded")


def _with_draft(sheet: Sheet, draft: Draft, words: Words, *, keep_recipients: bool = False) -> Sheet:
    own = [File(each.pk, each.name, words.size(each.blob.size_bytes)) for each in draft.attachments.all()]
    names = {file.name for file in own}
    sheet = replace(
        sheet,
        subject=draft.subject,
        text=draft.text,
        caret=caret_in(draft.text, sheet.closing),
        is_rich=draft.is_rich,
        is_private=draft.is_private,
        files=[*own, *(file for file in sheet.files if file.name not in names)],
        request_key=draft.request_key or sheet.request_key,
        plan=with_time(sheet.plan, draft.planned_at),
        resends=draft.resends_id,
        draft_state=_("Draft saved %(time)s") % {"time": words.short(draft.updated_at)},
    )
    if keep_recipients or not draft.to:
        return sheet
    return replace(sheet, to=people(draft.to), cc=people(draft.cc), bcc=people(draft.bcc))


def sent_sheet(
    user: User, conversation: Conversation, mode: str, written: Written, words: Words, *, is_disturbed: bool = False
) -> Sheet:
    """The composer again, with everything that was typed, after a refusal.

    What happened meanwhile is shown when that was the reason, and from then on at every refusal: what the writer has
    seen does not grow by an answer, only by this list and a reason.
    """
    draft = find_draft(user, conversation, draft_kind(mode))
    attachments = list(draft.attachments.all()) if draft else []
    newest = newest_inbound(conversation)
    forwardable = list(newest.attachments.all()) if newest and mode == FORWARD else []
    is_reply, ours = mode in (REPLY, REPLY_ALL), our_addresses([conversation.inbox, *inboxes_of(user)])
    is_shown = mode != NOTE and (is_disturbed or written.shown_event_id > 0)
    since = disturbances_since(written.seen_event_id, conversation, reader=user) if is_shown else []
    base = with_along(_base(user, conversation, mode), user, written.along, conversation.inbox_id)
    return replace(
        refill(base, written, attachments, words),
        happened=happened(since, words),
        shown_event_id=since[-1].event_id if since else 0,
        quotable=quote(newest, words, conversation.letter_language) if newest and is_reply else "",
        can_reply_all=is_reply and reaches_more(conversation, newest, ours),
        warnings=[
            *([] if mode == NOTE else about_unsent(conversation, words)),
            *warnings_for(people(as_parties([*written.to, *written.cc])), words),
        ],
        files=[
            *(File(each.pk, each.name, words.size(each.blob.size_bytes)) for each in attachments),
            *(_forwarded_file(each, words) for each in forwardable if each.pk in written.forwarded_ids),
        ],
    )


def with_along(
    sheet: Sheet, user: User, ids: Iterable[int], inbox_id: int | None, *, is_opening: bool = False
) -> Sheet:
    """A sheet with what is done when it leaves; one that opens also has the status that belongs to it."""
    if sheet.is_note:
        return sheet
    lines = along_lines(user, ids, inbox_id, sheet.statuses)
    after = [line.after for line in lines if line.after][-1:] if is_opening else []
    return replace(sheet, along=lines, status_after=after[0] if after else sheet.status_after)


def refill(sheet: Sheet, written: Written, attachments: Sequence[DraftAttachment], words: Words) -> Sheet:
    """A sheet with what the form sent."""
    return replace(
        sheet,
        to=people(as_parties(written.to)),
        cc=people(as_parties(written.cc)),
        bcc=people(as_parties(written.bcc)),
        subject=written.subject,
        text=written.text,
        is_rich=written.is_rich,
        is_private=written.is_private,
        seen_event_id=written.seen_event_id,
        request_key=written.request_key,
        status_after=written.status_after,
        plan=refilled(sheet.plan, written.planning),
        resends=written.resends or None,
        reason=written.reason,
        acknowledged=" ".join(sorted(written.acknowledged)),
        files=[File(each.pk, each.name, words.size(each.blob.size_bytes)) for each in attachments],
    )


def new_sheet(user: User, key: str, draft: Draft | None, words: Words, *, inbox_id: int | None = None) -> Sheet:
    """The composer of a mail that answers nothing; `key` names its draft."""
    inboxes = list(inboxes_of(user).filter(is_active=True))
    chosen = next((each for each in inboxes if each.pk == inbox_id), inboxes[0] if inboxes else None)
    sheet = Sheet(
        mode=NEW,
        url=reverse("desk:new-mail", args=[key]),
        check_url=reverse("desk:check-new-mail", args=[key]),
        draft_url=reverse("desk:new-draft", args=[key]),
        files_url=reverse("desk:new-files", args=[key]),
        request_key=key,
        statuses=statuses_after((Status.WAIT, Status.OPEN, Status.DONE), chosen.pk if chosen else None),
        needs_approval=needs_approval(user),
        undo_seconds=chosen.undo_seconds if chosen else 0,
        language=chosen.language if chosen else "ja",
        inboxes=inboxes,
        inbox_id=chosen.pk if chosen else None,
        text=opening("", signature(chosen, user))[0] if chosen else "",
        plan=send_plan(chosen) if chosen else None,
        error="" if chosen else _("There is no desk from which you could write. Ask an administrator to connect one."),
    )
    if draft is None:
        return sheet
    sheet = replace(_with_draft(sheet, draft, words), inbox_id=draft.inbox_id)
    return with_along(sheet, user, draft.along, draft.inbox_id, is_opening=True)


def warnings_for(recipients_: Sequence[Person], words: Words) -> list[str]:
    """What a writer should know of the addresses before sending."""
    bounced = identities_for(person.address for person in recipients_).exclude(bounced_at=None)
    return [
        _("Mail to %(address)s came back on %(day)s. Check the address before you send.")
        % {"address": identity.shown, "day": words.short(identity.bounced_at)}
        for identity in bounced
        if identity.bounced_at
    ]
