"""The telephone of the demo: the phone memos of the file, and one that is being written."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.actions.callbacks import Wanted, choose_callback, note_attempt, request_callback
from madoguchi.calls.actions.links import make_callback_link
from madoguchi.calls.actions.memos import Measured, Said, keep_memo, save_memo
from madoguchi.calls.actions.pages import set_callback_page
from madoguchi.calls.actions.rings import set_extension
from madoguchi.calls.actions.slips import Told, send_slip
from madoguchi.calls.choices import SLOT, Direction, Outcome, Result
from madoguchi.calls.models import Call, Callback
from madoguchi.calls.slots import next_slots
from madoguchi.calls.watching import miss_callbacks
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Conversation, Message
from madoguchi.customers.models import Customer
from madoguchi.flows.demo.source import document

#: Who answered, minutes ago, seconds of talk and of after-call work, by the inquiries that came by telephone.
_ANSWERED = {"Q028": ("小林", 190, 2295, 300), "Q041": ("中村", 130, 580, 170)}
_SUBJECT = "電話メモ:"


def take_calls(staff: dict[str, User], inbox: Inbox, customers: dict[str, Customer]) -> None:
    """Keep the memos of what came by telephone today, let one be called back in vain, and begin one."""
    kept = {
        row["id"]: _keep(row["id"], _answered(row, customers), staff[_ANSWERED[row["id"]][0]], inbox)
        for row in document("inquiries")["inquiries"]
        if row["id"] in _ANSWERED
    }
    missed = Said(
        direction=Direction.OUT,
        number=kept["Q041"].number,
        name="木村 和夫",
        subject="土鍋のひびについて、折り返し",
        text="呼び出し音のみ。留守番電話なし。",
        result=Result.NO_ANSWER,
        joins=_place(kept["Q041"]),
        told=_measured(40, 35, 40),
    )
    keep_memo("demo0call0missed", missed, user=staff["中村"])
    _call_back(kept, staff)
    told = Told(staff["中村"], "在庫の件、お戻りになりましたらお電話をとのこと。", by_mail=False)
    send_slip(_place(kept["Q041"]), told, user=staff["小林"])
    set_extension(staff["中村"], "21")
    begun = Said(number="03-0000-0198", name="松田", subject="のし紙の変更", text="明日発送分。外のしに変更を希望。")
    save_memo("demo0call0begun0", begun, user=staff["中村"])


def _call_back(kept: dict[str, Call], staff: dict[str, User]) -> None:
    """One to call back that was tried in vain, one whose time is over, one that the customer chose on their page."""
    tried, late = kept["Q041"], kept["Q028"]
    slots = next_slots(_place(tried).inbox, timezone.now())
    wanted = Wanted(tried.number, slots[1].starts_at, name="木村 和夫", topic=tried.subject, owner=staff["大野"])
    callback = request_callback(_place(tried), wanted, user=staff["中村"])
    note_attempt(callback, Outcome.NO_ANSWER, note="呼び出しのみ", user=staff["大野"])
    soon = timezone.now() + timedelta(minutes=5)
    wanted = Wanted(late.number, soon, topic="書面での回答のご説明", owner=staff["渡辺"])
    missed = request_callback(_place(late), wanted, user=staff["小林"])
    over = timezone.now() - timedelta(minutes=20)
    Callback.objects.filter(pk=missed.pk).update(starts_at=over - SLOT, ends_at=over, made_at=over - 4 * SLOT)
    miss_callbacks(timezone.now())
    owner = next(each for each in staff.values() if may(each, Permission.MANAGE_INBOXES))
    set_callback_page(_place(tried).inbox, slug="support-call", is_open=True, owner=staff["中村"], user=owner)
    link = make_callback_link(_place(tried), user=staff["中村"])
    choose_callback(link, Wanted(tried.number, slots[3].starts_at, name="木村 和夫", topic="土鍋のひび"))


def _answered(row: dict[str, str], customers: dict[str, Customer]) -> Said:
    customer = customers[row["customer_id"]]
    phone = customer.identities.filter(kind="phone").order_by("-is_primary", "pk").first()
    _name, minutes, talk, wrap_up = _ANSWERED[row["id"]]
    return Said(
        number=phone.shown if phone else "",
        name=customer.label,
        subject=row["subject"].removeprefix(_SUBJECT),
        text=row["body"],
        result=Result.TODO,
        customer=customer,
        told=_measured(minutes, talk, wrap_up),
    )


def _measured(minutes: int, talk: int, wrap_up: int) -> Measured:
    ended = timezone.now() - timedelta(minutes=minutes)
    return Measured(ended - timedelta(seconds=talk), ended, wrap_up)


def _keep(key: str, said: Said, user: User, inbox: Inbox) -> Call:
    call = keep_memo(f"demo0call0{key}", replace(said, inbox=inbox), user=user)
    if call.message is not None and call.kept_at is not None:
        _date(call.message, call.kept_at)
    return call


def _date(message: Message, at: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(at=at)
    Conversation.objects.filter(pk=message.conversation_id).update(created_at=at, last_message_at=at)


def _place(call: Call) -> Conversation:
    assert call.message is not None
    return call.message.conversation
