"""Which of the names and numbers in a letter belong to somebody who has no part in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from madoguchi.accounts.queries import active_users
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.models import Conversation
from madoguchi.customers.others import addresses_of_others, names_of_others, phones_of_others
from madoguchi.preflight.mentions import Kind, Mention
from madoguchi.search.codes import groups_with_code
from madoguchi.search.folding import fold, fold_name

#: So many order numbers of one letter are looked up.
_CODES = 8


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Whom a letter is for, and what may be said in it: whatever was said before."""

    customers: frozenset[int]
    names: Sequence[str]
    addresses: frozenset[str]  #: and whole domains, of our own
    told: str  #: everything written so far


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
    wanted = [each.words for each in mentions if fold_name(each.words) not in known]
    return names_of_others(wanted, besides=friend.customers)


def _codes(mentions: Sequence[Mention], friend: Acquaintance) -> set[str]:
    """Order numbers that stand in conversations of others, and in none of this customer."""
    groups = {each.value.partition(":")[2]: each.words for each in mentions}
    places = {value: groups_with_code(words, kind=MESSAGE) for value, words in list(groups.items())[:_CODES]}
    everywhere = set().union(*places.values()) if places else set()
    if not everywhere:
        return set()
    own = set(
        Conversation.objects.filter(pk__in=everywhere, customer__in=friend.customers).values_list("pk", flat=True)
    )
    return {value for value, found in places.items() if found and not found & own}
