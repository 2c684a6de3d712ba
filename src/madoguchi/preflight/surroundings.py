"""What a check may know beside the letter itself; gathered by the conversations, never read here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from madoguchi.calendars.plan import Plan


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a letter may be addressed to, as far as is known."""

    family: str = ""
    given: str = ""
    called: str = ""  #: how they sign, when the parts are unknown
    also: tuple[str, ...] = ()  #: kana, and the names used with their addresses
    company: str = ""
    department: str = ""
    honorific: str = "様"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything this person is called, the best first."""
        full = f"{self.family}\u3000{self.given}" if self.family and self.given else ""
        found = (full, self.called, self.family, f"{self.given} {self.family}".strip(), self.given, *self.also)
        return tuple(dict.fromkeys(name for name in found if name.strip() and "@" not in name))

    @property
    def written(self) -> str:
        """The name as a letter begins with it."""
        return self.names[0] if self.names else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What surrounds a letter."""

    now: datetime  #: when it leaves, in the time zone of the shop
    written_on: date | None = None  #: the day it was written, where that may be another one
    customer: Person | None = None
    participants: tuple[str, ...] = ()  #: names of others who take part
    known_addresses: frozenset[str] = frozenset()  #: folded: of the customer, and of whoever took part
    own_domains: frozenset[str] = frozenset()
    heard: str = ""  #: what the customer has written here lately
    heard_language: str = ""
    strangers: frozenset[str] = frozenset()  #: of the mentions, what belongs to other customers
    subject_number: int | None = None  #: the 受付番号 in the subject, if it is another's
    usual_subject: str = ""
    signature: str = ""
    other_signatures: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()  #: what was sent to the same customer within the hour
    meanwhile: int = 0
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: by field, what the encoding lacks
    charset: str = "utf-8"
    approval: tuple[str, ...] = ()  #: the rules that ask for it, in words
    is_first_answer: bool = False
    plan: Plan | None = None
