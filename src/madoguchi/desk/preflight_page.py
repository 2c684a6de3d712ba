"""What 設定 › 送信前チェック shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, roles_that_may
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inboxes_of
from madoguchi.preflight.choices import LEVELS, MOST, Check, Level
from madoguchi.preflight.models import SilencedRule, WatchWord
from madoguchi.preflight.politeness import RULES
from madoguchi.preflight.politeness.rule import Rule
from madoguchi.preflight.queries import (
    all_plans,
    find_plan,
    inherited_levels,
    named_levels,
    silenced_rules,
    watch_words,
)

#: A word and its advice, in lists that people have kept in spreadsheets or notes.
_ADVICE = re.compile(r"\t|,|，|、|→")
_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One check of the matrix."""

    check: str
    word: str
    chosen: str  #: empty where it is inherited
    inherited: str  #: in words, what holds then
    levels: Sequence[tuple[str, str]]
    note: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the 敬語 lint."""

    rule: Rule
    silenced: SilencedRule | None


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The page for one scope."""

    inbox: Inbox | None
    role: str
    version: int
    rows: Sequence[Row]
    inboxes: Sequence[Inbox]
    roles: Sequence[tuple[str, str]]
    scopes: Sequence[tuple[str, str]]  #: address and name of every scope in which something is set
    words: Sequence[WatchWord]
    word_levels: Sequence[tuple[str, str]]
    rules: Sequence[RuleLine]


def page_of(user: User, inbox: Inbox | None, role: str) -> SettingsPage:
    """The page; a fixed number of queries."""
    plan = find_plan(inbox.pk if inbox else None, role)
    inherited = inherited_levels(inbox.pk if inbox else None, role)
    chosen = named_levels(plan) if plan else {}
    silenced = silenced_rules()
    return SettingsPage(
        inbox=inbox,
        role=role,
        version=plan.version if plan else 0,
        rows=[_row(check, chosen.get(check), inherited[check]) for check in Check],
        inboxes=list(inboxes_of(user)),
        roles=[(each, str(Role(each).label)) for each in roles_that_may(Permission.REPLY)],
        scopes=[
            (f"?inbox={each.inbox_id or ''}&role={each.role}", scope_word(each.inbox, each.role))
            for each in all_plans()[:100]
        ],
        words=list(watch_words()[:_LINES]),
        word_levels=[(each.value, str(each.label)) for each in LEVELS[1:]],
        rules=[RuleLine(each, silenced.get(each.key)) for each in RULES],
    )


def scope_word(inbox: Inbox | None, role: str) -> str:
    """For whom something holds."""
    desk = inbox.name if inbox else _("All desks")
    return f"{desk} / {Role(role).label if role in Role.values else _('All roles')}"


def _row(check: Check, chosen: Level | None, inherited: Level) -> Row:
    most = LEVELS.index(MOST.get(check, Level.BLOCK))
    levels = (Level.OFF, Level.BLOCK) if check == Check.TICKS else LEVELS[: most + 1]
    notes = {
        Check.WORDS: _("Each word says for itself, and no more than this."),
        Check.POLITENESS: _("Asks at most."),
        Check.TICKS: _("Before sending each address and each file has to be ticked."),
        Check.ENCODING: _("Sending refuses such characters by itself."),
        Check.MEANWHILE: _("Sending asks for a reason by itself."),
        Check.APPROVAL: _("Who needs approval is set elsewhere; here it is only shown."),
    }
    return Row(
        check.value,
        str(check.label),
        chosen.value if chosen else "",
        str(inherited.label),
        [(each.value, str(each.label)) for each in levels],
        notes.get(check, ""),
    )


def words_in(text: str) -> list[tuple[str, str]]:
    """A pasted list: one word a line, what to write instead behind a tab, a comma or an arrow."""
    lines = [line.strip() for line in text.splitlines()[:_LINES]]
    parts = [_ADVICE.split(line, maxsplit=1) for line in lines if line]
    return [(each[0].strip(), each[1].strip() if len(each) > 1 else "") for each in parts]
