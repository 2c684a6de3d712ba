"""Letters and what surrounds them, for the check before sending: values, no rows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from madoguchi.calendars.plan import Plan, YearlyClosure
from madoguchi.conversations.folding import SpanKind, stretches
from madoguchi.conversations.subjects import clean_subject
from madoguchi.preflight.choices import DEFAULTS, Check, Level
from madoguchi.preflight.examining import examine
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.outgoing import Outgoing, Recipient
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Person, Surroundings

#: A Monday that is a holiday (勤労感謝の日).
NOW = datetime(2026, 11, 23, 13, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
#: Weekdays from 10 to 17, closed on holidays and around the New Year.
WEEKDAYS = Plan(
    "Asia/Tokyo",
    (((600, 1020),),) * 5 + ((), ()),
    yearly_closures=(YearlyClosure((12, 29), (1, 3), "年末年始"),),
)
YUMIKO = Person("髙橋", "由美子", also=("タカハシ ユミコ",))
FIRM = Person("山田", "太郎", company="株式会社みどり商事", department="総務部")


def make_outgoing(text: str, **values) -> Outgoing:
    spans = stretches(text)
    subject = values.pop("subject", "Re: 商品がまだ届きません(受付番号:2518)")
    defaults = {
        "recipients": (Recipient("yumiko@mail.example", "髙橋 由美子"),),
        "quoted": tuple((span.start, span.end) for span in spans if span.kind == SpanKind.QUOTE),
        "signed": tuple((span.start, span.end) for span in spans if span.kind == SpanKind.SIGNATURE),
        "is_forward": clean_subject(subject).is_forward,
    }
    return Outgoing(text=text, subject=subject, **defaults | values)


def make_surroundings(**values) -> Surroundings:
    defaults = {
        "now": NOW,
        "customer": YUMIKO,
        "known_addresses": frozenset({"yumiko@mail.example"}),
        "own_domains": frozenset({"shop.example"}),
        "plan": WEEKDAYS,
    }
    return Surroundings(**defaults | values)


def only(*checks: Check, **values) -> Rulebook:
    """Settings in which only these checks are asked."""
    levels = {check: DEFAULTS[check] if DEFAULTS[check] != Level.OFF else Level.BLOCK for check in checks}
    return Rulebook(levels=dict.fromkeys(Check, Level.OFF) | levels, **values)


def look(check: Check, text: str, *, around: Surroundings | None = None, **values) -> list[Finding]:
    """What one check finds in a text."""
    rules = values.pop("rules", None) or only(check)
    return examine(make_outgoing(text, **values), around or make_surroundings(), rules)
