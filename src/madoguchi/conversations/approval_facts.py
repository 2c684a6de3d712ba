"""What the rules of approval look at, read from the database: the letter, its conversation, its author, the staff."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.approval import (
    Applied,
    Condition,
    Facts,
    Rule,
    Staff,
    Step,
    applied,
    fold_word,
    needs_approval,
)
from madoguchi.conversations.approval_choices import ConditionKind, PrivateKind
from madoguchi.conversations.choices import NEVER_LEFT, MessageKind, MessageState
from madoguchi.conversations.folding import written
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import Absence, ApprovalRule, Conversation, Message
from madoguchi.conversations.private_data import private_data_in
from madoguchi.conversations.quotations import parts_of
from madoguchi.conversations.yen import amounts_in
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid
from madoguchi.core.html import html_run_together, html_to_text
from madoguchi.customers.queries import identities_for
from madoguchi.preflight.outgoing import blanked

#: Names of categories and tags that say complaint, and words of a customer that do; suggestions, so a person decides.
_COMPLAINT_NAMES = ("苦情", "クレーム", "complaint")
_COMPLAINT_WORDS = (
    "苦情", "クレーム", "消費者センター", "消費生活センター", "弁護士", "訴えます", "詐欺", "許せません", "許せない",
    "ふざけ", "誠意", "責任者を", "上の者", "謝罪", "二度と", "最悪", "納得できません", "納得がいき",
    "complaint", "unacceptable",
)  # fmt: skip
#: What people put into their signature.
_TO_BE_KNOWN = frozenset({PrivateKind.PHONE.value, PrivateKind.POSTAL.value})
#: Of a customer's mail; what is longer is a log file, and its beginning says enough.
_READ_CHARS = 50_000
#: The customer's last mails that are always read for a complaint, and the most that are.
_ALWAYS_READ, _COMPLAINT_MAILS = 3, 30
#: What has not left yet does not make an address known.
_NOT_OUT = (*NEVER_LEFT, MessageState.AWAITING_APPROVAL)
#: Messages of the customers whose addresses a letter goes to.
_LOOKED_AT = 1_000


def active_rules() -> list[Rule]:
    """The rules that hold, in their order; two queries."""
    rows = ApprovalRule.objects.filter(is_active=True).prefetch_related("inboxes")
    return [rule_of(row, [inbox.pk for inbox in row.inboxes.all()]) for row in rows]


def rule_of(row: ApprovalRule, inbox_ids: Iterable[int]) -> Rule:
    """A stored rule as it is looked at."""
    conditions = tuple(map(Condition.read, row.conditions))
    return Rule(row.pk, row.name, conditions, tuple(map(Step.read, row.steps)), frozenset(inbox_ids))


def approval_of(author: User, inbox: Inbox, letter: Letter, conversation: Conversation | None = None) -> list[Applied]:
    """Which rules ask for the approval of a letter; empty when it may leave by itself."""
    rules = active_rules()
    is_trainee = needs_approval(author)
    if not rules and not is_trainee:
        return []
    return applied(rules, facts_of(author, inbox, letter, conversation, rules=rules), is_trainee=is_trainee)


def past_approval(message: Message) -> list[Applied]:
    """Which rules would ask for the approval of a reply that is there already, by how its conversation stands now."""
    if message.kind != MessageKind.OUTBOUND or message.user is None:
        raise Invalid(_("Only replies that people wrote can be looked at."), field="message")
    return approval_of(message.user, message.inbox, letter_of(message), message.conversation)


def letter_of(message: Message) -> Letter:
    """The letter that a stored message is, with its files."""
    parties = (message.to, message.cc, message.bcc)
    to, cc, bcc = (tuple(Address(each["email"], each.get("name", "")) for each in group) for group in parties)
    files = [
        Enclosure(each.blob_id, each.name, each.content_type, each.size_bytes) for each in message.attachments.all()
    ]
    return Letter(
        to=to,
        cc=cc,
        bcc=bcc,
        subject=message.subject,
        text=message.text,
        html=message.html,
        enclosures=tuple(files),
    )


def facts_of(
    author: User, inbox: Inbox, letter: Letter, conversation: Conversation | None = None, *, rules: Collection[Rule]
) -> Facts:
    """Everything these rules ask about a letter; what none of them asks is not looked up."""
    asked = {condition.kind for rule in rules for condition in rule.conditions}
    shown = (html_to_text(letter.html), html_run_together(letter.html)) if letter.html else ()
    own = "\n".join(own_words(each, inbox, conversation) for each in (letter.text, *shown) if each)
    text = f"{letter.subject}\n{own}"
    addresses = [address.email for address in (*letter.to, *letter.cc, *letter.bcc)]
    return Facts(
        author=author.pk,
        role=author.role,
        inbox=inbox.pk,
        channel=inbox.kind,
        teams=_teams(author) if ConditionKind.TEAM in asked else frozenset(),
        categories=_categories(conversation),
        words=fold_word(text),
        most_yen=max(amounts_in(text), default=0),
        complaint=_complaint(conversation) if ConditionKind.COMPLAINT in asked else (),
        private=tuple(sorted(_private(text, author))),
        new_addresses=tuple(_unknown(addresses, conversation)) if ConditionKind.NEW_ADDRESS in asked else (),
        files=tuple(enclosure.name for enclosure in letter.enclosures),
    )


def own_words(text: str, inbox: Inbox, conversation: Conversation | None) -> str:
    """What the author wrote: without what was really said in the conversation, and the signature of the 窓口.

    Their own signature is looked at like all they write: nobody else has read it.
    """
    signed = _lines(inbox.signature)
    parts = parts_of(text, conversation, (inbox.signature,))
    own = blanked(text, tuple(sorted((*parts.quoted, *parts.signed))))
    return "\n".join(line for line in own.splitlines() if line.strip() and line.strip() not in signed)


def _lines(signature: str) -> frozenset[str]:
    return frozenset(line.strip() for line in signature.splitlines()) - {""}


def _private(text: str, author: User) -> frozenset[str]:
    """Kinds of personal data; the phone and address by which the author signs are for the customer to know."""
    signed = _lines(author.signature)
    unsigned = "\n".join(line for line in text.splitlines() if line.strip() not in signed)
    return private_data_in(unsigned) | (private_data_in(text) - _TO_BE_KNOWN)


def _teams(author: User) -> frozenset[int]:
    return frozenset(author.teams.values_list("pk", flat=True))


def _categories(conversation: Conversation | None) -> frozenset[int]:
    category = conversation.category if conversation else None
    return frozenset(pk for pk in (category.pk, category.parent_id) if pk) if category else frozenset()


def _complaint(conversation: Conversation | None) -> tuple[str, ...]:
    """By what a conversation is a complaint: its filing, or what the customer wrote since our last answer.

    And at least their last three mails: a harmless one after a complaint, or our short answer, does not end it.
    """
    if conversation is None:
        return ()
    category = conversation.category
    names = [category.name, category.parent.name if category.parent else ""] if category else []
    names += [tag.name for tag in conversation.tags.all()]  # they may have been read already
    filed = [name for name in names if any(word in name.casefold() for word in _COMPLAINT_NAMES)]
    words = "\n".join(fold_word(written(text[:_READ_CHARS])) for text in _unanswered(conversation))
    return tuple(dict.fromkeys((*filed, *(word for word in _COMPLAINT_WORDS if fold_word(word) in words))))


def _unanswered(conversation: Conversation) -> list[str]:
    """What the customer wrote since somebody's last mail that left, and at least their last three mails."""
    messages = Message.objects.filter(conversation=conversation)
    ours = messages.filter(kind=MessageKind.OUTBOUND, user__isnull=False, state=MessageState.SENT)
    answered = ours.order_by("-id").values_list("id", flat=True).first() or 0
    theirs = messages.filter(kind=MessageKind.INBOUND).order_by("-id").values_list("id", "text")[:_COMPLAINT_MAILS]
    return [text for at, (pk, text) in enumerate(theirs) if at < _ALWAYS_READ or pk > answered]


