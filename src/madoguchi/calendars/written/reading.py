"""Finding dates and times in a text: atoms that stand together are one. Linear in the text, and bounded."""

from collections.abc import Iterator
from dataclasses import replace

from madoguchi.calendars.written.clocks import ALONE
from madoguchi.calendars.written.days import Days
from madoguchi.calendars.written.folding import fold
from madoguchi.calendars.written.found import Bound, Kind, Precision, Reference, Written
from madoguchi.calendars.written.grouping import Group, groups_in
from madoguchi.calendars.written.moments import moments_of
from madoguchi.calendars.written.patterns import AFTERWARDS, BEFOREHAND, STRETCH

#: What stands behind these is not looked at: longer letters are quoted ones.
MOST_TEXT = 100_000
MOST_FOUND = 300
#: As far back as a word before a date can reach, and as far forward as one behind it.
_NEXT_TO = 28
#: So near, two dates are one.
_BESIDE = 2


def find_written(text: str, reference: Reference) -> list[Written]:
    """Every date and time in a text, in its order and not overlapping; places are those of `text`."""
    folded = fold(text[:MOST_TEXT])
    found: list[Written] = []
    for group in groups_in(folded, reference):
        if len(found) == MOST_FOUND:
            break
        begun = _begun(folded, found[-1], group) if found else None
        if begun is not None:
            found[-1] = begun
        written = _written(group, begun, reference)
        if written is not None:
            start, end, bound = _place(folded, group)
            if bound is not None:
                written = replace(written, bound=bound, due=None if bound is Bound.FROM else written.due)
            if begun is not None and begun.earliest is not None and bound is not Bound.FROM:
                written = replace(written, earliest=begun.earliest)
            found.append(replace(written, start=start, end=end, text=text[start:end]))
    return list(_without_idle(found))


def _place(folded: str, group: Group) -> tuple[int, int, Bound | None]:
    """Where it ends with the word that says on which side of the moment, and that side."""
    if after := AFTERWARDS.match(folded, group.end, group.end + _NEXT_TO):
        return group.start, after.end(), Bound(after.lastgroup or "")
    if before := BEFOREHAND.search(folded, max(0, group.start - _NEXT_TO), group.start):
        return group.start, group.end, Bound(before.lastgroup or "")
    return group.start, group.end, None


def _begun(folded: str, before: Written, group: Group) -> Written | None:
    """The beginning of a stretch whose end this is, as such: 10時から17時, 25日〜27日."""
    if group.start - before.end > 4 or group.is_later or before.kind is Kind.VAGUE or before.bound is Bound.BY:
        return None
    joint = STRETCH.match(folded, before.end, group.start)
    if joint is None or (before.bound is not Bound.FROM and not joint.group().strip()):
        return None
    return replace(before, bound=Bound.FROM, due=None)


def _written(group: Group, begun: Written | None, reference: Reference) -> Written | None:
    if group.is_later:
        return _plain(Kind.VAGUE, Precision.VAGUE)
    if group.amount is not None:
        return _amount(group, reference)
    days = group.days
    if days is None:
        if group.clock is None or (group.clock.part and group.words.lower() not in ALONE and begun is None):
            return None
        first = (begun.last if begun is not None else None) or reference.today
        days = Days(first, first, Kind.TIME)
    moments = moments_of(days, group.clock, reference)
    weekday = group.weekday
    if moments is None:
        return _plain(days.kind, Precision.DAY, is_impossible=True, weekday=weekday)
    return replace(
        _plain(days.kind, moments.precision, weekday=weekday),
        first=days.first,
        last=days.last,
        earliest=moments.earliest,
        due=moments.due,
    )


def _plain(kind: Kind, precision: Precision, *, is_impossible: bool = False, weekday: int | None = None) -> Written:
    return Written(
        start=0,
        end=0,
        text="",
        kind=kind,
        bound=Bound.AT,
        precision=precision,
        weekday=weekday,
        is_impossible=is_impossible,
    )


def _amount(group: Group, reference: Reference) -> Written | None:
    amount = group.amount
    assert amount is not None  # asked by the caller
    bound = Bound.WITHIN if amount.is_within else Bound.AT
    if amount.length is not None:
        due = reference.moment + amount.length
        on = due.astimezone(reference.zone).date()
        earliest = reference.moment if amount.is_within else due
        plain = _plain(Kind.WITHIN, Precision.MINUTE)
        return replace(plain, bound=bound, first=on, last=on, earliest=earliest, due=due)
    if amount.days is None:
        return replace(_plain(Kind.VAGUE, Precision.VAGUE), bound=bound)
    moments = moments_of(amount.days, group.clock, reference)
    if moments is None:
        return replace(_plain(Kind.VAGUE, Precision.VAGUE), bound=bound)
    return replace(
        _plain(amount.days.kind, moments.precision),
        bound=bound,
        first=amount.days.first,
        last=amount.days.last,
        earliest=reference.moment if amount.is_within else moments.earliest,
        due=moments.due,
    )


def _without_idle(found: list[Written]) -> Iterator[Written]:
    """折り返し30分以内 is one date: the vague word beside a plain one says nothing of its own."""
    for before, each, after in zip([None, *found], found, [*found[1:], None], strict=False):
        is_beside = (before is not None and before.due is not None and each.start - before.end <= _BESIDE) or (
            after is not None and after.due is not None and after.start - each.end <= _BESIDE
        )
        if each.kind is not Kind.VAGUE or not is_beside:
            yield each
