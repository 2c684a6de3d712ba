"""The check before sending: looking a letter through without sending it, and how strict the checks are."""

from ninja import Query, Router, Status

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.permissions import Permission, may
from madoguchi.api.auth import ApiRequest
from madoguchi.api.letters import letter_of
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In
from madoguchi.api.schemas.preflight import (
    FindingsOut,
    LevelsIn,
    LevelsOut,
    PolitenessRuleOut,
    SilenceIn,
    WatchWordOut,
    WatchWordsIn,
    show_findings,
    show_levels,
    show_rule,
    show_word,
)
from madoguchi.api.schemas.writing import LetterIn, NewMailIn
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.letters import check_letter
from madoguchi.conversations.pages import get_bare
from madoguchi.conversations.preflighting import look_at_new_mail, look_at_reply
from madoguchi.core.errors import NotAllowed
from madoguchi.preflight import actions
from madoguchi.preflight.politeness import RULES
from madoguchi.preflight.queries import (
    find_plan,
    get_watch_word,
    inherited_levels,
    named_levels,
    silenced_rules,
    watch_words,
)

router = Router(tags=["Checks"])


class Scope(In):
    """Which settings."""

    inbox: Id | None = None
    """The desk; all of them when left out."""
    role: str = ""
    """The role; all of them when empty."""


@router.post(
    "/conversations/{int:number}/check",
    response={200: FindingsOut, **WRITE},
    operation_id="check_reply",
    summary="Look a reply through",
)
def check_reply(request: ApiRequest, number: Id, wanted: LetterIn) -> FindingsOut:
    """What the check before sending finds in this reply. Nothing is sent or kept."""
    _may_reply(request)
    found, letter = get_bare(request.auth, number), letter_of(request, wanted)
    check_letter(letter)
    ticked = frozenset(wanted.ticked)
    return show_findings(look_at_reply(found, letter, user=request.auth, ticked=ticked, leaves_at=wanted.send_at).found)


@router.post(
    "/letters/check", response={200: FindingsOut, **WRITE}, operation_id="check_new_mail", summary="Look a mail through"
)
def check_new_mail(request: ApiRequest, wanted: NewMailIn) -> FindingsOut:
    """What the check before sending finds in a mail that answers nothing. Nothing is sent or kept."""
    _may_reply(request)
    inbox, letter = get_inbox(request.auth, wanted.inbox), letter_of(request, wanted)
    check_letter(letter)
    ticked = frozenset(wanted.ticked)
    return show_findings(
        look_at_new_mail(inbox, letter, user=request.auth, ticked=ticked, leaves_at=wanted.send_at).found
    )


def _may_reply(request: ApiRequest) -> None:
    if not may(request.auth, Permission.REPLY):
        raise NotAllowed(REFUSAL)


@router.get(
    "/checks", response={200: LevelsOut, **READ}, operation_id="get_checks", summary="How strict the checks are"
)
def get_checks(request: ApiRequest, scope: Query[Scope]) -> LevelsOut:
    """What is set for a desk and a role, and what holds there with what is inherited."""
    if scope.inbox is not None:
        get_inbox(request.auth, scope.inbox)
    return _levels(scope.inbox, scope.role)


def _levels(inbox: int | None, role: str) -> LevelsOut:
    plan = find_plan(inbox, role)
    holds = {**inherited_levels(inbox, role), **(named_levels(plan) if plan else {})}
    return show_levels(inbox, role, plan, {check.value: level.value for check, level in holds.items()})


@router.put("/checks", response={200: LevelsOut, **WRITE}, operation_id="set_checks", summary="Set how strict they are")
def set_checks(request: ApiRequest, wanted: LevelsIn) -> LevelsOut:
    """Set the checks of one scope as a whole; the next check of any letter goes by it. For administrators."""
    inbox = get_inbox(request.auth, wanted.inbox) if wanted.inbox is not None else None
    actions.set_levels(inbox, wanted.role, wanted.levels, version=wanted.version, user=request.auth)
    return _levels(wanted.inbox, wanted.role)


@router.get(
    "/watch-words", response={200: Page[WatchWordOut], **READ}, operation_id="list_watch_words", summary="Watched words"
)
def list_watch_words(request: ApiRequest) -> Page[WatchWordOut]:  # noqa: ARG001 - ninja's signature
    """Every watched word, 2,000 at most."""
    return whole([show_word(each) for each in watch_words()])


@router.post(
    "/watch-words",
    response={201: Page[WatchWordOut], **WRITE},
    operation_id="add_watch_words",
    summary="Watch words",
)
def add_watch_words(request: ApiRequest, wanted: WatchWordsIn) -> Status[Page[WatchWordOut]]:
    """Watch these words, in one desk or in all. For administrators."""
    inbox = get_inbox(request.auth, wanted.inbox) if wanted.inbox is not None else None
    words = [(each, wanted.advice) for each in wanted.words]
    actions.add_watch_words(words, inbox=inbox, level=wanted.level, user=request.auth)
    return Status(201, whole([show_word(each) for each in watch_words()]))


@router.delete(
    "/watch-words/{int:word_id}",
    response={204: None, **WRITE},
    operation_id="remove_watch_word",
    summary="Watch a word no longer",
)
def remove_watch_word(request: ApiRequest, word_id: Id) -> Status[None]:
    """For administrators."""
    actions.remove_watch_word(get_watch_word(word_id), user=request.auth)
    return Status(204, None)


@router.get(
    "/politeness-rules",
    response={200: Page[PolitenessRuleOut], **READ},
    operation_id="list_politeness_rules",
    summary="Rules of polite wording",
)
def list_politeness_rules(request: ApiRequest) -> Page[PolitenessRuleOut]:  # noqa: ARG001 - ninja's signature
    """Every rule of the 敬語 lint with its reason and an example."""
    silenced = silenced_rules()
    return whole([show_rule(each, silenced.get(each.key)) for each in RULES])


@router.put(
    "/politeness-rules/{rule}/silence",
    response={204: None, **WRITE},
    operation_id="silence_politeness_rule",
    summary="Silence a rule",
)
def silence(request: ApiRequest, rule: str, wanted: SilenceIn) -> Status[None]:
    """Hear no more of a rule. For administrators."""
    actions.silence_rule(rule[:60], reason=wanted.reason, user=request.auth)
    return Status(204, None)


@router.delete(
    "/politeness-rules/{rule}/silence",
    response={204: None, **WRITE},
    operation_id="restore_politeness_rule",
    summary="Hear of a rule again",
)
def restore(request: ApiRequest, rule: str) -> Status[None]:
    """Hear of a rule again. For administrators."""
    actions.restore_rule(rule[:60], user=request.auth)
    return Status(204, None)
