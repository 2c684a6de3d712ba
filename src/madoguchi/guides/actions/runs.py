"""Following a talk script on a conversation: the way taken stands in its history."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.triage import set_category
from madoguchi.conversations.fields import live_fields
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.record import record
from madoguchi.guides.choices import SCRIPT_ENDED, SCRIPT_LEFT, SCRIPT_STARTED, SCRIPT_STEPPED, SCRIPT_WENT_BACK
from madoguchi.guides.models import ScriptRun, TalkScript
from madoguchi.guides.scripts import CATEGORY_WORDS, as_values, read_script
from madoguchi.guides.settings_of_steps import find_category


class SteppedMeanwhile(DomainError):
    """Somebody else has gone on with this script; the present step is another."""

    code = "stepped_meanwhile"


@transaction.atomic
def start_script(conversation: Conversation, script: TalkScript, *, user: User) -> ScriptRun:
    """Begin a script; one that is being followed here already is that one."""
    _check_right(user)
    held = hold_surviving(conversation.pk)
    known = ScriptRun.objects.filter(conversation=held, script=script, ended_at=None).first()
    if known is not None:
        return known
    steps, _problems = read_script(script.source)
    run = ScriptRun.objects.create(
        conversation=held,
        begun_in=held,
        script=script,
        name=script.name,
        steps=as_values(steps),
        current=steps[0].name,
        started_by=user,
    )
    _tell(SCRIPT_STARTED, run, held, user)
    _apply(run, held, user)
    return run


@transaction.atomic
def choose(run: ScriptRun, step: str, choice: int, *, user: User) -> ScriptRun:
    """Take a choice of a step; SteppedMeanwhile when the run is not at that step any more. The last one ends it."""
    run, held = _held(run, step, user)
    choices = present_step(run)["choices"]
    if not 0 <= choice < len(choices):
        raise Invalid(_("This step has no such choice."), field="choice")
    chosen = choices[choice]
    run.path = [*run.path, {"step": step, "choice": chosen["word"]}]
    run.current = chosen["to"]
    run.ended_at = None if run.current else timezone.now()
    run.save(update_fields=["path", "current", "ended_at"])
    _tell(SCRIPT_STEPPED, run, held, user, step=step, choice=chosen["word"])
    if run.current:
        _apply(run, held, user)
    else:
        _tell(SCRIPT_ENDED, run, held, user)
    return run


@transaction.atomic
def step_back(run: ScriptRun, step: str, *, user: User) -> ScriptRun:
    """Go back to the step before; what was set there stays."""
    run, held = _held(run, step, user)
    if not run.path:
        raise Invalid(_("This is the first step."))
    run.current = run.path[-1]["step"]
    run.path = run.path[:-1]
    run.save(update_fields=["path", "current"])
    _tell(SCRIPT_WENT_BACK, run, held, user, step=run.current)
    return run


@transaction.atomic
def end_script(run: ScriptRun, step: str, *, user: User) -> ScriptRun:
    """Stop following a script where it stands; the way taken is kept."""
    run, held = _held(run, step, user)
    run.path = [*run.path, {"step": step, "choice": ""}]
    run.current, run.ended_at = "", timezone.now()
    run.save(update_fields=["path", "current", "ended_at"])
    _tell(SCRIPT_ENDED, run, held, user)
    return run


def present_step(run: ScriptRun) -> dict[str, Any]:
    """The step at which a run stands."""
    return next(each for each in run.steps if each["name"] == run.current)


def _held(run: ScriptRun, step: str, user: User) -> tuple[ScriptRun, Conversation]:
    """The run as it stands, with its conversation held; it must stand at this step."""
    _check_right(user)
    held = hold_surviving(run.conversation_id)
    run = ScriptRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.ended_at is not None or run.current != step:
        raise SteppedMeanwhile(_("Somebody has gone on with this script meanwhile. Look where it stands now."))
    return run, held


def _apply(run: ScriptRun, held: Conversation, user: User) -> None:
    """Set what the step sets; what does not exist any more, or may not be set by this person, is left."""
    if not may(user, Permission.ASSIGN):
        return
    for name, value in present_step(run)["sets"]:
        if name.casefold() in CATEGORY_WORDS:
            category = find_category(value)
            if category is not None and category.pk != held.category_id:
                set_category([held], category, user=user)
        elif not _set_field(held, name, value, user):
            _tell(SCRIPT_LEFT, run, held, user, left=name)


def _set_field(held: Conversation, name: str, value: str, user: User) -> bool:
    """Write into a custom field; False where there is no such field, or it does not take the value."""
    field = next((each for each in live_fields() if each.name == name), None)
    if field is None:
        return False
    try:
        set_fields([held], {field.pk: value}, user=user)
    except DomainError:
        return False
    return True


def _tell(kind: str, run: ScriptRun, held: Conversation, user: User, **more: str) -> None:
    data = {"run": run.pk, "name": run.name, **more}
    record(kind, held.event_subject, by=user.actor, scope_id=held.inbox_id, data=data)


def _check_right(user: User) -> None:
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
