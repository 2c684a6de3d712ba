"""How well the checks find what people marked, and how seldom they are troubled by what is right.

`labelled/*.tsv` hold letters and sentences written for this purpose, each with the check or rule that has to speak, or
`-` for none; half of them are hard negatives. The rules were corrected by looking at them, but not by looking at
`heldout-*.tsv`, which were written afterwards. `python -m tests.preflight.test_labelled` prints the tables of the docs.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from tests.factories.preflight import make_outgoing, make_surroundings

from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.examining import examine
from madoguchi.preflight.outgoing import Recipient
from madoguchi.preflight.rulebook import Rulebook

LABELLED = Path(__file__).parent / "labelled"
#: What stands in docs/howto/before-sending.md: nobody makes the checks worse without saying so.
FLOOR = {"precision": 0.95, "recall": 0.95}
HELD_OUT_FLOOR = {"precision": 0.9, "recall": 0.85}
HELD_OUT = "heldout-"
#: Rules about a whole letter are not judged by a sentence.
BESIDE = frozenset({"no_thanks", "no_apology"})
RULES = Rulebook(levels=dict.fromkeys(Check, Level.WARN) | {Check.TICKS: Level.OFF})


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of the set."""

    file: str
    number: int
    expected: str
    text: str

    def found(self) -> set[str]:
        """Which checks or rules speak."""
        values, text = {}, self.text
        for name in ("to", "subject", "heard"):
            if text.startswith(f"{name}:"):
                line, _newline, text = text.partition("\n")
                values[name] = line.partition(":")[2]
        if "to" in values:
            values["recipients"] = (Recipient(values.pop("to").casefold()),)
        heard = values.pop("heard", "土鍋がまだ届きません。よろしくお願いいたします。")
        findings = examine(make_outgoing(text, **values), make_surroundings(heard=heard), RULES)
        is_polite = self.file.endswith("politeness")
        return {
            each.rule or each.check.value
            for each in findings
            if (each.check == Check.POLITENESS) == is_polite and each.rule not in BESIDE
        }


@dataclass(slots=True)
class Score:
    """Hits, misses and false alarms."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, sample: Sample) -> None:
        """Judge one sample."""
        expected, found = {sample.expected} - {"-"}, sample.found()
        self.right.update(expected & found)
        self.missed.update(expected - found)
        self.wrong.update(found - expected)
        self.clean += not expected
        if expected != found:
            self.errors.append(f"{sample.file}:{sample.number} {sorted(expected)} {sorted(found)} {sample.text!r}")

    def precision(self, *names: str) -> float:
        """Of what was found, how much was to be found."""
        right, wrong = self._sum(self.right, names), self._sum(self.wrong, names)
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, *names: str) -> float:
        """Of what was to be found, how much was found."""
        right, missed = self._sum(self.right, names), self._sum(self.missed, names)
        return right / (right + missed) if right + missed else 1.0

    def _sum(self, counter: Counter[str], names: tuple[str, ...]) -> int:
        return sum(counter[name] for name in names) if names else counter.total()


def samples(*, held_out: bool = False) -> list[Sample]:
    """The set the rules were corrected by, or the one they were not."""
    return [
        Sample(file.stem, number, expected, text.replace("\\n", "\n"))
        for file in sorted(LABELLED.glob("*.tsv"))
        if file.stem.startswith(HELD_OUT) == held_out
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for expected, _tab, text in [line.partition("\t")]
    ]


def scored(*, held_out: bool = False) -> Score:
    """A set, judged."""
    score = Score()
    for sample in samples(held_out=held_out):
        score.add(sample)
    return score


def table(*, held_out: bool = False) -> str:
    """A table of the docs."""
    score = scored(held_out=held_out)
    lines = [f"{'':24}{'right':>6}{'missed':>8}{'false':>7}{'precision':>11}{'recall':>8}"]
    for name in sorted(score.right | score.missed | score.wrong):
        numbers = f"{score.right[name]:6}{score.missed[name]:8}{score.wrong[name]:7}"
        lines.append(f"{name:24}{numbers}{score.precision(name):11.2f}{score.recall(name):8.2f}")
    numbers = f"{score.right.total():6}{score.missed.total():8}{score.wrong.total():7}"
    lines.append(f"{'all':24}{numbers}{score.precision():11.2f}{score.recall():8.2f}")
    lines.append(f"{len(samples(held_out=held_out))} samples, {score.clean} of them without a fault")
    return "\n".join([*lines, "", *score.errors])


@pytest.fixture(scope="module")
def score() -> Score:
    return scored()


def test_the_set_is_large_enough_and_half_of_it_is_right():
    labels = [sample.expected for sample in samples()]

    assert len(labels) >= 240
    assert 0.4 < labels.count("-") / len(labels) < 0.6
    assert len(set(labels)) >= 35


@pytest.mark.parametrize("measure", FLOOR)
def test_the_checks_are_as_good_as_documented(score, measure):
    assert getattr(score, measure)() >= FLOOR[measure], "\n".join(score.errors)


@pytest.mark.parametrize("measure", HELD_OUT_FLOOR)
def test_the_checks_are_as_good_as_documented_where_nobody_looked(measure):
    score = scored(held_out=True)

    assert getattr(score, measure)() >= HELD_OUT_FLOOR[measure], "\n".join(score.errors)


def test_no_check_cries_wolf(score):
    names = score.right | score.missed | score.wrong

    assert {name: score.precision(name) for name in names if score.precision(name) < 0.7} == {}


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    print(table(), table(held_out=True), sep="\n\nHeld out:\n\n")  # noqa: T201
