"""Talk scripts as they are written: steps in plain text, read and checked. Pure: no database.

    # 商品の状態を伺う
    商品の状態とご希望を伺います。
    + 恐れ入りますが、商品の状態をお聞かせいただけますでしょうか。
    ? 開封済みでも初期不良なら交換できます。
    ! 分類 = 返品・交換・返金 › 返品
    > 不良・破損 -> 交換を案内
    > 解決した

`#` begins a step, whose name it is; plain lines say what to do; `+` is a phrase for the letter; `?` a note for whoever
talks; `!` sets the 分類 or a custom field when the step is reached; `>` is a choice with the step it leads to, without
one the script ends there. The first step is the beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

MAX_CHARS = 100_000
MAX_STEPS = 100
MAX_CHOICES = 20
MAX_NAME = 100
#: What `!` calls the category, in the languages of the desk; any other name is a custom field's.
CATEGORY_WORDS = ("分類", "category")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on; empty `to` ends the script."""

    word: str
    to: str = ""
    line: int = 0


@dataclass(slots=True)
class Step:
    """One step."""

    name: str
    line: int = 0
    say: str = ""
    note: str = ""
    phrases: list[str] = field(default_factory=list)
    sets: list[tuple[str, str]] = field(default_factory=list)  #: what is set when it is reached: name and value
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(text)s") % {"line": self.line, "text": self.text}


def read_script(source: str) -> tuple[list[Step], list[Problem]]:
    """The steps of a script, and everything that is wrong with it, by line."""
    if len(source) > MAX_CHARS:
        return [], [Problem(1, _("The script is longer than 100,000 characters. Make two of it."))]
    steps: list[Step] = []
    problems: list[Problem] = []
    for number, raw in enumerate(source.splitlines(), start=1):
        line = raw.strip()
        if line[:1] in ("#", "\uff03"):
            steps.append(Step(line[1:].strip(), number))
        elif line and not steps:
            problems.append(Problem(number, _("Begin with a step: a line with “#” and its name.")))
            break
        elif line:
            problems += _read_line(steps[-1], line, number)
    return steps, sorted([*problems, *_check(steps)], key=lambda each: each.line)


def settings_in(source: str) -> list[tuple[int, str, str]]:
    """Line, name and value of whatever steps set."""
    found = []
    for number, raw in enumerate(source[:MAX_CHARS].splitlines(), start=1):
        name, _sign, value = raw.strip()[1:].partition("=")
        if raw.strip()[:1] in ("!", "\uff01") and name.strip() and value.strip():
            found.append((number, name.strip(), value.strip()))
    return found


def _read_line(step: Step, line: str, number: int) -> list[Problem]:
    mark, rest = line[0], line[1:].strip()
    if mark in ">\uff1e":
        return _read_choice(step, rest, number)
    if mark in "!\uff01":
        name, _sign, value = rest.partition("=")
        if not name.strip() or not value.strip():
            return [Problem(number, _("Write “! name = value”."))]
        step.sets.append((name.strip(), value.strip()))
    elif mark in "+\uff0b":
        step.phrases.append(rest)
    elif mark in "?\uff1f":
        step.note = f"{step.note}\n{rest}".strip()
    else:
        step.say = f"{step.say}\n{line}".strip()
    return []


def _read_choice(step: Step, rest: str, number: int) -> list[Problem]:
    word, _arrow, to = rest.replace("\u2192", "->").partition("->")
    if not word.strip():
        return [Problem(number, _("The choice has no words. Write “> words -> step”."))]
    if len(step.choices) >= MAX_CHOICES:
        return [Problem(number, _("A step has 20 choices at most."))]
    step.choices.append(Choice(word.strip()[:200], to.strip(), number))
    return []


def _check(steps: Sequence[Step]) -> list[Problem]:
    if not steps:
        return [Problem(1, _("The script is empty. Begin with a line with “#” and the name of the first step."))]
    if len(steps) > MAX_STEPS:
        return [Problem(steps[MAX_STEPS].line, _("A script has 100 steps at most."))]
    problems = list(_names(steps))
    known = {step.name: step for step in steps}
    for step in steps:
        for choice in step.choices:
            if choice.to and choice.to not in known:
                text = _("There is no step “%(name)s”.") % {"name": choice.to}
                problems.append(Problem(choice.line, text))
    return [*problems, *_unreachable(steps, known), *_endless(steps, known)]


def _names(steps: Sequence[Step]) -> Iterable[Problem]:
    seen: dict[str, int] = {}
    for step in steps:
        if not step.name or len(step.name) > MAX_NAME:
            yield Problem(step.line, _("A step has a name of 1 to 100 characters behind “#”."))
        elif step.name in seen:
            values = {"name": step.name, "line": seen[step.name]}
            yield Problem(step.line, _("There is a step “%(name)s” already, in line %(line)d.") % values)
        seen.setdefault(step.name, step.line)


def _unreachable(steps: Sequence[Step], known: dict[str, Step]) -> list[Problem]:
    reached, waiting = {steps[0].name}, [steps[0]]
    while waiting:
        for choice in waiting.pop().choices:
            if choice.to in known and choice.to not in reached:
                reached.add(choice.to)
                waiting.append(known[choice.to])
    text = _("No choice leads to the step “%(name)s”.")
    return [Problem(step.line, text % {"name": step.name}) for step in steps if step.name not in reached]


def _endless(steps: Sequence[Step], known: dict[str, Step]) -> list[Problem]:
    """Steps out of which no way leads to an end: whoever comes there goes in circles."""
    ending = {step.name for step in steps if not step.choices or any(not choice.to for choice in step.choices)}
    missing = {choice.to for step in steps for choice in step.choices} - known.keys()
    for _round in steps:
        more = {step.name for step in steps if any(choice.to in ending | missing for choice in step.choices)}
        if more <= ending:
            break
        ending |= more
    text = _("From the step “%(name)s” no way leads to an end: it goes in circles.")
    return [Problem(step.line, text % {"name": step.name}) for step in steps if step.name not in ending]


def as_values(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Steps as plain values: what a run keeps, and what is exported."""
    return [asdict(step) for step in steps]


def as_source(steps: Sequence[dict[str, Any]]) -> str:
    """Plain values, as exported, written as a script again; unknown keys are ignored, so that it can be checked."""
    lines: list[str] = []
    for step in steps[: MAX_STEPS + 1]:
        lines += ["", f"# {_line(step.get('name'))}"]
        lines += [_line(each) for each in str(step.get("say") or "").splitlines()]
        lines += [f"+ {_line(each)}" for each in _listed(step, "phrases")]
        lines += [f"? {_line(each)}" for each in str(step.get("note") or "").splitlines()]
        for pair in _listed(step, "sets"):
            if isinstance(pair, list | tuple) and len(pair) == 2:
                lines.append(f"! {_line(pair[0])} = {_line(pair[1])}")
        for choice in _listed(step, "choices"):
            if isinstance(choice, dict):
                to = _line(choice.get("to"))
                lines.append(f"> {_line(choice.get('word'))}" + (f" -> {to}" if to else ""))
    return "\n".join(lines).strip()


def _listed(step: dict[str, Any], key: str) -> list[Any]:
    value = step.get(key)
    return value[: MAX_CHOICES + 1] if isinstance(value, list) else []


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())[:4000]
