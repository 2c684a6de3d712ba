"""Approval: what waits, editing in place, rules, absence, figures. Deciding stands with the messages."""

from datetime import timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.letters import words_of
from madoguchi.api.paging import Page, Paging, sealed, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.approval import (
    AbsenceIn,
    AbsenceOut,
    EditIn,
    FullRequestOut,
    NeededIn,
    PolicyIn,
    PolicyOut,
    ReasonOut,
    RequestOut,
    StatisticsOut,
    show_absence,
    show_figures,
    show_full_request,
    show_request,
)
from madoguchi.api.schemas.approval_rules import (
    AppliedOut,
    RuleChangeIn,
    RuleIn,
    RuleMoveIn,
    RuleOut,
    show_applied,
    show_rule,
)
from madoguchi.api.schemas.base import Id, In, PartyIn
from madoguchi.api.uploads import enclosures_of
from madoguchi.channels.contract import Address
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.actions import approval_rules as rule_actions
from madoguchi.conversations.actions.absences import end_absence, set_absence
from madoguchi.conversations.actions.approvals import Verdict, edit_reply, reason_word
from madoguchi.conversations.actions.training import end_training
from madoguchi.conversations.approval_again import applying_to
from madoguchi.conversations.approval_choices import RequestState
from madoguchi.conversations.approval_facts import past_approval
from madoguchi.conversations.approval_queue import (
    all_rules,
    approval_policy,
    current_absences,
    get_request,
    get_rule,
    requests_visible_to,
)
from madoguchi.conversations.approval_statistics import approval_statistics
from madoguchi.conversations.approval_words import read_names
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import ApprovalPolicy
from madoguchi.conversations.pages import get_bare
from madoguchi.conversations.queries import get_message
from madoguchi.core.errors import Invalid, NotAllowed

router = Router(tags=["Approval"])

REQUEST = "/approvals/{int:request_id}"
RULE = "/approval-rules/{int:rule_id}"


class RequestsAsked(Paging):
    """Which requests."""

    state: RequestState | None = None
    """Only those that stand there."""
    mine: bool = False
    """Only those that the caller may decide now."""
    own: bool = False
    """Only those that the caller has asked for."""


class PeriodAsked(In):
    """Which period of the statistics."""

    days: Annotated[int, Field(ge=1, le=366)] = 30
    """So many days back from now."""


@router.get(
    "/approvals", response={200: Page[RequestOut], **READ}, operation_id="list_approvals", summary="List requests"
)
def list_approvals(request: ApiRequest, asked: Query[RequestsAsked]) -> Page[RequestOut]:
    """Requests for approval the caller may see, newest first."""
    rows = requests_visible_to(request.auth).select_related("author", "message").order_by("-pk")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.mine:
        rows = rows.filter(state=RequestState.WAITING, approver_ids__contains=[request.auth.pk])
    if asked.own:
        rows = rows.filter(author=request.auth)
    if asked.pk is not None:
        rows = rows.filter(pk__lt=asked.pk)
    found = list(rows[: asked.limit + 1])
    names = read_names()
    following = sealed(found[asked.limit - 1].pk) if len(found) > asked.limit else None
    return Page(items=[show_request(each, names) for each in found[: asked.limit]], next=following)


@router.get(REQUEST, response={200: FullRequestOut, **READ}, operation_id="get_approval", summary="Read one request")
def get_approval(request: ApiRequest, request_id: Id) -> FullRequestOut:
    """One request with its versions, what changed between them by word, and its decisions.

    Decide with `POST /messages/{message}/approve` or `/send-back`, and `seen`.
    """
    return show_full_request(get_request(request.auth, request_id), read_names())


