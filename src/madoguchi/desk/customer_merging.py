"""名寄せ put into words: pairs that may be one person, and two records side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.customers.actions.merging import BOTH, MERGED_FIELDS, THEIRS
from madoguchi.customers.choices import Honorific
from madoguchi.customers.matching import Sign
from madoguchi.customers.models import Customer, CustomerMerge, Suggestion
from madoguchi.desk.customer_kept import FIELD_WORDS
from madoguchi.desk.forms.customer import LANGUAGES
from madoguchi.ui.dates import Words

#: From here on the list says 高.
_LIKELY = 65
#: 要注意対応 is no choice: the mark stays when either has it.
_CHOSEN = tuple(name for name in MERGED_FIELDS if name != "needs_care")
#: Parts of one name are chosen together: a mixture would be nobody's.
_NAMES = ("family_name", "given_name", "family_kana", "given_kana", "display_name", "honorific")


@dataclass(frozen=True, slots=True)
class Half:
    """One record of a pair."""

    pk: int
    name: str
    kana: str
    company: str
    reached: list[tuple[str, str]]  #: of which kind it is, and what
    since: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two records that may be one person."""

    pk: int
    halves: tuple[Half, Half]
    reasons: str
    is_likely: bool
    is_open: bool
    decided: str


@dataclass(frozen=True, slots=True)
class Hint:
    """One other record that may be the same customer."""

    pk: int
    other: int
    name: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A field in which two records differ: what each says."""

    name: str
    word: str
    mine: str
    theirs: str
    chosen: str
    has_both: bool = False


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One record that went into this one."""

    pk: int
    name: str
    who: str
    when: str


def reasons_of(signs: Iterable[str]) -> str:
    """Why two records may be one: 「電話番号が同じ、読みが同じ」."""
    return _(", ").join(str(Sign(sign).label) for sign in signs)


def pair_lines(pairs: Iterable[Suggestion], words: Words) -> list[PairLine]:
    """The list in words; both records are fetched with all their parts."""
    return [
        PairLine(
            pk=each.pk,
            halves=(_half(each.first, words), _half(each.second, words)),
            reasons=reasons_of(each.signs),
            is_likely=each.score >= _LIKELY,
            is_open=each.state == "open",
            decided=f"{each.decided_by} {words.short(each.decided_at)}" if each.decided_at else "",
        )
        for each in pairs
    ]


def _half(customer: Customer, words: Words) -> Half:
    reached = [(each.kind, each.text) for each in customer.identities.all() if each.shown]
    reached += [("", each.line) for each in customer.addresses.all()]
    company = customer.organisation.name if customer.organisation else ""
    return Half(customer.pk, customer.label, customer.kana, company, reached[:5], words.date(customer.created_at))


def hints(customer: Customer, pairs: Iterable[Suggestion]) -> list[Hint]:
    """Who may be the same customer."""
    found = []
    for each in pairs:
        other = each.second if each.first_id == customer.pk else each.first
        found.append(Hint(each.pk, other.pk, other.label, reasons_of(each.signs)))
    return found


def choices_between(kept: Customer, gone: Customer) -> list[Choice]:
    """In what two records differ, names as a whole first."""
    mine, theirs = _name(kept), _name(gone)
    found = []
    if mine != theirs:
        is_named = bool(kept.family_name or kept.given_name or kept.family_kana)
        chosen = THEIRS if not is_named and (gone.family_name or gone.given_name) else ""
        found.append(Choice("name", _("Name"), mine, theirs, chosen))
    for name in _CHOSEN:
        if name in _NAMES:
            continue
        one, two = _shown(kept, name), _shown(gone, name)
        if one != two:
            is_note = name == "note"
            chosen = BOTH if is_note else THEIRS if two and not getattr(kept, name) else ""
            found.append(Choice(name, str(FIELD_WORDS[name]), one, two, chosen, is_note))
    return found


def chosen_fields(values: Any) -> dict[str, str]:
    """What was chosen on the page, for each field of the record."""
    chosen = {name: values.get(f"choose-{name}", "") for name in _CHOSEN if name not in _NAMES}
    chosen |= dict.fromkeys(_NAMES, values.get("choose-name", ""))
    if "choose-note" not in values:
        chosen["note"] = BOTH
    for name in _CHOSEN:  # where both say the same there is nothing to choose, and nothing is lost
        if name not in _NAMES and f"choose-{name}" not in values and name != "note":
            del chosen[name]
    return chosen


def _name(customer: Customer) -> str:
    honorific = str(Honorific(customer.honorific).label) if customer.honorific else ""
    kana = f"({customer.kana})" if customer.kana else ""
    return " ".join(part for part in (customer.label, honorific, kana) if part)


def _shown(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "language":
        return str(dict(LANGUAGES).get(value, value)) if value else ""
    return str(value or "")


def merge_lines(merges: Iterable[CustomerMerge], words: Words) -> list[MergeLine]:
    """What went into a record, and can be taken out again."""
    return [MergeLine(each.pk, each.other_label, each.by_label, words.full(each.at)) for each in merges]
