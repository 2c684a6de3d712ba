"""Notices put into words."""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import names_of_users
from madoguchi.calls.choices import (
    CALLBACK_DUE_SOON,
    CALLBACK_MISSED,
    CALLBACK_MOVED,
    CALLBACK_REQUESTED,
    SLIP_ANSWERED,
    SLIP_SENT,
)
from madoguchi.cases import choices as cases
from madoguchi.channels.choices import INBOX_FAILING
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.asking import SIDE_ANSWERED
from madoguchi.conversations.choices import (
    APPROVAL_EDIT_KEPT,
    APPROVAL_ESCALATED,
    APPROVAL_REDIRECTED,
    APPROVAL_REMINDED,
    APPROVAL_STEPPED,
    DRAFT_TAKEN,
    DUE_PASSED,
    DUE_SOON,
    ESCALATED,
    REPLY_BOUNCED,
    REPLY_FAILED,
    REPLY_SENT_BACK,
    REPLY_STOPPED,
    REPLY_UNCERTAIN,
    RESUMED,
    TRAINING_DONE,
    TRAINING_ENDED,
)
from madoguchi.conversations.linking import CHILD_DONE
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.telling import Told, telling
from madoguchi.notifications.actions import (
    ANSWERED,
    APPROVAL_ASKED,
    APPROVED,
    APPROVED_EDITED,
    ASSIGNED,
    AUTOMATIC_FAILED,
    MENTION,
)
from madoguchi.notifications.models import REMINDED, Notification
from madoguchi.notifications.queries import MOST_COUNTED
from madoguchi.promises.choices import PROMISE_BROKEN, PROMISE_DUE_SOON
from madoguchi.ui.dates import Words, iso
from madoguchi.workforce.choices import BULLETIN_POSTED, BULLETIN_REMINDED


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One thing one should know."""

    href: str
    icon: str
    text: str
    about: str
    when: str
    at: str
    is_unread: bool


def unread_word(unread: Sized) -> str:
    """How many are unread, or nothing; they are counted as far as `unread_ids` goes."""
    return capped(len(unread))


def capped(amount: int) -> str:
    """A figure that was counted to 99, or nothing."""
    return f"{amount}+" if amount >= MOST_COUNTED else str(amount or "")


def notice_lines(user: User, notices: Iterable[Notification], words: Words) -> list[NoticeLine]:
    """The list in words: what happened, and with which conversation or 窓口; two queries for all."""
    listed = list(notices)
    numbers = {_number(each) for each in listed if each.subject.startswith("conversation:")}
    subjects = {
        each.pk: f"{each.customer.label}・{each.subject or _('(No subject)')}"
        for each in conversations_by_ids(user, sorted(numbers))
    }
    inboxes = {inbox.pk: inbox.name for inbox in inboxes_of(user)} if len(numbers) < len(listed) else {}
    staff = [_number(each) for each in listed if each.subject.startswith("user:")]
    people = names_of_users(staff) if staff else {}
    return [_line(each, subjects, inboxes, people, words) for each in listed]


def _number(notice: Notification) -> int:
    return int(notice.subject.partition(":")[2])


def _line(
    notice: Notification, subjects: dict[int, str], inboxes: dict[int, str], people: dict[int, str], words: Words
) -> NoticeLine:
    icon, text = _told(notice)
    number = _number(notice)
    if notice.subject.startswith("conversation:"):
        href, about = reverse("desk:conversation", args=[number]), subjects.get(number, _("No longer open to you"))
    elif notice.subject.startswith("user:"):
        href, about = reverse("desk:approval-statistics"), people.get(number, "")
    elif notice.subject.startswith("case:"):
        href, about = reverse("desk:case", args=[number]), ""
    elif notice.subject.startswith("care:"):
        href, about = reverse("desk:care"), ""
    elif notice.subject.startswith("bulletin:"):
        href, about = reverse("desk:bulletin", args=[number]), ""
    else:
        href, about = reverse("desk:mailbox", args=[number]), inboxes.get(number, "")
    return NoticeLine(
        href, icon, text, about, words.short(notice.created_at), iso(notice.created_at), not notice.read_at
    )


def _told(notice: Notification) -> tuple[str, str]:
    icon, text = _KNOWN.get(notice.kind, ("bell", telling("Something happened")))
    return icon, str(text % {"who": notice.data.get("by") or _("Automatic")})


#: Icon and words of each kind; who did it is put in.
_KNOWN: Mapping[str, tuple[str, Told]] = {
    MENTION: ("at", telling("%(who)s mentioned you in a note")),
    ASSIGNED: ("user", telling("%(who)s made you the assignee")),
    APPROVAL_ASKED: ("stamp", telling("%(who)s asks for approval of a reply")),
    **dict.fromkeys((APPROVAL_STEPPED, APPROVAL_REDIRECTED), ("stamp", telling("A reply waits for your approval now"))),
    APPROVAL_REMINDED: ("clock", telling("A reply has waited for approval longer than it should")),
    APPROVAL_ESCALATED: ("alert", telling("A reply waits for approval, and nobody has decided in time")),
    APPROVAL_EDIT_KEPT: ("pencil", telling("%(who)s had edited the reply that you took back: the edit is kept")),
    APPROVED: ("stamp", telling("%(who)s approved your reply")),
    APPROVED_EDITED: ("stamp", telling("%(who)s approved your reply with changes")),
    TRAINING_DONE: ("star", telling("A trainee's replies have needed no change for long: approval may end")),
    TRAINING_ENDED: ("star", telling("A trainee writes without approval from now on")),
    ANSWERED: ("mail", telling("The customer has written again")),
    REPLY_SENT_BACK: ("undo", telling("%(who)s sent your reply back")),
    REPLY_FAILED: ("alert", telling("Your reply could not be sent")),
    AUTOMATIC_FAILED: ("alert", telling("A letter that leaves by itself could not be sent")),
    BULLETIN_POSTED: ("info", telling("%(who)s posted something you have to know")),
    BULLETIN_REMINDED: ("info", telling("%(who)s reminds you of something you have not read")),
    REPLY_STOPPED: ("stop", telling("Your planned mail is held back: something has happened")),
    REPLY_UNCERTAIN: ("alert", telling("It is not certain whether your reply was sent")),
    REPLY_BOUNCED: ("alert", telling("Your reply was not delivered")),
    SIDE_ANSWERED: ("mail", telling("%(who)s answered a request")),
    CHILD_DONE: ("check", telling("A child of this conversation is done")),
    REMINDED: ("bell", telling("You wanted to be reminded")),
    DRAFT_TAKEN: ("draft", telling("%(who)s took over the draft that you had begun")),
    RESUMED: ("snooze", telling("What you put off is back")),
    DUE_SOON: ("clock", telling("A reply is due soon")),
    DUE_PASSED: ("s-late", telling("A reply is overdue")),
    ESCALATED: ("s-late", telling("A reply has been overdue for long")),
    PROMISE_DUE_SOON: ("promise", telling("A promise is due soon")),
    PROMISE_BROKEN: ("promise", telling("The time of a promise has passed")),
    CALLBACK_REQUESTED: ("phone", telling("%(who)s: somebody is to be called back by you")),
    CALLBACK_MOVED: ("phone", telling("%(who)s changed the time of a callback")),
    CALLBACK_DUE_SOON: ("phone", telling("Somebody is to be called back soon")),
    SLIP_SENT: ("note", telling("%(who)s has a message for you")),
    SLIP_ANSWERED: ("check", telling("%(who)s answered your message")),
    CALLBACK_MISSED: ("phone", telling("The time of a callback has passed, and nobody has called")),
    cases.CASE_OPENED: ("shield", telling("%(who)s named you in a case")),
    cases.CASE_PEOPLE_CHANGED: ("shield", telling("%(who)s named you in a case")),
    cases.CASE_DECISION_ASKED: ("stamp", telling("%(who)s needs you as the second person in a case")),
    cases.CASE_DECIDED: ("stamp", telling("%(who)s decided what you had proposed in a case")),
    cases.CASE_DUE_SOON: ("clock", telling("A step of a case is due soon")),
    cases.CASE_DUE_PASSED: ("s-late", telling("The time of a step of a case has passed")),
    cases.CASE_REVIEW_DUE: ("clock", telling("A decision in a case is to be looked at again")),
    cases.ANONYMOUS_REPORTS_CAME: ("shield", telling("Colleagues have reported harassment without their names")),
    cases.CARE_OFFERED: ("info", telling("%(who)s asks how you are")),
    cases.CARE_ANSWERED: ("info", telling("%(who)s answered what you had offered")),
    INBOX_FAILING: ("alert", telling("A desk cannot be fetched or sent from")),
}
