"""The shop itself: its name and language."""

from ninja import Router

from madoguchi.accounts.actions import set_up_workspace
from madoguchi.accounts.choices import Language
from madoguchi.accounts.models import Workspace
from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import find_workspace
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.people import WorkspaceIn, WorkspaceOut

router = Router(tags=["Workspace"])


@router.get(
    "/workspace", response={200: WorkspaceOut, **READ}, operation_id="get_workspace", summary="Read the workspace"
)
def get_workspace(request: ApiRequest) -> WorkspaceOut:
    """The shop's name and language, and whether it is the demo, from which no mail leaves."""
    require(request.auth, Permission.READ)
    return _shown(find_workspace())


@router.patch(
    "/workspace",
    response={200: WorkspaceOut, **WRITE},
    operation_id="change_workspace",
    summary="Change the workspace",
)
def change_workspace(request: ApiRequest, changes: WorkspaceIn) -> WorkspaceOut:
    """Its name and its language; what is left out stays."""
    shown = _shown(find_workspace())
    name = shown.name if changes.name is None else changes.name
    language = changes.language or shown.language
    return _shown(set_up_workspace(name=name, language=language, by=request.auth.actor))


def _shown(workspace: Workspace | None) -> WorkspaceOut:
    if workspace is None:
        return WorkspaceOut(name="", language=Language.JA, is_demo=False)
    return WorkspaceOut(name=workspace.name, language=Language(workspace.language), is_demo=workspace.is_demo)
