"""Which of the names and numbers in a letter belong to somebody who has no part in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from madoguchi.accounts.queries import active_users
from madoguchi.conversations.choices import HAS_LEFT, NEVER_LEFT, MessageState
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.models import Message
from madoguchi.customers.others import addresses_of_others, names_of_others, phones_of_others
from madoguchi.preflight.mentions import Kind, Mention
from madoguchi.preflight.surnames import COMMON_SURNAMES
from madoguchi.search.codes import objects_with_code
from madoguchi.search.folding import fold, fold_name

#: So many order numbers of one letter are looked up.
_CODES = 8
#: What more customers were told than these is the code of a product or of a campaign.
_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Itself:
    """What is no evidence of anything: the letter itself where it is stored already, and those written with it."""

    message: int = 0
    batch: str = ""  #: letters of one batch (一斉返信) say nothing of each other


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Whom a letter is for, and what may be said in it: whatever was said before."""

    customers: frozenset[int]
    names: Sequence[str]
    addresses: frozenset[str]  #: and whole domains, of our own
    told: str  #: everything received and sent so far
    itself: Itself = Itself()


def strangers_among(mentions: Sequence[Mention], friend: Acquaintance) -> frozenset[str]:
    """The values of those mentions that belong to other customers and have not been spoken of here."""
    told = fold(friend.told)
    digits = "".join(char for char in told if char.isalnum())
    unknown = [each for each in mentions if not _is_known(each, told, digits)]
    if not unknown:
        return frozenset()
    found = {
        Kind.NAME: _names(_of(unknown, Kind.NAME), friend),
        Kind.PHONE: phones_of_others(_plain(_of(unknown, Kind.PHONE)), besides=friend.customers),
        Kind.MAIL: addresses_of_others(_addresses(_of(unknown, Kind.MAIL), friend), besides=friend.customers),
        Kind.CODE: _codes(_of(unknown, Kind.CODE), friend),
    }
    return frozenset(each.value for each in unknown if each.value.partition(":")[2] in found[each.kind])


def _is_known(mention: Mention, told: str, digits: str) -> bool:
    """True for what stands in the conversation already, numbers however they are divided."""
    if mention.kind in (Kind.PHONE, Kind.CODE):
        return mention.value.partition(":")[2] in digits
    return fold(mention.words) in told or fold_name(mention.words) in digits


def _of(mentions: Iterable[Mention], kind: Kind) -> list[Mention]:
    return [each for each in mentions if each.kind == kind]


def _plain(mentions: Iterable[Mention]) -> list[str]:
    return list(dict.fromkeys(each.value.partition(":")[2] for each in mentions))


def _addresses(mentions: Iterable[Mention], friend: Acquaintance) -> list[str]:
    found = _plain(mentions)
    return [each for each in found if not {each, each.rpartition("@")[2]} & friend.addresses]


def _names(mentions: Sequence[Mention], friend: Acquaintance) -> set[str]:
    """Names of customers that are nobody's here: not the customer's, not a participant's, not a colleague's."""
    if not mentions:
        return set()
    staff = [name for user in active_users() for name in (user.name, user.public_name, user.family_name)]
    known = {fold_name(name) for name in (*friend.names, *staff) if name}
    known |= {fold_name(name.replace("\u3000", " ").split(" ")[0]) for name in friend.names if name}
    wanted = [each.words for each in mentions if fold_name(each.words) not in known | COMMON_SURNAMES]
    return names_of_others(wanted, besides=friend.customers)


def _codes(mentions: Sequence[Mention], friend: Acquaintance) -> set[str]:
    """Order numbers that were spoken of with one or two others, and never with this customer."""
    groups = {each.value.partition(":")[2]: each.words for each in mentions}
    return {value for value, words in list(groups.items())[:_CODES] if _is_of_others(words, friend)}


def _is_of_others(code: str, friend: Acquaintance) -> bool:
    """True for a number that one or two others were told, or have told us.

    What waits to leave says nothing of whose it is; but many letters of another batch say that it is everybody's.
    """
    rows = Message.objects.filter(pk__in=objects_with_code(code, kind=MESSAGE)).exclude(state__in=NEVER_LEFT)
    rows = rows.exclude(pk=friend.itself.message)
    said, written = set(), set()
    for customer, state, batch in rows.values_list("conversation__customer_id", "state", "before__batch").distinct():
        if batch and batch == friend.itself.batch:
            continue
        if state in (*HAS_LEFT, MessageState.NOTED):
            said.add(customer)
        elif batch:
            written.add(customer)
    return bool(said) and len(said | written) <= _OTHERS and not said & friend.customers
