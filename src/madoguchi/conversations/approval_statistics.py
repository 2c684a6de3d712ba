"""What approval says of the replies, for coaching: by author and reason, without ranks (JAPAN.md 3.0).

A request counts by the day of its (last) decision. Unchanged: approved as it was first written. Times are business
minutes of the 窓口 from each asking to its decision; medians, since some wait over night.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from django.db.models import QuerySet

from madoguchi.accounts.models import User
from madoguchi.conversations.approval_choices import DecisionKind, RequestState
from madoguchi.conversations.approval_queue import requests_visible_to
from madoguchi.conversations.models import ApprovalDecision, ApprovalRequest

#: Beyond it a period is too long to be looked at by a person; the newest are counted.
MOST_COUNTED = 20_000
_DECIDED = (RequestState.APPROVED, RequestState.SENT_BACK)


@dataclass(slots=True)
class Line:
    """The figures of one author, or of all."""

    author: int | None
    name: str
    requests: int = 0
    unchanged: int = 0
    edited: int = 0
    sent_back: int = 0  #: at least once; it may have been approved afterwards
    waited: list[int] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)  #: how often each code was given
    in_a_row: int = 0  #: unchanged ones up to now

    @property
    def median_minutes(self) -> int | None:
        """The median of the waiting times; None for nothing."""
        return round(median(self.waited)) if self.waited else None

    @property
    def unchanged_percent(self) -> float | None:
        """The share of unchanged ones, to one decimal; None for nothing."""
        return round(100 * self.unchanged / self.requests, 1) if self.requests else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everybody's figures, by name and not by rank, and those of all together."""

    total: Line
    lines: list[Line]


def approval_statistics(user: User, *, since: datetime, until: datetime) -> Statistics:
    """The requests decided in a period and visible to a person; three queries."""
    decided = requests_visible_to(user).filter(state__in=_DECIDED, decided_at__gte=since, decided_at__lt=until)
    found = list(decided.select_related("author").order_by("-decided_at", "-pk")[:MOST_COUNTED])
    total = Line(None, "")
    lines: dict[int | None, Line] = {}
    for request in found:
        name = request.author.name if request.author else ""
        line = lines.setdefault(request.author_id, Line(request.author_id, name))
        _count(line, request)
        _count(total, request)
    _count_reasons(found, lines, total)
    return Statistics(total, sorted(lines.values(), key=lambda line: line.name))


def _count(line: Line, request: ApprovalRequest) -> None:
    line.requests += 1
    line.edited += request.was_edited
    line.sent_back += request.was_sent_back
    is_unchanged = request.state == RequestState.APPROVED and not (request.was_edited or request.was_sent_back)
    line.unchanged += is_unchanged
    if request.waited_minutes is not None:
        line.waited.append(request.waited_minutes)


def _count_reasons(found: Iterable[ApprovalRequest], lines: dict[int | None, Line], total: Line) -> None:
    authors = {request.pk: request.author_id for request in found}
    given = ApprovalDecision.objects.filter(request__in=authors, kind__in=(DecisionKind.EDITED, DecisionKind.SENT_BACK))
    for pk, reasons in given.values_list("request_id", "reasons"):
        for line in (lines[authors[pk]], total):
            for reason in reasons:
                line.reasons[reason] = line.reasons.get(reason, 0) + 1


def unchanged_in_a_row(author: User) -> int:
    """How many of an author's last requests were approved as they were written, up to the last that was not."""
    rows = ApprovalRequest.objects.filter(author=author, state__in=_DECIDED).order_by("-decided_at", "-pk")
    amount = 0
    for state, was_edited, was_sent_back in rows.values_list("state", "was_edited", "was_sent_back")[:1000]:
        if state != RequestState.APPROVED or was_edited or was_sent_back:
            break
        amount += 1
    return amount


def trainees() -> QuerySet[User]:
    """Who is a trainee now, by name."""
    return User.objects.filter(is_active=True, role="trainee").order_by("name", "pk")
