"""Customers as a table: which columns there are, what stands in each cell, and for whose eyes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import NotFound
from madoguchi.core.fields.kinds import Values
from madoguchi.customers.choices import ConsentPurpose, IdentityKind
from madoguchi.customers.fields import customer_fields, customer_values, text_for
from madoguchi.customers.masking import Masking
from madoguchi.customers.models import Consent, Customer, CustomerExport, CustomerField, PostalAddress

#: Characters that CP932 does not have become this one (下駄記号), which readers know as a missing character.
MISSING = "〓"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its key, its name, and what of a customer stands in it."""

    key: str
    word: Any
    cell: Callable[["_Row"], str]


@dataclass(frozen=True, slots=True)
class _Row:
    customer: Customer
    place: PostalAddress | None
    values: Values
    consents: Mapping[str, bool]


def _plain(name: str) -> Callable[[_Row], str]:
    return lambda row: str(getattr(row.customer, name))


def _tick(name: str) -> Callable[[_Row], str]:
    return lambda row: "1" if getattr(row.customer, name) else ""


def _addresses(kind: str) -> Callable[[_Row], str]:
    def cell(row: _Row) -> str:
        mine = [each for each in row.customer.identities.all() if each.kind == kind and each.shown]
        return "; ".join(each.text for each in sorted(mine, key=lambda each: (not each.is_primary, each.pk)))

    return cell


def _place(name: str) -> Callable[[_Row], str]:
    return lambda row: str(getattr(row.place, name)) if row.place else ""


def _consent(purpose: str) -> Callable[[_Row], str]:
    return lambda row: {True: "1", False: "0"}.get(row.consents.get(purpose), "")  # type: ignore[arg-type]


_COLUMNS = (
    ExportColumn("id", _("Number of the customer"), lambda row: str(row.customer.pk)),
    ExportColumn("family_name", _("Family name"), _plain("family_name")),
    ExportColumn("given_name", _("Given name"), _plain("given_name")),
    ExportColumn("family_kana", _("Kana of the family name"), _plain("family_kana")),
    ExportColumn("given_kana", _("Kana of the given name"), _plain("given_kana")),
    ExportColumn("display_name", _("Name as shown"), _plain("display_name")),
    ExportColumn("honorific", _("Honorific"), _plain("honorific")),
    ExportColumn(
        "company", _("Company"), lambda row: row.customer.organisation.name if row.customer.organisation else ""
    ),
    ExportColumn("department", _("Department"), _plain("department")),
    ExportColumn("mail", _("Mail address"), _addresses(IdentityKind.MAIL)),
    ExportColumn("phone", _("Phone number"), _addresses(IdentityKind.PHONE)),
    *(
        ExportColumn(str(kind), kind.label, _addresses(kind))
        for kind in (IdentityKind.LINE, IdentityKind.X, IdentityKind.INSTAGRAM, IdentityKind.FACEBOOK)
    ),
    *(
        ExportColumn(name, word, _place(name))
        for name, word in (
            ("postal_code", _("Postal code")), ("prefecture", _("Prefecture")), ("city", _("City")),
            ("street", _("Town and number")), ("building", _("Building and room")), ("country", _("Country")),
        )
    ),
    ExportColumn("language", _("Language"), _plain("language")),
    ExportColumn("tags", _("Tags"), lambda row: "、".join(sorted(tag.name for tag in row.customer.tags.all()))),
    ExportColumn("is_vip", _("Important customer"), _tick("is_vip")),
    ExportColumn("needs_care", _("Handle with care"), _tick("needs_care")),
    ExportColumn("note", _("Notes"), _plain("note")),
    *(ExportColumn(f"consent:{each}", each.label, _consent(each)) for each in ConsentPurpose),
    ExportColumn(
        "since", _("Customer since"), lambda row: timezone.localtime(row.customer.created_at).date().isoformat()
    ),
)  # fmt: skip
#: Columns in which contacts stand, or may: masked for roles that read so.
_CONTACTS = frozenset({"mail", "phone", "note", "display_name", *(str(kind) for kind in IdentityKind)})
_PLACES = frozenset({"postal_code", "street", "building"})


def columns_for(user: User) -> list[ExportColumn]:
    """Every column, custom fields last; of what is hidden from this person dots."""
    return [*_COLUMNS, *(_own(field, user) for field in customer_fields())]


def _own(field: CustomerField, user: User) -> ExportColumn:
    return ExportColumn(f"field-{field.pk}", field.name, lambda row: text_for(user, field, row.values.get(field.pk)))


def table_rows(customers: Sequence[Customer], columns: Iterable[ExportColumn], user: User) -> list[list[str]]:
    """The cells of these customers, whose identities, tags, addresses and company are fetched with them."""
    ids = [row.pk for row in customers]
    columns = list(columns)
    values = customer_values(ids) if any(each.key.startswith("field-") for each in columns) else {}
    consents = _consents(ids) if any(each.key.startswith("consent:") for each in columns) else {}
    rows = [
        _Row(each, next(iter(each.addresses.all()), None), values.get(each.pk, {}), consents.get(each.pk, {}))
        for each in customers
    ]
    masking = Masking()
    return [[_masked(each, each.cell(row), user, masking) for each in columns] for row in rows]


def _masked(column: ExportColumn, text: str, user: User, masking: Masking) -> str:
    if not user.masks_contacts or not text:
        return text
    if column.key in _PLACES:
        return masking.place(text)
    return masking.text(text) if column.key in _CONTACTS or column.key.startswith("field-") else text


def _consents(ids: list[int]) -> dict[int, dict[str, bool]]:
    newest = Consent.objects.filter(customer__in=ids).order_by("customer", "purpose", "-at", "-pk")
    rows = newest.distinct("customer", "purpose").values_list("customer", "purpose", "is_given")
    found: dict[int, dict[str, bool]] = {}
    for number, purpose, is_given in rows:
        found.setdefault(number, {})[purpose] = is_given
    return found


def exports_of(user: User) -> list[CustomerExport]:
    """The newest tables a person asked for."""
    return list(CustomerExport.objects.filter(user=user).order_by("-pk")[:20])


def get_export(user: User, pk: int) -> CustomerExport:
    """One table a person asked for themself; nobody else may fetch it."""
    found = CustomerExport.objects.filter(user=user, pk=pk).select_related("blob").first()
    if found is None:
        raise NotFound(_("There is no such table. It may have been asked for by somebody else."))
    return found
