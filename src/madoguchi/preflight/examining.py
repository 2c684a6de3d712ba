"""All checks over one letter, in their order."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from madoguchi.preflight.checks import CHECKS
from madoguchi.preflight.choices import LEVELS, MOST, Check, Level
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

#: Of one check; a letter with more of them is looked through anyway.
_MOST_OF_ONE = 30


def examine(letter: Outgoing, around: Surroundings, rules: Rulebook) -> list[Finding]:
    """What is to be looked at before this letter leaves: the gravest first, then as in the order of the checks."""
    found = {finding.key: finding for finding in _found(letter, around, rules)}
    return sorted(found.values(), key=lambda finding: -LEVELS.index(finding.level))


def _found(letter: Outgoing, around: Surroundings, rules: Rulebook) -> Iterator[Finding]:
    for check, look in CHECKS:
        level = rules.levels.get(check, Level.OFF)
        if level != Level.OFF:
            for finding in islice(look(letter, around, rules), _MOST_OF_ONE):
                yield replace(finding, check=check, level=_least(level, finding.most, MOST.get(check, Level.BLOCK)))


def _least(*levels: Level) -> Level:
    return min(levels, key=LEVELS.index)


def needing_notice(found: list[Finding], *, except_checks: frozenset[Check] = frozenset()) -> list[Finding]:
    """Those that the sender has to acknowledge or repair."""
    return [each for each in found if each.level in (Level.WARN, Level.BLOCK) and each.check not in except_checks]
