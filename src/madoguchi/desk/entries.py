"""The timeline put into words: day lines, messages, notes, and groups of events."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import AutoKind
from madoguchi.commerce.numbers import Recogniser
from madoguchi.conversations.actions.resending import can_be_readdressed
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.phone_memos import is_phone_memo
from madoguchi.conversations.threading import NEW_PARTICIPANT
from madoguchi.conversations.timeline import Timeline
from madoguchi.conversations.ways_back import WayBack
from madoguchi.core.telling import told
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.bodies import NO_ORDERS, SHOWN_CHARS, Block, blocks_of, is_designed, note_blocks
from madoguchi.desk.deliveries import Delivery, in_trouble, plain_state, quiet_state
from madoguchi.desk.file_kinds import FileKind, kind_of_file
from madoguchi.desk.happenings import EventsEntry, events_entry
from madoguchi.desk.new_matters import decided_at, new_matters_in
from madoguchi.desk.parties import has_others, towards
from madoguchi.desk.planned_lines import planned_deeds
from madoguchi.desk.rows import channel_sign
from madoguchi.desk.sent_back import SentBack, sent_back_of
from madoguchi.desk.sentences import SILENT, Names
from madoguchi.events.models import Event
from madoguchi.ui.dates import Words, iso
from madoguchi.ui.rows import Sign

#: What browsers show by themselves without running anything.
PREVIEWABLE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv"}
)

_FILES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class DayLine:
    """The line between two days."""

    word: str
    id: str
    kind: str = "day"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An attachment."""

    id: int
    name: str
    size: str
    kind: FileKind
    is_image: bool
    can_preview: bool


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """One message or note."""

    id: int
    kind: str  #: customer, ours, note, call; quiet is what we sent by itself
    who: str
    towards: str
    time: str
    at: str
    full: str
    channel: Sign
    blocks: list[Block]
    is_cut: bool = False  #: the text goes on
    reads_along: bool = False  #: somebody else than the two: the whole list is one click away
    is_mine: bool = False
    files: list[FileEntry] = field(default_factory=list)
    delivery: Delivery | None = None
    bounces: list[str] = field(default_factory=list)
    subject: str = ""  #: only where it differs from the conversation's
    label: str = ""  #: what a machine's message is
    has_html: bool = False
    shows_html: bool = False
    language: str = "ja"
    approved: str = ""
    can_readdress: bool = False
    resends: int = 0  #: the mail that failed and that this one sends again
    resent_as: int = 0  #: the mail by which this one was sent again
    can_split: bool = False
    is_new_matter: bool = False  #: by its subject; the customer has not been answered since
    person: int = 0  #: the customer who wrote it
    is_stranger: bool = False  #: whoever wrote it had not been part of the conversation

    @property
    def is_note(self) -> bool:
        """Not a letter: what customers do not see."""
        return self.kind in ("note", "call")

    @property
    def first_files(self) -> list[FileEntry]:
        """The files shown at once; one more than fit would only be replaced by the line that hides it."""
        return self.files if len(self.files) <= _FILES_AT_ONCE + 1 else self.files[:_FILES_AT_ONCE]

    @property
    def more_files(self) -> list[FileEntry]:
        """The files behind one line."""
        return self.files[len(self.first_files) :]


type Entry = DayLine | EventsEntry | MessageEntry


