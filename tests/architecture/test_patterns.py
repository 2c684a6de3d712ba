"""No pattern that reads strangers' text takes more than a constant number of steps for each character."""

import ast
import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.regex_steps import Steps, sample

import madoguchi

ROOT = Path(madoguchi.__file__).parent
#: Used by `match` and `fullmatch` only: they begin at one place and not at every.
ANCHORED = {
    "channels.answering._NEVER_ANSWERED",
    "connectors.mail.addresses._USUAL",
    "connectors.mail.addresses._BARE",
    "connectors.mail.addresses._QUOTED_LOCAL",
    "connectors.mail.bounces.autoreply._SUBJECT",
    "connectors.mail.bounces.kinds._FORWARD",
    "connectors.mail.bounces.kinds._SUBJECT",
    "connectors.mail.bounces.notice._NOT_RECIPIENTS",
    "connectors.mail.invites._PROPERTY",
    "connectors.mail.params._STARRED",
    "connectors.mail.structure._DELIMITER_END",
    "conversations.folding.lines._TITLED_RULE",
    "conversations.folding.openings._BEGINS",
    "conversations.folding.openings._SENTENCES",
    "desk.framed_mail._LIKE_ADDRESS",
}
#: They see so few characters that the square of their number is nothing, or never what would keep them busy.
BOUNDED = {
    "connectors.mail.bounces.kinds._DAEMON": "one field of 10,000 characters, its blanks run together",
    "conversations.folding.lines._MARKS": "500 characters of a line",
    "conversations.subjects._MARK": "998 characters of a subject",
    "conversations.subjects._NUMBER": "998 characters of a subject",
    "conversations.subjects._BRACKETED": "998 characters of a subject",
    "conversations.subjects._BRACKETED_LAST": "998 characters of a subject",
    "core.sheets._BEGINS_ANEW": "250 characters of a selector",
    "core.styles._FUNCTION": "300 characters of a value",
    "core.styles._POWER": "300 characters of a value",
    "core.styles._IMPORTANT": "300 characters of a value",
    "desk.framed_mail._LINK": "sanitised: `<` only begins tags, and each of them ends",
    "desk.framed_mail._NAMED": "sanitised: `<` only begins tags, and each of them ends",
    "desk.framed_mail._TAG": "2,000 characters, sanitised",
    "desk.framed_mail._MAY_HIDE": "2,000 characters, sanitised",
}
TIMES = 14
USUAL = set(" \n\"'<>ax1.-@+")


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(madoguchi.__path__, "madoguchi."):
        if "migrations" in module.name or module.name.endswith("__main__"):
            continue
        name = module.name.removeprefix("madoguchi.")
        for attribute, value in vars(importlib.import_module(module.name)).items():
            yield from ((f"{name}.{attribute}", pattern) for pattern in inside(value))
    for file in sorted(ROOT.rglob("*.py")):
        yield from written_in(file)


def inside(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from inside(each)
    elif isinstance(value, dict):
        yield from inside(tuple(value.values()))


def written_in(file: Path) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Patterns written where they are used: `re.sub(r"…", …)`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=use),
                args=[ast.Constant(value=str() | bytes() as text), *_],
            ) if use not in ("compile", "escape"):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", re.compile(text)


def growth(pattern: re.Pattern[Any], *, is_anchored: bool) -> tuple[float, str]:
    """How many times more steps twice the text takes at the worst, and for which text."""
    steps = Steps(pattern)
    if not steps.repeats_without_end():
        return 1.0, ""
    count = steps.match_once if is_anchored else steps.search_all
    texts = list(busy_texts(steps))
    return max((count(long) / count(short), short) for short, long in texts)


def busy_texts(steps: Steps) -> Iterator[tuple[str, str]]:
    """Runs of what the pattern looks for, behind what may begin it, with an end that it does not expect."""
    rng = random.Random(1)
    samples = [sample(steps.tree, rng) for _ in range(6)]
    units = USUAL | {each[at : at + size] for each in samples for size in (1, 2, 3) for at in range(len(each))}
    for unit in rng.sample(sorted(units), min(len(units), 30)) + sorted(USUAL) + samples[:2]:
        for before in {"", samples[0][: len(samples[0]) // 2], samples[1][:-1]}:
            if unit:
                yield f"{before}{unit * TIMES}\x01", f"{before}{unit * 2 * TIMES}\x01"


def test_patterns_take_time_in_proportion_to_the_text():
    slow = {}
    named = {pattern: name for name, pattern in patterns()}
    for pattern, name in named.items():
        if name not in BOUNDED:
            times, text = growth(pattern, is_anchored=name in ANCHORED)
            if times > 2.4:
                slow[name] = (pattern.pattern, round(times, 1), text)

    assert slow == {}
    assert ANCHORED | BOUNDED.keys() <= set(named.values()), "forget the names that are gone"


@pytest.mark.parametrize(
    "pattern",
    [
        r"\s*\n\s*",
        r"\+[A-Za-z0-9+/]{3,}-",
        r"<\s*(?:@[^:<>]*:)?\s*([^<>]*?)\s*>(.*)",
        r"[│┃|] .* [│┃|]",
        r"\S+@\S+",
    ],
)
def test_what_grows_faster_is_found(pattern):
    assert growth(re.compile(pattern), is_anchored=False)[0] > 2.4


@pytest.mark.parametrize("pattern", [r"a+b?", r"<[^<>]{0,2000}>", r"(?<!\w)\w++@\w", r"^.*$", r"\s++"])
def test_what_grows_like_the_text_is_not(pattern):
    assert growth(re.compile(pattern, re.MULTILINE), is_anchored=False)[0] <= 2.4
