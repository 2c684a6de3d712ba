"""What templates know of a letter: gathered from the rows once, as plain values (fields.py)."""

import re
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import workspace_name
from madoguchi.channels.hours import next_start
from madoguchi.channels.models import Inbox
from madoguchi.channels.signatures import signature
from madoguchi.conversations.answered import subject_to_answer
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import newest_inbound
from madoguchi.customers.addressing import addressed, salutation
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer
from madoguchi.wording.fields import Surroundings
from madoguchi.wording.own_fields import OwnValues

#: As shops number their orders (HK-104733), or whatever stands behind the word.
_ORDER = re.compile(
    r"(?<![A-Za-z0-9-])[A-Z]{1,4}-\d{4,12}(?![A-Za-z0-9-])|注文番号[】」)]?[ ::]{0,3}([A-Za-z0-9][A-Za-z0-9-]{3,29})"
)
#: An order is named near the beginning, above what is quoted.
_READ_CHARS = 10_000


def around_conversation(conversation: Conversation, user: User | None, *, language: str = "") -> Surroundings:
    """What is known where this person, or nobody, answers a conversation, in its language unless told another."""
    newest = newest_inbound(conversation)
    return _around(
        conversation.inbox,
        user,
        conversation.customer,
        language or conversation.letter_language,
        number=conversation.pk,
        subject=subject_to_answer(conversation, newest.subject if newest else ""),
        received_at=newest.at.astimezone(_zone(conversation.inbox)) if newest else None,
        order_number=order_number(newest) if newest else "",
        is_first_contact=conversation.message_count <= 1,
    )


def around_mail(inbox: Inbox, user: User, customer: Customer | None) -> Surroundings:
    """What is known of a mail that answers nothing."""
    language = (customer.language if customer else "") or inbox.language or settings.LANGUAGE_CODE
    return _around(inbox, user, customer, language)


def around_stranger(inbox: Inbox, language: str) -> Surroundings:
    """What is known of every mail that comes in, though its sender gave no name, and nobody writes to them yet."""
    now = timezone.now().astimezone(_zone(inbox))
    words = {"salutation": salutation(Customer(), language), "email": "a@b.example", "subject": "-"}
    return _around(inbox, None, None, language, number=1, received_at=now, **words)


def _around(inbox: Inbox, user: User | None, customer: Customer | None, language: str, **more: object) -> Surroundings:
    now, values = timezone.now(), dict[str, object]()
    opens_at = next_start(inbox, now) if inbox.calendar else None
    if customer is not None:
        name, honorific = addressed(customer, language)
        values = {
            "customer_name": name,
            "honorific": honorific,
            "salutation": salutation(customer, language),
            "email": _mail_of(customer),
            "company": customer.organisation.name if customer.organisation else "",
            "kana": customer.kana,
            "own": OwnValues(customer, user, language),
        }
        values |= {field: getattr(customer, field) for field in ("family_name", "given_name", "department")}
        if at_home := customer.addresses.first():
            values |= {"postal_code": at_home.postal_code, "address": at_home.line}
    return Surroundings(
        now=now.astimezone(_zone(inbox)),
        language=language,
        agent_name=(user.public_name or user.name) if user else "",
        agent_family_name=user.family_name if user else "",
        shop=workspace_name(),
        desk_name=inbox.name,
        desk_address=inbox.address,
        signature=signature(inbox, user),
        plan=inbox.calendar.plan if inbox.calendar else None,
        opens_at=opens_at.astimezone(_zone(inbox)) if opens_at else None,
        **(values | more),  # type: ignore[arg-type]
    )


def _zone(inbox: Inbox) -> ZoneInfo:
    return ZoneInfo(inbox.calendar.time_zone if inbox.calendar else settings.TIME_ZONE)


def _mail_of(customer: Customer) -> str:
    mail = [each for each in customer.identities.all() if each.kind == IdentityKind.MAIL]
    mail.sort(key=lambda identity: not identity.is_primary)
    return mail[0].shown if mail else ""


def order_number(message: Message) -> str:
    """The order a mail is about; empty when it names none, or several."""
    text = f"{message.subject}\n{message.text[:_READ_CHARS]}"
    found = {match[1] or match[0] for match in _ORDER.finditer(text)}
    return found.pop() if len(found) == 1 else ""
