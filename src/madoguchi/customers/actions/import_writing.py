"""A batch of lines of a table becomes customers: new ones many at a time, those who are there one by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from madoguchi.core.errors import DomainError
from madoguchi.core.rows import insert_rows
from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _
from madoguchi.customers.actions.identifying import key_of, lock_identities
from madoguchi.customers.actions.import_changing import apply_line
from madoguchi.customers.choices import Existing, Honorific, IdentityKind, MatchBy, NameKind
from madoguchi.customers.field_store import hold_fields, new_values
from madoguchi.customers.importing.reading import Unreadable, Wanted
from madoguchi.customers.models import (
    Consent,
    Customer,
    CustomerImport,
    CustomerTag,
    CustomerValue,
    Identity,
    ImportedCustomer,
    ImportedName,
    Organisation,
    PostalAddress,
    RecordChange,
)
from madoguchi.customers.naming import index_customers

NEW, CHANGED, SAME = "new", "changed", "same"
type Key = tuple[str, str]


class Writer:
    """One batch of one import; a trial run counts and writes nothing."""

    def __init__(self, held: CustomerImport, *, is_trial: bool) -> None:
        self.held, self.is_trial = held, is_trial
        self.outcomes: dict[int, str] = {}
        self._problems: list[tuple[int, Unreadable]] = []
        self._owners: dict[Key, list[int]] = defaultdict(list)
        self._coming: dict[Key, int] = {}  #: addresses of this batch's new customers, by the line they are in

    def take(self, wanted: list[Wanted]) -> list[tuple[int, Unreadable]]:
        """Write these lines; what cannot be written is told by line."""
        keys = {key for each in wanted for key in _keys(each)}
        if not self.is_trial:
            lock_identities(keys)
        self._look_up(keys, {each.number for each in wanted if each.number})
        new: list[Wanted] = []
        later: list[tuple[Wanted, int | None]] = []
        for each in wanted:
            try:
                self._place(each, new, later)
            except Unreadable as wrong:
                self._problems.append((each.line, wrong))
        if not self.is_trial:
            made = self._create(new)
            for each, pk in later:
                self._change(each, made[self._line_of(each)] if pk is None else pk)
        self.held.created += len(new)
        if self.is_trial:
            self._count_changes(later)
        return self._problems

    def _look_up(self, keys: set[Key], numbers: set[int]) -> None:
        kinds: dict[str, list[str]] = defaultdict(list)
        for kind, key in keys:
            kinds[kind].append(key)
        for kind, found in kinds.items():
            rows = Identity.objects.filter(kind=kind, key__in=found).order_by("pk")
            for key, owner in rows.values_list("key", "customer_id"):
                self._owners[kind, key].append(owner)
        self._known = set(Customer.objects.filter(pk__in=numbers, merged_into=None).values_list("pk", flat=True))

    def _place(self, each: Wanted, new: list[Wanted], later: list[tuple[Wanted, int | None]]) -> None:
        """Decide whether a line is a new customer, one who is there, or one who is just being made."""
        owner = self._owner(each)
        if owner is None and self._line_of(each) is None:
            _check_new(each)
            new.append(each)
            self._coming |= {key: each.line for key in _keys(each) if key[0] != IdentityKind.PHONE or self._by_phone}
            self.outcomes[each.line] = NEW
        elif self.held.match_by == MatchBy.NEVER:
            raise Unreadable(_("The mail address or account is that of a customer already."))
        elif self.held.existing == Existing.SKIP:
            self._note_same(each)
        else:
            later.append((each, owner))
            self.outcomes[each.line] = CHANGED

    @property
    def _by_phone(self) -> bool:
        return str(self.held.match_by) == MatchBy.MAIL_PHONE

    def _owner(self, each: Wanted) -> int | None:
        """The customer a line is about; Unreadable where it names two."""
        if each.number:
            if each.number not in self._known:
                raise Unreadable(_("There is no customer of the number %(number)s.") % {"number": str(each.number)})
            return each.number
        keys = _keys(each)
        sure = {owner for key in keys if key[0] != IdentityKind.PHONE for owner in self._owners.get(key, ())}
        if len(sure) > 1:
            raise Unreadable(_("The line names addresses of two different customers."))
        if sure:
            return next(iter(sure))
        if not self._by_phone:
            return None
        phones = {owner for key in keys if key[0] == IdentityKind.PHONE for owner in self._owners.get(key, ())}
        if len(phones) > 1:
            raise Unreadable(_("Several customers have this phone number. Add the number of the customer to the line."))
        return next(iter(phones), None)

    def _line_of(self, each: Wanted) -> Any:
        """The line of this batch that makes the same customer."""
        return next((self._coming[key] for key in _keys(each) if key in self._coming), None)

    def _note_same(self, each: Wanted) -> None:
        self.held.unchanged += 1
        self.outcomes[each.line] = SAME

    def _count_changes(self, later: Iterable[tuple[Wanted, int | None]]) -> None:
        self.held.updated += len(list(later))

    def _change(self, each: Wanted, pk: int) -> None:
        """Bring a line into a record that is there: all of it or, told why, nothing."""
        by = self.held.user.actor
        customer = Customer(pk=pk)
        try:
            with transaction.atomic():
                version = Customer.objects.values_list("version", flat=True).get(pk=pk)
                apply_line(customer, each, self.held, by=by)
        except DomainError as error:
            text = error.user_message if isinstance(error.user_message, Told) else Told(str(error.user_message))
            self._problems.append((each.line, Unreadable(text)))
            return
        changes = RecordChange.objects.filter(customer=pk, version__gt=version, by_id=by.id).order_by("pk")
        ids = list(changes.values_list("pk", flat=True))
        if not ids:
            self._note_same(each)
            return
        self.held.updated += 1
        now = Customer.objects.values_list("version", flat=True).get(pk=pk)
        ImportedCustomer.objects.create(
            of=self.held, customer_id=pk, number=pk, line=each.line, is_new=False, version=now, changes=ids
        )

    def _create(self, new: list[Wanted]) -> dict[int, int]:
        """Many customers with all their parts in a dozen statements; their numbers by line."""
        companies = self._companies({each.company for each in new if each.company})
        rows = [_customer(each, companies) for each in new]
        insert_rows(rows)
        made = {each.line: row.pk for each, row in zip(new, rows, strict=True)}
        identities = [
            Identity(
                customer_id=made[each.line], kind=kind, key=key_of(kind, address), shown=address[:320],
                name=row.label[:300], is_primary=is_first,
            )
            for each, row in zip(new, rows, strict=True)
            for kind, address, is_first in _once(each.identities)
        ]  # fmt: skip
        insert_rows(identities)
        places = [(made[each.line], _whole(each.place)) for each in new if each.place]
        insert_rows([PostalAddress(customer_id=pk, is_primary=True, **place) for pk, place in places])
        self._write_rest(new, made)
        by_customer: dict[int, list[Identity]] = defaultdict(list)
        for identity in identities:
            by_customer[identity.customer_id].append(identity)
        index_customers(rows, by_customer)
        insert_rows(
            [
                ImportedCustomer(of=self.held, customer_id=pk, number=pk, line=line, is_new=True, version=1)
                for line, pk in made.items()
            ]
        )
        return made

    def _write_rest(self, new: list[Wanted], made: Mapping[int, int]) -> None:
        """Tags, consents and custom fields."""
        tags = self._tags({tag for each in new for tag in each.tags} | set(self.held.tags))
        through = Customer.tags.through
        through.objects.bulk_create(
            through(customer_id=made[each.line], customertag_id=tags[tag])
            for each in new
            for tag in {*each.tags, *self.held.tags}
        )
        fields = hold_fields({pk for each in new for pk in each.own})
        values = [
            row
            for each in new
            for pk, value in each.own.items()
            if pk in fields
            for row in new_values(made[each.line], fields[pk], value)
        ]
        CustomerValue.objects.bulk_create(values)
        Consent.objects.bulk_create(
            Consent(
                customer_id=made[each.line], purpose=purpose, is_given=is_given, at=each.consent_at or timezone.now(),
                source=self.held.consent_source, by_label=self.held.user.actor.label[:200],
            )
            for each in new
            for purpose, is_given in each.consents.items()
        )  # fmt: skip

    def _companies(self, names: set[str]) -> dict[str, Organisation]:
        known = {row.name: row for row in Organisation.objects.filter(name__in=names)}
        missing = sorted(names - known.keys())
        if missing:
            Organisation.objects.bulk_create([Organisation(name=name) for name in missing], ignore_conflicts=True)
            fresh = {row.name: row for row in Organisation.objects.filter(name__in=missing)}
            self._note_made(NameKind.COMPANY, (row.pk for row in fresh.values()))
            known |= fresh
        return known

    def _tags(self, names: set[str]) -> dict[str, int]:
        known = dict(CustomerTag.objects.filter(name__in=names).values_list("name", "pk"))
        missing = sorted(names - known.keys())
        if missing:
            CustomerTag.objects.bulk_create([CustomerTag(name=name) for name in missing], ignore_conflicts=True)
            fresh = dict(CustomerTag.objects.filter(name__in=missing).values_list("name", "pk"))
            self._note_made(NameKind.TAG, fresh.values())
            known |= fresh
        return known

    def _note_made(self, kind: NameKind, numbers: Iterable[int]) -> None:
        insert_rows([ImportedName(of=self.held, kind=kind, number=number) for number in numbers])


def _keys(each: Wanted) -> set[Key]:
    return {(kind, key_of(kind, address)) for kind, address in each.identities}


def _check_new(each: Wanted) -> None:
    if each.number is not None:
        raise Unreadable(_("There is no customer of the number %(number)s.") % {"number": str(each.number)})
    if len(each.tags) > 30:
        raise Unreadable(_("A customer can have %(most)d tags at most.") % {"most": 30})


def _once(identities: Iterable[Key]) -> Iterable[tuple[str, str, bool]]:
    """Each address once; the first of its kind is the one to use first."""
    seen: set[Key] = set()
    kinds: set[str] = set()
    for kind, address in identities:
        if (kind, key_of(kind, address)) not in seen:
            yield kind, address, kind not in kinds
            seen.add((kind, key_of(kind, address)))
            kinds.add(kind)


def _customer(each: Wanted, companies: Mapping[str, Organisation]) -> Customer:
    row = Customer(is_open_to_all=True, **each.fields)
    if each.company:
        row.organisation = companies[each.company]
    if not (row.family_name or row.given_name):
        if each.company and not row.display_name:
            row.honorific = each.fields.get("honorific", Honorific.ONCHU)
        row.display_name = row.display_name or each.label
    return row


def _whole(place: Mapping[str, str]) -> dict[str, str]:
    return {"country": (place.get("country") or "JP").upper()} | {k: v for k, v in place.items() if k != "country"}
