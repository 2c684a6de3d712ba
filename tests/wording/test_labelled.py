"""How often the suggested templates are those that a veteran would take, over the history of the demo workspace.

`labelled/inquiries.tsv` holds inquiries written for this purpose, in other words than those of the demo, each with the
templates that would do, or `-` where none does; beside them stand the demo's own with what is expected there.
`pytest -s tests/wording/test_labelled.py` prints the table of docs/howto/templates.md.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from tests.factories.conversations import make_conversation

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.flows.demo.history import write_history
from madoguchi.flows.demo.people import create_categories, create_inboxes, create_staff
from madoguchi.flows.demo.source import SUPPORT, document
from madoguchi.flows.demo.wording import create_templates, write_uses
from madoguchi.wording.queries import offered_to
from madoguchi.wording.suggesting import suggestions_for

pytestmark = pytest.mark.django_db

WRITTEN = Path(__file__).parent / "labelled" / "inquiries.tsv"
#: What stands in docs/howto/templates.md, a little below it: nobody makes suggestions worse without saying so.
FLOOR = {"first": 0.75, "among_three": 0.82, "silent_rightly": 0.85}
DAYS = 20
_HEAD = (
    "| set | with an answer | first is right | among the first three | nothing suggested | rightly nothing |",
    "|---|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One inquiry, and the templates that would do."""

    wanted: frozenset[str]
    subject: str
    text: str


def written_for_this() -> Iterator[Sample]:
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        wanted, subject, text = line.split("\t")
        yield Sample(frozenset(wanted.split(",")) - {"-"}, subject, text)


def of_the_demo() -> Iterator[Sample]:
    for row in document("inquiries")["inquiries"]:
        yield Sample(frozenset(row["expected"]["templates"]), row["subject"] or "", row["body"])


@dataclass(slots=True)
class Score:
    """What was suggested for a set."""

    answerable: int = 0
    first: int = 0
    among_three: int = 0
    silent: int = 0
    without: int = 0
    silent_rightly: int = 0

    def count(self, wanted: frozenset[str], suggested: list[str]) -> None:
        if not wanted:
            self.without += 1
            self.silent_rightly += not suggested
            return
        self.answerable += 1
        self.first += bool(wanted.intersection(suggested[:1]))
        self.among_three += bool(wanted.intersection(suggested[:3]))
        self.silent += not suggested

    def line(self, name: str) -> str:
        parts = (
            f"{self.first} ({self.first / self.answerable:.0%})",
            f"{self.among_three} ({self.among_three / self.answerable:.0%})",
            f"{self.silent}",
            f"{self.silent_rightly} of {self.without}",
        )
        return f"| {name} | {self.answerable} | {' | '.join(parts)} |"


@pytest.fixture
def names() -> dict[int, str]:
    """The demo's templates by their number, after a month of its history."""
    staff, categories = create_staff(), create_categories()
    write_history(staff, create_inboxes(), categories, days=DAYS)
    templates = create_templates(staff)
    write_uses(templates, categories)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_searchentry")
    return {template.pk: key for key, template in templates.items()}


def evaluate(samples: Iterator[Sample], names: dict[int, str]) -> Score:
    score, user, inbox = Score(), User.objects.get(name__contains="小林"), Inbox.objects.get(address=SUPPORT)
    sender = Address("evaluation@mail.example", "評価 花子")
    for sample in samples:
        asked = make_conversation(inbox, text=sample.text, subject=sample.subject, sender=sender)
        found = suggestions_for(asked, user, offered_to(user))
        score.count(sample.wanted, [names.get(each.template.pk, "") for each in found])
    return score


def test_suggestions_are_those_of_a_veteran(names):
    ours, demo = evaluate(written_for_this(), names), evaluate(of_the_demo(), names)

    sys.stdout.write("\n".join(("", *_HEAD, ours.line("written for this"), demo.line("demo"), "")))
    assert ours.answerable >= 30
    assert ours.first / ours.answerable >= FLOOR["first"]
    assert ours.among_three / ours.answerable >= FLOOR["among_three"]
    assert ours.silent_rightly / ours.without >= FLOOR["silent_rightly"]
