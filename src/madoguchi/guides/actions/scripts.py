"""Keeping talk scripts."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.models import Category
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.record import record
from madoguchi.guides.actions.templates import share_category
from madoguchi.guides.choices import SCRIPT_DELETED, SCRIPT_KEPT
from madoguchi.guides.models import TalkScript
from madoguchi.guides.scripts import MAX_NAME, as_source, as_values, read_script
from madoguchi.guides.settings_of_steps import wrong_settings


class EditedMeanwhile(DomainError):
    """Somebody else has kept the script since it was opened."""

    code = "edited_meanwhile"


class FaultyScript(Invalid):
    """The script cannot be followed; `facts["problems"]` says what is wrong in which line."""


@dataclass(frozen=True, slots=True)
class ScriptDraft:
    """A script as somebody wants it."""

    name: str
    source: str
    category: Category | None = None
    is_active: bool = True
    version: int | None = None  #: that was opened for editing; None does not ask


@transaction.atomic
def keep_script(script: TalkScript | None, wanted: ScriptDraft, *, user: User) -> TalkScript:
    """Add a script, or change one; runs that have begun go on as they began."""
    _check_right(user)
    name = " ".join(wanted.name.split())
    if not name or len(name) > MAX_NAME:
        raise Invalid(_("The name has 1 to 100 characters."), field="name")
    if TalkScript.objects.filter(name=name).exclude(pk=script.pk if script else 0).exists():
        raise Invalid(_("There is a talk script of this name already."), field="name")
    check_source(wanted.source)
    share_category(wanted.category)
    values = {"name": name, "source": wanted.source, "category": wanted.category, "is_active": wanted.is_active}
    if script is None:
        script = TalkScript.objects.create(**values)
    else:
        rows = TalkScript.objects.filter(pk=script.pk)
        if wanted.version is not None:
            rows = rows.filter(version=wanted.version)
        if not rows.update(**values, version=F("version") + 1):
            raise EditedMeanwhile(_("Somebody else has changed this script meanwhile. Load it again and compare."))
        script.refresh_from_db()
    record(SCRIPT_KEPT, f"script:{script.pk}", by=user.actor, data={"name": name})
    return script


def check_source(source: str) -> None:
    """Raise FaultyScript with all that is wrong, by line; what steps set has to be there."""
    _steps, problems = read_script(source)
    problems = sorted([*problems, *wrong_settings(source)], key=lambda each: each.line)
    if problems:
        facts = [{"line": each.line, "text": each.text} for each in problems]
        error = FaultyScript("\n".join(map(str, problems[:20])), field="source")
        error.facts["problems"] = facts
        raise error


def export_script(script: TalkScript) -> dict[str, Any]:
    """A script as plain values, to be kept or taken elsewhere."""
    steps, _problems = read_script(script.source)
    return {"format": "madoguchi.talk-script/1", "name": script.name, "steps": as_values(steps)}


def imported(values: Any) -> ScriptDraft:
    """What `export_script` gave, to be kept by `keep_script`; Invalid for anything else."""
    if not isinstance(values, dict) or not isinstance(values.get("steps"), list):
        raise Invalid(_("This is no exported talk script: it has no list of steps."), field="file")
    steps = [step for step in values["steps"] if isinstance(step, dict)]
    return ScriptDraft(name=str(values.get("name") or "")[:MAX_NAME], source=as_source(steps))


@transaction.atomic
def delete_script(script: TalkScript, *, user: User) -> None:
    """Forget a script; runs that have begun go on."""
    _check_right(user)
    record(SCRIPT_DELETED, f"script:{script.pk}", by=user.actor, data={"name": script.name})
    script.delete()


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