def _unknown(addresses: Sequence[str], conversation: Conversation | None) -> list[str]:
    """Those that neither wrote to us nor were written to, as far as their customers and this conversation tell."""
    folded = {fold_address(each): each for each in addresses}
    customers = identities_for(folded).values_list("customer_id", flat=True)
    about = Q(conversation__customer_id__in=list(customers))
    rows = Message.objects.filter(about | Q(conversation=conversation) if conversation else about)
    rows = rows.exclude(kind=MessageKind.NOTE).exclude(state__in=_NOT_OUT).order_by("-id")
    known: set[str] = set(Inbox.objects.values_list("address", flat=True))
    for sender, *groups in rows.values_list("sender_address", "to", "cc", "bcc")[:_LOOKED_AT]:
        known |= {sender, *(party["email"] for group in groups for party in group)}
    met = {fold_address(each) for each in known if each}
    return [each for key, each in folded.items() if key not in met]


def read_staff(conversation: Conversation) -> Staff:
    """Who may decide about a reply of this conversation now; five queries."""
    now = timezone.now()
    also_in = [inbox.pk for inbox in conversation.also_in.all()]
    inboxes = Inbox.objects.filter(pk__in=[conversation.inbox_id, *also_in])
    teams: dict[int, set[int]] = {}
    for team_id, user_id in Team.members.through.objects.values_list("team_id", "user_id"):
        teams.setdefault(team_id, set()).add(user_id)
    away = Absence.objects.filter(starts_at__lte=now, until__gt=now)
    named: set[int] = set()
    is_open = False
    for inbox in inboxes.prefetch_related("users", "teams"):
        is_open = is_open or inbox.is_open_to_all
        named |= {user.pk for user in inbox.users.all()}
        named |= {pk for team in inbox.teams.all() for pk in teams.get(team.pk, ())}
    return Staff(
        people={user.pk: user for user in User.objects.filter(is_active=True)},
        teams={pk: frozenset(members) for pk, members in teams.items()},
        away=dict(away.values_list("user_id", "substitute_id")),
        open_to_all=is_open,
        named=frozenset(named),
    )
