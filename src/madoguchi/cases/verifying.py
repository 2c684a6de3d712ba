"""Whether the evidence of a case is what was locked: computed anew, compared with what else tells of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.cases.chain import genesis, link
from madoguchi.cases.choices import EVIDENCE_LOCKED
from madoguchi.cases.models import Case, Evidence
from madoguchi.events.models import Event
from madoguchi.files.queries import read_blob


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one link."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of computing a chain anew."""

    amount: int
    head: str
    faults: Sequence[Fault]

    @property
    def is_whole(self) -> bool:
        """True when nothing was changed, put in or taken out."""
        return not self.faults


def verify_chain(case: Case) -> Verdict:
    """Every link against the one before it, its file, the journal of events, and the end that the case knows."""
    rows = {row.position: row for row in Evidence.objects.filter(case=case).select_related("blob")}
    noted = _noted(case)
    faults: list[Fault] = []
    previous = genesis(case.pk)
    for position in range(1, max([case.evidence_count, *rows, *noted], default=0) + 1):
        row = rows.get(position)
        if row is None:
            faults.append(Fault(position, _("This piece is missing.")))
            previous = noted.get(position, "")
            continue
        faults += [Fault(position, text) for text in _wrong(row, previous, noted.get(position))]
        previous = row.hash
    if rows and previous != case.evidence_head:
        faults.append(Fault(case.evidence_count, _("The end of the chain is not the one the case knows.")))
    return Verdict(len(rows), case.evidence_head, faults)


def _wrong(row: Evidence, previous: str, noted: str | None) -> list[str]:
    found = []
    if row.previous != previous:
        found.append(_("It does not follow the piece before it."))
    if link(row.previous, row.content) != row.hash:
        found.append(_("Its content was changed after it was locked."))
    if noted is None:
        found.append(_("The journal knows nothing of this piece."))
    elif noted != row.hash:
        found.append(_("Its hash is not the one the journal has."))
    wanted = row.content.get("sha256") or row.content.get("source_sha256")
    if wanted and (row.blob is None or hashlib.sha256(read_blob(row.blob)).hexdigest() != wanted):
        found.append(_("The bytes of its file are not those that were locked."))
    return found


def _noted(case: Case) -> dict[int, str]:
    """The hashes as events told of them when they were locked."""
    events = Event.objects.about(case.event_subject).filter(kind=EVIDENCE_LOCKED)
    return {int(position): str(found) for event in events for position, found in event.data.get("links", [])}
