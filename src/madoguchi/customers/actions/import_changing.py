"""What one line of a table changes of a customer who is there: through the same doors as a person's changes."""

from typing import Any

from django.utils import timezone

from madoguchi.core.fields.kinds import Plain
from madoguchi.customers.actions.addresses import add_postal_address, change_postal_address, note_consent
from madoguchi.customers.actions.fields import set_customer_fields
from madoguchi.customers.actions.identities import add_identity
from madoguchi.customers.actions.record import change_customer, set_tags
from madoguchi.customers.choices import Existing
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.fields import customer_values
from madoguchi.customers.importing.reading import Wanted
from madoguchi.customers.models import Customer, CustomerImport
from madoguchi.customers.queries import consents_of, get_customer, standing_consents
from madoguchi.events.actor import Actor

_NAMES = ("family_name", "given_name", "display_name", "honorific")


def apply_line(customer: Customer, line: Wanted, of: CustomerImport, *, by: Actor) -> None:
    """Bring a line into the record; the caller holds a transaction, so that it is all of it or nothing."""
    found = get_customer(customer.pk)
    overwrites = of.existing == Existing.OVERWRITE
    values = _fields(found, line, overwrites=overwrites)
    if values:
        change_customer(found, by=by, **values)
    for kind, address in line.identities:
        add_identity(found, kind, address, by=by)
    _place(found, line.place, overwrites=overwrites, by=by)
    tags = {tag.name for tag in found.tags.all()}
    if {*line.tags, *of.tags} - tags:
        set_tags(found, {*tags, *line.tags, *of.tags}, by=by)
    set_customer_fields(found, _own(found, line, overwrites=overwrites), by=by)
    standing = standing_consents(consents_of(found))
    for purpose, is_given in line.consents.items():
        if purpose not in standing or standing[purpose].is_given != is_given:
            at = line.consent_at or timezone.now()
            note_consent(found, purpose, is_given=is_given, source=of.consent_source, by=by, at=at)


def _fields(found: Customer, line: Wanted, *, overwrites: bool) -> dict[str, Any]:
    """What changes of the record; of a name that is known no part is filled in from another."""
    wanted = dict(line.fields)
    if line.company and (overwrites or found.organisation_id is None):
        wanted["organisation"] = find_or_make_company(line.company)
    if overwrites:
        return {name: value for name, value in wanted.items() if getattr(found, name) != value}
    if found.family_name or found.given_name:
        wanted = {name: value for name, value in wanted.items() if name not in _NAMES}
    return {
        name: value
        for name, value in wanted.items()
        if value and (not getattr(found, name) or name in _NAMES) and getattr(found, name) != value
    }


def _own(found: Customer, line: Wanted, *, overwrites: bool) -> dict[int, Plain]:
    if overwrites or not line.own:
        return line.own
    present = customer_values([found.pk]).get(found.pk, {})
    return {pk: value for pk, value in line.own.items() if present.get(pk) is None}


def _place(found: Customer, place: dict[str, str], *, overwrites: bool, by: Actor) -> None:
    known = list(found.addresses.all())
    if not place or (known and not overwrites):
        return
    values: dict[str, Any] = dict(place)
    if known:
        change_postal_address(known[0], by=by, **values)
    else:
        add_postal_address(found, by=by, **values)
