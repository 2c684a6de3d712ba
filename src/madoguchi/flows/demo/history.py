"""Ninety days of believable history (JAPAN.md section 5), the same every time, written in bulk.

40 to 60 inquiries a working day with Monday and morning peaks, a sale week, dips at week-ends and holidays; about
62 % answered for good the same day, 4 % come back.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import holidays
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Category
from madoguchi.flows.demo.ledger import Ledger, PlannedConversation, PlannedMessage
from madoguchi.flows.demo.scenarios import (
    AGAIN,
    CLOSINGS,
    FAMILY,
    GIVEN,
    GREETINGS,
    PRODUCTS,
    SCENARIOS,
    THANKS,
    Scenario,
)
from madoguchi.flows.demo.source import CORPORATE, SUPPORT, WEEKDAYS

#: Monday first.
_WEEKDAY_VOLUME = (60, 48, 46, 44, 50, 21, 18)
_HOLIDAY_VOLUME = 16
_SALE = range(38, 45)  #: days ago of the sale, half as much again
_HOURS = range(24)
#: When customers write: little at night, a peak at ten, another in the evening.
_HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 3, 5, 8, 12, 15, 12, 10, 9, 8, 8, 7, 7, 7, 8, 9, 9, 6, 4)
_OPEN, _CLOSE = time(10), time(17)
_DOMAINS = ("mail", "pc", "keitai-d")
#: The desk's people, their share of the work, and their median minutes to an answer.
_PEOPLE = (("小林", 28, 55), ("中村", 32, 40), ("佐々木", 18, 70), ("渡辺", 6, 90), ("高橋", 16, 120))


@dataclass
class Storyteller:
    """Makes up the history day by day from one seed."""

    staff: dict[str, User]
    inboxes: dict[str, Inbox]
    categories: dict[tuple[str, str], Category]
    now: datetime
    rng: random.Random = field(default_factory=lambda: random.Random(20261122))  # noqa: S311 - a story, no secret

    def conversations(self, days: int) -> Iterator[PlannedConversation]:
        """Every conversation of these days, oldest first."""
        japanese = holidays.country_holidays("JP", years=[self.now.year - 1, self.now.year])
        for ago in range(days, 0, -1):
            day = (self.now - timedelta(days=ago)).date()
            volume = _HOLIDAY_VOLUME if day in japanese else _WEEKDAY_VOLUME[day.weekday()]
            volume = round(volume * (1.5 if ago in _SALE else 1) * self.rng.uniform(0.9, 1.1))
            moments = sorted(self._moment(day) for _each in range(volume))
            yield from (self._conversation(at) for at in moments)

    def _moment(self, day: date) -> datetime:
        hour = self.rng.choices(_HOURS, _HOUR_WEIGHTS)[0]
        clock = time(hour, self.rng.randrange(60), self.rng.randrange(60))
        return datetime.combine(day, clock, tzinfo=self.now.tzinfo)

    def _conversation(self, at: datetime) -> PlannedConversation:
        scenario = self.rng.choices(SCENARIOS, [each.weight for each in SCENARIOS])[0]
        words = self._words(at)
        family, given = self.rng.choice(FAMILY), self.rng.choice(GIVEN)
        name, _share, minutes = self.rng.choices(_PEOPLE, [share for _name, share, _minutes in _PEOPLE])[0]
        person = self.staff[name]
        planned = PlannedConversation(
            at=at,
            family=family[0],
            given=given[0],
            family_kana=family[1],
            given_kana=given[1],
            address=f"{given[2]}.{family[2]}{self.rng.randrange(4)}@{self.rng.choice(_DOMAINS)}.example",
            inbox=self.inboxes[CORPORATE if scenario.category[0] == "法人・大口" else SUPPORT],
            category=self.categories.get(scenario.category),
            subject=self.rng.choice(scenario.subjects).format(**words),
            tags=scenario.tags if self.rng.random() < 0.4 else (),
            assignee=person,
        )
        self._tell(planned, scenario, words, minutes)
        return planned

    def _words(self, at: datetime) -> dict[str, str]:
        day = at + timedelta(days=self.rng.randrange(2, 9))
        return {
            "p": self.rng.choice(PRODUCTS),
            "o": f"HK-{self.rng.randrange(90000, 104400)}",
            "d": f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})",
        }

    def _tell(self, planned: PlannedConversation, scenario: Scenario, words: dict[str, str], minutes: int) -> None:
        matter = self.rng.choice(scenario.bodies).format(**words)
        parts = (self.rng.choice(GREETINGS), matter, self.rng.choice(CLOSINGS), planned.family)
        planned.add(PlannedMessage(planned.at, is_ours=False, text="\n\n".join(filter(None, parts))))
        if scenario.category[1] == "お礼" and self.rng.random() < 0.5:
            planned.status = "noreply"
            return
        answered = self._answer_time(planned.at, minutes)
        if answered > self.now:
            planned.status = "open" if self.rng.random() < 0.6 else "new"
            planned.assignee = planned.assignee if planned.status == "open" else None
            return
        planned.add(self._answer(planned, scenario, words, answered))
        self._aftermath(planned, scenario, words, answered, minutes)

    def _aftermath(
        self, planned: PlannedConversation, scenario: Scenario, words: dict[str, str], answered: datetime, minutes: int
    ) -> None:
        fate = self.rng.random()
        if fate < 0.22:
            later = answered + timedelta(minutes=self.rng.randrange(20, 1400))
            if later < self.now:
                planned.add(PlannedMessage(later, is_ours=False, text=self.rng.choice(THANKS)))
        elif fate < 0.34:
            later = answered + timedelta(hours=self.rng.randrange(2, 60))
            again = self._answer_time(later, minutes)
            if again < self.now:
                planned.add(PlannedMessage(later, is_ours=False, text=self.rng.choice(AGAIN)))
                planned.add(self._answer(planned, scenario, words, again))
        recent = self.now - planned.messages[-1].at < timedelta(days=2)
        planned.status = "wait" if recent and self.rng.random() < 0.3 else "done"

    def _answer(
        self, planned: PlannedConversation, scenario: Scenario, words: dict[str, str], at: datetime
    ) -> PlannedMessage:
        text = (
            f"{planned.family} {planned.given} 様\n\n"
            "このたびは、はるかぜ日用品店へお問い合わせいただき、誠にありがとうございます。\n"
            f"担当の{planned.writer.family_name}でございます。\n\n"
            f"{self.rng.choice(scenario.answers).format(**words)}\n\n"
            "今後とも、はるかぜ日用品店をよろしくお願いいたします。"
        )
        return PlannedMessage(at, is_ours=True, text=text)

    def _answer_time(self, asked: datetime, minutes: int) -> datetime:
        """A log-normal wait inside business hours, begun when the desk opens."""
        begin = asked
        while begin.weekday() >= 5 or begin.time() >= _CLOSE:
            begin = datetime.combine(begin.date() + timedelta(days=1), _OPEN, tzinfo=begin.tzinfo)
        if begin.time() < _OPEN:
            begin = datetime.combine(begin.date(), _OPEN, tzinfo=begin.tzinfo)
        wait = timedelta(minutes=min(minutes * self.rng.lognormvariate(0, 0.8), 1500))
        end = begin + wait
        if end.time() >= _CLOSE or end.date() != begin.date():
            end = datetime.combine(begin.date() + timedelta(days=1), _OPEN, tzinfo=begin.tzinfo) + wait / 3
        return end


def write_history(
    staff: dict[str, User], inboxes: dict[str, Inbox], categories: dict[tuple[str, str], Category], *, days: int
) -> None:
    """Write the history of these days up to yesterday."""
    teller = Storyteller(staff, inboxes, categories, timezone.localtime())
    ledger = Ledger()
    for planned in teller.conversations(days):
        ledger.enter(planned)
    ledger.write()
