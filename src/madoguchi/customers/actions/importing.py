"""Importing customers from a table: each step a person takes. What the job does is in `import_work`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.customers.choices import AT_WORK, CUSTOMER_IMPORT_ASKED, Existing, ImportState, MatchBy
from madoguchi.customers.fields import customer_fields
from madoguchi.customers.importing.targets import MANY, targets
from madoguchi.customers.models import CustomerImport
from madoguchi.events.record import record
from madoguchi.files.actions import store_file

MAX_BYTES = 200 * 1024 * 1024
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
ENCODINGS = ("utf-8", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc_jp", "iso2022_jp_ext")
_MOST_TAGS = 10


class WrongStep(DomainError):
    """The import is at another step meanwhile: somebody was faster, or its job was."""

    code = "wrong_step"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen before the trial run."""

    mapping: Mapping[str, str]  #: number of the column, from 0, to key of a target
    match_by: str = MatchBy.MAIL
    existing: str = Existing.FILL
    tags: Iterable[str] = ()
    consent_source: str = ""


@transaction.atomic
def start_import(file: BinaryIO, *, name: str, size_bytes: int, user: User) -> CustomerImport:
    """Keep a table and have it read; nothing is written to any customer yet."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    if not name.lower().endswith(ENDINGS):
        raise Invalid(_("Choose a table as CSV or Excel (.xlsx). Older .xls must be saved anew."), field="file")
    if size_bytes > MAX_BYTES:
        raise Invalid(_("The table is larger than 200 MB. Import it in parts."), field="file")
    if not size_bytes:
        raise Invalid(_("The file is empty."), field="file")
    row = CustomerImport.objects.create(user=user, name=name[-255:], source=store_file(file))
    _ask(row, user)
    return row


@transaction.atomic
def read_again(row: CustomerImport, *, encoding: str, sheet: int, user: User) -> CustomerImport:
    """Read the table in another encoding, or another sheet of it; empty is whatever fits."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    if encoding and encoding not in ENCODINGS:
        raise Invalid(_("Tables are not read in this encoding."), field="encoding")
    held = _with_table(_held(row, ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED))
    held.encoding, held.is_encoding_chosen, held.sheet = encoding, bool(encoding), sheet
    held.mapping = {}
    _begin(held, ImportState.READING, user)
    return held


@transaction.atomic
def start_check(row: CustomerImport, choices: Choices, *, user: User) -> CustomerImport:
    """Have every line read and compared as if it were imported, and write nothing."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    states = (ImportState.MAPPING, ImportState.CHECKED, ImportState.STOPPED, ImportState.FAILED)
    held = _with_table(_held(row, *states))
    if held.created or held.updated or not held.header:
        raise WrongStep(_("Undo what was imported already, or begin with a new import."))
    held.mapping = _checked(choices.mapping, len(held.header))
    if choices.match_by not in MatchBy.values or choices.existing not in Existing.values:
        raise Invalid(_("Choose what happens to customers who are there already."), field="existing")
    held.match_by, held.existing = choices.match_by, choices.existing
    held.tags = sorted({" ".join(tag.split())[:50] for tag in choices.tags} - {""})[:_MOST_TAGS]
    held.consent_source = choices.consent_source.strip()[:100]
    if any(key.startswith("consent:") for key in held.mapping.values()) and not held.consent_source:
        text = _("Enter where the customers said so: a consent without its source proves nothing.")
        raise Invalid(text, field="source")
    _begin(held, ImportState.CHECKING, user)
    return held


def _checked(mapping: Mapping[str, str], columns: int) -> dict[str, str]:
    known = {target.key for target in targets(customer_fields())}
    chosen = {number: key for number, key in mapping.items() if key}
    keys = [key for key in chosen.values() if key not in MANY]
    if not chosen:
        raise Invalid(_("Choose at least for one column where it goes."), field="mapping")
    if not all(number.isdecimal() and int(number) < columns for number in chosen) or set(chosen.values()) - known:
        raise Invalid(_("There is no such column or field any more. Choose again."), field="mapping")
    if len(set(keys)) < len(keys):
        raise Invalid(_("Two columns go to the same place. Choose one of them."), field="mapping")
    return chosen


@transaction.atomic
def start_run(row: CustomerImport, *, user: User) -> CustomerImport:
    """Import what the trial run found to be right."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    held = _with_table(_held(row, ImportState.CHECKED))
    _begin(held, ImportState.RUNNING, user)
    return held


@transaction.atomic
def stop_import(row: CustomerImport, *, user: User) -> CustomerImport:
    """Stop after the lines that are being written; those written stay, and can be undone or gone on from."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    held = _held(row, ImportState.CHECKING, ImportState.RUNNING)
    held.state = ImportState.STOPPED if held.state == ImportState.RUNNING else ImportState.MAPPING
    held.save(update_fields=["state"])
    return held


@transaction.atomic
def go_on(row: CustomerImport, *, user: User) -> CustomerImport:
    """Go on with an import that was stopped, or that failed, where it stood."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    held = _with_table(_held(row, ImportState.STOPPED))
    held.state, held.touched_at = ImportState.RUNNING, timezone.now()
    held.save(update_fields=["state", "touched_at"])
    _ask(held, user)
    return held


@transaction.atomic
def undo_import(row: CustomerImport, *, user: User) -> CustomerImport:
    """Take everything of an import back that nobody has changed since; the rest stays, and the import says what."""
    require(user.actor, Permission.IMPORT_CUSTOMERS)
    held = _held(row, ImportState.DONE, ImportState.STOPPED)
    held.state, held.touched_at = ImportState.UNDOING, timezone.now()
    held.done = held.kept = held.position = 0
    held.save(update_fields=["state", "done", "kept", "position", "touched_at"])
    _ask(held, user)
    return held


def _held(row: CustomerImport, *states: str) -> CustomerImport:
    """The import as it is now, at one of these steps."""
    held = CustomerImport.objects.select_for_update().get(pk=row.pk)
    if held.state not in states:
        raise WrongStep(_("The import is at another step meanwhile. Reload the page."), state=held.state)
    return held


def _with_table(held: CustomerImport) -> CustomerImport:
    if held.swept_at is not None:
        raise WrongStep(_("The table of this import is not kept any more. Upload it again."))
    return held


def _begin(held: CustomerImport, state: str, user: User) -> None:
    """Set all counters back and have the job begin."""
    held.problems.all().delete()
    held.state, held.failure, held.preview, held.position = state, "", [], 0
    held.done = held.created = held.updated = held.unchanged = held.wrong = held.kept = 0
    held.touched_at = timezone.now()
    held.save()
    _ask(held, user)


def _ask(row: CustomerImport, user: User) -> None:
    record(CUSTOMER_IMPORT_ASKED, row.event_subject, by=user.actor, data={"name": row.name, "step": str(row.state)})


def is_at_work(row: CustomerImport) -> bool:
    """Whether a job is at work on it."""
    return row.state in AT_WORK
