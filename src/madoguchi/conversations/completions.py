"""What mails of a customer say about them that their record does not know."""

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.folding import SpanKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import NotFound
from madoguchi.customers.completing import Completion, company_completion, completions_from
from madoguchi.customers.models import Customer, DismissedCompletion
from madoguchi.customers.queries import company_by_domain
from madoguchi.customers.signing import read_form, read_signature

#: The newest mails: who has moved says so in the last one.
_MAILS = 3
_MOST = 8
_LONGEST = 20_000


def completions_for(user: User, customer: Customer) -> list[Completion]:
    """What is offered for a record, from the newest mails a person may see; each kind and value once.

    The customer is fetched with identities, addresses and company.
    """
    dismissed = set(DismissedCompletion.objects.filter(customer=customer).values_list("key", flat=True))
    company = company_by_domain(customer) if customer.organisation is None else None
    offered = [company_completion(company)] if company else []
    for message in _newest(user, customer):
        offered += [
            each
            for signed in (read_signature(_signature(message)), read_form(message.text[:_LONGEST]))
            for each in completions_from(customer, signed, message.pk)
        ]
    once = {each.key: each for each in reversed(offered)}
    kinds = dict.fromkeys(("name", "kana", "company", "department"), 0)
    found = []
    for each in offered:
        if once.pop(each.key, None) is None or each.key in dismissed:
            continue
        if each.kind in kinds:  # of what there is one of only the newest is offered
            if kinds[each.kind]:
                continue
            kinds[each.kind] = 1
        found.append(each)
    return found[:_MOST]


def get_completion(user: User, customer: Customer, key: str) -> Completion:
    """One that is offered still."""
    found = next((each for each in completions_for(user, customer) if each.key == key), None)
    if found is None:
        raise NotFound(_("This is not offered any more."))
    return found


def _newest(user: User, customer: Customer) -> list[Message]:
    seen = Conversation.objects.visible_to(user).filter(customer=customer).values("pk")
    rows = Message.objects.filter(customer=customer, conversation__in=seen, kind=MessageKind.INBOUND)
    return list(rows.filter(auto_kind="").only("text", "spans").order_by("-at", "-pk")[:_MAILS])


def _signature(message: Message) -> str:
    spans = message.spans or []
    return "\n".join(message.text[start:end] for kind, start, end, *_rest in spans if kind == SpanKind.SIGNATURE)
