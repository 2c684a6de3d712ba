"""The yearly report on harassment: amounts by kind, month, judgement and measure; no names, no small numbers.

Unit: cases of harassment received in the calendar year, in the desk's time zone; of measures, cases in which two agreed
to it. An amount of one or two is not told, nor what would tell it: the next smallest of its group is left out too, and
where there is none, the sum.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import CaseKind, Conduct, DecisionKind, DecisionState, Judgement
from madoguchi.cases.models import Case, CaseDecision
from madoguchi.core.errors import Invalid, NotAllowed

#: Amounts below it, but for none at all, could point at a person.
FEWEST = 3
#: Years that can be asked for.
FIRST_YEAR, LAST_YEAR = 2000, 2999
#: What is told instead of an amount.
LEFT_OUT = "*"
_MEASURES = (
    DecisionKind.WARNING,
    DecisionKind.WRITTEN_ONLY,
    DecisionKind.END_SERVICE,
    DecisionKind.AUTHORITIES,
    DecisionKind.CARE_FLAG,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Amounts of one kind; None is left out."""

    key: str
    word: str
    lines: list[tuple[str, str, int | None]]  #: key, word, amount


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """A year in numbers."""

    year: int
    total: int | None
    groups: list[Group]


def yearly_report(user: User, year: int) -> YearlyReport:
    """The report of a year, over all cases; for those who oversee cases. Two queries."""
    if not may(user, Permission.OVERSEE_CASES):
        raise NotAllowed(REFUSAL)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(_("There is no such year."), field="year")
    zone = timezone.get_default_timezone()
    since, until = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    rows = Case.objects.filter(kind=CaseKind.HARASSMENT, received_at__gte=since, received_at__lt=until)
    found = list(rows.values_list("received_at", "harassment__conduct", "harassment__judgement"))
    agreed = CaseDecision.objects.filter(case__in=rows.values("pk"), state=DecisionState.APPROVED, kind__in=_MEASURES)
    taken = Counter(kind for kind, _case in agreed.values_list("kind", "case_id").distinct().order_by())
    months = Counter(str(timezone.localtime(at, zone).month) for at, _conduct, _judgement in found)
    conducts = Counter(conduct for _at, conduct, _judgement in found)
    judged = Counter(judgement for _at, _conduct, judgement in found)
    kinds = {**{str(key): str(word) for key, word in Conduct.choices}, "": _("Not said")}
    groups = [
        _group("kind", _("By kind"), kinds, conducts),
        _group(
            "month", _("By month"), {str(each): _("Month %(month)d") % {"month": each} for each in range(1, 13)}, months
        ),
        _group("judgement", _("By what it was"), {str(key): str(word) for key, word in Judgement.choices}, judged),
        _group("measure", _("By measure"), {str(each): str(each.label) for each in _MEASURES}, taken),
    ]
    return YearlyReport(year, _total(len(found), groups), groups)


def _total(amount: int, groups: list[Group]) -> int | None:
    """The sum, unless it is small itself, or would tell what a group leaves out because all of it is small."""
    told_by_it = any(
        all(each is None or each == 0 for _key, _word, each in group.lines)
        for group in groups
        if group.key != "measure"
    )
    return None if amount and (amount < FEWEST or told_by_it) else amount


def _group(key: str, word: str, names: Mapping[str, str], amounts: Counter[str]) -> Group:
    left = {name for name in names if 0 < amounts[name] < FEWEST}
    others = sorted((amounts[name], name) for name in names if amounts[name] >= FEWEST)
    if left and others:
        left.add(others[0][1])
    return Group(key, word, [(name, said, None if name in left else amounts[name]) for name, said in names.items()])


def report_rows(report: YearlyReport) -> list[list[str]]:
    """The report as a table with a heading."""
    rows = [[_("Year"), _("Group"), _("What"), _("Cases of harassment")]]
    rows += [[str(report.year), _("All"), "", told(report.total)]]
    return rows + [
        [str(report.year), group.word, word, told(amount)]
        for group in report.groups
        for _key, word, amount in group.lines
    ]


def told(amount: int | None) -> str:
    """An amount, or that it is left out."""
    return LEFT_OUT if amount is None else str(amount)
