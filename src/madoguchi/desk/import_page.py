"""The pages of imports put into words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.core.telling import told
from madoguchi.customers.actions.table_sweeping import KEPT_TABLES
from madoguchi.customers.choices import AT_WORK, ImportState
from madoguchi.customers.fields import customer_fields
from madoguchi.customers.importing.targets import targets
from madoguchi.customers.imports import kept_of, problems_of
from madoguchi.customers.models import CustomerImport
from madoguchi.ui.dates import Words

#: More is in the table that can be downloaded.
SHOWN_PROBLEMS, SHOWN_KEPT = 50, 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: what it is called, its first values, and where it goes."""

    number: int
    name: str
    values: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the result."""

    word: str
    amount: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line that could not be read."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import in the list."""

    pk: int
    name: str
    who: str
    when: str
    state: str
    result: str


def import_lines(rows: Iterable[CustomerImport], words: Words) -> list[ImportLine]:
    """The list in words; who did it is fetched with them."""
    return [
        ImportLine(
            each.pk, each.name, each.user.name, words.short(each.created_at), str(ImportState(each.state).label),
            _result(each),
        )
        for each in rows
    ]  # fmt: skip


def _result(row: CustomerImport) -> str:
    if row.state not in (ImportState.DONE, ImportState.STOPPED):
        return ""
    values = {"new": row.created, "changed": row.updated, "wrong": row.wrong}
    return _("%(new)d new, %(changed)d changed, %(wrong)d not read") % values


def columns_of(row: CustomerImport) -> list[Column]:
    """The columns with what stands in their first lines."""
    return [
        Column(number, name or _("(no name)"), _first(row.sample, number), row.mapping.get(str(number), ""))
        for number, name in enumerate(row.header)
    ]


def _first(sample: Sequence[Sequence[str]], number: int) -> str:
    found = [line[number] for line in sample if number < len(line) and line[number]]
    return " ／ ".join(text if len(text) <= 40 else f"{text[:40]}…" for text in found[:3])


def places() -> list[tuple[str, str]]:
    """Where a column may go, with its name."""
    return [(target.key, _consent(target.key, str(target.word))) for target in targets(customer_fields())]


def _consent(key: str, word: str) -> str:
    return _("Consent: %(purpose)s") % {"purpose": word} if key.startswith("consent:") else word


def figures_of(row: CustomerImport, words: Words) -> list[Figure]:
    """The numbers of a trial run or of an import."""
    is_trial = row.state in (ImportState.CHECKING, ImportState.CHECKED)
    named = [
        (_("New customers"), row.created),
        (_("Customers found") if is_trial else _("Changed"), row.updated),
        (_("Left as they are"), row.unchanged),
        (_("Lines that cannot be read"), row.wrong),
    ]
    return [Figure(word, words.count(amount, most=10**9)) for word, amount in named]


def wrong_lines(row: CustomerImport) -> list[Wrong]:
    """The first lines that could not be read."""
    return [Wrong(each.line, each.column, told(each.text)) for each in problems_of(row)[:SHOWN_PROBLEMS]]


def kept_lines(row: CustomerImport) -> list[tuple[int, str, str]]:
    """Customers who were not taken back, and why."""
    return [(each.customer_id, each.customer.label, told(each.kept_why)) for each in kept_of(row)[:SHOWN_KEPT]]


def sentence_of(row: CustomerImport) -> str:
    """What is going on, in one sentence."""
    if row.state in AT_WORK:
        if row.state == ImportState.READING:
            return _("The table is being read. Large ones take some minutes; you need not wait here.")
        return _("%(done)s of %(total)s lines") % {"done": f"{row.done:,}", "total": f"{row.total:,}"}
    if row.state == ImportState.CHECKED:
        return _("Nothing has been written yet. Look at what would happen, then import.")
    if row.state == ImportState.UNDONE:
        kept = ngettext("%(n)d line stays: changed since.", "%(n)d lines stay: they were changed since.", row.kept)
        return kept % {"n": row.kept} if row.kept else _("Everything was taken back.")
    return told(row.failure)


def swept_sentence(row: CustomerImport, words: Words) -> str:
    """That the table is not kept any more, and since when; empty while it is."""
    if row.swept_at is None:
        return ""
    text = _("The table and the lines that could not be read were deleted on %(day)s: they are kept for %(n)d days.")
    return text % {"day": words.date(row.swept_at), "n": KEPT_TABLES.days}


def preview_lines(row: CustomerImport) -> list[tuple[int, str, str]]:
    """What would become of the first lines."""
    said = {"new": _("New customer"), "changed": _("Customer found"), "same": _("Left as it is")}
    return [(line, label, said.get(outcome, "")) for line, label, outcome in row.preview]
