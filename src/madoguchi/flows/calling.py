"""The story of a call: the memo, what the person who writes it is doing meanwhile (後処理), and what follows it."""

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import get_user
from madoguchi.calls.actions.callbacks import Wanted, request_callback
from madoguchi.calls.actions.memos import Said, end_talk, keep_memo
from madoguchi.calls.actions.slips import Told, send_slip
from madoguchi.calls.choices import Result, Source, Wish
from madoguchi.calls.models import Call, Callback, Slip
from madoguchi.core.errors import Invalid
from madoguchi.workforce.actions.presence import set_presence
from madoguchi.workforce.choices import Presence
from madoguchi.workforce.queries import current_span


@transaction.atomic
def hang_up(key: str, said: Said, *, user: User) -> Call:
    """The receiver is down: whoever was ready is in 後処理 from now on."""
    call = end_talk(key, said, user=user)
    _turn(user, Presence.READY, Presence.WRAP_UP)
    return call


@transaction.atomic
def finish_call(key: str, said: Said, *, user: User) -> Call:
    """Keep the memo with what follows from its result; the after-call work is over. What is refused keeps nothing."""
    call = keep_memo(key, said, user=user)  # its row is held from here on, so that nothing follows twice
    if call.result == Result.CALLBACK and not Callback.objects.filter(call=call).exists():
        _call_back(call, user)
    if call.result == Result.HANDED and not Slip.objects.filter(call=call).exists():
        _hand_over(call, user)
    _turn(user, Presence.WRAP_UP, Presence.READY)
    return call


def _hand_over(call: Call, user: User) -> None:
    to = call.after.get("slip_to", "")
    if not to.isdecimal():
        raise Invalid(_("Choose whom to tell."), field="slip_to")
    assert call.message is not None
    told = Told(
        recipient=get_user(int(to)),
        text="\n".join(filter(None, (call.name, call.number, call.subject, call.text))),
        wish=call.after.get("slip_wish") or Wish.CALL,
        by_mail=call.after.get("slip_mail") == "1",
        call=call,
    )
    send_slip(call.message.conversation, told, user=user)


def _call_back(call: Call, user: User) -> None:
    at = parse_datetime(call.after.get("callback_at", ""))
    if at is None or not is_aware(at):
        raise Invalid(_("Choose when to call back."), field="callback_at")
    if not call.number:
        raise Invalid(_("Write the phone number to call back."), field="number")
    owner = call.after.get("callback_owner", "")
    assert call.message is not None
    wanted = Wanted(
        number=call.number,
        starts_at=at,
        name=call.name,
        topic=call.subject or " ".join(call.text.split())[:100],
        owner=get_user(int(owner)) if owner.isdecimal() else user,
        source=Source.MEMO,
        call=call,
    )
    request_callback(call.message.conversation, wanted, user=user)


def _turn(user: User, before: Presence, after: Presence) -> None:
    """From one state into another; a break or a meeting, chosen by the person, stays."""
    span = current_span(user)
    if span is not None and span.state == before:
        set_presence(user, after)
