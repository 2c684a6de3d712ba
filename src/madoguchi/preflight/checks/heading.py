"""Check 10: the subject says what this letter is about."""

import re
from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Place, Repair
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_MARKS = re.compile(r"(?:(?:re|fw|fwd|返信|転送)(?:\[\d{1,3}\])?[:：][ \u3000]{0,3}){2,20}", re.IGNORECASE)
_NOTHING = re.compile(
    r"(?:re|fw|fwd|返信|転送)?[:：]?[ \u3000]*(?:\(?無題\)?|no subject|件名なし|テスト|test)?[ \u3000]*", re.IGNORECASE
)


def look_at_subject(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Empty, of another matter, or a heap of Re:."""
    subject = letter.subject[:1000]
    everything = Place(Part.SUBJECT, 0, len(subject))
    repair = None
    if around.usual_subject and around.usual_subject != subject:
        repair = Repair(_("Change to “%(name)s”") % {"name": around.usual_subject}, around.usual_subject)
    if _NOTHING.fullmatch(subject):
        is_filled = not subject.strip() and letter.is_reply  # sending puts the usual one there
        text = _("The subject does not say what the letter is about.")
        yield Finding(text, everything, subject, repair=repair, most=Level.NOTE if is_filled else Level.BLOCK)
    elif around.subject_number is not None:
        yield Finding(
            _("The subject carries the number of another conversation: %(number)d.")
            % {"number": around.subject_number},
            everything,
            subject,
            why=_("The customer's answer would be looked for there."),
            repair=repair,
        )
    elif found := _MARKS.match(subject):
        text = _("The subject begins with more than one Re:.")
        place = Place(Part.SUBJECT, 0, found.end())
        once = Repair(_("Leave one"), "Re: ")
        yield Finding(text, place, found[0], repair=once, most=Level.NOTE)
