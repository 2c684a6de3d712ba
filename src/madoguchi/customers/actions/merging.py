"""Making one record of two and two of one again: fields, contacts, addresses, and whatever else points to a customer.

Both hold the addresses first, then the customers (ADR 18), so that mail that arrives meanwhile waits and then finds
its way by the new state of things. Conversations are rows that point to a customer as others do: rooms above need not
be known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.collisions import Collision
from madoguchi.core.errors import Invalid
from madoguchi.customers.actions.changing import ChangedSince, hold_customer, plain_values
from madoguchi.customers.actions.identifying import lock_customers, lock_identities
from madoguchi.customers.choices import CUSTOMER_MERGED, CUSTOMER_UNMERGED, SuggestionState
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import (
    Customer,
    CustomerMerge,
    CustomerTag,
    CustomerValue,
    Identity,
    MatchKey,
    PostalAddress,
    RecordChange,
    Suggestion,
)
from madoguchi.customers.naming import CUSTOMER, reindex_customer
from madoguchi.events.actor import Actor
from madoguchi.events.record import record
from madoguchi.search.names import forget_names

#: What of two records may differ, and one chooses.
MERGED_FIELDS = (
    "family_name", "given_name", "family_kana", "given_kana", "display_name", "honorific", "organisation",
    "department", "language", "time_zone", "is_vip", "needs_care", "note",
)  # fmt: skip
#: Moved with care for what is the first of its kind, or a part of the record itself.
_APART = (
    Identity, PostalAddress, CustomerValue, Customer, RecordChange, MatchKey, Suggestion, CustomerMerge, CustomerTag,
)  # fmt: skip
THEIRS, BOTH = "theirs", "both"


@dataclass(frozen=True, slots=True)
class Unmerged:
    """What came of taking two records apart."""

    merge: CustomerMerge
    kept_fields: list[str]  #: changed since the merge, so left as they are
    stayed: int  #: rows that came since the merge and stay with the survivor


@transaction.atomic
def merge_customers(survivor: Customer, other: Customer, *, by: Actor, chosen: Mapping[str, str]) -> CustomerMerge:
    """Let `other` go on as `survivor`: all that leads or belongs to it moves, and its addresses keep working.

    `chosen` says for fields whether `theirs` (the other's) is taken, or `both` for notes; else the survivor's stays,
    and what it does not know is filled in. 要注意対応 is not chosen: it stays when either has it, since only two
    people lift it.
    """
    require(by, Permission.REPLY)
    if survivor.pk == other.pk:
        raise Invalid(_("Choose two different customers."))
    kept, gone = _hold_both(survivor, other)
    before = plain_values(kept, dict.fromkeys(MERGED_FIELDS))
    tags = sorted(tag.name for tag in kept.tags.all())
    _join_fields(kept, gone, chosen)
    kept.tags.add(*gone.tags.all())
    data = {
        "before": before,
        "after": plain_values(kept, dict.fromkeys(MERGED_FIELDS)),
        "tags": {"before": tags, "after": sorted(tag.name for tag in kept.tags.all())},
        "identities": _move_identities(gone, kept),
        "addresses": _move_addresses(gone, kept),
        "values": _move_values(gone, kept),
        "rows": _move_rows(gone, kept),
        "opened": _open(gone, kept),
    }
    _leave(gone, kept)
    merge = CustomerMerge.objects.create(
        survivor=kept,
        other=gone,
        other_label=cut_whole(gone.label, 300),
        data=data,
        by_id=by.id,
        by_label=by.label[:200],
    )
    Suggestion.objects.filter(first=min(kept.pk, gone.pk), second=max(kept.pk, gone.pk)).update(
        state=SuggestionState.MERGED, decided_by=by.label[:200], decided_at=timezone.now()
    )
    _tell(CUSTOMER_MERGED, merge, by)
    return merge


@transaction.atomic
def unmerge_customers(merge: CustomerMerge, *, by: Actor) -> Unmerged:
    """Take two records apart again: each has what it had.

    What has come since stays with the survivor, and so do fields changed since; a merge on which a later one builds
    is ChangedSince.
    """
    require(by, Permission.REPLY)
    merge = CustomerMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ChangedSince(_("This has already been undone."))
    kept, gone = _hold_apart(merge)
    data = merge.data
    left = _fields_back(kept, data)
    if data.get("opened"):
        _close(kept, merge)
    added = set(data["tags"]["after"]) - set(data["tags"]["before"])
    kept.tags.remove(*CustomerTag.objects.filter(name__in=added))
    gone.merged_into = None
    gone.version += 1
    gone.save(update_fields=["merged_into", "version"])
    _identities_back(data["identities"], kept, gone)
    _addresses_back(data["addresses"], kept, gone)
    CustomerValue.objects.filter(pk__in=data.get("values", ()), customer=kept).update(customer=gone)
    _rows_back(data["rows"], kept, gone)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    Suggestion.objects.filter(
        first=min(kept.pk, gone.pk), second=max(kept.pk, gone.pk), state=SuggestionState.MERGED
    ).update(state=SuggestionState.OPEN)
    for each in (kept, gone):
        reindex_customer(Customer.objects.select_related("organisation").get(pk=each.pk))
    _tell(CUSTOMER_UNMERGED, merge, by)
    return Unmerged(merge, left, _come_since(kept, merge))


def _hold_both(survivor: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both records locked, and every address that leads to them."""
    ids = [survivor.pk, other.pk]
    keys = _keys_of(ids)
    lock_identities(keys)
    lock_customers(ids)
    held = hold_customer(survivor), hold_customer(other)
    if _keys_of(ids) - keys:  # an address came in between whose mail nobody holds back
        raise Collision
    return held


def _hold_apart(merge: CustomerMerge) -> tuple[Customer, Customer]:
    ids = [merge.survivor_id, merge.other_id]
    keys = _keys_of(ids)
    lock_identities(keys)
    lock_customers(ids)
    rows = Customer.objects.in_bulk(ids)
    kept, gone = rows[merge.survivor_id], rows[merge.other_id]
    if kept.merged_into_id is not None or gone.merged_into_id != kept.pk:
        raise ChangedSince(_("This customer has been merged again since. Undo that first."))
    if _keys_of(ids) - keys:
        raise Collision
    return kept, gone


def _keys_of(ids: list[int]) -> set[tuple[str, str]]:
    return set(Identity.objects.filter(customer__in=ids).values_list("kind", "key"))


def _join_fields(kept: Customer, gone: Customer, chosen: Mapping[str, str]) -> None:
    for name in MERGED_FIELDS:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        if name == "note" and chosen.get(name, BOTH) == BOTH:
            kept.note = "\n\n".join(dict.fromkeys(part for part in (mine, theirs) if part))
        elif name == "needs_care":
            kept.needs_care = mine or theirs
        elif chosen.get(name) == THEIRS or (name not in chosen and not mine and theirs and not _is_name(name)):
            setattr(kept, name, theirs)
    named = any(getattr(kept, name) for name in MERGED_FIELDS[:4])
    if not named and not chosen:  # only an address was known of the survivor
        for name in MERGED_FIELDS[:5]:
            setattr(kept, name, getattr(gone, name) or getattr(kept, name))
    if not any(getattr(kept, name) for name in ("family_name", "given_name", "display_name")):
        raise Invalid(_("Enter a name."), field="family_name")
    kept.version += 1
    kept.save(update_fields=[*MERGED_FIELDS, "version"])


def _is_name(name: str) -> bool:
    """Parts of a name are taken together or not at all."""
    return name in ("family_name", "given_name", "display_name", "honorific")


def _move_identities(gone: Customer, kept: Customer) -> list[list[Any]]:
    """Let addresses lead to the survivor; a phone number both have stays where it is. [id, was primary] of each."""
    have = set(Identity.objects.filter(customer=kept).values_list("kind", "key"))
    first = set(Identity.objects.filter(customer=kept, is_primary=True).values_list("kind", flat=True))
    moved: list[list[Any]] = []
    for row in Identity.objects.filter(customer=gone).order_by("pk"):
        if (row.kind, row.key) not in have:
            moved.append([row.pk, row.is_primary])
            row.customer, row.is_primary = kept, row.is_primary and row.kind not in first
            row.save(update_fields=["customer", "is_primary"])
    return moved


def _move_addresses(gone: Customer, kept: Customer) -> list[list[Any]]:
    have = {each.text for each in PostalAddress.objects.filter(customer=kept)}
    moved: list[list[Any]] = []
    for row in PostalAddress.objects.filter(customer=gone).order_by("pk"):
        if row.text not in have:
            moved.append([row.pk, row.is_primary])
            row.customer, row.is_primary = kept, row.is_primary and not have
            row.save(update_fields=["customer", "is_primary"])
    return moved


def _move_values(gone: Customer, kept: Customer) -> list[int]:
    """What stands in custom fields of the other where the survivor has nothing."""
    have = CustomerValue.objects.filter(customer=kept).values("field")
    rows = CustomerValue.objects.filter(customer=gone).exclude(field__in=have)
    moved = list(rows.order_by("pk").values_list("pk", flat=True))
    CustomerValue.objects.filter(pk__in=moved).update(customer=kept)
    return moved


def _relations() -> list[tuple[str, type[models.Model], str]]:
    """Every other table that points to a customer, whatever room it is of: name, model, field."""
    found = []
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 - the documented name
            points = isinstance(field, models.ForeignKey) and field.related_model is Customer
            if points and model not in _APART:
                found.append((f"{model._meta.label}.{field.name}", model, field.name))  # noqa: SLF001
    return found


def _move_rows(gone: Customer, kept: Customer) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for label, model, field in _relations():
        rows = model._default_manager.filter(**{field: gone}).order_by("pk").select_for_update(no_key=True)  # noqa: SLF001
        ids = list(rows.values_list("pk", flat=True))
        if ids and _point(model, field, ids, at=gone, to=kept):
            moved[label] = ids
    return moved


def _point(model: type[models.Model], field: str, ids: list[int], *, at: Customer, to: Customer) -> bool:
    """Let rows point to another customer; False where each may have one such row only, and has it."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids, **{field: at}).update(**{field: to})  # noqa: SLF001
    except IntegrityError:
        return False
    return True


def _open(gone: Customer, kept: Customer) -> bool:
    """Let the whole desk see the survivor when it could see either; True where that is new."""
    if kept.is_open_to_all or not gone.is_open_to_all:
        return False
    kept.is_open_to_all = True
    kept.save(update_fields=["is_open_to_all"])
    return True


def _close(kept: Customer, merge: CustomerMerge) -> None:
    """Take back what `_open` did, unless another record that was merged is open too: then that merge has opened it."""
    others = CustomerMerge.objects.filter(survivor=kept, undone_at=None, other__is_open_to_all=True)
    heir = others.exclude(pk=merge.pk).order_by("pk").first()
    if heir is None:
        kept.is_open_to_all = False
        kept.save(update_fields=["is_open_to_all"])
    else:
        heir.data = {**heir.data, "opened": True}
        heir.save(update_fields=["data"])


def _leave(gone: Customer, kept: Customer) -> None:
    """What stays of the other record is a sign that points to the survivor."""
    gone.merged_into = kept
    gone.version += 1
    gone.save(update_fields=["merged_into", "version"])
    forget_names(CUSTOMER, [gone.pk])
    MatchKey.objects.filter(customer=gone).delete()
    reindex_customer(Customer.objects.select_related("organisation").get(pk=kept.pk))


def _fields_back(kept: Customer, data: Mapping[str, Any]) -> list[str]:
    """Put fields back that nobody changed since the merge; the names of the others."""
    now = plain_values(kept, dict.fromkeys(MERGED_FIELDS))
    touched = [name for name in MERGED_FIELDS if data["before"][name] != data["after"][name]]
    for name in touched:
        if now[name] == data["after"][name]:
            setattr(kept, "organisation_id" if name == "organisation" else name, data["before"][name])
    kept.version += 1
    kept.save(update_fields=[*touched, "version"])
    return [name for name in touched if now[name] != data["after"][name]]


def _identities_back(moved: list[list[Any]], kept: Customer, gone: Customer) -> None:
    for pk, was_primary in moved:
        Identity.objects.filter(pk=pk, customer=kept).update(customer=gone, is_primary=was_primary)
    for kind in set(Identity.objects.filter(customer=kept).values_list("kind", flat=True)):
        mine = Identity.objects.filter(customer=kept, kind=kind)
        if not mine.filter(is_primary=True).exists():
            mine.filter(pk=mine.order_by("pk").values("pk")[:1]).update(is_primary=True)


def _addresses_back(moved: list[list[Any]], kept: Customer, gone: Customer) -> None:
    for pk, was_primary in moved:
        PostalAddress.objects.filter(pk=pk, customer=kept).update(customer=gone, is_primary=was_primary)
    mine = PostalAddress.objects.filter(customer=kept)
    if not mine.filter(is_primary=True).exists():
        mine.filter(pk=mine.order_by("pk").values("pk")[:1]).update(is_primary=True)


def _rows_back(moved: Mapping[str, list[int]], kept: Customer, gone: Customer) -> None:
    for label, model, field in _relations():
        if ids := moved.get(label):
            _point(model, field, ids, at=kept, to=gone)


def _come_since(kept: Customer, merge: CustomerMerge) -> int:
    """How many conversations and files the survivor has got since."""
    return sum(
        model._default_manager.filter(**{field: kept}, created_at__gt=merge.at).count()  # noqa: SLF001
        for _label, model, field in _relations()
        if any(each.name == "created_at" for each in model._meta.fields)  # noqa: SLF001
    )


def _tell(kind: str, merge: CustomerMerge, by: Actor) -> None:
    data = {"merge": merge.pk, "into": merge.survivor_id, "from": merge.other_id}
    for pk in sorted((merge.survivor_id, merge.other_id)):
        record(kind, f"customer:{pk}", by=by, data=data)
