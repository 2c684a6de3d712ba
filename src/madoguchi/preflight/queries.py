"""Reads of the settings."""

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.core.errors import NotFound
from madoguchi.preflight.choices import DEFAULTS, MAX_WORDS, Check, Level
from madoguchi.preflight.models import CheckPlan, SilencedRule, WatchWord
from madoguchi.preflight.rulebook import Rulebook, WatchedWord


def rulebook_for(inbox_id: int, role: str) -> Rulebook:
    """What holds for a person of this role in this 窓口, now. Three queries."""
    plans = CheckPlan.objects.filter(Q(inbox=inbox_id) | Q(inbox=None), role__in=["", role])
    words = WatchWord.objects.filter(Q(inbox=inbox_id) | Q(inbox=None))[:MAX_WORDS]
    return Rulebook(
        levels_of(plans),
        tuple(WatchedWord(each.word, Level(each.level), each.advice) for each in words),
        frozenset(SilencedRule.objects.values_list("rule", flat=True)),
    )


def levels_of(plans: Iterable[CheckPlan]) -> Mapping[Check, Level]:
    """The level of every check: the most particular plan that names it decides."""
    levels = dict(DEFAULTS)
    for plan in sorted(plans, key=lambda plan: (plan.inbox_id is not None, plan.role != "")):
        levels |= named_levels(plan)
    return levels


def named_levels(plan: CheckPlan) -> dict[Check, Level]:
    """What a plan says; a check or level of another release is left out."""
    known = (set(Check.values), set(Level.values))
    return {
        Check(check): Level(level) for check, level in plan.levels.items() if check in known[0] and level in known[1]
    }


def find_plan(inbox_id: int | None, role: str) -> CheckPlan | None:
    """The plan of exactly this scope."""
    return CheckPlan.objects.filter(inbox=inbox_id, role=role).first()


def inherited_levels(inbox_id: int | None, role: str) -> Mapping[Check, Level]:
    """What would hold in this scope if its own plan said nothing."""
    wider = CheckPlan.objects.filter(Q(inbox=inbox_id) | Q(inbox=None), role__in=["", role])
    return levels_of(plan for plan in wider if (plan.inbox_id, plan.role) != (inbox_id, role))


def all_plans() -> QuerySet[CheckPlan]:
    """Every scope in which something is set."""
    return CheckPlan.objects.select_related("inbox").order_by("inbox__name", "role")


def watch_words() -> QuerySet[WatchWord]:
    """Every watched word, with its 窓口."""
    return WatchWord.objects.select_related("inbox", "created_by")


def get_watch_word(pk: int) -> WatchWord:
    """One of them; NotFound otherwise."""
    word = watch_words().filter(pk=pk).first()
    if word is None:
        raise NotFound(_("There is no such word."))
    return word


def silenced_rules() -> dict[str, SilencedRule]:
    """The rules nobody wants to hear, by their key."""
    return {each.rule: each for each in SilencedRule.objects.select_related("user")}
