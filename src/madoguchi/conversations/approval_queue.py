"""Reads of the approval: what waits and for whom, one request with its versions, rules, who is away."""

from dataclasses import dataclass

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.models import eyes_of
from madoguchi.conversations.approval_choices import DecisionKind, RequestState
from madoguchi.conversations.models import (
    Absence,
    ApprovalDecision,
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalRule,
    ApprovalVersion,
    Conversation,
)
from madoguchi.conversations.models.approval import built_in_reasons
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import OneOf, Shaped, Slot

#: Nobody looks at more at once; counting stops there too.
MOST_WAITING = 200


def requests_visible_to(user: User) -> QuerySet[ApprovalRequest]:
    """The requests about conversations a person may see."""
    conversations = Conversation.objects.visible_to(user).values("pk")
    return ApprovalRequest.objects.filter(message__conversation__in=conversations)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, the most urgent first."""

    mine: list[ApprovalRequest]  #: that this person may decide
    others: list[ApprovalRequest]  #: that others decide
    own: list[ApprovalRequest]  #: that this person has asked for


def waiting_for(user: User) -> Queue:
    """Everything that waits and that a person may see; overdue first, then the longest waiting; one query."""
    rows = (
        requests_visible_to(user)
        .filter(state=RequestState.WAITING)
        .select_related("author", "message__conversation__customer", "message__inbox")
        .order_by("asked_at", "pk")[:MOST_WAITING]
    )
    now = timezone.now()
    found = sorted(rows, key=lambda each: (each.due_at is None or each.due_at > now, each.asked_at))
    mine = [each for each in found if user.pk in each.approver_ids]
    own = [each for each in found if each.author_id == user.pk]
    taken = {each.pk for each in (*mine, *own)}
    return Queue(mine, [each for each in found if each.pk not in taken], own)


def waiting_ids(user: User) -> QuerySet[ApprovalRequest, int]:
    """The numbers of what waits for this person, to `MOST_WAITING`; may be fetched together with others."""
    return _WAITING(sight_of(user))(**eyes_of(user))


def _waiting_of(sight: Sight) -> QuerySet[ApprovalRequest, int]:
    rows = ApprovalRequest.objects.filter(OneOf(Slot("person"), F("approver_ids")), state=RequestState.WAITING)
    visible = Conversation.objects.visible_in(sight).values("pk")
    return rows.filter(message__conversation__in=visible).order_by().values_list("pk", flat=True)[:MOST_WAITING]


_WAITING: Shaped[QuerySet[ApprovalRequest, int]] = Shaped(_waiting_of)


def get_request(user: User, pk: int) -> ApprovalRequest:
    """One request a person may see, with all its versions and decisions; NotFound otherwise."""
    decisions = ApprovalDecision.objects.select_related("by")
    found = (
        requests_visible_to(user)
        .filter(pk=pk)
        .select_related("author", "message__conversation__customer", "message__inbox", "message__user")
        .prefetch_related(
            Prefetch("versions", ApprovalVersion.objects.select_related("by")), Prefetch("decisions", decisions)
        )
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such request for approval."))
    return found


def request_about(user: User, message_id: int) -> ApprovalRequest:
    """The request of a message a person may see; NotFound when it never needed approval."""
    versions = ApprovalVersion.objects.filter(message=message_id).values("request")
    found = requests_visible_to(user).filter(pk__in=versions).first()
    if found is None:
        raise NotFound(_("There is no such request for approval."))
    return found


def recent_requests(user: User) -> QuerySet[ApprovalRequest]:
    """What a person asked for, newest first; of those who approve, what everybody did."""
    rows = requests_visible_to(user).select_related("author", "message__conversation__customer", "message__inbox")
    if not may(user, Permission.APPROVE):
        rows = rows.filter(author=user)
    return rows.order_by("-pk")


def all_rules() -> QuerySet[ApprovalRule]:
    """Every rule in its order, with its 窓口."""
    return ApprovalRule.objects.prefetch_related("inboxes")


def get_rule(pk: int) -> ApprovalRule:
    """One rule; NotFound otherwise."""
    rule = all_rules().filter(pk=pk).first()
    if rule is None:
        raise NotFound(_("There is no such rule."))
    return rule


def approval_policy() -> ApprovalPolicy:
    """What holds for all approval; the defaults while nothing was changed."""
    return ApprovalPolicy.objects.filter(pk=1).first() or ApprovalPolicy(pk=1, reasons=built_in_reasons())


def current_absences() -> QuerySet[Absence]:
    """Who is or will be away, the next first."""
    rows = Absence.objects.filter(until__gt=timezone.now(), user__is_active=True)
    return rows.select_related("user", "substitute").order_by("starts_at", "pk")


def absence_of(user: User) -> Absence | None:
    """What a person has said of being away, unless it is over."""
    return Absence.objects.filter(user=user, until__gt=timezone.now()).select_related("substitute").first()


def given_back(conversation: Conversation) -> dict[int, ApprovalDecision]:
    """The decisions by which replies of a conversation were sent back, by message; two queries."""
    decisions = ApprovalDecision.objects.filter(
        kind=DecisionKind.SENT_BACK, request__versions__message__conversation=conversation
    ).distinct()
    found: dict[int, ApprovalDecision] = {}
    for decision in decisions.select_related("by").prefetch_related("request__versions"):
        about = next((each for each in decision.request.versions.all() if each.number == decision.version), None)
        if about is not None and about.message_id is not None:
            found[about.message_id] = decision
    return found


def given_back_to(user: User, conversation: Conversation) -> ApprovalDecision | None:
    """By what this author's request here came back, as long as it has not been asked for again; one query."""
    waiting = {"request__author": user, "request__state": RequestState.SENT_BACK}
    about = ApprovalDecision.objects.filter(request__message__conversation=conversation, **waiting)
    return about.filter(kind=DecisionKind.SENT_BACK).select_related("by").order_by("-pk").first()
