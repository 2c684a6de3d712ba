"""The shop itself: its name and language."""

from typing import Annotated

from ninja import Router
from pydantic import Field

from madoguchi.accounts.actions import set_up_workspace
from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Language
from madoguchi.accounts.limits import role_limits
from madoguchi.accounts.models import Workspace
from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import find_workspace
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import In
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


class RoleLimitShape(In):
    """What people of a role do not see or take along."""

    role: Annotated[str, Field(max_length=12)]
    """`guest`, `viewer`, `trainee`, `agent` or `supervisor`; administrators are not limited."""
    masks_contacts: bool
    """True: mail addresses and phone numbers of customers are masked everywhere, also in answers of this API."""
    keeps_files: bool
    """True: nothing is downloaded."""


@router.get(
    "/role-limits",
    response={200: list[RoleLimitShape], **READ},
    operation_id="list_role_limits",
    summary="Read what roles do not see",
)
def list_role_limits(request: ApiRequest) -> list[RoleLimitShape]:
    """One for each role that can be limited."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    return [
        RoleLimitShape(role=each.role, masks_contacts=each.masks_contacts, keeps_files=each.keeps_files)
        for each in role_limits()
    ]


@router.put(
    "/role-limits",
    response={200: list[RoleLimitShape], **WRITE},
    operation_id="set_role_limit",
    summary="Limit what a role sees",
)
def set_role_limit(request: ApiRequest, wanted: RoleLimitShape) -> list[RoleLimitShape]:
    """Holds from the next request of each of its people on."""
    limit_role(wanted.role, masks_contacts=wanted.masks_contacts, keeps_files=wanted.keeps_files, user=request.auth)
    return list_role_limits(request)


def _shown(workspace: Workspace | None) -> WorkspaceOut:
    if workspace is None:
        return WorkspaceOut(name="", language=Language.JA, is_demo=False)
    return WorkspaceOut(name=workspace.name, language=Language(workspace.language), is_demo=workspace.is_demo)
