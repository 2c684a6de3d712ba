"""お知らせ and 申し送り: posting them to those concerned, reading, reminding, withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import who_sees_inboxes
from madoguchi.conversations.actions.notes import mentioned_users
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record
from madoguchi.workforce.choices import (
    BULLETIN_POSTED,
    BULLETIN_REMINDED,
    BULLETIN_WITHDRAWN,
    BulletinKind,
)
from madoguchi.workforce.models import Bulletin, BulletinReceipt

MAX_TEXT_CHARS = 20_000
MAX_CONVERSATIONS = 50


class EverybodyKnows(DomainError):
    """There is nobody left to be reminded."""

    code = "everybody_knows"


@dataclass(frozen=True, slots=True)
class Posting:
    """What is told to whom; without teams, 窓口 and people it goes to everybody."""

    title: str
    text: str
    kind: str = BulletinKind.ANNOUNCEMENT
    must_confirm: bool = False
    expires_at: datetime | None = None
    teams: Sequence[int] = ()
    inboxes: Sequence[int] = ()  #: everybody who sees one of these
    people: Sequence[int] = ()
    conversations: Sequence[int] = ()  #: what it is about


@transaction.atomic
def post_bulletin(posting: Posting, *, user: User) -> Bulletin:
    """Tell those concerned; each gets a receipt, a notice, and finds it at the top until it is read.

    People named by @ in the text are among them. Announcements are posted by supervisors, handover notes by anybody
    who writes notes. Records `bulletin_posted`.
    """
    _check(posting, user)
    about = _about(posting, user)
    bulletin = Bulletin.objects.create(
        kind=posting.kind,
        author=user,
        title=cut_whole(" ".join(posting.title.split()), 200),
        text=posting.text.strip(),
        must_confirm=posting.must_confirm,
        expires_at=posting.expires_at,
    )
    bulletin.conversations.set(about)
    to = sorted(_audience(posting) - {user.pk})
    if not to and (posting.teams or posting.inboxes or posting.people):
        raise Invalid(_("This would tell nobody but you. Choose others who have to know it."), field="people")
    BulletinReceipt.objects.bulk_create(BulletinReceipt(bulletin=bulletin, user_id=pk) for pk in to)
    record(BULLETIN_POSTED, bulletin.event_subject, by=user.actor, data={"people": to})
    return bulletin


def _about(posting: Posting, user: User) -> list[Conversation]:
    """What it is about; Invalid names what there is not, or what this person does not see."""
    wanted = list(dict.fromkeys(posting.conversations))
    if len(wanted) > MAX_CONVERSATIONS:
        text = _("A bulletin is about %(n)d conversations at most.") % {"n": MAX_CONVERSATIONS}
        raise Invalid(text, field="conversations")
    found = {each.pk: each for each in Conversation.objects.visible_to(user).filter(pk__in=wanted)}
    if missing := [str(pk) for pk in wanted if pk not in found]:
        unknown = _("There is no conversation with this number, or you may not see it: %(numbers)s")
        raise Invalid(unknown % {"numbers": ", ".join(missing)}, field="conversations")
    return list(found.values())


def _check(posting: Posting, user: User) -> None:
    needed = Permission.WRITE_NOTE if posting.kind == BulletinKind.HANDOVER_NOTE else Permission.APPROVE
    if not may(user, needed) or user.role == Role.GUEST:
        raise NotAllowed(_("You do not have the right to post this. Ask a supervisor."))
    if posting.kind not in BulletinKind.values:
        raise Invalid(_("There is no such kind of bulletin."), field="kind")
    if not posting.title.strip():
        raise Invalid(_("The title is empty. Write what it is about."), field="title")
    if not posting.text.strip():
        raise Invalid(_("The text is empty. Write what the others have to know."), field="text")
    if len(posting.text) > MAX_TEXT_CHARS:
        raise Invalid(_("The text is too long. Send long documents as an attachment."), field="text")
    if posting.expires_at is not None and posting.expires_at <= timezone.now():
        raise Invalid(_("The end lies in the past. Choose a later one."), field="expires_at")


def _audience(posting: Posting) -> set[int]:
    """Everybody who has to know it; Invalid for a team, 窓口 or person who cannot be told."""
    active = User.objects.filter(is_active=True).exclude(role=Role.GUEST)
    everybody = set(active.values_list("pk", flat=True))
    if set(posting.people) - everybody:
        message = _("Somebody you chose cannot be told: not among the staff any more, or a guest. Choose others.")
        raise Invalid(message, field="people")
    if set(posting.teams) - set(Team.objects.filter(pk__in=list(posting.teams)).values_list("pk", flat=True)):
        raise Invalid(_("A team you chose is not there any more. Choose again."), field="teams")
    if set(posting.inboxes) - set(Inbox.objects.filter(pk__in=list(posting.inboxes)).values_list("pk", flat=True)):
        raise Invalid(_("A desk you chose is not there any more. Choose again."), field="inboxes")
    named = {person.pk for person in mentioned_users(posting.text)} & everybody
    if not (posting.teams or posting.inboxes or posting.people):
        return everybody
    chosen = set(
        active.filter(Q(teams__in=list(posting.teams)) | Q(pk__in=list(posting.people))).values_list("pk", flat=True)
    )
    for who in who_sees_inboxes(list(posting.inboxes), everybody).values():
        chosen |= who
    return chosen | named


def read_bulletin(bulletin: Bulletin, *, user: User) -> bool:
    """Note that somebody has read it; False if they had, or need not know of it."""
    unread = BulletinReceipt.objects.filter(bulletin=bulletin, user=user, read_at=None)
    return bool(unread.update(read_at=timezone.now()))


@transaction.atomic
def remind_of_bulletin(bulletin: Bulletin, *, user: User) -> int:
    """Remind those who have not read it; how many. `EverybodyKnows` when there are none."""
    _check_own(bulletin, user)
    rest = list(bulletin.receipts.filter(read_at=None).values_list("user_id", flat=True))
    if not rest:
        raise EverybodyKnows(_("Everybody has read it."))
    record(BULLETIN_REMINDED, bulletin.event_subject, by=user.actor, data={"people": rest})
    return len(rest)


@transaction.atomic
def withdraw_bulletin(bulletin: Bulletin, *, user: User) -> None:
    """Take it off everybody's screen; it stays in the history, marked as withdrawn."""
    _check_own(bulletin, user)
    if Bulletin.objects.filter(pk=bulletin.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        record(BULLETIN_WITHDRAWN, bulletin.event_subject, by=user.actor)


def _check_own(bulletin: Bulletin, user: User) -> None:
    if bulletin.author_id != user.pk and not may(user, Permission.APPROVE):
        raise NotAllowed(_("Only its author or a supervisor may do this."))
