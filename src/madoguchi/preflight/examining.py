"""All checks over one letter, in their order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from madoguchi.core.telling import telling as _
from madoguchi.preflight.checks import CHECKS
from madoguchi.preflight.choices import LEVELS, MOST, Check, Level
from madoguchi.preflight.finding import Finding, Place
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

#: Of one check and level are shown one by one; of more only their number is told.
_MOST_OF_ONE = 60


def examine(letter: Outgoing, around: Surroundings, rules: Rulebook) -> list[Finding]:
    """What is to be looked at before this letter leaves: the gravest first, then as in the order of the checks."""
    found = [finding for check, look in CHECKS for finding in _of_one(check, look(letter, around, rules), rules)]
    return sorted(found, key=lambda finding: -LEVELS.index(finding.level))


def _of_one(check: Check, found: Iterator[Finding], rules: Rulebook) -> Iterator[Finding]:
    """What one check has found, each place by itself; beyond a number of them, how many more there are."""
    level = rules.levels.get(check, Level.OFF)
    if level == Level.OFF:
        return
    more: Counter[Level] = Counter()
    shown: Counter[Level] = Counter()
    number = _Numbering(check)
    for each in found:
        own = _least(level, each.most, MOST.get(check, Level.BLOCK))
        if shown[own] >= _MOST_OF_ONE:  # only counted, for there may be a hundred thousand
            more[own] += 1
        elif finding := number(each):
            shown[own] += 1
            yield replace(finding, level=own)
    for own, count in more.items():
        text = _("There are %(count)d more places like these further down.")
        yield Finding(text % {"count": count}, check=check, level=own)


class _Numbering:
    """Each finding of a check once; those that say the same of the same words are counted."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._seen: set[tuple[str, Place | None]] = set()
        self._times: Counter[str] = Counter()

    def __call__(self, each: Finding) -> Finding | None:
        finding = replace(each, check=self._check)
        said = finding.said
        if (said, finding.place) in self._seen:
            return None
        self._seen.add((said, finding.place))
        self._times[said] += 1
        return replace(finding, nth=self._times[said])


def _least(*levels: Level) -> Level:
    return min(levels, key=LEVELS.index)


def needing_notice(found: list[Finding], *, except_checks: frozenset[Check] = frozenset()) -> list[Finding]:
    """Those that the sender has to acknowledge or repair."""
    return [each for each in found if each.level in (Level.WARN, Level.BLOCK) and each.check not in except_checks]
