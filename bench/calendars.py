"""Business minutes: how many spans a second the arithmetic adds and counts, and what compiling a calendar costs."""

import argparse
import random
from datetime import UTC, datetime, timedelta
from time import perf_counter

from madoguchi.calendars.compiled import Compiled, compile_plan
from madoguchi.calendars.plan import Plan, YearlyClosure
from madoguchi.calendars.reckoning import add_minutes, minutes_between

#: Two spans a day, holidays, the New Year: more than most desks have.
PLAN = Plan(
    "Asia/Tokyo",
    (((570, 720), (780, 1080)),) * 5 + (((600, 780),), ()),
    yearly_closures=(YearlyClosure((12, 29), (1, 3)),),
)
BEST_OF = 5


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench calendars", description=__doc__)
    parser.add_argument("--spans", type=int, default=100_000)
    wanted = parser.parse_args(arguments)
    begin = perf_counter()
    calendar = compile_plan(PLAN, 2025, 2038)
    print(f"{(perf_counter() - begin) * 1000:9.1f} ms  compiling thirteen years, {len(calendar.opens)} open times")
    moments = _moments(wanted.spans)
    print(f"{_added(calendar, moments):9,.0f} /s  add_minutes")
    print(f"{_counted(calendar, moments):9,.0f} /s  minutes_between")


def _moments(amount: int) -> list[datetime]:
    rng = random.Random(2026)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [start + timedelta(seconds=rng.randrange(5 * 365 * 86_400)) for _number in range(amount)]


def _added(calendar: Compiled, moments: list[datetime]) -> float:
    best = 0.0
    for _time in range(BEST_OF):
        begin = perf_counter()
        for moment in moments:
            add_minutes(calendar, moment, 420)
        best = max(best, len(moments) / (perf_counter() - begin))
    return best


def _counted(calendar: Compiled, moments: list[datetime]) -> float:
    best, pairs = 0.0, list(zip(moments, reversed(moments), strict=True))
    for _time in range(BEST_OF):
        begin = perf_counter()
        for start, end in pairs:
            minutes_between(calendar, start, end)
        best = max(best, len(pairs) / (perf_counter() - begin))
    return best
