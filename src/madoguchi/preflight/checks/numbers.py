"""Check 7: card numbers and マイナンバー. Quotations count too: what should not have come is not sent back."""

from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.finding import Finding, Repair
from madoguchi.preflight.outgoing import Outgoing, Wording
from madoguchi.preflight.private_numbers import PrivateNumber, private_numbers
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings


def look_for_numbers(letter: Outgoing, _around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Numbers that must not go by mail."""
    for each in letter.leaving:
        yield from (
            _finding(each, number)
            for number in private_numbers(each.text)
            if not each.is_told(number.start, number.end)
        )


def _finding(written: Wording, number: PrivateNumber) -> Finding:
    place, words = written.at(number.start, number.end)
    masked = "*" * (len(number.digits) - 4) + number.digits[-4:] if number.is_card else "*" * 12
    message = _("This looks like a card number.") if number.is_card else _("This looks like a My Number (個人番号).")
    return Finding(
        message,
        place,
        words,
        why=_("Mail is not made for such numbers: it stays in mailboxes, logs and backups that nobody can clear."),
        repair=Repair(_("Mask it: %(masked)s") % {"masked": masked}, masked),
    )
