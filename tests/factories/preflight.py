"""Letters and what surrounds them, for the check before sending: values, no rows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.factories.calendars import WEEKDAYS

from madoguchi.conversations.letters import Letter
from madoguchi.conversations.outgoing import outgoing_of
from madoguchi.preflight.choices import DEFAULTS, Check, Level
from madoguchi.preflight.examining import examine
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.outgoing import Outgoing, Recipient
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Person, Surroundings

#: A Monday that is a holiday (勤労感謝の日).
NOW = datetime(2026, 11, 23, 13, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
YUMIKO = Person("髙橋", "由美子", also=("タカハシ ユミコ",))
FIRM = Person("山田", "太郎", company="株式会社みどり商事", department="総務部")


def make_outgoing(text: str, **values) -> Outgoing:
    letter = Letter(to=(), subject=values.pop("subject", "Re: 商品がまだ届きません(受付番号:2518)"), text=text)
    outgoing = outgoing_of(letter, is_reply=values.pop("is_reply", True), language="ja")
    defaults = {"recipients": (Recipient("yumiko@mail.example", "髙橋 由美子"),)}
    return Outgoing(**{**vars_of(outgoing), **defaults, **values})


def vars_of(outgoing: Outgoing) -> dict[str, object]:
    names = (
        "text",
        "subject",
        "recipients",
        "files",
        "quoted",
        "signed",
        "is_reply",
        "is_forward",
        "language",
        "ticked",
    )
    return {name: getattr(outgoing, name) for name in names}


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
