"""The check before sending: what it finds, and how it is set."""

from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.conversations.preflighting import as_facts
from madoguchi.preflight.choices import MAX_ADVICE, MAX_REASON, MAX_WORD, MAX_WORDS, Check, Level
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.models import CheckPlan, SilencedRule, WatchWord
from madoguchi.preflight.politeness.rule import Rule

type SetLevel = Literal["off", "note", "warn", "block"]


class FindingOut(Out):
    """One thing to look at before a letter leaves."""

    key: str
    """The same finding in the same letter has the same key; put it into `acknowledged` to send all the same."""
    check: Check
    """Which check found it."""
    rule: str
    """Which rule of the lint of polite wording; empty for other checks."""
    level: Level
    """`block` never leaves, `warn` has to be acknowledged, `note` is only shown."""
    field: str
    """Where: to, cc, bcc, subject, text, files; empty when it is about the whole letter."""
    start: int
    """Where the words begin, in characters (code points) of that field."""
    end: int
    """Where they end."""
    words: str
    """What stands there."""
    message: str
    """What is wrong, in the language asked for."""
    why: str
    """Why that matters."""
    instead: str | None
    """What would put it right in the same place, where a machine can know it."""


class FindingsOut(Out):
    """What the check before sending found."""

    findings: list[FindingOut]
    """The gravest first."""
    blocks: bool
    """True when the letter cannot leave as it is."""


class LevelsIn(In):
    """How strict the checks are in one scope."""

    inbox: Id | None = None
    """The desk; null for all of them."""
    role: Annotated[str, Field(max_length=12)] = ""
    """The role; empty for all of them."""
    levels: Annotated[dict[str, SetLevel], Field(max_length=40)]
    """What each check does; one that is left out inherits. Nothing at all takes the settings of the scope away."""
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """`version` as it was read, 0 for none: whoever was faster is not overwritten."""


class LevelsOut(Out):
    """How strict the checks are in one scope."""

    inbox: int | None
    """The desk; null for all of them."""
    role: str
    """The role; empty for all of them."""
    version: int
    """0 where nothing is set."""
    levels: dict[str, str]
    """What is set here."""
    effective: dict[str, str]
    """What holds here, with what is inherited."""


class WatchWordsIn(In):
    """Words to watch."""

    words: Annotated[list[Annotated[str, Field(max_length=MAX_WORD)]], Field(min_length=1, max_length=MAX_WORDS)]
    """The words; one that is there already gets the new level and advice."""
    advice: Annotated[str, Field(max_length=MAX_ADVICE)] = ""
    """What to write instead."""
    level: Literal["note", "warn", "block"] = "warn"
    """What they do."""
    inbox: Id | None = None
    """The desk; null for all of them."""


class WatchWordOut(Out):
    """A watched word."""

    id: int
    """Its number."""
    word: str
    """The word; any width and kana of it is found."""
    level: Level
    """What it does."""
    advice: str
    """What to write instead."""
    inbox: int | None
    """The desk; null for all of them."""


class SilenceIn(In):
    """Why a rule is not to be heard."""

    reason: Annotated[str, Field(max_length=MAX_REASON)]
    """Kept, so that others know."""


class PolitenessRuleOut(Out):
    """A rule of the lint of polite wording."""

    key: str
    """Its name."""
    message: str
    """What is wrong."""
    why: str
    """Why."""
    wrong: str
    """An example, in Japanese,"""
    right: str
    """and how it is put right."""
    is_silenced: bool
    """True when nobody wants to hear it."""
    silenced_by: str
    """Who said so."""
    reason: str
    """And why."""


def show_findings(found: list[Finding]) -> FindingsOut:
    """The findings of a letter."""
    shown = [FindingOut.model_validate(as_facts(each)) for each in found]
    return FindingsOut(findings=shown, blocks=any(each.level == Level.BLOCK for each in found))


def show_levels(inbox: int | None, role: str, plan: CheckPlan | None, effective: dict[str, str]) -> LevelsOut:
    """The settings of one scope."""
    return LevelsOut(
        inbox=inbox,
        role=role,
        version=plan.version if plan else 0,
        levels=plan.levels if plan else {},
        effective=effective,
    )


def show_word(word: WatchWord) -> WatchWordOut:
    """One watched word."""
    return WatchWordOut(id=word.pk, word=word.word, level=Level(word.level), advice=word.advice, inbox=word.inbox_id)


def show_rule(rule: Rule, silenced: SilencedRule | None) -> PolitenessRuleOut:
    """One rule, and who silenced it."""
    by = silenced.user if silenced else None
    return PolitenessRuleOut(
        key=rule.key,
        message=str(rule.message),
        why=str(rule.why),
        wrong=rule.wrong,
        right=rule.right,
        is_silenced=silenced is not None,
        silenced_by=by.name if by else "",
        reason=silenced.reason if silenced else "",
    )
