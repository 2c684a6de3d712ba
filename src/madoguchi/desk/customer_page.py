"""The pages of the customers put into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.conversations.queries import PastRow
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.desk.forms.customer import CharsetForm
from madoguchi.desk.side import Contact, Past, contacts_of, past_line
from madoguchi.ui.dates import Words


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


@dataclass(frozen=True, slots=True)
class Encoding:
    """How mail to one address is encoded, and the form to change it."""

    pk: int
    address: str
    form: CharsetForm


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What stands at the head of a customer's page."""

    honorific: str
    since: str
    contacts: list[Contact]
    encodings: list[Encoding]


def customer_lines(customers: Iterable[Customer], words: Words) -> list[CustomerLine]:
    """The list in words; identities and company are fetched with it."""
    return [_line(each, words) for each in customers]


def _line(customer: Customer, words: Words) -> CustomerLine:
    mails = [each.shown for each in customer.identities.all() if each.kind == IdentityKind.MAIL]
    phones = [each.shown for each in customer.identities.all() if each.kind == IdentityKind.PHONE]
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
    )


def customer_facts(customer: Customer, words: Words) -> CustomerFacts:
    """How they are addressed, since when, and where they can be reached."""
    return CustomerFacts(
        honorific=customer.honorific_in(customer.language or words.language),
        since=words.date(customer.created_at),
        contacts=contacts_of(customer, customer.identities.all(), words),
        encodings=[
            _encoding(each) for each in customer.identities.all() if each.kind == IdentityKind.MAIL and each.shown
        ],
    )


def _encoding(identity: Identity) -> Encoding:
    form = CharsetForm(initial={"charset": identity.charset}, auto_id=f"address-{identity.pk}-%s")
    return Encoding(identity.pk, identity.shown, form)


def past_conversations(rows: Iterable[PastRow], words: Words) -> list[Past]:
    """The customer's conversations, newest first."""
    return [past_line(each, words) for each in rows]
