"""What the operators of the search box mean here: conditions on conversations and on their messages.

Names are compared as the words of a search are (`search.folding`): 渡辺 stands for 渡邉, わたなべ for both.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Lower, StrIndex
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import all_users
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import OPEN_STATUSES, MessageKind, Priority, Status
from madoguchi.conversations.field_search import field_called, field_condition, is_field_operator
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.models import Attachment, Category, Conversation, Message, Tag
from madoguchi.conversations.own import folders_called, statuses_called
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Identity
from madoguchi.customers.naming import customers_called
from madoguchi.search.folding import fold, spelled
from madoguchi.search.names import entries_naming
from madoguchi.search.operators import (
    ASSIGNEE,
    CATEGORY,
    FOLDER,
    FROM,
    HAS,
    INBOX,
    IS,
    IS_VALUES,
    NUMBER,
    PRIORITY,
    STATUS,
    TAG,
    TO,
    operator_kind,
)
from madoguchi.search.query import Operator
from madoguchi.search.tokens import is_kana, reading_of

#: Messages from or to somebody are kept as a list up to so many.
_MOST_LISTED = 20_000
#: More digits than this are no number of ours.
_MAX_DIGITS = 18


def conversation_condition(operator: Operator, user: User) -> Q | None:
    """What a conversation must be; None when there is nothing like it, so that no conversation can be."""
    if is_field_operator(operator.name):
        return field_condition(operator.name, operator.value)
    return _CONVERSATION[operator.name](operator.value, user)


def message_condition(operator: Operator) -> Q | None:
    """What a message must be; None as above."""
    return _MESSAGE[operator.name](operator.value)


def is_about_conversations(operator: Operator) -> bool:
    """True for what a conversation is or is not; the others are about single messages."""
    return operator.name in _CONVERSATION or is_field_operator(operator.name)


def label_word(operator: Operator) -> str:
    """What an operator is called in the reader's language; that of a field by the field's name."""
    if not is_field_operator(operator.name):
        return str(operator_kind(operator.name).label)
    field = field_called(operator.name)
    return field.name if field else operator.name


def value_word(operator: Operator) -> str:
    """The value in the reader's language where it is one of ours, else as typed."""
    name, value = operator.name, operator.value
    if name == IS and value in IS_VALUES:
        return str(IS_VALUES[value])
    if name in (IS, STATUS) and (statuses := _statuses_called(value)):
        return str(IS_VALUES["open"] if len(statuses) > 1 else Status(statuses[0]).label)
    if name == PRIORITY and (priorities := _priorities_called(value)):
        return str(Priority(priorities[0]).label)
    if name == ASSIGNEE and value in ("me", "none"):
        return _("me") if value == "me" else _("nobody")
    return value


def _is(value: str, user: User) -> Q | None:
    conditions = {
        "open": Q(is_open=True),
        "closed": Q(is_open=False),
        "unread": Q(status=Status.NEW),
        "mine": Q(assignee=user),
        "unassigned": Q(assignee=None),
        "late": Q(queue_at__lt=timezone.now()),
        "vip": Q(customer__is_vip=True),
        "following": Q(pk__in=Conversation.followers.through.objects.filter(user=user).values("conversation")),
        "failed": Q(has_failed=True),
        "side": Q(side_of__isnull=False),
    }
    return conditions.get(value) or _status(value, user)


def _status(value: str, _user: User) -> Q | None:
    statuses, own = _statuses_called(value), statuses_called(value)
    if not own:
        return Q(status__in=statuses) if statuses else None
    return Q(status__in=statuses) | Q(own_status__in=own)


def _statuses_called(value: str) -> list[str]:
    """Statuses by key, or by name in any language of the desk, whichever the reader's is."""
    wanted = fold(value)
    if wanted == "open":
        return [str(key) for key in OPEN_STATUSES]
    return [str(status) for status in Status if wanted in _called_in_any_language(status.value, status.label)]


def _priorities_called(value: str) -> list[int]:
    wanted = fold(value)
    return [each.value for each in Priority if wanted in _called_in_any_language(each.name, each.label)]


def _called_in_any_language(key: str, label: str | Promise) -> set[str]:
    names = {fold(key)}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names.add(fold(str(label)))
    return names


def _priority(value: str, _user: User) -> Q | None:
    priorities = _priorities_called(value)
    return Q(priority__in=priorities) if priorities else None


def _category(value: str, _user: User) -> Q | None:
    """A 分類 by its name or a part of it, a 大分類 with all that stands below it."""
    names = Category.objects.values_list("pk", "name", "parent__name")
    found = [pk for pk, name, parent in names if _is_called(value, (name, parent or "", f"{parent}{name}"))]
    return Q(category__in=found) if found else None


