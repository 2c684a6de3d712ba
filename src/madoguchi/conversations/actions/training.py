"""新人モード: it may end once so many replies in a row were approved as they were written; proposed, or by itself."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions import change_user
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.approval_choices import RequestState
from madoguchi.conversations.approval_queue import approval_policy
from madoguchi.conversations.approval_statistics import unchanged_in_a_row
from madoguchi.conversations.choices import TRAINING_DONE, TRAINING_ENDED
from madoguchi.conversations.models import ApprovalRequest
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import record

_RULE = Actor.system("approval")


@transaction.atomic
def note_unchanged(message_id: int) -> None:
    """After a reply of a trainee has left: end 新人, or propose it, when the last so many needed no change. Once."""
    request = ApprovalRequest.objects.filter(message=message_id, state=RequestState.APPROVED).first()
    policy = approval_policy()
    if request is None or request.author_id is None or not policy.unchanged_needed:
        return
    author = User.objects.select_for_update(no_key=True).get(pk=request.author_id)
    if author.role != Role.TRAINEE or unchanged_in_a_row(author) < policy.unchanged_needed:
        return
    subject = f"user:{author.pk}"
    last = Event.objects.filter(subject=subject, kind__in=(TRAINING_DONE, TRAINING_ENDED)).order_by("-id").first()
    if last is not None and last.at > author.created_at and not _fell_back_since(author, last):
        return
    if policy.ends_by_itself:  # nobody has to be asked to do what is done
        _end(author, _RULE)
    else:
        record(TRAINING_DONE, subject, by=_RULE, data={"user": author.pk, "amount": policy.unchanged_needed})


def _fell_back_since(author: User, last: Event) -> bool:
    """Whether a reply needed a change after the last proposal: then the next row of good ones is news again."""
    rows = ApprovalRequest.objects.filter(author=author, decided_at__gt=last.at)
    return any(each.was_edited or each.was_sent_back for each in rows)


@transaction.atomic
def end_training(author: User, *, user: User) -> User:
    """Make a trainee an agent, whose replies leave without approval unless a rule says otherwise; with a notice."""
    if not may(user, Permission.APPROVE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    author = User.objects.select_for_update(no_key=True).get(pk=author.pk)
    if author.role != Role.TRAINEE or not author.is_active:
        raise Invalid(_("%(name)s is not a trainee any more.") % {"name": author.name})
    return _end(author, user.actor)


def _end(author: User, by: Actor) -> User:
    changed = change_user(author, by=_RULE, role=Role.AGENT.value)
    record(TRAINING_ENDED, f"user:{author.pk}", by=by, data={"user": author.pk})
    return changed
