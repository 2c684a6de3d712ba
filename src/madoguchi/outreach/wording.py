"""The check before sending on the words that all customers of a bulk reply get, while they are written.

They are looked at as the first of the customers would get them; what is found in what was filled in for this one is
left to the preview, which looks at each letter.
"""

from collections.abc import Sequence
from dataclasses import replace

from madoguchi.accounts.models import User
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.preflighting import look_at_reply
from madoguchi.core.telling import telling as _
from madoguchi.outreach.choices import MAX_BULK_CHARS
from madoguchi.outreach.personal import Words, personal_letter
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.finding import Finding, Place, at
from madoguchi.preflight.parts import Part
from madoguchi.wording.filling import OPEN, Fault, pieces

#: What is about one customer alone, or about the moment at which a letter leaves.
_OF_EACH = frozenset({
    Check.GREETING, Check.RECIPIENTS, Check.MANY, Check.OTHERS, Check.MEANWHILE, Check.REPEATED, Check.APPROVAL,
    Check.TICKS, Check.HOURS, Check.SUBJECT,
})  # fmt: skip


def findings_in_words(
    first: Conversation, text: str, subject: str, *, user: User, files: Sequence[Enclosure] = ()
) -> tuple[list[Finding], Letter]:
    """What is to be looked at in text and subject as they are written, and the letter that they are; 30 queries."""
    written = Letter(to=(), subject=subject, text=text[:MAX_BULK_CHARS], enclosures=tuple(files))
    sample = personal_letter(first, Words(written.text, subject), user=user, files=files).letter
    found = [*_broken(Part.SUBJECT, subject), *_broken(Part.TEXT, written.text)]
    of_all = [each for each in look_at_reply(first, sample, user=user).found if each.check not in _OF_EACH]
    placed = [_placed(each, written) for each in of_all]
    return found + [each for each in placed if each is not None], written


def _broken(part: Part, text: str) -> list[Finding]:
    """Fields that nothing can fill: they keep every letter from leaving."""
    found = []
    for fault in (each for each in pieces(text) if isinstance(each, Fault)):
        start = sum(len(line) + 1 for line in text.split("\n")[: fault.line - 1]) + fault.column - 1
        place, words = at(part, text, start, start + len(fault.source))
        message = _("This field cannot be filled in: %(problem)s") % {"problem": str(fault.problem)}
        found.append(Finding(message, place, words, check=Check.PLACEHOLDERS, level=Level.BLOCK))
    return found


def _placed(finding: Finding, written: Letter) -> Finding | None:
    """A finding where its words stand in what is written; None for words that were filled in."""
    place = finding.place
    if place is None or not finding.words:
        return finding
    text = written.subject if place.part == Part.SUBJECT else written.text
    start = text.find(finding.words)
    if start < 0:
        return None
    if finding.words.startswith(OPEN):
        if any(isinstance(each, Fault) for each in pieces(finding.words)):
            return None  # told above, and why
        message = _("The first customer has nothing for %(words)s. Whoever has nothing for it gets no letter.")
        finding = replace(finding, message=message % {"words": finding.words}, level=Level.WARN)
    return replace(finding, place=Place(place.part, start, start + len(finding.words)))
