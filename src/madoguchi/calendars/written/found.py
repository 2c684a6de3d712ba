"""What a written date or time means, and by what it is reckoned. Pure values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from madoguchi.calendars.days import DayBook, day_book
from madoguchi.calendars.plan import ALL_DAY, Plan


class Kind(StrEnum):
    """In which way it was written."""

    DATE = "date"  #: 11月25日, 25日, 令和8年11月25日
    RELATIVE = "relative"  #: 明日, 来週火曜, 今月末
    WITHIN = "within"  #: 3日以内, 24時間以内, 1時間後
    BUSINESS_DAYS = "business_days"  #: 2営業日以内, 翌営業日
    TIME = "time"  #: only a time of day: 17時, 午前中
    VAGUE = "vague"  #: 後ほど, 数日中, as soon as possible: no moment at all


class Bound(StrEnum):
    """On which side of the moment."""

    BY = "by"  #: まで, 中, いっぱい, by
    WITHIN = "within"  #: 以内, within
    AT = "at"  #: nothing said: 17時に
    ABOUT = "about"  #: 頃, 前後, around
    FROM = "from"  #: 以降, から, after: has a beginning and no end


class Precision(StrEnum):
    """How exactly the moment was said."""

    MINUTE = "minute"  #: 17時, 30分以内
    PART = "part"  #: 午前中, 夕方
    DAY = "day"
    PERIOD = "period"  #: 今週中, 月末
    VAGUE = "vague"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One written date or time.

    `first` and `last` are the days it names, equal for a single day; both are None where it names none or one that does
    not exist. A day of its own without a time ends at closing time, or at midnight when it is closed; a period
    (今週中) ends with the last open day in it. Moments are in UTC.
    """

    start: int  #: place in the text given, half-open
    end: int
    text: str
    kind: Kind
    bound: Bound
    precision: Precision
    first: date | None = None
    last: date | None = None
    earliest: datetime | None = None  #: when it begins, as far as it says
    due: datetime | None = None  #: when it is over; None for FROM, for the vague and the impossible
    weekday: int | None = None  #: the named one, Monday is 0
    is_impossible: bool = False  #: 2月30日, 25:70

    @property
    def is_wrong_weekday(self) -> bool:
        """True when the day named has another weekday than the one written beside it."""
        return self.weekday is not None and self.first is not None and self.first.weekday() != self.weekday


#: Business days where nobody has said which: weekdays that are no holidays of Japan, around the clock.
USUAL_WEEK = (ALL_DAY,) * 5 + ((),) * 2


@dataclass(frozen=True)
class Reference:
    """The moment at which something was written, and whose days those are."""

    moment: datetime  #: aware
    plan: Plan

    @classmethod
    def without_calendar(cls, moment: datetime, time_zone: str) -> "Reference":
        """Where no calendar says when people work."""
        return cls(moment, Plan(time_zone, USUAL_WEEK))

    @cached_property
    def zone(self) -> ZoneInfo:
        """In which the text was written."""
        return ZoneInfo(self.plan.time_zone)

    @cached_property
    def local(self) -> datetime:
        """The moment on the wall clock."""
        return self.moment.astimezone(self.zone)

    @cached_property
    def today(self) -> date:
        """The day of the moment."""
        return self.local.date()

    @cached_property
    def book(self) -> DayBook:
        """In which days are looked up."""
        return day_book(self.plan)
