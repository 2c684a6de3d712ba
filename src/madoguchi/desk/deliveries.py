"""Where an outgoing message stands, in words; the timeline (`entries`) says which of these it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.core.telling import told
from madoguchi.desk.planned_lines import PlannedDeeds


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where an outgoing message stands, and what can be done about it."""

    state: str  #: "", sending, failed, cancelled: for the rule beside the message
    icon: str
    word: str
    tone: str = ""
    leaves_at: str = ""  #: while it can be taken back
    why: str = ""
    detail: str = ""
    can_resend: bool = False
    can_confirm: bool = False
    can_decide: bool = False  #: this person may approve or send back
    seen: str = ""  #: what they have before their eyes as they do
    can_withdraw: bool = False  #: this person asked for the approval
    has_request: bool = False  #: its approval has a page of its own
    plan: PlannedDeeds | None = None  #: what may be done with a mail that waits for its time
    reasons: Sequence[str] = ()  #: of an approver who sent it back


def plain_state(message: Message) -> Delivery:
    """The states about which there is nothing to do."""
    if message.state == MessageState.SENDING:
        return Delivery("sending", "send", _("Sending…"))
    if message.state == MessageState.CANCELLED:
        # What waited for approval had no time to leave at yet.
        word = _("Taken back") if message.send_after else _("Request for approval withdrawn")
        return Delivery("cancelled", "undo", word, "hold")
    return Delivery("", "check", _("Sent"), "done")


def quiet_state(message: Message) -> Delivery:
    """Of what nobody wrote only the word, and why it did not arrive."""
    if message.bounced_at:
        return Delivery("", "alert", _("Not delivered"))
    word = _("Sent") if message.state == MessageState.SENT else message.get_state_display()
    return Delivery("", "check", word, why=told(message.failure))


def taken_back_word(*, was_asking: bool) -> str:
    """What is said when somebody has taken back a mail, or withdrawn one that only waited for approval."""
    if was_asking:
        return _("The request for approval was withdrawn. The mail is a draft again.")
    return _("The mail was taken back. It is a draft again.")


def in_trouble(message: Message, word: str, *, can_resend: bool, can_confirm: bool = False) -> Delivery:
    """A mail that failed, or of which nobody knows: why, and what the server said."""
    return Delivery(
        "failed",
        "alert",
        word,
        "late",
        why=told(message.failure),
        detail=told(message.failure_detail),
        can_resend=can_resend,
        can_confirm=can_confirm,
    )
