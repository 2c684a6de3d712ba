"""What is done along with a template (一緒に行う操作): category, tags, people, status, folder, fields; and in words.

A deed names what it means by its number and keeps the name beside it, so that one whose tag, person or field has gone
can still say what it was. Such a deed is told with its problem and left out; the others are done.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.actions.triage import get_or_make_tag
from madoguchi.conversations.choices import CHOOSABLE, Priority, Status
from madoguchi.conversations.models import Category, CustomField, OwnStatus, Tag
from madoguchi.conversations.own import folders_of
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.texts import read_value
from madoguchi.core.fields.values import value_text

#: As many as a person can still read in one line.
MAX_DEEDS = 30
ME, NOBODY = "me", "nobody"


class DeedKind(models.TextChoices):
    """What a deed does, in the order in which they are done."""

    CATEGORY = "category", gettext_lazy("Category")
    TAG = "tag", gettext_lazy("Add the tag")
    UNTAG = "untag", gettext_lazy("Remove the tag")
    PRIORITY = "priority", gettext_lazy("Priority")
    FOLDER = "folder", gettext_lazy("Folder")
    FIELD = "field", gettext_lazy("Field")
    ASSIGNEE = "assignee", gettext_lazy("Assignee")
    STATUS = "status", gettext_lazy("Status")


_ORDER = {kind: place for place, kind in enumerate(DeedKind.values)}
#: Of these a template has one each.
_ONE_EACH = (DeedKind.CATEGORY, DeedKind.PRIORITY, DeedKind.FOLDER, DeedKind.ASSIGNEE, DeedKind.STATUS)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done.

    `value` is a number, a tag by its name, the key of a status, "me", "nobody", or what is put into a field.
    """

    kind: str
    value: Any = None
    name: str = ""  #: what it was called when the template was saved; empty before that
    field: int = 0

    def as_plain(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {"kind": self.kind, "value": self.value, "name": self.name, "field": self.field}


@dataclass(frozen=True, slots=True)
class Told:
    """A deed in words, with the row that it means; `problem` says why it is left out."""

    deed: Deed
    word: str
    target: Any = None
    problem: str = ""


def read_deeds(plain: Iterable[Mapping[str, Any]]) -> tuple[Deed, ...]:
    """Deeds as a row keeps them."""
    return tuple(_hashable(Deed(**each)) for each in plain)


def checked_deeds(deeds: Sequence[Deed], user: User) -> tuple[Deed, ...]:
    """The same in their order and with names; Invalid for one that cannot be. What had been kept before stays."""
    deeds = sorted(dict.fromkeys(map(_hashable, deeds)), key=lambda each: (_ORDER.get(each.kind, 0), each.field))
    if unknown := [each.kind for each in deeds if each.kind not in _ORDER]:
        raise Invalid(_("There is no such action: %(kind)s") % {"kind": unknown[0][:40]}, field="actions")
    if len(deeds) > MAX_DEEDS:
        raise Invalid(_("A template does %d things at most.") % MAX_DEEDS, field="actions")
    kinds = [each.kind for each in deeds]
    for kind in _ONE_EACH:
        if kinds.count(kind) > 1:
            raise Invalid(_("Choose one value for “%(kind)s”.") % {"kind": DeedKind(kind).label}, field="actions")
    found = []
    for told in tell_deeds(deeds, user, is_kept=True):
        if told.problem and not told.deed.name:
            raise Invalid(told.problem, field="actions")
        found.append(told.deed if told.problem else _settled(told))
    return tuple(found)


def _settled(told: Told) -> Deed:
    """With what it is called now, its row by number, and what is put into a field as it is kept there."""
    deed, value = told.deed, told.deed.value
    if deed.kind == DeedKind.FIELD:
        value = told.target[1]
    elif isinstance(told.target, models.Model) and deed.value != ME and not isinstance(told.target, OwnStatus):
        value = told.target.pk
    elif deed.kind == DeedKind.PRIORITY:
        value = told.target
    return _hashable(replace(deed, value=value, name=_name(told)))


def with_new_tags(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """The same with the tags made that are put on and do not exist yet, as by hand."""
    return tuple(
        replace(each, value=get_or_make_tag(each.value).pk)
        if each.kind == DeedKind.TAG and isinstance(each.value, str)
        else each
        for each in deeds
    )


def _hashable(deed: Deed) -> Deed:
    return replace(deed, value=tuple(deed.value)) if isinstance(deed.value, list) else deed


def _name(told: Told) -> str:
    return told.word.partition(": ")[2][:200]


def tell_deeds(deeds: Sequence[Deed], user: User, *, inbox_id: int | None = None, is_kept: bool = False) -> list[Told]:
    """Deeds in words, each with what is in its way where this person would do it; one query a kind at most.

    `inbox_id` is the 窓口 they would be done at; `is_kept` asks only whether what they mean is still there.
    """
    if not deeds:
        return []
    rows = _Rows(deeds, user)
    told = [_TELLERS[DeedKind(each.kind)](rows, each, inbox_id) for each in deeds]
    if not is_kept and not may(user, Permission.ASSIGN):
        right = _("You do not have the right to change conversations.")
        told = [replace(each, problem=each.problem or right) for each in told]
    return told


class _Rows:
    """What the deeds mean, read once."""

    def __init__(self, deeds: Sequence[Deed], user: User) -> None:
        numbers: dict[str, set[int]] = defaultdict(set)
        for each in deeds:
            numbers[each.kind].add(each.field if each.kind == DeedKind.FIELD else _number(each.value))
        self.user = user
        self.categories = self._read(Category.objects.select_related("parent"), numbers[DeedKind.CATEGORY])
        tags = [each.value for each in deeds if each.kind in (DeedKind.TAG, DeedKind.UNTAG)]
        self.tags: dict[Any, Tag] = {}
        if tags:
            by_id = [each for each in tags if isinstance(each, int)]
            found = Tag.objects.filter(Q(pk__in=by_id) | Q(name__in=[each for each in tags if isinstance(each, str)]))
            self.tags = {key: tag for tag in found for key in (tag.pk, tag.name)}
        self.folders = self._read(folders_of(user).select_related("inbox"), numbers[DeedKind.FOLDER])
        self.fields = self._read(CustomField.objects.all(), numbers[DeedKind.FIELD])
        self.people = self._read(User.objects.all(), numbers[DeedKind.ASSIGNEE])
        self.statuses = self._read(OwnStatus.objects.all(), numbers[DeedKind.STATUS])

    @staticmethod
    def _read(rows: Any, pks: set[int]) -> dict[int, Any]:
        wanted = pks - {0}
        return {row.pk: row for row in rows.filter(pk__in=wanted)} if wanted else {}


def _number(value: Any) -> int:
    """The number in "12", 12 or "own-12"; 0 for none."""
    text = str(value).removeprefix("own-")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _told(deed: Deed, name: str, target: Any = None, problem: str = "") -> Told:
    return Told(deed, f"{DeedKind(deed.kind).label}: {name}", target, problem)


def _gone(deed: Deed, problem: str = "") -> Told:
    name = deed.name or str(deed.value)[:40]
    return _told(deed, name, problem=problem or _("“%(name)s” does not exist any more.") % {"name": name})


def _category(rows: _Rows, deed: Deed, _inbox_id: int | None) -> Told:
    found = rows.categories.get(_number(deed.value))
    if found is None:
        return _gone(deed)
    return _told(deed, f"{found.parent.name} › {found.name}" if found.parent else found.name, found)


def _tag(rows: _Rows, deed: Deed, _inbox_id: int | None) -> Told:
    found = rows.tags.get(deed.value)
    if found is None and deed.kind == DeedKind.TAG and isinstance(deed.value, str):
        return _told(deed, deed.value)  # it is made when the template is saved
    return _told(deed, found.name, found) if found else _gone(deed)


def _priority(_rows: _Rows, deed: Deed, _inbox_id: int | None) -> Told:
    number = _number(deed.value)
    if number not in Priority.values:
        return _gone(deed, _("There is no such priority."))
    return _told(deed, str(Priority(number).label), number)


def _folder(rows: _Rows, deed: Deed, inbox_id: int | None) -> Told:
    found = rows.folders.get(_number(deed.value))
    if found is None:  # its name is not told: it may be that of a 窓口 that this person does not see
        return _told(deed, _("(unknown)"), problem=_("The folder does not exist any more, or you do not see its desk."))
    name = f"{found.inbox.name} › {found.name}"
    is_here = inbox_id is None or found.inbox_id == inbox_id
    return _told(deed, name, found, "" if is_here else _("The folder “%s” belongs to another desk.") % name)


def _assignee(rows: _Rows, deed: Deed, inbox_id: int | None) -> Told:
    if deed.value in (ME, NOBODY):
        word = _("whoever does it") if deed.value == ME else _("Unassigned")
        return _told(deed, word, rows.user if deed.value == ME else None)
    found = rows.people.get(_number(deed.value))
    if found is None:
        return _gone(deed)
    problem = ""
    if not found.is_active:
        problem = _("%(name)s does not work here any more.") % {"name": found.name}
    elif not may(found, Permission.ASSIGN):
        problem = _("%(name)s cannot be responsible for conversations.") % {"name": found.name}
    elif inbox_id is not None and inbox_id not in frozenset(visible_inbox_ids(found)):
        problem = _("%(name)s does not see this desk.") % {"name": found.name}
    return _told(deed, found.name, found, problem)


def _status(rows: _Rows, deed: Deed, inbox_id: int | None) -> Told:
    key = str(deed.value)
    if not key.startswith("own-"):
        if key not in CHOOSABLE:
            return _gone(deed, _("This status cannot be chosen."))
        return _told(deed, str(Status(key).label), key)
    found = rows.statuses.get(_number(key))
    if found is None:
        return _gone(deed)
    message = _("The status “%(name)s” is not offered any more.") if found.retired_at else ""
    if not message and not found.is_for(inbox_id):
        message = _("The status “%(name)s” is not offered at this desk.")
    return _told(deed, found.word, found, message % {"name": found.word} if message else "")


def _field(rows: _Rows, deed: Deed, _inbox_id: int | None) -> Told:
    found = rows.fields.get(deed.field)
    if found is None:
        return _gone(deed)
    raw = list(deed.value) if isinstance(deed.value, tuple) else deed.value
    try:
        value = read_value(found, raw)
        text = value_text(found, value) or _("(empty)")
    except Invalid as error:
        return _gone(deed, str(error.user_message))
    name = f"{found.name} = {text}"
    problem = _("The field “%(name)s” has been retired.") % {"name": found.name} if found.retired_at else ""
    return _told(deed, name, (found, value), problem)


_TELLERS = {
    DeedKind.CATEGORY: _category,
    DeedKind.TAG: _tag,
    DeedKind.UNTAG: _tag,
    DeedKind.PRIORITY: _priority,
    DeedKind.FOLDER: _folder,
    DeedKind.FIELD: _field,
    DeedKind.ASSIGNEE: _assignee,
    DeedKind.STATUS: _status,
}
