"""Statuses of one's own, and the folders of each desk."""

from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.own import (
    EmptyStatusIn,
    FolderChangesIn,
    FolderIn,
    FolderOut,
    OwnStatusChangesIn,
    OwnStatusIn,
    OwnStatusOut,
    WentOverOut,
    show_folder,
    show_status,
)
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.actions import folders, own_statuses
from madoguchi.conversations.models import OwnStatus, UndoStep
from madoguchi.conversations.own import all_statuses, folders_of, get_folder, get_status

router = Router(tags=["Filing"])

STATUS = "/statuses/{int:status_id}"
FOLDER = "/folders/{int:folder_id}"


@router.get(
    "/statuses", response={200: Page[OwnStatusOut], **READ}, operation_id="list_statuses", summary="List own statuses"
)
def list_statuses(request: ApiRequest) -> Page[OwnStatusOut]:  # noqa: ARG001 - ninja's signature
    """Every status of one's own in their order, retired ones too."""
    return whole([show_status(status) for status in all_statuses()])


@router.post(
    "/statuses", response={201: OwnStatusOut, **WRITE}, operation_id="create_status", summary="Add an own status"
)
def create_status(request: ApiRequest, wanted: OwnStatusIn) -> Status[OwnStatusOut]:
    """Add a status that stands for one of the system's."""
    made = own_statuses.create_status(wanted.definition(OwnStatus()), user=request.auth)
    return Status(201, show_status(made))


@router.patch(
    STATUS, response={200: OwnStatusOut, **WRITE}, operation_id="change_own_status", summary="Change an own status"
)
def change_status(request: ApiRequest, status_id: Id, changes: OwnStatusChangesIn) -> OwnStatusOut:
    """Call it something else, colour it and place it anew."""
    status = get_status(status_id)
    return show_status(own_statuses.change_own_status(status, changes.definition(status), user=request.auth))


@router.post(
    STATUS + "/retire",
    response={200: OwnStatusOut, **WRITE},
    operation_id="retire_own_status",
    summary="Retire an own status",
)
def retire_status(request: ApiRequest, status_id: Id) -> OwnStatusOut:
    """Offer it no more; conversations that have it keep it."""
    return show_status(own_statuses.retire_status(get_status(status_id), user=request.auth))


@router.post(
    STATUS + "/restore",
    response={200: OwnStatusOut, **WRITE},
    operation_id="restore_own_status",
    summary="Offer an own status again",
)
def restore_status(request: ApiRequest, status_id: Id) -> OwnStatusOut:
    """Offer it again."""
    return show_status(own_statuses.restore_status(get_status(status_id), user=request.auth))


@router.post(
    STATUS + "/empty",
    response={200: WentOverOut, **WRITE},
    operation_id="empty_own_status",
    summary="Retire an own status and let its conversations go over",
)
def empty_status(request: ApiRequest, status_id: Id, wanted: EmptyStatusIn) -> WentOverOut:
    """Give all its conversations another status that stands for the same."""
    to = get_status(wanted.to) if wanted.to else None
    amount, step = own_statuses.empty_status(get_status(status_id), to, user=request.auth)
    return _went_over(amount, step)


@router.delete(STATUS, response={204: None, **WRITE}, operation_id="delete_own_status", summary="Delete an own status")
def delete_status(request: ApiRequest, status_id: Id) -> Status[None]:
    """Forget it; refused with `in_use` while a conversation has it."""
    own_statuses.delete_status(get_status(status_id), user=request.auth)
    return Status(204, None)


@router.get("/folders", response={200: Page[FolderOut], **READ}, operation_id="list_folders", summary="List folders")
def list_folders(request: ApiRequest) -> Page[FolderOut]:
    """The folders of every desk the caller sees."""
    return whole([show_folder(folder) for folder in folders_of(request.auth)])


@router.post("/folders", response={201: FolderOut, **WRITE}, operation_id="create_folder", summary="Add a folder")
def create_folder(request: ApiRequest, wanted: FolderIn) -> Status[FolderOut]:
    """Add a folder to a desk, or into another folder of it; at most five deep."""
    parent = get_folder(request.auth, wanted.parent) if wanted.parent else None
    inbox = get_inbox(request.auth, wanted.inbox)
    return Status(201, show_folder(folders.create_folder(inbox, wanted.name, user=request.auth, parent=parent)))


@router.patch(
    FOLDER, response={200: FolderOut, **WRITE}, operation_id="change_folder", summary="Rename or move a folder"
)
def change_folder(request: ApiRequest, folder_id: Id, changes: FolderChangesIn) -> FolderOut:
    """Call it something else, or move it with all that lies in it."""
    folder = get_folder(request.auth, folder_id)
    parent = folder.parent
    if "parent" in changes.model_fields_set:
        parent = get_folder(request.auth, changes.parent) if changes.parent else None
    name = folder.name if changes.name is None else changes.name
    changed = folders.change_folder(folder, user=request.auth, name=name, parent=parent, position=changes.position)
    return show_folder(changed)


@router.delete(FOLDER, response={200: WentOverOut, **WRITE}, operation_id="delete_folder", summary="Delete a folder")
def delete_folder(request: ApiRequest, folder_id: Id) -> WentOverOut:
    """What lies in it, folders too, goes to where it lay."""
    return _went_over(*folders.delete_folder(get_folder(request.auth, folder_id), user=request.auth))


def _went_over(amount: int, step: UndoStep | None) -> WentOverOut:
    return WentOverOut(conversations=amount, undo_id=step.pk if step else None)
