"""What changes the settings. The next check of any letter goes by them, also of one that is being written."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.channels.models import Inbox
from madoguchi.core.errors import DomainError, Invalid, NotFound
from madoguchi.events.record import record
from madoguchi.preflight.choices import (
    CHECKS_CHANGED,
    LEVELS,
    MAX_ADVICE,
    MAX_REASON,
    MAX_WORD,
    MAX_WORDS,
    MOST,
    RULE_RESTORED,
    RULE_SILENCED,
    WORDS_CHANGED,
    Check,
    Level,
)
from madoguchi.preflight.models import CheckPlan, SilencedRule, WatchWord
from madoguchi.preflight.politeness import RULES
from madoguchi.search.folding import fold

#: As many words an event names.
_MOST_TOLD = 20


class ChangedMeanwhile(DomainError):
    """Somebody else saved the same settings after they had been shown."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has changed these checks since you opened them. Nothing of yours was saved: "
                "look at what they say now, then change them again."
            )
        )


@transaction.atomic
def set_levels(
    inbox: Inbox | None, role: str, levels: Mapping[str, str], *, version: int, user: User
) -> CheckPlan | None:
    """Say how strict checks are in a scope; a check that is not named inherits. An empty plan is taken away.

    `version` is that of the plan as it was shown, 0 for none; ChangedMeanwhile when it is another by now.
    """
    require(user.actor, Permission.MANAGE_WORKSPACE)
    wanted = _checked_levels(levels)
    if role and role not in Role.values:
        raise Invalid(_("There is no such role."), field="role")
    before = CheckPlan.objects.filter(inbox=inbox, role=role).values_list("levels", flat=True).first() or {}
    plan = _replace(inbox, role, wanted, version)
    data = {"inbox": inbox.pk if inbox else None, "role": role, "levels": wanted, "before": before}
    record(CHECKS_CHANGED, "workspace:1", by=user.actor, scope_id=inbox.pk if inbox else None, data=data)
    return plan


def _replace(inbox: Inbox | None, role: str, levels: dict[str, str], version: int) -> CheckPlan | None:
    same = CheckPlan.objects.filter(inbox=inbox, role=role)
    if not version:
        return _create(inbox, role, levels) if levels else None
    if not levels:
        deleted, _each = same.filter(version=version).delete()
        changed = deleted
    else:
        changed = same.filter(version=version).update(levels=levels, version=version + 1)
    if not changed:
        raise ChangedMeanwhile
    return same.first()


def _create(inbox: Inbox | None, role: str, levels: dict[str, str]) -> CheckPlan:
    try:
        with transaction.atomic():
            return CheckPlan.objects.create(inbox=inbox, role=role, levels=levels)
    except IntegrityError as error:
        raise ChangedMeanwhile from error


def _checked_levels(levels: Mapping[str, str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for check, level in levels.items():
        if check not in Check.values:
            raise Invalid(_("There is no check called “%(name)s”.") % {"name": check[:60]}, field="levels")
        if level not in Level.values:
            raise Invalid(_("There is no level called “%(name)s”.") % {"name": level[:60]}, field=check)
        if LEVELS.index(Level(level)) > LEVELS.index(MOST.get(Check(check), Level.BLOCK)):
            raise Invalid(_("Polite wording only ever asks: it does not block sending."), field=check)
        wanted[check] = level
    return wanted


@transaction.atomic
def add_watch_words(
    words: Sequence[tuple[str, str]], *, inbox: Inbox | None, level: str, user: User
) -> tuple[int, int]:
    """Watch these words, each with its advice, in one 窓口 or in all; how many are new, and how many were there.

    A word that is there already gets the new level and, if some is given, the new advice.
    """
    require(user.actor, Permission.MANAGE_WORKSPACE)
    if level not in (Level.NOTE, Level.WARN, Level.BLOCK):
        raise Invalid(_("Choose what the words do: show, ask or block."), field="level")
    wanted = _checked_words(words)
    before = {each.folded: each for each in WatchWord.objects.filter(inbox=inbox, folded__in=wanted)}
    new = [
        WatchWord(inbox=inbox, word=word, folded=key, level=level, advice=advice, created_by=user)
        for key, (word, advice) in wanted.items()
        if key not in before
    ]
    if WatchWord.objects.count() + len(new) > MAX_WORDS:
        raise Invalid(_("There would be more than %d words. Remove some first.") % MAX_WORDS, field="words")
    for key, row in before.items():
        row.level, row.advice = level, wanted[key][1] or row.advice
        row.save(update_fields=["level", "advice"])
    made = len(WatchWord.objects.bulk_create(new, ignore_conflicts=True))
    told = [word for word, _advice in wanted.values()][:_MOST_TOLD]
    data = {"added": made, "changed": len(before), "words": told, "level": level}
    record(WORDS_CHANGED, "workspace:1", by=user.actor, data=data)
    return made, len(before)


def _checked_words(words: Sequence[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    wanted: dict[str, tuple[str, str]] = {}
    for word, advice in words:
        cleaned = " ".join(word.split())
        if not cleaned or not fold(cleaned).strip():
            continue
        if len(cleaned) > MAX_WORD:
            text = _("“%(word)s…” is too long: a word has %(most)d characters at most.")
            raise Invalid(text % {"word": cleaned[:20], "most": MAX_WORD}, field="words")
        wanted[fold(cleaned).strip()[: MAX_WORD * 2]] = (cleaned, " ".join(advice.split())[:MAX_ADVICE])
    if not wanted:
        raise Invalid(_("Enter at least one word."), field="words")
    return wanted


@transaction.atomic
def remove_watch_word(word: WatchWord, *, user: User) -> None:
    """Watch a word no longer; NotFound when somebody else has just removed it."""
    require(user.actor, Permission.MANAGE_WORKSPACE)
    deleted, _each = WatchWord.objects.filter(pk=word.pk).delete()
    if not deleted:
        raise NotFound(_("There is no such word."))
    record(WORDS_CHANGED, "workspace:1", by=user.actor, data={"removed": word.word})


@transaction.atomic
def silence_rule(rule: str, *, reason: str, user: User) -> SilencedRule:
    """Hear no more of a rule of the 敬語 lint; who and why is kept. Silencing it again keeps the first reason."""
    require(user.actor, Permission.MANAGE_WORKSPACE)
    if rule not in {each.key for each in RULES}:
        raise NotFound(_("There is no such rule."))
    if not reason.strip():
        raise Invalid(_("Write why, so that others know."), field="reason")
    silenced, is_new = SilencedRule.objects.get_or_create(
        rule=rule, defaults={"user": user, "reason": reason.strip()[:MAX_REASON]}
    )
    if is_new:
        record(RULE_SILENCED, "workspace:1", by=user.actor, data={"rule": rule})
    return silenced


@transaction.atomic
def restore_rule(rule: str, *, user: User) -> None:
    """Hear of a rule again; nothing happens when it was not silent."""
    require(user.actor, Permission.MANAGE_WORKSPACE)
    deleted, _each = SilencedRule.objects.filter(rule=rule).delete()
    if deleted:
        record(RULE_RESTORED, "workspace:1", by=user.actor, data={"rule": rule})
