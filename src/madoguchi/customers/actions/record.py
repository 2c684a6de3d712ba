"""The record itself: adding a customer, changing fields, tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.calendars.checking import time_zones
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.customers.actions.addresses import add_postal_address
from madoguchi.customers.actions.caring import refuse_care
from madoguchi.customers.actions.changing import hold_customer, note_change, plain_values
from madoguchi.customers.actions.identities import add_identity
from madoguchi.customers.choices import CUSTOMER_CREATED, ChangeKind, Honorific, IdentityKind
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Customer, CustomerTag, Organisation, RecordChange
from madoguchi.customers.naming import reindex_customer
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

_MOST_TAGS = 30


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else wrote into a field since one looked."""

    value: Any
    by: str
    at: str  #: ISO 8601


class Conflict(DomainError):
    """Somebody changed the same fields since; `facts["fields"]` has both values of each. Nothing was saved."""

    code = "conflict"

    def __init__(self, version: int, yours: Mapping[str, Any], theirs: Mapping[str, Theirs]) -> None:
        """`version` is the one that has theirs."""
        super().__init__(
            _("Somebody else has changed the same fields meanwhile. Nothing was saved: compare both and save again."),
            version=version,
            fields={
                name: {"yours": yours[name], "theirs": each.value, "by": each.by, "at": each.at}
                for name, each in theirs.items()
            },
        )
        self.version, self.theirs = version, dict(theirs)


@transaction.atomic
def create_customer(
    *, by: Actor, emails: list[str], phones: list[str] | None = None, company: str = "", **values: object
) -> Customer:
    """Add a customer with addresses; an address that belongs to somebody else raises Invalid.

    Of the values, `addresses` are postal ones as `add_postal_address` takes them, `tags` names; the rest are fields.
    Everybody of the desk may see the record, unless it is said not to be `is_open_to_all`.
    """
    require(by, Permission.REPLY)
    refuse_care(False, values, by)
    addresses: Any = values.pop("addresses", ())
    tags: Any = values.pop("tags", ())
    customer = Customer(version=0, **{"is_open_to_all": True, **values})
    if company:
        customer.organisation, _created = Organisation.objects.get_or_create(name=company)
        if not customer.family_name:
            customer.display_name = customer.display_name or company
            customer.honorific = Honorific.ONCHU
    customer.display_name = customer.display_name or (emails[0] if emails else "–")
    customer.save(force_insert=True)
    for position, email in enumerate(emails):
        add_identity(customer, IdentityKind.MAIL, email, is_primary=position == 0, by=by)
    for phone in phones or []:
        add_identity(customer, IdentityKind.PHONE, phone, by=by)
    for each in addresses:
        add_postal_address(customer, by=by, **each)
    if tags:
        set_tags(customer, tags, by=by)
    customer.version = 1
    customer.save(update_fields=["version"])
    reindex_customer(customer)
    record(CUSTOMER_CREATED, f"customer:{customer.pk}", by=by)
    return customer


@transaction.atomic
def change_customer(customer: Customer, *, by: Actor, seen: int | None = None, **values: object) -> Customer:
    """Change fields of the record; `customer` has the new values too.

    `seen` is the version on which the values were decided: what somebody else changed since stays where these values
    do not touch it, and is a Conflict where they do.
    """
    require(by, Permission.REPLY)
    if values.get("time_zone") and values["time_zone"] not in time_zones():
        raise Invalid(_("There is no such time zone. Choose one from the list."), field="time_zone")
    held = hold_customer(customer)
    wanted = _decided(held, seen, values) if seen is not None else dict(values)
    refuse_care(held.needs_care, wanted, by)
    before = plain_values(held, wanted)
    for name, value in wanted.items():
        setattr(held, name, value)
    after = plain_values(held, wanted)
    changed = [name for name in wanted if before[name] != after[name]]
    if changed:
        held.save(update_fields=changed)
        kept = {name: before[name] for name in changed}
        note_change(held, ChangeKind.FIELDS, kept, {name: after[name] for name in changed}, by=by)
        reindex_customer(held)
    for name in (*wanted, "version"):
        setattr(customer, name, getattr(held, name))
    return customer


def _decided(held: Customer, seen: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that somebody changed against the version they saw; Conflict where others changed the same."""
    since = RecordChange.objects.filter(customer=held, what=ChangeKind.FIELDS, version__gt=seen).order_by("version")
    base: dict[str, Any] = {}
    theirs: dict[str, Theirs] = {}
    for change in since:
        for name, value in change.before.items():
            base.setdefault(name, value)
            theirs[name] = Theirs(change.after[name], change.by_label, change.at.isoformat())
    now = plain_values(held, values)
    new = plain_values(Customer(**values), values)
    wanted = {name: value for name, value in values.items() if new[name] != base.get(name, now[name])}
    clashes = [name for name in wanted if name in theirs and now[name] not in (base[name], new[name])]
    if clashes:
        raise Conflict(held.version, new, {name: theirs[name] for name in clashes})
    return wanted


@transaction.atomic
def set_tags(customer: Customer, names: Iterable[str], *, by: Actor) -> Customer:
    """Put exactly these tags on a customer; new words become tags."""
    require(by, Permission.REPLY)
    held = hold_customer(customer)
    wanted = sorted({cut_whole(" ".join(name.split()), 50) for name in names} - {""})
    if len(wanted) > _MOST_TAGS:
        raise Invalid(_("A customer can have %(most)d tags at most.") % {"most": _MOST_TAGS}, field="tags")
    before = sorted(tag.name for tag in held.tags.all())
    if wanted != before:
        held.tags.set(_tags(wanted))
        note_change(held, ChangeKind.TAGS, before, wanted, by=by)
    customer.version = held.version
    return customer


def _tags(names: Collection[str]) -> Sequence[CustomerTag]:
    """Tags of these names, made when they are new; in one order everywhere."""
    CustomerTag.objects.bulk_create([CustomerTag(name=name) for name in names], ignore_conflicts=True)
    return list(CustomerTag.objects.filter(name__in=names))