def _inbox(value: str, user: User) -> Q | None:
    names = Inbox.objects.visible_to(user).values_list("pk", "name", "address")
    found = [pk for pk, name, address in names if _is_called(value, (name,)) or address.casefold() == value.casefold()]
    return Q(inbox__in=found) if found else None


def _assignee(value: str, user: User) -> Q:
    if value == "me":
        return Q(assignee=user)
    if value == "none":
        return Q(assignee=None)
    return Q(assignee__in=[each.pk for each in all_users() if _is_called(value, (each.name,), each.email)])


def _tag(value: str, _user: User) -> Q:
    """Asked apart and not joined, as `has` is: a join more for each condition multiplies the rows."""
    wanted = fold(value)
    tags = [pk for pk, name in Tag.objects.values_list("pk", "name") if fold(name) == wanted]
    return Q(pk__in=Conversation.tags.through.objects.filter(tag__in=tags).values("conversation"))


def _number(value: str, _user: User) -> Q | None:
    digits = fold(value).removeprefix("#")
    return Q(pk=int(digits)) if digits.isdecimal() and len(digits) < _MAX_DIGITS else None


def _is_called(value: str, names: Iterable[str], address: str = "") -> bool:
    """True when a name has this part in any spelling, is read like it, or when this is the address."""
    wanted = fold(value).replace(" ", "")
    if not wanted:
        return False
    spellings = [fold(name).replace(" ", "") for name in names]
    if is_kana(wanted):
        spellings += [reading_of(name) for name in names]
    return any(wanted in each for each in spellings) or (address != "" and fold(address) == wanted)


_CONVERSATION: dict[str, Callable[[str, User], Q | None]] = {
    TAG: _tag,
    FOLDER: folders_called,
    STATUS: _status,
    IS: _is,
    ASSIGNEE: _assignee,
    INBOX: _inbox,
    PRIORITY: _priority,
    CATEGORY: _category,
    NUMBER: _number,
}


def _from(value: str) -> Q:
    """What somebody sent: customers by what is known of them or by how they signed it, ourselves by our names."""
    received, sent = (Message.objects.filter(kind=kind) for kind in (MessageKind.INBOUND, MessageKind.OUTBOUND))
    staff = [each.pk for each in all_users() if _is_called(value, (each.name, each.public_name), each.email)]
    inboxes = Inbox.objects.values_list("pk", "name", "from_name", "address")
    ours = [pk for pk, *names, address in inboxes if _is_called(value, names) or value.casefold() in address.casefold()]
    found = received.filter(customer__in=customers_called(value)).values("pk")
    signed = received.filter(pk__in=entries_naming(MESSAGE, value)).values("pk")
    written = sent.filter(Q(user__in=staff) | Q(inbox__in=ours)).values("pk")
    return _among(found.union(signed, written, all=True))


def _among(messages: QuerySet[Message, Any]) -> Q:
    """These messages, looked up once where they are few enough: one search asks the database several times."""
    found = list(messages.values_list("pk", flat=True)[: _MOST_LISTED + 1])
    if len(found) > _MOST_LISTED:
        return Q(pk__in=messages)
    ids = Value(found, output_field=ArrayField(BigIntegerField()))
    return Q(Func(F("pk"), ids, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()))


def _to(value: str) -> Q:
    """Who a mail names as its recipients: as they were written, or customers by what is known of them."""
    received, sent = (Message.objects.filter(kind=kind) for kind in (MessageKind.INBOUND, MessageKind.OUTBOUND))
    pattern = f'": "[^"]*{spelled(value)}'  # in the values of the JSON objects, not in their keys
    written = received.filter(Q(to__iregex=pattern) | Q(cc__iregex=pattern)).values("pk")
    copied = sent.filter(cc__iregex=pattern).values("pk")
    addressed = sent.filter(pk__in=entries_naming(MESSAGE, value)).values("pk")
    called = sent.filter(_is_to_customer(), conversation__customer__in=customers_called(value)).values("pk")
    return _among(written.union(copied, addressed, called, all=True))


def _is_to_customer() -> Exists:
    """True for mail that names an address of the conversation's customer, and not only others: we also forward."""
    named = StrIndex(Lower(Cast(OuterRef("to"), TextField())), Concat(Value('"'), F("key"), Value('"')))
    theirs = Identity.objects.filter(kind=IdentityKind.MAIL, customer=OuterRef("conversation__customer"))
    return Exists(theirs.alias(place=named).filter(place__gt=0))


def _has(value: str) -> Q | None:
    files = Attachment.objects.filter(message=OuterRef("pk"))
    if value == "note":
        return Q(kind=MessageKind.NOTE)
    if value == "image":
        return Q(Exists(files.filter(content_type__startswith="image/")))
    return Q(Exists(files)) if value == "attachment" else None


_MESSAGE: dict[str, Callable[[str], Q | None]] = {FROM: _from, TO: _to, HAS: _has}
