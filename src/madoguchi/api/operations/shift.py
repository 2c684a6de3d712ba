"""The shift: presence, who is on duty, handing conversations over."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import Field

from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.core.errors import NotAllowed
from madoguchi.workforce.actions.handover import hand_over
from madoguchi.workforce.actions.presence import set_presence
from madoguchi.workforce.choices import Presence
from madoguchi.workforce.queries import board, current_span, in_hand

router = Router(tags=["Shift"])


class PresenceIn(In):
    """What one is doing."""

    state: Presence
    """From now on."""


class PresenceOut(Out):
    """What a person is doing."""

    state: Presence | None
    """null while they are offline."""
    since: datetime | None
    """Since when."""


class OnDutyOut(PresenceOut):
    """One person on the board."""

    user: Ref
    """Who."""
    today_seconds: dict[str, int]
    """Seconds of today by state; empty for those who are no supervisors."""
    open: int
    """Open conversations of customers in hand."""
    requests: int
    """Open requests to others in hand; they go along when everything is handed over."""


class InHandOut(Out):
    """What a person has in hand."""

    open: int
    """Open conversations and requests: all that is handed over."""
    unseen: int
    """Open ones at desks that the caller does not see; they stay."""
    requests: int
    """Of these requests to others."""
    late: int
    """Of these past their due time."""
    drafts: int
    """Drafts; they stay theirs."""
    planned: int
    """Planned mails; they leave at their time."""
    locks: int
    """Replies in progress; their locks end."""


class HandoverIn(In):
    """Who takes over."""

    to: Annotated[list[Id], Field(min_length=1, max_length=100)]
    """Ids of the people; several get equal shares."""
    note: Annotated[str, Field(max_length=2000)] = ""
    """Added to each conversation as an internal note."""


class ShareOut(Out):
    """How many one person got."""

    user: int
    """Their id."""
    amount: int
    """Conversations."""


class HandedOverOut(Out):
    """What a hand-over did."""

    undo_id: int
    """POST /undo/{undo_id} gives all back."""
    shares: list[ShareOut]
    """Who got how many."""
    left: int
    """How many stay, since none of these people may see them."""
    unseen: int
    """How many stay, since they are at desks that the caller does not see."""


@router.get(
    "/me/presence", response={200: PresenceOut, **READ}, operation_id="get_presence", summary="What one is doing"
)
def get_presence(request: ApiRequest) -> PresenceOut:
    """The caller's own presence."""
    span = current_span(request.auth)
    return PresenceOut(state=Presence(span.state) if span else None, since=span.started_at if span else None)


@router.put(
    "/me/presence", response={200: PresenceOut, **WRITE}, operation_id="set_presence", summary="Say what one is doing"
)
def put_presence(request: ApiRequest, wanted: PresenceIn) -> PresenceOut:
    """Ends the state before. Without an open window of the desk it ends by itself after a while."""
    span = set_presence(request.auth, wanted.state)
    return PresenceOut(state=Presence(span.state), since=span.started_at)


@router.get("/on-duty", response={200: Page[OnDutyOut], **READ}, operation_id="list_on_duty", summary="Who is on duty")
def on_duty(request: ApiRequest) -> Page[OnDutyOut]:
    """Everybody who answers customers, by name; of what they have in hand what the caller sees is counted."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    sees_times = may(request.auth, Permission.APPROVE)
    return whole(
        [
            OnDutyOut(
                user=Ref(id=each.user.pk, name=each.user.name),
                state=Presence(each.span.state) if each.span else None,
                since=each.span.started_at if each.span else None,
                today_seconds=each.totals if sees_times else {},
                open=each.open,
                requests=each.requests,
            )
            for each in board(request.auth, timezone.now(), midnight)
        ]
    )


@router.get(
    "/users/{int:user_id}/in-hand",
    response={200: InHandOut, **READ},
    operation_id="get_in_hand",
    summary="What a person has in hand",
)
def get_in_hand(request: ApiRequest, user_id: Id) -> InHandOut:
    """Before it is handed over; of others for supervisors."""
    if user_id != request.auth.pk and not may(request.auth, Permission.APPROVE):
        raise NotAllowed(_("Only supervisors hand over what others have. Ask one of them."))
    hand = in_hand(get_user(user_id), timezone.now(), reader=request.auth)
    return InHandOut(**asdict(hand))


@router.post(
    "/users/{int:user_id}/handover",
    response={200: HandedOverOut, **WRITE},
    operation_id="hand_over",
    summary="Hand over all open conversations of a person",
)
def post_handover(request: ApiRequest, user_id: Id, wanted: HandoverIn) -> HandedOverOut:
    """One move for all that the caller sees: one's own, or for supervisors those of others.

    409 `nothing_to_hand_over` without any.
    """
    to = [get_user(pk) for pk in dict.fromkeys(wanted.to)]
    done = hand_over(get_user(user_id), to, user=request.auth, note=wanted.note)
    shares = [ShareOut(user=pk, amount=amount) for pk, amount in done.amounts.items()]
    return HandedOverOut(undo_id=done.step.pk, shares=shares, left=done.left, unseen=done.unseen)
