"""The criteria of the record itself: names, addresses, marks, tags, company, consents, where somebody came from."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.addresses import fold_address
from madoguchi.core.conditions import EMPTY, FILLED, HAS, Condition, on_day
from madoguchi.customers.choices import ConsentPurpose, Honorific, IdentityKind
from madoguchi.customers.criteria import CHOICE, DAY, TEXT, YES, Criterion
from madoguchi.customers.models import (
    Consent,
    Customer,
    CustomerImport,
    CustomerTag,
    Identity,
    ImportedCustomer,
    PostalAddress,
)
from madoguchi.customers.naming import customers_called
from madoguchi.customers.phones import phone_key

_MOST = 500


def _text(column: str) -> Callable[[Condition, User], Q]:
    """A column of the record."""

    def condition(asked: Condition, _user: User) -> Q:
        return _compared(column, asked)

    return condition


def _compared(column: str, asked: Condition) -> Q:
    if asked.how in (EMPTY, FILLED):
        return ~Q(**{column: ""}) & Q(**{f"{column}__isnull": False})
    return Q(**{f"{column}__icontains" if asked.how == HAS else f"{column}__iexact": asked.value})


def _name(asked: Condition, _user: User) -> Q:
    if asked.how in (EMPTY, FILLED):
        return ~Q(family_name="", given_name="")
    return Q(pk__in=customers_called(asked.value, or_reached=False))


def _identity(kind: str, key: Callable[[str], str]) -> Callable[[Condition, User], Q]:
    """An address of this kind, compared in its folded form."""

    def condition(asked: Condition, _user: User) -> Q:
        rows = Identity.objects.filter(kind=kind)
        if asked.how == HAS:
            rows = rows.filter(key__contains=asked.value.strip().lower())
        elif asked.how not in (EMPTY, FILLED):
            rows = rows.filter(key=key(asked.value.strip()))
        return Q(pk__in=rows.values("customer"))

    return condition


def _reached(asked: Condition, _user: User) -> Q:
    rows = Identity.objects.filter(is_valid=True, bounced_at=None)
    if asked.how not in (EMPTY, FILLED):
        rows = rows.filter(kind=asked.value)
    return Q(pk__in=rows.values("customer"))


def _bounced(_asked: Condition, _user: User) -> Q:
    return Q(pk__in=Identity.objects.filter(bounced_at__isnull=False).values("customer"))


def _place(column: str) -> Callable[[Condition, User], Q]:
    """A part of a postal address."""

    def condition(asked: Condition, _user: User) -> Q:
        return Q(pk__in=PostalAddress.objects.filter(_compared(column, asked)).values("customer"))

    return condition


def _tag(asked: Condition, _user: User) -> Q:
    rows: QuerySet[Any] = Customer.tags.through.objects.all()
    if asked.how not in (EMPTY, FILLED):
        rows = rows.filter(customertag=_id(asked))
    return Q(pk__in=rows.values("customer"))


def _consent(asked: Condition, _user: User) -> Q:
    """Who agrees to something now: the newest word on a purpose counts."""
    newest = Consent.objects.order_by("customer", "purpose", "-at", "-pk").distinct("customer", "purpose")
    if asked.how not in (EMPTY, FILLED):
        newest = newest.filter(purpose=asked.value)
    return Q(pk__in=Consent.objects.filter(pk__in=newest.values("pk"), is_given=True).values("customer"))


def _import(asked: Condition, _user: User) -> Q:
    rows = ImportedCustomer.objects.all()
    if asked.how not in (EMPTY, FILLED):
        rows = rows.filter(of=_id(asked))
    return Q(pk__in=rows.values("customer"))


def _created(asked: Condition, _user: User) -> Q:
    return Q() if asked.how in (EMPTY, FILLED) else on_day("created_at", asked.how, asked.value)


def _flag(column: str) -> Callable[[Condition, User], Q]:
    return lambda _asked, _user: Q(**{column: True})


def _id(asked: Condition) -> int:
    return int(asked.value) if asked.value.isdecimal() and len(asked.value) < 18 else 0


def _tags(_user: User) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in CustomerTag.objects.order_by("name").values_list("pk", "name")[:_MOST]]


def _imports(_user: User) -> Iterable[tuple[str, Any]]:
    rows = CustomerImport.objects.order_by("-pk").values_list("pk", "name")[:50]
    return [(str(pk), f"{name} #{pk}") for pk, name in rows]


def _languages(_user: User) -> Iterable[tuple[str, Any]]:
    known = Customer.objects.exclude(language="").order_by("language").values_list("language", flat=True).distinct()
    return [(code, code) for code in known[:50]]


RECORD = (
    Criterion("name", _("Name"), TEXT, _name),
    Criterion("company", _("Company"), TEXT, _text("organisation__name")),
    Criterion("department", _("Department"), TEXT, _text("department")),
    Criterion("mail", _("Mail address"), TEXT, _identity(IdentityKind.MAIL, fold_address)),
    Criterion("phone", _("Phone number"), TEXT, _identity(IdentityKind.PHONE, phone_key)),
    Criterion("reached", _("Can be reached by"), CHOICE, _reached, lambda _user: IdentityKind.choices),
    Criterion("bounced", _("Mail bounces"), YES, _bounced),
    Criterion("tag", _("Tag"), CHOICE, _tag, _tags),
    Criterion("vip", _("Important customer"), YES, _flag("is_vip")),
    Criterion("care", _("Handle with care"), YES, _flag("needs_care")),
    Criterion("consent", _("Agrees to"), CHOICE, _consent, lambda _user: ConsentPurpose.choices),
    Criterion("prefecture", _("Prefecture"), TEXT, _place("prefecture")),
    Criterion("city", _("City"), TEXT, _place("city")),
    Criterion("postal_code", _("Postal code"), TEXT, _place("postal_code")),
    Criterion("language", _("Language"), CHOICE, _text("language"), _languages),
    Criterion("honorific", _("Honorific"), CHOICE, _text("honorific"), lambda _user: Honorific.choices[:-1]),
    Criterion("note", _("Notes"), TEXT, _text("note")),
    Criterion("since", _("Customer since"), DAY, _created),
    Criterion("import", _("Came with the import"), CHOICE, _import, _imports),
)
