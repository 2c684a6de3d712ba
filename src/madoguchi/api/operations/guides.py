"""Checklists and talk scripts: kept, and in use on conversations."""

from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations.conversations import NUMBER
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.guides import (
    ChecklistOut,
    GuideTemplateOut,
    ItemIn,
    ItemOut,
    PutOnIn,
    RunOut,
    ScriptIn,
    ScriptOut,
    StartIn,
    StepIn,
    TemplateIn,
    TickIn,
    show_checklist,
    show_item,
    show_run,
    show_script,
    show_template,
)
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.queries import get_category, get_conversation
from madoguchi.guides.actions import checklists
from madoguchi.guides.actions.runs import choose, end_script, start_script, step_back
from madoguchi.guides.actions.scripts import ScriptDraft, delete_script, keep_script
from madoguchi.guides.actions.templates import ChecklistDraft, delete_template, keep_template
from madoguchi.guides.queries import (
    all_scripts,
    all_templates,
    checklists_of,
    get_checklist,
    get_item,
    get_run,
    get_script,
    get_template,
    runs_of,
)
from madoguchi.guides.scripts import as_source

router = Router(tags=["Guides"])
ITEM = NUMBER + "/checklist-items/{int:item_id}"
TEMPLATE = "/checklist-templates/{int:template_id}"
SCRIPT = "/talk-scripts/{int:script_id}"


@router.get(
    NUMBER + "/checklists",
    response={200: Page[ChecklistOut], **READ},
    operation_id="list_checklists",
    summary="Read the checklists of a conversation",
)
def list_checklists(request: ApiRequest, number: Id) -> Page[ChecklistOut]:
    """The checklists of a conversation with their items."""
    found = get_conversation(request.auth, number)
    return whole([show_checklist(each) for each in checklists_of(found.pk)])


@router.post(
    NUMBER + "/checklists",
    response={201: ChecklistOut, **WRITE},
    operation_id="put_on_checklist",
    summary="Put a checklist on",
)
def put_on(request: ApiRequest, number: Id, wanted: PutOnIn) -> Status[ChecklistOut]:
    """Put a checklist on; one that is there is left, one that was taken off comes back with its ticks."""
    found = get_conversation(request.auth, number)
    made = checklists.put_on(found, get_template(wanted.template), user=request.auth)
    return Status(201, show_checklist(made))


@router.delete(
    NUMBER + "/checklists/{int:checklist_id}",
    response={204: None, **WRITE},
    operation_id="take_off_checklist",
    summary="Take a checklist off",
)
def take_off(request: ApiRequest, number: Id, checklist_id: Id) -> Status[None]:
    """Take a checklist off; putting it on again brings its ticks back."""
    found = get_conversation(request.auth, number)
    checklists.take_off(get_checklist(found, checklist_id), user=request.auth)
    return Status(204, None)


@router.post(
    NUMBER + "/checklist-items",
    response={201: ItemOut, **WRITE},
    operation_id="add_checklist_item",
    summary="Add an item of one's own",
)
def add_item(request: ApiRequest, number: Id, wanted: ItemIn) -> Status[ItemOut]:
    """Add something to do on this conversation alone."""
    found = get_conversation(request.auth, number)
    into = get_checklist(found, wanted.checklist) if wanted.checklist else None
    return Status(201, show_item(checklists.add_item(found, into, wanted.text, user=request.auth)))


@router.patch(ITEM, response={200: ItemOut, **WRITE}, operation_id="tick_checklist_item", summary="Tick an item")
def tick(request: ApiRequest, number: Id, item_id: Id, wanted: TickIn) -> ItemOut:
    """Tick an item, or take the tick off. Of two at once the first counts, and the second sees whose it was."""
    found = get_conversation(request.auth, number)
    return show_item(checklists.tick(get_item(found, item_id), is_done=wanted.is_done, user=request.auth))


@router.delete(ITEM, response={204: None, **WRITE}, operation_id="remove_checklist_item", summary="Remove an item")
def remove_item(request: ApiRequest, number: Id, item_id: Id) -> Status[None]:
    """Remove an item that was added here; those of a template stay."""
    found = get_conversation(request.auth, number)
    checklists.remove_item(get_item(found, item_id), user=request.auth)
    return Status(204, None)


@router.get(
    "/checklist-templates",
    response={200: Page[GuideTemplateOut], **READ},
    operation_id="list_checklist_templates",
    summary="List templates of checklists",
)
def list_templates(request: ApiRequest) -> Page[GuideTemplateOut]:  # noqa: ARG001 - ninja's signature
    """Every template, by name."""
    return whole([show_template(each) for each in all_templates()])


