"""Promises: the ledger, what texts offer, and deciding."""

from datetime import timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, page_of, place_at, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Moment
from madoguchi.api.schemas.promises import (
    DeclineIn,
    OfferOut,
    PromiseChangesIn,
    PromiseDecisionIn,
    PromiseFiguresOut,
    PromiseIn,
    PromiseOut,
    show_figures,
    show_offer,
    show_promise,
)
from madoguchi.conversations.queries import get_conversation, get_message
from madoguchi.core.errors import Invalid
from madoguchi.promises import actions
from madoguchi.promises.actions import Said
from madoguchi.promises.offering import offers_in, offers_of
from madoguchi.promises.queries import after, promise_figures, promises_in, promises_of
from madoguchi.promises.queries import get_promise as find_promise

router = Router(tags=["Promises"])

PROMISE = "/promises/{int:promise_id}"
OF_CONVERSATION = "/conversations/{int:number}/promises"


class LedgerAsked(In):
    """Which promises."""

    when: Literal["overdue", "today", "open", "kept", "broken", "cancelled"] = "open"
    """Which group; `today` ends at midnight where the desk is."""
    mine: bool = False
    """Only those the caller sees to."""


class FiguresAsked(In):
    """Of which time."""

    since: Moment | None = None
    """Due from this moment on; 30 days ago when left out."""
    until: Moment | None = None
    """Due before this moment; now when left out."""
    owner_id: Id | None = None
    """Only those this person sees to."""


@router.get(
    "/promises", response={200: Page[PromiseOut], **READ}, operation_id="list_promises", summary="List promises"
)
def list_promises(request: ApiRequest, asked: Query[LedgerAsked], paging: Query[Paging]) -> Page[PromiseOut]:
    """The promises of one group, earliest first; decided ones newest first."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = promises_of(request.auth, when=asked.when, is_mine=asked.mine, until=start + timedelta(days=1))
    if (place := paging.moment) is not None:
        rows = after(rows, place.moment, place.pk, when=asked.when)
    found = list(rows[: paging.limit + 1])
    return page_of(found, paging.limit, show=show_promise, place=lambda row: place_at(row.due_at, row.pk))


@router.get(
    "/promises/figures",
    response={200: PromiseFiguresOut, **READ},
    operation_id="get_promise_figures",
    summary="Count kept and broken promises",
)
def get_figures(request: ApiRequest, asked: Query[FiguresAsked]) -> PromiseFiguresOut:
    """What became of the promises whose date lies in a stretch of time, in the desks the caller sees."""
    until = asked.until or timezone.now()
    since = asked.since or until - timedelta(days=30)
    owner = get_user(asked.owner_id) if asked.owner_id else None
    return show_figures(promise_figures(request.auth, since=since, until=until, owner=owner))


@router.get(
    OF_CONVERSATION,
    response={200: Page[PromiseOut], **READ},
    operation_id="list_conversation_promises",
    summary="List the promises of a conversation",
)
def list_of_conversation(request: ApiRequest, number: Id) -> Page[PromiseOut]:
    """The promises of a conversation, also of what was merged into it."""
    found = get_conversation(request.auth, number)
    return whole([show_promise(each) for each in promises_in(found.pk)])


@router.get(
    OF_CONVERSATION + "/offers",
    response={200: Page[OfferOut], **READ},
    operation_id="list_promise_offers",
    summary="Find promises in what was written",
)
def list_offers(request: ApiRequest, number: Id) -> Page[OfferOut]:
    """Promises found in our last mails and notes that nobody has kept in the ledger or declined."""
    return whole([show_offer(each) for each in offers_in(get_conversation(request.auth, number))])


@router.post(
    OF_CONVERSATION,
    response={201: PromiseOut, **WRITE},
    operation_id="make_promise",
    summary="Enter a promise",
)
def make(request: ApiRequest, number: Id, wanted: PromiseIn) -> Status[PromiseOut]:
    """Keep an offer in the ledger, or enter what was promised on the phone. 409 when the sentence is there already."""
    found = get_conversation(request.auth, number)
    said = Said(
        words=wanted.words,
        due_at=wanted.due_at,
        owner=get_user(wanted.owner_id) if wanted.owner_id else None,
        message=get_message(request.auth, wanted.message_id) if wanted.message_id else None,
        place=wanted.place,
    )
    return Status(201, show_promise(actions.make_promise(found, said, user=request.auth)))


@router.post(
    OF_CONVERSATION + "/declined",
    response={204: None, **WRITE},
    operation_id="decline_promise_offer",
    summary="Say that a sentence is no promise",
)
def decline(request: ApiRequest, number: Id, wanted: DeclineIn) -> Status[None]:
    """The sentence is not offered again."""
    found = get_conversation(request.auth, number)
    message = get_message(request.auth, wanted.message_id)
    offer = next((each for each in offers_of(message, found.inbox) if each.place == wanted.place), None)
    if message.conversation_id != found.pk or offer is None:
        raise Invalid(_("There is no such sentence."), field="place")
    actions.decline_offer(message, place=offer.place, words=offer.words, user=request.auth)
    return Status(204, None)


@router.get(PROMISE, response={200: PromiseOut, **READ}, operation_id="get_promise", summary="Read one promise")
def get_promise(request: ApiRequest, promise_id: Id) -> PromiseOut:
    """One promise."""
    return show_promise(find_promise(request.auth, promise_id))


@router.patch(PROMISE, response={200: PromiseOut, **WRITE}, operation_id="change_promise", summary="Change a promise")
def change(request: ApiRequest, promise_id: Id, changes: PromiseChangesIn) -> PromiseOut:
    """Another time, owner or wording; only while it is open."""
    promise = find_promise(request.auth, promise_id)
    changed = actions.change_promise(
        promise,
        due_at=changes.due_at or promise.due_at,
        owner=get_user(changes.owner_id) if changes.owner_id else promise.owner,
        words=changes.words or promise.words,
        user=request.auth,
    )
    return show_promise(changed)


@router.post(
    PROMISE + "/decision", response={200: PromiseOut, **WRITE}, operation_id="decide_promise", summary="Decide"
)
def decide(request: ApiRequest, promise_id: Id, wanted: PromiseDecisionIn) -> PromiseOut:
    """Say what becomes of a promise. 409 `already_decided` when somebody else or the clock was faster."""
    promise, user = find_promise(request.auth, promise_id), request.auth
    match wanted.state:
        case "kept":
            actions.keep_promise(promise, user=user, reason=wanted.reason)
        case "cancelled":
            actions.cancel_promise(promise, user=user, reason=wanted.reason)
        case "settled":
            actions.settle_promise(promise, user=user)
        case "open":
            actions.reopen_promise(promise, user=user)
    return show_promise(promise)
