"""Why a letter of a bulk reply was set aside by the check before sending, in words that are kept."""

from collections.abc import Sequence

from madoguchi.core.telling import Told, together
from madoguchi.core.telling import telling as _
from madoguchi.customers.masking import cut_whole
from madoguchi.preflight.choices import DECIDED_ELSEWHERE
from madoguchi.preflight.examining import needing_notice
from madoguchi.preflight.finding import Finding

#: So many are said; whoever looks into one of them sees all.
_SAID = 3


def words_of(found: Sequence[Finding]) -> Told:
    """What stands in the way of a letter, with the words it is about."""
    standing = needing_notice(list(found), except_checks=DECIDED_ELSEWHERE)[:_SAID]
    said = [_said(each) for each in standing]
    told = said[0]
    for each in said[1:]:
        told = together(told, each)
    return told


def _said(finding: Finding) -> Told:
    if not finding.words or finding.words in str(finding.message):
        return finding.message
    return _("“%(words)s”: %(why)s") % {"words": cut_whole(finding.words, 60), "why": finding.message}
