"""Consents, files and the history of a customer's record, put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.customers.choices import ChangeKind, ConsentPurpose
from madoguchi.customers.fields import all_customer_fields, text_for
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Consent, CustomerField, CustomerFile, RecordChange
from madoguchi.customers.phones import shown_phone
from madoguchi.customers.queries import names_of_companies, standing_consents
from madoguchi.ui.dates import Words

#: What fields of a record and of what stands beside it are called.
FIELD_WORDS = {
    "family_name": gettext_lazy("Family name"),
    "given_name": gettext_lazy("Given name"),
    "family_kana": gettext_lazy("Kana of the family name"),
    "given_kana": gettext_lazy("Kana of the given name"),
    "display_name": gettext_lazy("Name as shown"),
    "honorific": gettext_lazy("Honorific"),
    "organisation": gettext_lazy("Company"),
    "department": gettext_lazy("Department"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "is_vip": gettext_lazy("Important customer"),
    "needs_care": gettext_lazy("Handle with care"),
    "note": gettext_lazy("Notes"),
    "label": gettext_lazy("Label"),
    "is_primary": gettext_lazy("Use this one first"),
    "is_valid": gettext_lazy("In use"),
    "verified_at": gettext_lazy("Verified"),
    "charset": gettext_lazy("Encoding of mail"),
    "postal_code": gettext_lazy("Postal code"),
    "prefecture": gettext_lazy("Prefecture"),
    "city": gettext_lazy("City"),
    "street": gettext_lazy("Town and number"),
    "building": gettext_lazy("Building and room"),
    "country": gettext_lazy("Country"),
}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent, or one that was withdrawn."""

    purpose: str
    word: str
    is_given: bool
    when: str
    source: str
    wording: str
    who: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file."""

    pk: int
    name: str
    size: str
    when: str
    who: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the record."""

    pk: int
    what: str
    parts: list[tuple[str, str, str]]  #: field, before, after
    when: str
    who: str
    can_undo: bool
    is_undone: bool
    by_import: int = 0  #: its number, where an import wrote it and one may see it


def consent_lines(consents: Iterable[Consent], words: Words) -> list[ConsentLine]:
    """All of them in words."""
    return [
        ConsentLine(
            str(ConsentPurpose(each.purpose).label), _("Given") if each.is_given else _("Withdrawn"), each.is_given,
            words.full(each.at), each.source, each.wording, each.by_label,
        )
        for each in consents
    ]  # fmt: skip


def standing_lines(consents: Sequence[Consent], words: Words) -> list[ConsentLine]:
    """What counts now of each purpose."""
    return consent_lines(standing_consents(consents).values(), words)


def file_lines(files: Iterable[CustomerFile], words: Words) -> list[FileLine]:
    """The files in words; their blobs are fetched with them."""
    return [
        FileLine(each.pk, each.name, words.size(each.blob.size_bytes), words.short(each.created_at), each.by_label)
        for each in files
    ]


def change_lines(
    changes: Sequence[RecordChange], words: Words, user: User, *, imports: Mapping[int, int] | None = None
) -> list[ChangeLine]:
    """The history in words; `imports` has the import that wrote a change, by the change."""
    records = [part for each in changes if each.what == ChangeKind.FIELDS for part in (each.before, each.after)]
    companies = names_of_companies(part["organisation"] for part in records if part.get("organisation"))
    is_custom = any(each.what == ChangeKind.CUSTOM for each in changes)
    fields = {field.pk: field for field in all_customer_fields()} if is_custom else {}
    return [
        ChangeLine(
            pk=each.pk,
            what=str(ChangeKind(each.what).label),
            parts=_own_parts(each, fields, user) if each.what == ChangeKind.CUSTOM else _parts(each, companies),
            when=words.full(each.at),
            who=each.by_label,
            can_undo=each.what != ChangeKind.CONSENT and each.undone_at is None,
            is_undone=each.undone_at is not None,
            by_import=(imports or {}).get(each.pk, 0),
        )
        for each in changes
    ]


def _own_parts(change: RecordChange, fields: Mapping[int, CustomerField], user: User) -> list[tuple[str, str, str]]:
    """What changed in custom fields; of a field that was deleted since nothing is known any more."""
    found = []
    for name, after in change.after.items():
        if field := fields.get(int(name)):
            before = change.before[name]
            found.append((field.name, text_for(user, field, before), text_for(user, field, after)))
    return found


def _parts(change: RecordChange, companies: dict[int, str]) -> list[tuple[str, str, str]]:
    match change.what:
        case ChangeKind.TAGS:
            return [("", "、".join(change.before), "、".join(change.after))]
        case ChangeKind.CONSENT:
            given = _("Given") if change.after["is_given"] else _("Withdrawn")
            return [(str(ConsentPurpose(change.after["purpose"]).label), "", given)]
        case ChangeKind.FIELDS:
            return _differences(change, companies)
    if change.before is None or change.after is None:
        return [("", whole(change.what, change.before), whole(change.what, change.after))]
    return [(whole(change.what, change.after), "", ""), *_differences(change, companies)]


def _differences(change: RecordChange, companies: dict[int, str]) -> list[tuple[str, str, str]]:
    return [
        (
            str(FIELD_WORDS.get(name, name)),
            shown_value(name, change.before.get(name), companies),
            shown_value(name, value, companies),
        )
        for name, value in change.after.items()
        if change.before.get(name) != value
    ]


def whole(what: str, values: dict[str, Any] | None) -> str:
    """A row beside the record in one line; nothing for none."""
    if values is None:
        return ""
    match what:
        case ChangeKind.IDENTITY:
            return shown_phone(values["shown"]) if values["kind"] == "phone" else values["shown"]
        case ChangeKind.ADDRESS:
            parts = (values[name] for name in ("postal_code", "prefecture", "city", "street", "building"))
            return " ".join(part for part in parts if part)
    return str(values.get("name", ""))


def shown_value(name: str, value: Any, companies: dict[int, str] | None = None) -> str:
    """A value of a field as one reads it, not too long."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "verified_at":
        return _("Yes") if value else _("No")
    if name == "organisation" and value:
        value = (names_of_companies([value]) if companies is None else companies).get(value, "")
    text = " ".join(str(value or "").split())
    return text if len(text) <= _LONGEST else f"{cut_whole(text, _LONGEST)}…"
