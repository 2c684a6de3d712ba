"""The fields of a case as text to print or to copy: for a leak, the draft of the report with its nine items."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.cases.choices import CaseKind
from madoguchi.cases.clocks import clocks_of
from madoguchi.cases.models import Case
from madoguchi.cases.parts import NINE_ITEMS, parts_of, word_of


def report_text(case: Case) -> str:
    """The record in words; items of a leak that nobody has filled in say that they are being looked into."""
    lines = [str(case.get_kind_display()), case.title, _("No. %(number)s") % {"number": case.pk}, ""]
    if case.kind == CaseKind.INCIDENT:
        clocks = clocks_of(case.incident.discovered_at, is_dishonest=case.incident.is_dishonest)
        lines += [
            _("Preliminary report by %(day)s") % {"day": day_words(clocks.preliminary.date())},
            _("Final report by %(day)s") % {"day": day_words(clocks.final.date())},
            "",
        ]
    for part in parts_of(case.kind):
        lines += [f"■{part.word}"]
        for name in (each for each in part.fields if each != "unknown"):
            text = _value(getattr(case.detail, name), getattr(case.detail, f"get_{name}_display", None))
            if not text and case.kind == CaseKind.INCIDENT and name in NINE_ITEMS:
                text = _("Being looked into") if name in case.incident.unknown else _("(to be filled in)")
            if text:
                lines.append(f"{word_of(case.kind, name)}: {text}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def moment_words(moment: datetime) -> str:
    """「2026年11月24日 14:05」, in the zone of the workspace and the form of the reader's language."""
    local = timezone.localtime(moment)
    return f"{day_words(local.date())} {local:%H:%M}"


def day_words(day: date) -> str:
    """「2026年11月24日」, "Nov. 24, 2026"."""
    is_japanese = (get_language() or "").startswith("ja")
    return date_format(day, "Y年n月j日" if is_japanese else "DATE_FORMAT")


def _value(value: object, chosen: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else ""
    if isinstance(value, datetime):
        return moment_words(value)
    if isinstance(value, date):
        return day_words(value)
    return str(chosen()) if callable(chosen) else str(value or "")
