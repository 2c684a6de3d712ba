"""Connecting a source of orders, changing it, and noting how it is doing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.choices import (
    MAX_PATTERNS,
    SOURCE_CHANGED,
    SOURCE_CREATED,
    SOURCE_FAILING,
    SOURCE_RECOVERED,
    SOURCE_REMOVED,
)
from madoguchi.commerce.models import OrderSource
from madoguchi.commerce.models.sources import new_key
from madoguchi.commerce.numbers import check_pattern
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.sealing import seal
from madoguchi.core.telling import Sentence, kept
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: What of a source is told in the audit log when it changes.
_FIELDS = ("name", "patterns", "order_url", "customer_url", "settings", "is_active", "position")
_URLS = ("order_url", "customer_url")


class SourceInUse(DomainError):
    """Orders came from it; it can be switched off."""

    code = "source_in_use"

    def __init__(self) -> None:
        super().__init__(
            _("Orders came from this source, so it stays. Switch it off: nothing is asked of it any more.")
        )


@transaction.atomic
def create_source(
    *, kind: str, name: str, user: User, secrets: Mapping[str, str] | None = None, **values: Any
) -> OrderSource:
    """Add a source; patterns and page addresses are checked. Records `order_source_created`."""
    _check_right(user)
    checked = _checked({"name": name, **values})
    row = OrderSource.objects.create(kind=kind, sealed_secrets=_sealed(secrets), **checked)
    _tell(SOURCE_CREATED, row, user.actor)
    return row


@transaction.atomic
def change_source(
    source: OrderSource, *, user: User, secrets: Mapping[str, str] | None = None, **values: Any
) -> OrderSource:
    """Change a source; secrets that are given replace those of the same name, an empty one is forgotten."""
    _check_right(user)
    row = OrderSource.objects.select_for_update().get(pk=source.pk)
    changed = {name: value for name, value in _checked(values, row.pk).items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if secrets:
        known = row.secrets | dict(secrets)
        row.sealed_secrets = _sealed({name: value for name, value in known.items() if value})
    row.failing_since, row.failure = None, ""
    row.save(update_fields=[*changed, "sealed_secrets", "failing_since", "failure"])
    if changed or secrets:
        _tell(SOURCE_CHANGED, row, user.actor, fields=sorted(changed))
    return row


@transaction.atomic
def remove_source(source: OrderSource, *, user: User) -> None:
    """Forget a source from which no order came. Raises SourceInUse."""
    _check_right(user)
    data = {"name": source.name}
    pk = source.pk
    try:
        source.delete()
    except ProtectedError as error:
        raise SourceInUse from error
    record(SOURCE_REMOVED, f"order_source:{pk}", by=user.actor, data=data)


@transaction.atomic
def renew_key(source: OrderSource, *, user: User) -> OrderSource:
    """Another address for the webhook: what is sent to the old one is refused from now on."""
    _check_right(user)
    source.key = new_key()
    source.save(update_fields=["key"])
    _tell(SOURCE_CHANGED, source, user.actor, fields=["key"])
    return source


def keep_secrets(source_pk: int, renewed: Mapping[str, str]) -> None:
    """Keep secrets that a source renewed, at once and whatever becomes of its answer: the old ones are dead."""
    if not renewed:
        return
    with transaction.atomic():
        row = OrderSource.objects.select_for_update().get(pk=source_pk)
        row.sealed_secrets = seal(row.secrets | dict(renewed))
        row.save(update_fields=["sealed_secrets"])


@transaction.atomic
def note_trouble(source_pk: int, why: Sentence) -> None:
    """A source could not be asked: said at the source, and once in the log until it works again."""
    row = OrderSource.objects.select_for_update().get(pk=source_pk)
    is_new = row.failing_since is None
    row.failing_since, row.failure = row.failing_since or timezone.now(), kept(why)
    row.save(update_fields=["failing_since", "failure"])
    if is_new:
        _tell(SOURCE_FAILING, row, Actor.system("orders"))


@transaction.atomic
def note_success(source_pk: int, *, cursor: str | None = None) -> None:
    """A source answered; `cursor` is up to where its changes were read."""
    row = OrderSource.objects.select_for_update().get(pk=source_pk)
    if row.failing_since is not None:
        _tell(SOURCE_RECOVERED, row, Actor.system("orders"))
    row.checked_at, row.failing_since, row.failure = timezone.now(), None, ""
    if cursor is not None:
        row.cursor = cursor[:200]
    row.save(update_fields=["checked_at", "failing_since", "failure", "cursor"])


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _checked(values: Mapping[str, Any], pk: int = 0) -> dict[str, Any]:
    checked = {name: value for name, value in values.items() if name in _FIELDS}
    if "name" in checked:
        checked["name"] = " ".join(str(checked["name"]).split())[:60]
        if not checked["name"]:
            raise Invalid(_("Enter a name."), field="name")
        if OrderSource.objects.filter(name=checked["name"]).exclude(pk=pk).exists():
            raise Invalid(_("There is a source of this name already."), field="name")
    if "patterns" in checked:
        checked["patterns"] = [check_pattern(each) for each in checked["patterns"]][:MAX_PATTERNS]
    for name in _URLS:
        if checked.get(name) and not checked[name].startswith(("https://", "http://")):
            raise Invalid(_("An address of a page begins with https://."), field=name)
    return checked


def _sealed(secrets: Mapping[str, str] | None) -> str:
    return seal(dict(secrets)) if secrets else ""


def _tell(kind: str, row: OrderSource, by: Actor, **data: Any) -> None:
    record(kind, f"order_source:{row.pk}", by=by, data={"name": row.name, **data})
