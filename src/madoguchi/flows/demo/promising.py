"""Promises of the demo: one offered by a note, one open, one due today, one kept, one whose time has passed."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.snoozing import snooze, snooze_times
from madoguchi.conversations.models import Conversation
from madoguchi.notifications.reminders import set_reminder
from madoguchi.promises.actions import Said, keep_promise, make_promise
from madoguchi.promises.models import Promise
from madoguchi.promises.watching import break_promises

_NOTED = ("Q003", "小林", "電話でお話ししました。在庫を確認のうえ、明日17時までに折り返しと案内済み。")
_OPEN = ("Q002", "中村", "倉庫に確認し、3日以内に結果をご連絡いたします。", timedelta(days=3))
_TODAY = ("Q037", "小林", "2時間以内に追跡番号をお知らせいたします。", timedelta(hours=2))
_KEPT = ("Q016", "中村", "明日までに返金のお手続きをいたします。", timedelta(days=1))
_PUT_OFF = (
    ("Q021", "中村", "入荷日の確定待ち", "next_week"),
    ("Q042", "佐々木", "広報に相談中", "next_day"),
    ("Q013", "石井", "お客様の書類待ち", ""),
)
_BROKEN = ("Q026", "渡辺", "1時間以内に折り返しお電話いたします。", timedelta(minutes=-70))


def promise_things(conversations: dict[str, Conversation], staff: dict[str, User]) -> None:
    """Enter the promises as their owners did; what is past was entered an hour before its time."""
    key, name, text = _NOTED
    add_note(conversations[key], text, user=staff[name])
    _enter(conversations, staff, *_OPEN)
    _enter(conversations, staff, *_TODAY)
    keep_promise(_enter(conversations, staff, *_KEPT), user=staff[_KEPT[1]])
    late = _enter(conversations, staff, *_BROKEN[:3], timedelta(days=1))
    due_at = timezone.now() + _BROKEN[3]
    Promise.objects.filter(pk=late.pk).update(due_at=due_at, made_at=due_at - timedelta(hours=1))
    break_promises(timezone.now())
    at = timezone.now() + timedelta(days=1)
    set_reminder(conversations[_OPEN[0]], at=at, note="倉庫からの回答を確認", user=staff[_OPEN[1]])
    set_reminder(conversations[_TODAY[0]], at=at + timedelta(hours=3), note="配送業者に再確認", user=staff[_TODAY[1]])
    _put_off(conversations, staff)


def _put_off(conversations: dict[str, Conversation], staff: dict[str, User]) -> None:
    """後で対応: one until its 窓口 opens next, one until next week, one until the customer answers."""
    now = timezone.now()
    for key, name, why, when in _PUT_OFF:
        conversation = Conversation.objects.select_related("inbox__calendar").get(pk=conversations[key].pk)
        times = snooze_times(conversation.inbox, now)
        snooze([conversation], until=getattr(times, when) if when else None, why=why, now=now, user=staff[name])


def _enter(
    conversations: dict[str, Conversation], staff: dict[str, User], key: str, name: str, words: str, ahead: timedelta
) -> Promise:
    due_at = (timezone.now() + ahead).replace(second=0, microsecond=0)
    return make_promise(conversations[key], Said(words, due_at, staff[name]), user=staff[name])
