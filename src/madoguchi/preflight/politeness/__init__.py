"""Check 17, the 敬語 lint: wording that customers stumble over, each with the reason and mostly with the repair.

Rules of words stand in `phrases`, rules of grammar (by Sudachi's morphemes) in `grammar`, rules about a whole letter in
`whole`. Each can be silenced by itself. It asks, and never keeps a letter from leaving.
"""

from collections.abc import Iterator

from madoguchi.preflight.finding import Finding, Place, Repair
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.politeness.grammar import GRAMMAR
from madoguchi.preflight.politeness.phrases import PHRASES
from madoguchi.preflight.politeness.rule import CHANGE_TO, Hit, Rule
from madoguchi.preflight.politeness.whole import WHOLE
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

#: In the order in which they are listed and silenced.
RULES: tuple[Rule, ...] = (*PHRASES, *GRAMMAR, *WHOLE)


def look_at_politeness(letter: Outgoing, around: Surroundings, rules: Rulebook) -> Iterator[Finding]:
    """Every hit of every rule that is not silenced, in the writer's own Japanese."""
    if not letter.is_japanese:
        return
    for rule in RULES:
        if rule.key not in rules.silenced:
            for hit in rule.find(letter, around):
                yield _finding(letter, rule, hit)


def _finding(letter: Outgoing, rule: Rule, hit: Hit) -> Finding:
    is_placed = hit.end > hit.start
    repair = Repair(CHANGE_TO % {"name": hit.instead}, hit.instead) if hit.instead is not None else None
    return Finding(
        hit.message or rule.message,
        Place(Part.TEXT, hit.start, hit.end) if is_placed else None,
        letter.text[hit.start : hit.end] if is_placed else "",
        why=rule.why,
        repair=repair,
        rule=rule.key,
        most=rule.most,
    )
