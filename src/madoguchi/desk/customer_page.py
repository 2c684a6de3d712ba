"""The pages of the customers put into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.conversations.queries import PastRow
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer
from madoguchi.desk.forms.customer import LANGUAGES
from madoguchi.desk.side import Contact, Past, Tab, contacts_of, past_line
from madoguchi.ui.dates import Words

#: Parts of the page beside the first.
TABS = ("orders", "contracts", "kept", "changes")


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One line of the list."""

    pk: int
    name: str
    kana: str
    company: str
    mail: str
    phone: str
    since: str
    is_vip: bool
    needs_care: bool
    tags: list[str]


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What stands at the head of a customer's page."""

    honorific: str
    since: str
    contacts: list[Contact]
    language: str
    tags: list[str]


def customer_lines(customers: Iterable[Customer], words: Words) -> list[CustomerLine]:
    """The list in words; identities and company are fetched with it."""
    return [_line(each, words) for each in customers]


def _line(customer: Customer, words: Words) -> CustomerLine:
    known = sorted(customer.identities.all(), key=lambda each: (not each.is_usable, not each.is_primary, each.pk))
    mails = [each.shown for each in known if each.kind == IdentityKind.MAIL]
    phones = [each.text for each in known if each.kind == IdentityKind.PHONE]
    return CustomerLine(
        pk=customer.pk,
        name=customer.label,
        kana=customer.kana,
        company=customer.organisation.name if customer.organisation else "",
        mail=mails[0] if mails else "",
        phone=phones[0] if phones else "",
        since=words.date(customer.created_at),
        is_vip=customer.is_vip,
        needs_care=customer.needs_care,
        tags=[tag.name for tag in customer.tags.all()],
    )


def customer_facts(customer: Customer, words: Words) -> CustomerFacts:
    """How they are addressed, since when, and where they can be reached."""
    return CustomerFacts(
        honorific=customer.honorific_in(customer.language or words.language),
        since=words.date(customer.created_at),
        contacts=contacts_of(customer.identities.all(), customer.addresses.all(), words),
        language=str(dict(LANGUAGES).get(customer.language, customer.language)) if customer.language else "",
        tags=[tag.name for tag in customer.tags.all()],
    )


def page_tabs(customer: Customer, current: str) -> list[Tab]:
    """The parts of a customer's page."""
    url = reverse("desk:customer", args=[customer.pk])
    timeline = Tab(reverse("desk:timeline", args=[customer.pk]), _("Timeline"), current == "timeline")
    words = {
        "": _("Customer information"),
        "orders": _("Orders"),
        "contracts": _("Contracts"),
        "kept": _("Consent and files"),
        "changes": _("Changes"),
    }
    return [timeline, *(Tab(f"{url}?tab={key}" if key else url, word, key == current) for key, word in words.items())]


def past_conversations(rows: Iterable[PastRow], words: Words) -> list[Past]:
    """The customer's conversations, newest first."""
    return [past_line(each, words) for each in rows]