@router.post(
    REQUEST + "/edit", response={200: FullRequestOut, **WRITE}, operation_id="edit_approval", summary="Edit in place"
)
def edit(request: ApiRequest, request_id: Id, wanted: EditIn) -> FullRequestOut:
    """Change the letter that waits; former approvals of it do not stand any more.

    409 `text_changed` when somebody edited it since `seen`. Withdrawn meanwhile, the edit is kept as a version of kind
    `kept` for its author.
    """
    found = get_request(request.auth, request_id)
    text, html = words_of(wanted.text, wanted.html)
    to, cc, bcc = (_addresses(each) for each in (wanted.to, wanted.cc, wanted.bcc))
    letter = Letter(to=to, cc=cc, bcc=bcc, subject=wanted.subject, text=text, html=html)
    verdict = Verdict(wanted.seen, comment=wanted.comment, reasons=tuple(wanted.reasons))
    files = None if wanted.attachments is None else enclosures_of(request.auth, wanted.attachments)
    edit_reply(found.message, letter, user=request.auth, verdict=verdict, files=files)
    return show_full_request(get_request(request.auth, request_id), read_names())


def _addresses(parties: list[PartyIn]) -> tuple[Address, ...]:
    return tuple(Address(each.email.strip(), " ".join(each.name.split())) for each in parties)


@router.post(
    "/approvals/needed",
    response={200: list[AppliedOut], **WRITE},
    operation_id="list_needed_approvals",
    summary="Would this need approval?",
)
def needed(request: ApiRequest, wanted: NeededIn) -> list[AppliedOut]:
    """Which rules would apply to a letter of the caller; empty when it may leave by itself. Nothing is sent."""
    conversation = get_bare(request.auth, wanted.conversation) if wanted.conversation else None
    if conversation is None and wanted.inbox is None:
        raise Invalid(_("Name the conversation or the desk."), field="inbox")
    inbox = conversation.inbox if conversation else get_inbox(request.auth, wanted.inbox or 0)
    letter = Letter(
        to=_addresses(wanted.to), cc=_addresses(wanted.cc), bcc=_addresses(wanted.bcc),
        subject=wanted.subject, text=wanted.text,
    )  # fmt: skip
    names = read_names()
    return [show_applied(each, names) for each in applying_to(request.auth, inbox, letter, conversation)]


