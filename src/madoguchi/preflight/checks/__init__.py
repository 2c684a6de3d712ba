"""The checks, one module an idea, and the order in which they are asked."""

from collections.abc import Callable, Iterator

from madoguchi.preflight.checks.circumstances import (
    look_at_approval,
    look_at_hours,
    look_at_repetition,
    look_at_what_happened,
)
from madoguchi.preflight.checks.dates import look_at_dates
from madoguchi.preflight.checks.enclosures import look_at_files, look_for_attachment
from madoguchi.preflight.checks.encoding import look_at_encoding
from madoguchi.preflight.checks.greeting import look_at_greeting
from madoguchi.preflight.checks.heading import look_at_subject
from madoguchi.preflight.checks.language import look_at_language
from madoguchi.preflight.checks.numbers import look_for_numbers
from madoguchi.preflight.checks.others import look_for_others
from madoguchi.preflight.checks.placeholders import look_for_placeholders
from madoguchi.preflight.checks.recipients import look_at_many, look_at_recipients, look_for_ticks
from madoguchi.preflight.checks.signing import look_at_signature
from madoguchi.preflight.checks.watchwords import look_for_words
from madoguchi.preflight.choices import Check
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.politeness import look_at_politeness
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

type Look = Callable[[Outgoing, Surroundings, Rulebook], Iterator[Finding]]

#: Whom it goes to, what is in it, when and how it goes, how it is said.
CHECKS: tuple[tuple[Check, Look], ...] = (
    (Check.MEANWHILE, look_at_what_happened),
    (Check.GREETING, look_at_greeting),
    (Check.RECIPIENTS, look_at_recipients),
    (Check.MANY, look_at_many),
    (Check.OTHERS, look_for_others),
    (Check.ATTACHMENT, look_for_attachment),
    (Check.PLACEHOLDERS, look_for_placeholders),
    (Check.WORDS, look_for_words),
    (Check.NUMBERS, look_for_numbers),
    (Check.DATES, look_at_dates),
    (Check.ENCODING, look_at_encoding),
    (Check.SUBJECT, look_at_subject),
    (Check.SIGNATURE, look_at_signature),
    (Check.REPEATED, look_at_repetition),
    (Check.FILES, look_at_files),
    (Check.LANGUAGE, look_at_language),
    (Check.HOURS, look_at_hours),
    (Check.POLITENESS, look_at_politeness),
    (Check.APPROVAL, look_at_approval),
    (Check.TICKS, look_for_ticks),
)