def _template(request: ApiRequest, wanted: TemplateIn) -> ChecklistDraft:
    category = get_category(wanted.category) if wanted.category else None
    inbox = get_inbox(request.auth, wanted.inbox) if wanted.inbox else None
    return ChecklistDraft(wanted.name, wanted.items, category, inbox, is_active=wanted.is_active)


@router.post(
    "/checklist-templates",
    response={201: GuideTemplateOut, **WRITE},
    operation_id="create_checklist_template",
    summary="Add a template of checklists",
)
def create_template(request: ApiRequest, wanted: TemplateIn) -> Status[GuideTemplateOut]:
    """Add a template."""
    return Status(201, show_template(keep_template(None, _template(request, wanted), user=request.auth)))


@router.put(
    TEMPLATE,
    response={200: GuideTemplateOut, **WRITE},
    operation_id="replace_checklist_template",
    summary="Change a template of checklists",
)
def replace_template(request: ApiRequest, template_id: Id, wanted: TemplateIn) -> GuideTemplateOut:
    """Change a template; checklists in use stay as they are."""
    return show_template(keep_template(get_template(template_id), _template(request, wanted), user=request.auth))


@router.delete(
    TEMPLATE,
    response={204: None, **WRITE},
    operation_id="delete_checklist_template",
    summary="Delete a template of checklists",
)
def remove_template(request: ApiRequest, template_id: Id) -> Status[None]:
    """Forget a template; checklists in use stay."""
    delete_template(get_template(template_id), user=request.auth)
    return Status(204, None)


@router.get(
    "/talk-scripts", response={200: Page[ScriptOut], **READ}, operation_id="list_scripts", summary="List talk scripts"
)
def list_scripts(request: ApiRequest) -> Page[ScriptOut]:  # noqa: ARG001 - ninja's signature
    """Every talk script with its steps; keep one to take it elsewhere."""
    return whole([show_script(each) for each in all_scripts()])


def _script(wanted: ScriptIn) -> ScriptDraft:
    return ScriptDraft(
        name=wanted.name,
        source=as_source(wanted.steps) if wanted.steps is not None else wanted.source,
        category=get_category(wanted.category) if wanted.category else None,
        is_active=wanted.is_active,
        version=wanted.version,
    )


@router.post(
    "/talk-scripts", response={201: ScriptOut, **WRITE}, operation_id="create_script", summary="Add a talk script"
)
def create_script(request: ApiRequest, wanted: ScriptIn) -> Status[ScriptOut]:
    """Add a talk script; `facts.problems` of a refusal says what is wrong in which line."""
    return Status(201, show_script(keep_script(None, _script(wanted), user=request.auth)))


@router.put(SCRIPT, response={200: ScriptOut, **WRITE}, operation_id="replace_script", summary="Change a talk script")
def replace_script(request: ApiRequest, script_id: Id, wanted: ScriptIn) -> ScriptOut:
    """Change a talk script; those being followed go on as they began."""
    return show_script(keep_script(get_script(script_id), _script(wanted), user=request.auth))


@router.delete(SCRIPT, response={204: None, **WRITE}, operation_id="delete_script", summary="Delete a talk script")
def remove_script(request: ApiRequest, script_id: Id) -> Status[None]:
    """Forget a talk script; those being followed go on."""
    delete_script(get_script(script_id), user=request.auth)
    return Status(204, None)


@router.get(
    NUMBER + "/script-runs",
    response={200: Page[RunOut], **READ},
    operation_id="list_script_runs",
    summary="Read the talk scripts followed on a conversation",
)
def list_runs(request: ApiRequest, number: Id) -> Page[RunOut]:
    """Those that go on first, then the newest."""
    found = get_conversation(request.auth, number)
    return whole([show_run(each) for each in runs_of(found.pk)])


@router.post(
    NUMBER + "/script-runs",
    response={201: RunOut, **WRITE},
    operation_id="start_script",
    summary="Follow a talk script",
)
def start(request: ApiRequest, number: Id, wanted: StartIn) -> Status[RunOut]:
    """Begin a talk script; one that is being followed here already is that one."""
    found = get_conversation(request.auth, number)
    return Status(201, show_run(start_script(found, get_script(wanted.script), user=request.auth)))


@router.post(
    NUMBER + "/script-runs/{int:run_id}/step",
    response={200: RunOut, **WRITE},
    operation_id="step_script",
    summary="Go on with a talk script",
)
def step(request: ApiRequest, number: Id, run_id: Id, wanted: StepIn) -> RunOut:
    """Take a choice, go back, or end; what is chosen stands in the history of the conversation."""
    run = get_run(get_conversation(request.auth, number), run_id)
    if wanted.back:
        return show_run(step_back(run, wanted.step, user=request.auth))
    if wanted.end:
        return show_run(end_script(run, wanted.step, user=request.auth))
    chosen = -1 if wanted.choice is None else wanted.choice
    return show_run(choose(run, wanted.step, chosen, user=request.auth))
