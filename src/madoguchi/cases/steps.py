"""Which steps each kind of case goes through, in their order, and by when they are meant to be done. Pure.

Complaints: 受理 to 終了 of ISO 10002:2018 / JIS Q 10002:2019, 7.2 to 7.9 (7.1, communication, is not about one
complaint). The standard names no days; the days here are ours, a person may move them. Harassment: 事後の迅速・適切な
対応 as the law's draft guideline lists it. Incidents: the report duty of article 26 APPI; its days stand in clocks.py.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.cases.choices import CaseKind

#: The last step of each kind: with it the case is closed.
CLOSING = "closing"
PRELIMINARY, FINAL = "preliminary", "final"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a kind of case."""

    key: str
    word: Promise
    help: Promise
    business_days: int = 0  #: by when, from the receipt on; 0 is nothing set
    is_done_at_once: bool = False  #: opening the record is doing it


STEPS: dict[str, tuple[Step, ...]] = {
    CaseKind.COMPLAINT: (
        Step("receipt", _("Receipt"), _("Written down with all that is known, under one number."), 0, True),
        Step("tracking", _("Tracking"), _("Somebody is responsible from the receipt to the end."), 0, True),
        Step(
            "acknowledgement",
            pgettext_lazy("complaint", "Acknowledgement"),
            _("The customer has been told that we have it."),
            1,
        ),
        Step(
            "assessment", _("Initial assessment"), _("Severity, safety, impact, complexity, what must be done now."), 1
        ),
        Step("investigation", _("Investigation"), _("What happened, and why."), 5),
        Step("response", _("Response"), _("What we offer is decided, by a second person too where needed."), 5),
        Step("decision", _("Telling the decision"), _("The customer has been told, and what they said to it."), 7),
        Step(CLOSING, _("Closing"), _("Done, or the customer knows where else to turn."), 10),
    ),
    CaseKind.HARASSMENT: (
        Step(
            "report", _("Report to a supervisor"), _("Nobody deals with it alone: a second person is named."), 0, True
        ),
        Step("care", _("Care for the colleague"), _("Who was exposed is relieved and asked how they are."), 1),
        Step("evidence", _("Evidence"), _("Messages, memos and files are locked as they are."), 1),
        Step("facts", _("Establishing the facts"), _("What was said and done, in what order, by whom."), 2),
        Step("judgement", _("Judgement"), _("Two people decide: a complaint, an unjust demand, or harassment."), 3),
        Step("measure", _("Measure"), _("Warn, warn again, end, then record; crimes go to the police."), 3),
        Step("prevention", _("Prevention"), _("What changes so that it does not happen again."), 10),
        Step(CLOSING, _("Closing"), _("All of it is written down; a review date is set where needed.")),
    ),
    CaseKind.INCIDENT: (
        Step("discovery", _("Discovery"), _("When we came to know of it: both clocks start there."), 0, True),
        Step("recovery", _("Recovery"), _("What leaked is got back or deleted, and nothing more leaks."), 1),
        Step("duty", _("Duty to report"), _("Which of the four cases it is."), 1),
        Step(PRELIMINARY, _("Preliminary report"), _("To the commission, with what is known by then.")),
        Step("persons", _("Telling the persons"), _("Those whose data it is have been told.")),
        Step(FINAL, _("Final report"), _("To the commission, with all nine items.")),
        Step("prevention", _("Prevention"), _("What changes so that it does not happen again.")),
        Step(CLOSING, _("Closing"), _("Reported, told, mended.")),
    ),
}


def steps_of(kind: str) -> tuple[Step, ...]:
    """The steps of a kind in their order."""
    return STEPS[kind]


def step_of(kind: str, key: str) -> Step | None:
    """One step of a kind by its key; None where there is none."""
    return next((each for each in STEPS[kind] if each.key == key), None)
