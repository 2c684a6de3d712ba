"""Check 5: blanks of a template that nobody has filled in."""

import re
from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_VARIABLE = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{[A-Za-z_][A-Za-z0-9_.]{1,40}\}|\[\[[^\[\]\n]{1,40}\]\]|\{%[^%\n]{0,80}%\}|\{\{|\}\}"
)
#: 〇〇, ●●, △△, ×× and xx before a unit; a line drawn with them is no blank.
_MARKS = re.compile(r"(?<![〇○◯●△▲×✕])(?:[〇○◯]{2,6}|●{2,6}|△{2,6}|▲{2,6}|[×✕]{2,6})(?![〇○◯●△▲×✕])")
_LETTERS = re.compile(r"(?<![A-Za-zＡ-Ｚａ-ｚ])(?:[XＸxｘ]{2,4})(?=[月日時分年円様号件個]|-[XxＸｘ\d])")
_REMINDER = re.compile(
    r"[【\[(（★](?:要(?:確認|修正|追記|差し替え)|後で(?:記入|追記|確認)|ここに[^】\])）\n]{0,20})[】\])）★]?|\bTODO\b|\bTBD\b"
)
_WHY = _("A blank of the template was left as it is. The customer would read it.")


def look_for_placeholders(letter: Outgoing, _around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """`{{ }}` keeps a letter from leaving; marks that may be meant are asked about."""
    for part, text in ((Part.SUBJECT, letter.subject), (Part.TEXT, letter.own)):
        for match in _VARIABLE.finditer(text):
            place, words = at(part, text, match.start(), match.end())
            yield Finding(
                _("There is a blank that was not filled in: %(words)s") % {"words": words}, place, words, why=_WHY
            )
        for pattern in (_MARKS, _LETTERS, _REMINDER):
            for match in pattern.finditer(text):
                if not _is_rule(text, match):
                    yield _maybe(part, text, match)


def _maybe(part: Part, text: str, match: re.Match[str]) -> Finding:
    place, words = at(part, text, match.start(), match.end())
    message = _("“%(words)s” looks like a blank that was not filled in.") % {"words": words}
    return Finding(message, place, words, why=_WHY, most=Level.WARN)


def _is_rule(text: str, match: re.Match[str]) -> bool:
    """A mark alone on its line, or with the same at its other end, is drawn."""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    line = text[start : end if end >= 0 else len(text)].strip()
    return line == match[0] or (len(line) > 2 * len(match[0]) and line.startswith(match[0]) and line.endswith(match[0]))
