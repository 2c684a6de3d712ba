"""Notices put into words."""

from collections.abc import Iterable, Sized
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
    named = {"who": notice.data.get("by") or _("Automatic")}
    known = {
        MENTION: ("at", _("%(who)s mentioned you in a note")),
        ASSIGNED: ("user", _("%(who)s made you the assignee")),
        APPROVAL_ASKED: ("stamp", _("%(who)s asks for approval of a reply")),
        **dict.fromkeys((APPROVAL_STEPPED, APPROVAL_REDIRECTED), ("stamp", _("A reply waits for your approval now"))),
        APPROVAL_REMINDED: ("clock", _("A reply has waited for approval longer than it should")),
        APPROVAL_ESCALATED: ("alert", _("A reply waits for approval, and nobody has decided in time")),
        APPROVAL_EDIT_KEPT: ("pencil", _("%(who)s had edited the reply that you took back: the edit is kept")),
        APPROVED: ("stamp", _("%(who)s approved your reply")),
        APPROVED_EDITED: ("stamp", _("%(who)s approved your reply with changes")),
        TRAINING_DONE: ("star", _("A trainee's replies have needed no change for long: approval may end")),
        TRAINING_ENDED: ("star", _("A trainee writes without approval from now on")),
        ANSWERED: ("mail", _("The customer has written again")),
        REPLY_SENT_BACK: ("undo", _("%(who)s sent your reply back")),
        REPLY_FAILED: ("alert", _("Your reply could not be sent")),
        AUTOMATIC_FAILED: ("alert", _("A letter that leaves by itself could not be sent")),
        BULLETIN_POSTED: ("info", _("%(who)s posted something you have to know")),
        BULLETIN_REMINDED: ("info", _("%(who)s reminds you of something you have not read")),
        REPLY_STOPPED: ("stop", _("Your planned mail is held back: something has happened")),
        REPLY_UNCERTAIN: ("alert", _("It is not certain whether your reply was sent")),
        REPLY_BOUNCED: ("alert", _("Your reply was not delivered")),
        SIDE_ANSWERED: ("mail", _("%(who)s answered a request")),
        CHILD_DONE: ("check", _("A child of this conversation is done")),
        REMINDED: ("bell", _("You wanted to be reminded")),
        DRAFT_TAKEN: ("draft", _("%(who)s took over the draft that you had begun")),
        RESUMED: ("snooze", _("What you put off is back")),
        DUE_SOON: ("clock", _("A reply is due soon")),
        DUE_PASSED: ("s-late", _("A reply is overdue")),
        ESCALATED: ("s-late", _("A reply has been overdue for long")),
        PROMISE_DUE_SOON: ("promise", _("A promise is due soon")),
        PROMISE_BROKEN: ("promise", _("The time of a promise has passed")),
        CALLBACK_REQUESTED: ("phone", _("%(who)s: somebody is to be called back by you")),
        CALLBACK_MOVED: ("phone", _("%(who)s changed the time of a callback")),
        CALLBACK_DUE_SOON: ("phone", _("Somebody is to be called back soon")),
        SLIP_SENT: ("note", _("%(who)s has a message for you")),
        SLIP_ANSWERED: ("check", _("%(who)s answered your message")),
        CALLBACK_MISSED: ("phone", _("The time of a callback has passed, and nobody has called")),
        cases.CASE_OPENED: ("shield", _("%(who)s named you in a case")),
        cases.CASE_PEOPLE_CHANGED: ("shield", _("%(who)s named you in a case")),
        cases.CASE_DECISION_ASKED: ("stamp", _("%(who)s needs you as the second person in a case")),
        cases.CASE_DECIDED: ("stamp", _("%(who)s decided what you had proposed in a case")),
        cases.CASE_DUE_SOON: ("clock", _("A step of a case is due soon")),
        cases.CASE_DUE_PASSED: ("s-late", _("The time of a step of a case has passed")),
        cases.CASE_REVIEW_DUE: ("clock", _("A decision in a case is to be looked at again")),
        cases.ANONYMOUS_REPORTS_CAME: ("shield", _("Colleagues have reported harassment without their names")),
        cases.CARE_OFFERED: ("info", _("%(who)s asks how you are")),
        cases.CARE_ANSWERED: ("info", _("%(who)s answered what you had offered")),
        INBOX_FAILING: ("alert", _("A desk cannot be fetched or sent from")),
    }
    icon, text = known.get(notice.kind, ("bell", _("Something happened")))
    return icon, text % named
