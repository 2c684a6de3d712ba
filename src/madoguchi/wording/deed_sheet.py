"""What is done along with a template, in a cell of a table: one deed a line, 「分類=返品 › 破損」, by name."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Choices
from django.utils import translation
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import active_users
from madoguchi.conversations.choices import CHOOSABLE, Priority, Status
from madoguchi.conversations.fields import live_fields
from madoguchi.conversations.models import Category
from madoguchi.conversations.own import folders_of, live_statuses
from madoguchi.core.errors import Invalid
from madoguchi.search.folding import fold
from madoguchi.wording.deeds import MAX_DEEDS, ME, NOBODY, Deed, DeedKind

_WORDS = {
    DeedKind.CATEGORY: "分類",
    DeedKind.TAG: "タグを付ける",
    DeedKind.UNTAG: "タグを外す",
    DeedKind.PRIORITY: "優先度",
    DeedKind.FOLDER: "フォルダ",
    DeedKind.FIELD: "項目",
    DeedKind.ASSIGNEE: "担当者",
    DeedKind.STATUS: "ステータス",
}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_PEOPLE = {ME: "自分", NOBODY: "担当者なし"}
_BETWEEN = "、"


def deeds_as_text(deeds: Iterable[Deed]) -> str:
    """The cell of a table: what `deeds_of_text` reads again."""
    return "\n".join(f"{_WORDS[DeedKind(each.kind)]}={_written(each)}" for each in deeds)


def _written(deed: Deed) -> str:
    with translation.override("ja"):
        if deed.kind == DeedKind.PRIORITY:
            return str(Priority(deed.value).label)
        if deed.kind == DeedKind.STATUS and deed.value in Status.values:
            return str(Status(deed.value).label)
    return _PEOPLE.get(deed.value, deed.name) if deed.kind == DeedKind.ASSIGNEE else deed.name


def deeds_of_text(text: str, user: User) -> tuple[Deed, ...]:
    """What a cell says; Invalid, with the line, for what is not there."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_DEEDS:
        raise Invalid(_("A template does %d things at most.") % MAX_DEEDS, field="actions")
    return tuple(_read(line, user) for line in lines)


def _read(line: str, user: User) -> Deed:
    word, _sign, value = line.replace("＝", "=").partition("=")
    kind, value = _KINDS.get(word.strip()), value.strip()
    if kind is None or not value:
        names = _BETWEEN.join(_WORDS.values())
        message = _("Write each action as a line such as 分類=返品. “%(line)s” begins with none of: %(names)s.")
        raise Invalid(message % {"line": line[:60], "names": names}, field="actions")
    if kind in (DeedKind.TAG, DeedKind.UNTAG):
        return Deed(kind, value)
    if kind == DeedKind.FIELD:
        return _field(line, value)
    found = _found(kind, value, user)
    if found is None:
        raise Invalid(_("There is no such thing: %(line)s") % {"line": line[:60]}, field="actions")
    return Deed(kind, found)


def _found(kind: str, value: str, user: User) -> Any:
    if kind == DeedKind.PRIORITY:
        return _labelled(Priority, Priority.values, value)
    if kind == DeedKind.STATUS:
        own = next((each.key for each in live_statuses() if value in (each.name, each.name_en)), None)
        return own or _labelled(Status, CHOOSABLE, value)
    if kind == DeedKind.ASSIGNEE:
        fixed = next((key for key, word in _PEOPLE.items() if value in (key, word)), None)
        return fixed or _only([each.pk for each in active_users() if value in (each.name, each.email)])
    if kind == DeedKind.FOLDER:
        folders = folders_of(user).select_related("inbox")
        return _only([each.pk for each in folders if value in (each.name, f"{each.inbox.name} › {each.name}")])
    rows = Category.objects.select_related("parent")
    names = {each.pk: f"{each.parent.name} › {each.name}" if each.parent else each.name for each in rows}
    exact = [pk for pk, name in names.items() if name == value]
    return _only(exact or [pk for pk, name in names.items() if name.rpartition(" › ")[2] == value])


def _only(found: list[int]) -> int | None:
    """Of several with one name none is meant for certain."""
    return found[0] if len(found) == 1 else None


def _labelled(kind: type[Choices], values: Iterable[Any], text: str) -> Any:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value in values:
                if fold(text) in (fold(str(kind(value).label)), fold(str(value))):
                    return value
    return None


def _field(line: str, value: str) -> Deed:
    name, _sign, text = (part.strip() for part in value.partition("="))
    found = next((each for each in live_fields() if each.name == name), None)
    if found is None:
        raise Invalid(_("There is no such thing: %(line)s") % {"line": line[:60]}, field="actions")
    is_many = found.kind == "multi"
    return Deed(DeedKind.FIELD, tuple(text.split(_BETWEEN)) if is_many else text, field=found.pk)
