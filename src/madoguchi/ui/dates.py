"""Moments, spans and amounts in words, Japanese and English.

Pure: the moment "now", the time zone and the language are given once, in `Words`. Views call these before rendering;
templates get finished text. The browser refreshes what counts down with the same wording (`timeago.js`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
JA_DAYS = "月火水木金土日"
EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400
KILO = 1024


@dataclass(frozen=True, slots=True)
class Words:
    """Formats moments as seen from `now` in `zone`; anything but "ja" is written in English."""

    now: datetime
    zone: tzinfo = TOKYO
    language: str = "ja"

    @property
    def _is_ja(self) -> bool:
        return self.language.startswith("ja")

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _days_from_now(self, moment: datetime) -> int:
        return (self._local(moment).date() - self._local(self.now).date()).days

    def _day_of_year(self, day: datetime) -> str:
        if self._is_ja:
            return f"{day.month}/{day.day}({JA_DAYS[day.weekday()]})"
        return f"{EN_DAYS[day.weekday()]} {day.day} {EN_MONTHS[day.month - 1]}"

    def time(self, moment: datetime) -> str:
        """16:22, and 9:05 without a leading zero."""
        local = self._local(moment)
        return f"{local.hour}:{local.minute:02}"

    def short(self, moment: datetime) -> str:
        """For lists: 16:22 today, 昨日, 11/20(金) this year, 2025/11/20 before (or after)."""
        day, away = self._local(moment), self._days_from_now(moment)
        if away == 0:
            return self.time(moment)
        if away == -1:
            return "昨日" if self._is_ja else "Yesterday"
        if day.year == self._local(self.now).year:
            return self._day_of_year(day)
        return (
            f"{day.year}/{day.month}/{day.day}" if self._is_ja else f"{day.day} {EN_MONTHS[day.month - 1]} {day.year}"
        )

    def date(self, moment: datetime) -> str:
        """For days without a time: 今日, 昨日, 11/20(金) this year, 2025/11/20 before (or after)."""
        if self._days_from_now(moment) == 0:
            return "今日" if self._is_ja else "Today"
        return self.short(moment)

    def day(self, moment: datetime) -> str:
        """For the line between two days of a timeline: 今日 11月22日(日), 昨日 …, 2025年11月20日(木)."""
        day, away = self._local(moment), self._days_from_now(moment)
        near = {0: ("今日 ", "Today, "), -1: ("昨日 ", "Yesterday, ")}.get(away, ("", ""))
        year = day.year if day.year != self._local(self.now).year else None
        if self._is_ja:
            return f"{near[0]}{f'{year}年' if year else ''}{day.month}月{day.day}日({JA_DAYS[day.weekday()]})"
        return f"{near[1]}{self._day_of_year(day)}{f' {year}' if year else ''}"

    def full(self, moment: datetime) -> str:
        """For titles and headers: 2026年11月22日(日) 16:22."""
        day = self._local(moment)
        if self._is_ja:
            return f"{day.year}年{day.month}月{day.day}日({JA_DAYS[day.weekday()]}) {self.time(moment)}"
        return f"{self._day_of_year(day)} {day.year}, {self.time(moment)}"

    def due(self, moment: datetime) -> str:
        """For a deadline: 今日 14:00, 明日 11:00, 11/27(金) 10:00, with the year when it is another."""
        day, away = self._local(moment), self._days_from_now(moment)
        near = {-1: ("昨日", "Yesterday"), 0: ("今日", "Today"), 1: ("明日", "Tomorrow")}.get(away)
        if near:
            return f"{near[0] if self._is_ja else near[1]} {self.time(moment)}"
        year = "" if day.year == self._local(self.now).year else f"{day.year}/" if self._is_ja else f" {day.year}"
        text = f"{year}{self._day_of_year(day)}" if self._is_ja else f"{self._day_of_year(day)}{year}"
        return f"{text} {self.time(moment)}"

    def due_short(self, moment: datetime) -> str:
        """For lists: the overrun when late, the time alone today, 明日 11:00, 11/27(金) later."""
        if moment < self.now:
            return self.remaining(moment)
        away = self._days_from_now(moment)
        if away == 0:
            return self.time(moment)
        return self.due(moment) if away == 1 else self.short(moment)

    def remaining(self, moment: datetime) -> str:
        """あと2時間36分, or 1時間24分超過 once it has passed; whole minutes, both rounded towards less drama."""
        seconds = int((moment - self.now).total_seconds())
        span = self.span(abs(seconds) // MINUTE * MINUTE)
        if self._is_ja:
            return f"あと{span}" if seconds >= 0 else f"{span}超過"
        return f"{span} left" if seconds >= 0 else f"{span} overdue"

    def span(self, seconds: float) -> str:
        """A length of time in its two largest units: 2分50秒, 1時間24分, 3日4時間."""
        rest = int(seconds)
        parts: list[str] = []
        for length, ja, en in ((DAY, "日", " d"), (HOUR, "時間", " h"), (MINUTE, "分", " min"), (1, "秒", " s")):
            amount, rest = divmod(rest, length)
            if amount or parts:
                parts.append(f"{amount}{ja if self._is_ja else en}" if amount else "")
        shown = [part for part in parts[:2] if part]
        if not shown:
            return "1分未満" if self._is_ja else "under 1 min"
        return ("" if self._is_ja else " ").join(shown)

    def size(self, amount: int) -> str:
        """The size of a file: 812 B, 184 KB, 2.4 MB. Kilo is 1,024, as in the mail limits people know."""
        if amount < KILO:
            return f"{amount} B"
        value, unit = amount / KILO, "KB"
        for bigger in ("MB", "GB"):
            if value < KILO - 0.5:
                break
            value, unit = value / KILO, bigger
        return f"{value:.1f} {unit}" if value < 10 and unit != "KB" else f"{max(value, 1):.0f} {unit}"

    def count(self, amount: int, *, most: int | None = None) -> str:
        """A number of things: 1,283件; when counting stopped at `most`, 1,000件以上."""
        capped = most is not None and amount >= most
        if self._is_ja:
            return f"{amount:,}件以上" if capped else f"{amount:,}件"
        return f"{amount:,}+" if capped else f"{amount:,}"


def iso(moment: datetime) -> str:
    """Return the value of a <time datetime>, in UTC and whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"
