"""Checklists and talk scripts in words: the tab of the side panel, and the progress in the head."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.models import Conversation
from madoguchi.guides.actions.runs import present_step
from madoguchi.guides.models import Checklist, ChecklistTemplate, ScriptRun, TalkScript
from madoguchi.guides.queries import checklists_of, runs_of, scripts_for, templates_for
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item."""

    id: int
    text: str
    is_done: bool
    done: str  #: by whom and when
    is_own: bool


@dataclass(frozen=True, slots=True)
class ListCard:
    """One checklist."""

    id: int
    name: str
    items: Sequence[ItemLine]
    done: int
    amount: int


@dataclass(frozen=True, slots=True)
class RunCard:
    """One talk script as far as it was followed."""

    id: int
    name: str
    step: dict[str, Any] | None  #: None when it has ended
    path: Sequence[dict[str, str]]
    started: str
    can_go_back: bool


@dataclass(frozen=True, slots=True)
class Guides:
    """The tab."""

    number: int
    event_subject: str
    lists: Sequence[ListCard]
    templates: Sequence[ChecklistTemplate]
    runs: Sequence[RunCard]
    scripts: Sequence[TalkScript]
    can_change: bool

    @property
    def is_running(self) -> bool:
        """True while a script is being followed: then it comes first."""
        return any(run.step is not None for run in self.runs)


def guides_of(user: User, conversation: Conversation, words: Words) -> Guides:
    """Checklists and scripts of a conversation as a person sees them."""
    can_change = may(user, Permission.WRITE_NOTE)
    return Guides(
        number=conversation.pk,
        event_subject=conversation.event_subject,
        lists=[_list(each, words) for each in checklists_of(conversation.pk)],
        templates=list(templates_for(conversation)) if can_change else [],
        runs=[_run(each, words) for each in runs_of(conversation.pk)],
        scripts=scripts_for(conversation) if can_change else [],
        can_change=can_change,
    )


def _list(checklist: Checklist, words: Words) -> ListCard:
    items = []
    for each in checklist.items.all():
        done = ""
        if each.done_at is not None:
            by = each.done_by.name if each.done_by else _("(deleted)")
            done = _("%(who)s, %(when)s") % {"who": by, "when": words.short(each.done_at)}
        items.append(ItemLine(each.pk, each.text, each.done_at is not None, done, each.is_own))
    return ListCard(checklist.pk, checklist.name, items, sum(each.is_done for each in items), len(items))


def _run(run: ScriptRun, words: Words) -> RunCard:
    step = None if run.ended_at else present_step(run)
    by = run.started_by.name if run.started_by else _("(deleted)")
    started = _("%(who)s, %(when)s") % {"who": by, "when": words.short(run.started_at)}
    return RunCard(run.pk, run.name, step, run.path, started, can_go_back=bool(run.path) and step is not None)