@dataclass(frozen=True, slots=True)
class Telling:
    """What every entry needs and is looked up once."""

    conversation: Conversation
    me: User
    words: Words
    names: Names
    timeline: Timeline
    ways: Mapping[int, WayBack] = field(default_factory=dict)  #: of events that can be taken back
    given_back: dict[int, SentBack] = field(default_factory=dict)  #: by message; read once the first is told
    shown: int = SHOWN_CHARS  #: how much of a message is shown at once
    finder: Recogniser = NO_ORDERS  #: of order numbers

    def entries(self) -> Iterator[Entry]:
        """Messages and groups of events in the order of time, with a line where a day begins."""
        day = ""
        pending: list[Event] = []
        new_matters = new_matters_in(self.timeline.messages, self.conversation, decided_at(self.timeline.events))
        for moment, thing in _in_order(self.timeline.messages, self.timeline.events):
            if (today := self.words.day(moment)) != day:
                yield from self._events(pending)
                pending = []
                day = today
                yield DayLine(day, f"day-{moment.astimezone(self.words.zone):%Y%m%d}")
            if isinstance(thing, Event):
                pending.append(thing)
                continue
            yield from self._events(pending)
            pending = []
            if thing.kind == MessageKind.NOTE:
                yield self.note(thing)
            else:
                yield self.message(thing, is_new_matter=thing.pk in new_matters)
        yield from self._events(pending)

    def _events(self, events: list[Event]) -> Iterator[EventsEntry]:
        if events:
            yield events_entry(events, self.words, self.names, self.ways)

    def note(self, message: Message) -> MessageEntry:
        """An internal note, or the memo of a call."""
        is_call = is_phone_memo(message)
        return MessageEntry(
            id=message.pk,
            kind="call" if is_call else "note",
            who=self._person(message),
            towards="",
            time=self.words.time(message.at),
            at=iso(message.at),
            full=self.words.full(message.at),
            channel=Sign("phone", _("Phone memo")) if is_call else Sign("note", _("Internal note")),
            blocks=note_blocks(message, self.shown, self.finder),
            is_cut=len(message.text) > self.shown,
            is_mine=message.user_id == self.me.pk,
            files=[self.file(each) for each in self._attached(message)],
        )

    def message(self, message: Message, *, is_new_matter: bool = False) -> MessageEntry:
        """A message that came or went."""
        is_ours = message.kind == MessageKind.OUTBOUND
        shows_html = is_designed(message) and not is_ours
        own_subject = message.subject if message.subject != self.conversation.subject else ""
        return MessageEntry(
            id=message.pk,
            kind="quiet" if message.is_automatic else "ours" if is_ours else "customer",
            who=self._person(message) if is_ours else self._customer(message),
            towards=towards(message),
            reads_along=has_others(message),
            time=self.words.time(message.at),
            at=iso(message.at),
            full=self.words.full(message.at),
            channel=channel_sign(message.inbox.kind),
            blocks=blocks_of(message, self.shown, self.finder),
            is_cut=len(message.text) > self.shown,
            is_mine=is_ours and message.user_id == self.me.pk,
            files=[self.file(each) for each in self._attached(message) if not (shows_html and _is_inside(each))],
            delivery=self.delivery(message) if is_ours else None,
            bounces=[_bounce(report) for report in message.bounce] if message.auto_kind != AutoKind.FEEDBACK else [],
            subject="" if _is_same(own_subject, self.conversation) else own_subject,
            label=_machine_word(message.auto_kind),
            has_html=bool(message.html),
            shows_html=shows_html,
            language=message.language or self.conversation.language or "ja",
            approved=message.approved_by.name if message.approved_by else "",
            can_split=not is_ours and not self._is_first(message),
            can_readdress=is_ours and may(self.me, Permission.REPLY) and can_be_readdressed(message),
            resends=(message.about_id or 0) if is_ours else 0,
            resent_as=self.timeline.resent.get(message.pk, 0) if is_ours else 0,
            is_new_matter=is_new_matter,
            person=0 if is_ours else message.customer_id or 0,
            is_stranger=NEW_PARTICIPANT in message.warnings,
        )

    def _is_first(self, message: Message) -> bool:
        """True for what the conversation begins with: nothing would stay behind if it moved with all later ones."""
        return not self.timeline.earlier and message.pk == self.timeline.messages[0].pk

    def _attached(self, message: Message) -> Sequence[Attachment]:
        return self.timeline.files.get(message.pk, ())

    def _person(self, message: Message) -> str:
        name = message.user.name if message.user else message.sender_name
        return _("%(name)s (me)") % {"name": name} if message.user_id == self.me.pk else name

    def _customer(self, message: Message) -> str:
        customer = self.conversation.customer
        if message.customer_id == customer.pk:
            return f"{customer.label} {self.conversation.honorific}".strip()
        return message.sender_name or message.sender_address or _("(unknown sender)")

    def file(self, attachment: Attachment) -> FileEntry:
        """One file as a slip of paper."""
        return file_entry(attachment, self.words)

    def delivery(self, message: Message) -> Delivery:
        """The state of an outgoing message in a word, and what to do; about what nobody wrote nobody does anything."""
        if message.is_automatic:
            return quiet_state(message)
        if message.bounced_at:
            return Delivery("failed", "alert", _("Not delivered"), "late")
        tell = {
            MessageState.QUEUED: self._queued,
            MessageState.RETRYING: self._retrying,
            MessageState.FAILED: self._failed,
            MessageState.UNCERTAIN: self._uncertain,
            MessageState.AWAITING_APPROVAL: self._awaiting,
            MessageState.SENT_BACK: self._sent_back,
            MessageState.STOPPED: self._stopped,
        }.get(MessageState(message.state))
        return tell(message) if tell else plain_state(message)

    def _queued(self, message: Message) -> Delivery:
        if message.planned_at and message.planned_at > self.words.now:
            word = _("Leaves %(time)s") % {"time": self.words.due(message.planned_at)}
            return Delivery("sending", "clock", word, "wait", plan=planned_deeds(self.me, message))
        waits = message.send_after is not None and message.send_after > self.words.now
        leaves = iso(message.send_after) if message.send_after and waits and may(self.me, Permission.REPLY) else ""
        return Delivery("sending", "clock", _("Waiting to be sent"), leaves_at=leaves)

    def _retrying(self, message: Message) -> Delivery:
        word = _("Trying again at %(time)s") % {"time": self.words.due(message.send_after or self.words.now)}
        why, detail = told(message.failure), told(message.failure_detail)
        leaves = iso(message.send_after) if message.send_after and may(self.me, Permission.REPLY) else ""
        return Delivery("sending", "refresh", word, "wait", why=why, detail=detail, leaves_at=leaves)

    def _failed(self, message: Message) -> Delivery:
        return in_trouble(message, _("The mail could not be sent"), can_resend=may(self.me, Permission.REPLY))

    def _uncertain(self, message: Message) -> Delivery:
        can_reply = may(self.me, Permission.REPLY)
        return in_trouble(message, _("Sent or not?"), can_resend=can_reply, can_confirm=can_reply)

    def _awaiting(self, message: Message) -> Delivery:
        is_own = message.user_id == self.me.pk
        decides = may(self.me, Permission.APPROVE) and not is_own
        word = _("Awaiting approval")
        if message.planned_at:
            word = _("Awaiting approval, then leaves %(time)s") % {"time": self.words.due(message.planned_at)}
        seen = self.timeline.waiting.get(message.pk, "")
        return Delivery(
            "sending", "s-approval", word, "approval",
            can_decide=decides, can_withdraw=is_own, has_request=True, seen=seen,
        )  # fmt: skip

    def _stopped(self, message: Message) -> Delivery:
        why, plan = told(message.failure), planned_deeds(self.me, message)
        return Delivery("failed", "stop", _("Held back"), "late", why=why, plan=plan)

    def _sent_back(self, message: Message) -> Delivery:
        if not self.given_back:
            self.given_back.update(sent_back_of(self.conversation))
        back, word, why = self.given_back.get(message.pk), _("Sent back"), told(message.failure)
        if back and back.who:
            word = _("%(name)s sent it back") % {"name": back.who}
        reasons = back.reasons if back else ()
        said = back.comment if back and reasons else why
        return Delivery("failed", "undo", word, "hold", why=said or " ", reasons=reasons, has_request=True)