@router.get(
    "/approvals/statistics",
    response={200: StatisticsOut, **READ},
    operation_id="get_approval_statistics",
    summary="Figures by author and reason",
)
def statistics(request: ApiRequest, asked: Query[PeriodAsked]) -> StatisticsOut:
    """For coaching, by name and without ranks; for those who approve."""
    if not may(request.auth, Permission.APPROVE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    now = timezone.now()
    found = approval_statistics(request.auth, since=now - timedelta(days=asked.days), until=now)
    return StatisticsOut(total=show_figures(found.total), authors=[show_figures(each) for each in found.lines])


@router.post(
    "/users/{int:user_id}/end-training",
    response={204: None, **WRITE},
    operation_id="end_training",
    summary="End 新人",
)
def training(request: ApiRequest, user_id: Id) -> Status[None]:
    """Make a trainee an agent, whose replies leave without approval unless a rule asks for it."""
    end_training(get_user(user_id), user=request.auth)
    return Status(204, None)


@router.get(
    "/approval-rules", response={200: Page[RuleOut], **READ}, operation_id="list_approval_rules", summary="List rules"
)
def list_rules(request: ApiRequest) -> Page[RuleOut]:  # noqa: ARG001 - ninja's signature
    """Every rule in its order."""
    names = read_names()
    return whole([show_rule(each, names) for each in all_rules()])


@router.get(
    "/messages/{int:message_id}/approval-test",
    response={200: list[AppliedOut], **READ},
    operation_id="test_approval_rules",
    summary="Would the rules have asked?",
)
def test_rules(request: ApiRequest, message_id: Id) -> list[AppliedOut]:
    """Which rules of today would ask for the approval of a past reply, as if it were written now. Nothing changes."""
    if not may(request.auth, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    names = read_names()
    return [show_applied(each, names) for each in past_approval(get_message(request.auth, message_id))]


@router.post(
    "/approval-rules",
    response={201: RuleOut, **WRITE},
    operation_id="create_approval_rule",
    summary="Add a rule",
)
def create_rule(request: ApiRequest, wanted: RuleIn) -> Status[RuleOut]:
    """Add a rule at the end; it holds for what is written from now on."""
    made = rule_actions.create_rule(wanted.wanted(), user=request.auth)
    return Status(201, show_rule(get_rule(made.pk), read_names()))


@router.get(RULE, response={200: RuleOut, **READ}, operation_id="get_approval_rule", summary="Read one rule")
def read_rule(request: ApiRequest, rule_id: Id) -> RuleOut:  # noqa: ARG001 - ninja's signature
    """One rule."""
    return show_rule(get_rule(rule_id), read_names())


@router.put(RULE, response={200: RuleOut, **WRITE}, operation_id="change_approval_rule", summary="Change a rule")
def change_rule(request: ApiRequest, rule_id: Id, wanted: RuleChangeIn) -> RuleOut:
    """Say something else from now on; what waits already goes on by what held then."""
    rule = get_rule(rule_id)
    rule_actions.change_rule(rule, wanted.wanted(), user=request.auth, version=wanted.version)
    return show_rule(get_rule(rule_id), read_names())


@router.post(
    RULE + "/move", response={204: None, **WRITE}, operation_id="move_approval_rule", summary="Change the order"
)
def move_rule(request: ApiRequest, rule_id: Id, wanted: RuleMoveIn) -> Status[None]:
    """Let a rule change places with its neighbour."""
    rule_actions.move_rule(get_rule(rule_id), up=wanted.up, user=request.auth)
    return Status(204, None)


@router.delete(RULE, response={204: None, **WRITE}, operation_id="delete_approval_rule", summary="Delete a rule")
def delete_rule(request: ApiRequest, rule_id: Id) -> Status[None]:
    """Forget a rule; what waits because of it goes on waiting."""
    rule_actions.delete_rule(get_rule(rule_id), user=request.auth)
    return Status(204, None)


@router.get(
    "/approval-policy", response={200: PolicyOut, **READ}, operation_id="get_approval_policy", summary="Read the policy"
)
def read_policy(request: ApiRequest) -> PolicyOut:  # noqa: ARG001 - ninja's signature
    """The reason codes, and when 新人 ends."""
    return _policy(approval_policy())


@router.put(
    "/approval-policy",
    response={200: PolicyOut, **WRITE},
    operation_id="change_approval_policy",
    summary="Change the policy",
)
def change_policy(request: ApiRequest, wanted: PolicyIn) -> PolicyOut:
    """Set the reason codes, and when and how 新人 ends."""
    return _policy(rule_actions.change_policy(user=request.auth, **wanted.model_dump()))


def _policy(policy: ApprovalPolicy) -> PolicyOut:
    return PolicyOut(
        reasons=[ReasonOut(code=code, word=reason_word(code)) for code in policy.reasons],
        unchanged_needed=policy.unchanged_needed,
        ends_by_itself=policy.ends_by_itself,
    )


@router.get("/absences", response={200: Page[AbsenceOut], **READ}, operation_id="list_absences", summary="Who is away")
def list_absences(request: ApiRequest) -> Page[AbsenceOut]:  # noqa: ARG001 - ninja's signature
    """Who is or will be away from deciding, the next first."""
    return whole([show_absence(each) for each in current_absences()])


@router.put(
    "/users/{int:user_id}/absence",
    response={200: AbsenceOut, **WRITE},
    operation_id="set_absence",
    summary="Be away",
)
def away(request: ApiRequest, user_id: Id, wanted: AbsenceIn) -> AbsenceOut:
    """Say that somebody does not decide until then, and who does; oneself, or who may manage people."""
    substitute = get_user(wanted.substitute) if wanted.substitute else None
    person = get_user(user_id)
    kept = set_absence(person, until=wanted.until, starts_at=wanted.starts_at, substitute=substitute, user=request.auth)
    return show_absence(kept)


@router.delete(
    "/users/{int:user_id}/absence", response={204: None, **WRITE}, operation_id="end_absence", summary="Be back"
)
def back(request: ApiRequest, user_id: Id) -> Status[None]:
    """Say that somebody decides again."""
    end_absence(get_user(user_id), user=request.auth)
    return Status(204, None)
