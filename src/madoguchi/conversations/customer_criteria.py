"""What customers can be told apart by from what they asked: how often, when, where, and whether it is still open.

Only conversations count that whoever asks may see.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.models import Category, Conversation, Tag
from madoguchi.core.conditions import EMPTY, FILLED, LESS, MORE, Condition, on_day
from madoguchi.customers.criteria import CHOICE, DAY, NUMBER, YES, Criterion

_MOST = 500


def _seen(user: User) -> QuerySet[Conversation]:
    """Customers' own conversations this person may see."""
    return Conversation.objects.visible_to(user).filter(side_of=None, merged_into=None).order_by()


def _amount(asked: Condition, user: User) -> Q:
    """How many inquiries; nobody has fewer than none."""
    counted = _seen(user).values("customer").annotate(amount=Count("pk"))
    if asked.how in (EMPTY, FILLED):
        return Q(pk__in=_seen(user).values("customer"))
    amount = int(asked.value)
    if asked.how == MORE:
        return Q(pk__in=counted.filter(amount__gt=amount).values("customer"))
    if asked.how == LESS:
        return ~Q(pk__in=counted.filter(amount__gte=amount).values("customer"))
    if amount == 0:
        return ~Q(pk__in=_seen(user).values("customer"))
    return Q(pk__in=counted.filter(amount=amount).values("customer"))


def _moment(moment: Max | Min) -> Callable[[Condition, User], Q]:
    """The first or last inquiry of each."""

    def condition(asked: Condition, user: User) -> Q:
        if asked.how in (EMPTY, FILLED):
            return Q(pk__in=_seen(user).values("customer"))
        dated = _seen(user).values("customer").annotate(moment=moment)
        return Q(pk__in=dated.filter(on_day("moment", asked.how, asked.value)).values("customer"))

    return condition


def _open(_asked: Condition, user: User) -> Q:
    return Q(pk__in=_seen(user).filter(is_open=True).values("customer"))


def _of(condition: Callable[[int], Q]) -> Callable[[Condition, User], Q]:
    """Inquiries of a sort, by the number of what they have."""

    def asked_for(asked: Condition, user: User) -> Q:
        if asked.how in (EMPTY, FILLED):
            return Q(pk__in=_seen(user).values("customer"))
        number = int(asked.value) if asked.value.isdecimal() and len(asked.value) < 18 else 0
        return Q(pk__in=_seen(user).filter(condition(number)).values("customer"))

    return asked_for


def _tagged(number: int) -> Q:
    return Q(pk__in=Conversation.tags.through.objects.filter(tag=number).values("conversation"))


def _inboxes(user: User) -> Iterable[tuple[str, Any]]:
    return [(str(each.pk), each.name) for each in inboxes_of(user)]


def _categories(_user: User) -> Iterable[tuple[str, Any]]:
    rows = Category.objects.select_related("parent").order_by("pk")[:_MOST]
    return [(str(each.pk), f"{each.parent.name} › {each.name}" if each.parent else each.name) for each in rows]


def _tags(_user: User) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in Tag.objects.order_by("name").values_list("pk", "name")[:_MOST]]


INQUIRIES = (
    Criterion("inquiries", _("Number of inquiries"), NUMBER, _amount),
    Criterion("first_inquiry", _("First inquiry on"), DAY, _moment(Min("created_at"))),
    Criterion("last_inquiry", _("Last mail of an inquiry on"), DAY, _moment(Max("last_message_at"))),
    Criterion("open_inquiry", _("Has an open inquiry"), YES, _open),
    Criterion("asked_at", _("Has written to the desk"), CHOICE, _of(lambda pk: Q(inbox=pk)), _inboxes),
    Criterion(
        "asked_about", _("Inquiry of the category"), CHOICE,
        _of(lambda pk: Q(category=pk) | Q(category__parent=pk)), _categories,
    ),
    Criterion("inquiry_tag", _("Inquiry with the tag"), CHOICE, _of(_tagged), _tags),
)  # fmt: skip