def file_entry(attachment: Attachment, words: Words) -> FileEntry:
    """One file as a slip of paper."""
    is_image = attachment.content_type.startswith("image/") and attachment.content_type in PREVIEWABLE
    return FileEntry(
        id=attachment.pk,
        name=attachment.name or _("(no name)"),
        size=words.size(attachment.size_bytes),
        kind=kind_of_file(attachment.name, attachment.content_type),
        is_image=is_image,
        can_preview=attachment.content_type in PREVIEWABLE,
    )


def _in_order(
    messages: Iterable[Message], events: Iterable[Event]
) -> list[tuple[datetime, Message]] | list[tuple[datetime, Message | Event]]:
    told = [event for event in events if event.kind not in SILENT]
    things: list[tuple[datetime, int, int, Message | Event]] = [(each.at, 0, each.pk, each) for each in messages]
    things += [(each.at, 1, each.pk, each) for each in told]
    return [(at, thing) for at, _rank, _pk, thing in sorted(things, key=lambda each: each[:3])]


def _is_same(subject: str, conversation: Conversation) -> bool:
    return not subject or conversation.subject.casefold() in subject.casefold()


def _is_inside(attachment: Attachment) -> bool:
    return attachment.is_inline and bool(attachment.content_id)


def _machine_word(auto_kind: str) -> str:
    return {
        "bounce": _("Delivery failure report"),
        "feedback": _("Complaint report"),
        "autoreply": _("Automatic reply"),
        "bulk": _("Bulk mail"),
        "loop": _("Our own mail come back"),
    }.get(auto_kind, "")


def _bounce(report: dict[str, str]) -> str:
    parts = [report.get("recipient", ""), report.get("status", ""), cut_whole(report.get("diagnostic", ""), 300)]
    return " · ".join(part for part in parts if part)
