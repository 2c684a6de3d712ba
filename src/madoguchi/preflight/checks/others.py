"""Checks 1, 4 and 7, the other half: what belongs to another customer has no place in this letter."""

from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.checks.greeting import addressees
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.finding import Finding, Place
from madoguchi.preflight.mentions import Kind
from madoguchi.preflight.outgoing import MAX_WORDS_CHARS, Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_MESSAGES = {
    Kind.NAME: _("“%(words)s” is the name of another customer."),
    Kind.PHONE: _("%(words)s is the phone number of another customer."),
    Kind.MAIL: _("%(words)s is the mail address of another customer."),
    Kind.CODE: _("%(words)s has only been spoken of with another customer."),
}
_IN_FILE = _("The name of a file holds “%(words)s”: the name of another customer.")


def look_for_others(letter: Outgoing, around: Surroundings, rules: Rulebook) -> Iterator[Finding]:
    """Names, numbers and addresses that are known of somebody else, and that this customer has not brought up."""
    greeted = _greeted(letter, around, rules)
    for mention in letter.mentions:
        if mention.value not in around.strangers or (mention.part, mention.start) in greeted:
            continue
        is_file = mention.part == Part.FILES
        message = _IN_FILE if is_file and mention.kind == Kind.NAME else _MESSAGES[mention.kind]
        yield Finding(
            message % {"words": mention.words},
            Place(Part.FILES) if is_file else Place(mention.part, mention.start, mention.end),
            mention.words,
            why=_("Most letters with somebody else's data began as a copy of somebody else's letter."),
            most=Level.BLOCK,
        )
    if letter.is_cut:
        yield Finding(
            _("The letter is very long: names, dates and wording are looked at in its first %(count)d characters only.")
            % {"count": MAX_WORDS_CHARS},
            why=_("Blanks, watched words, numbers and amounts are looked for in all of it."),
        )


def _greeted(letter: Outgoing, around: Surroundings, rules: Rulebook) -> set[tuple[Part, int]]:
    """Where the check of the greeting speaks already."""
    is_asked = around.customer is not None and rules.levels.get(Check.GREETING) != Level.OFF
    return {(Part.TEXT, each.start) for each in addressees(letter.said)} if is_asked else set()
