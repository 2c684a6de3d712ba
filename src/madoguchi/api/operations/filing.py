"""What conversations are filed under, and saved views."""

from django.db import transaction
from ninja import Router, Status

from madoguchi.accounts.queries import get_team
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.filing import (
    CategoryChangesIn,
    CategoryIn,
    CategoryLeaf,
    CategoryOut,
    TagIn,
    TagMergeIn,
    TagOut,
    ViewChangesIn,
    ViewIn,
    ViewOut,
    show_category,
    show_tag,
    show_view,
)
from madoguchi.conversations.actions import filing
from madoguchi.conversations.actions.views import ViewChanges, save_view
from madoguchi.conversations.actions.views import change_view as rework_view
from madoguchi.conversations.actions.views import delete_view as forget_view
from madoguchi.conversations.queries import all_tags, category_tree, get_category, get_tag
from madoguchi.conversations.saved_views import get_view, views_of

router = Router(tags=["Filing"])

TAG = "/tags/{int:tag_id}"
CATEGORY = "/categories/{int:category_id}"


@router.get("/tags", response={200: Page[TagOut], **READ}, operation_id="list_tags", summary="List tags")
def list_tags(request: ApiRequest) -> Page[TagOut]:  # noqa: ARG001 - ninja's signature
    """Every tag, by name."""
    return whole([show_tag(tag) for tag in all_tags()])


@router.post("/tags", response={201: TagOut, **WRITE}, operation_id="create_tag", summary="Add a tag")
def create_tag(request: ApiRequest, wanted: TagIn) -> Status[TagOut]:
    """Add a tag before anybody needs it; putting an unknown one on a conversation adds it too."""
    return Status(201, show_tag(filing.create_tag(wanted.name, user=request.auth)))


@router.patch(TAG, response={200: TagOut, **WRITE}, operation_id="rename_tag", summary="Rename a tag")
def rename_tag(request: ApiRequest, tag_id: Id, wanted: TagIn) -> TagOut:
    """Call it something else, on every conversation that has it."""
    return show_tag(filing.rename_tag(get_tag(tag_id), wanted.name, user=request.auth))


@router.delete(TAG, response={204: None, **WRITE}, operation_id="delete_tag", summary="Delete a tag")
def delete_tag(request: ApiRequest, tag_id: Id) -> Status[None]:
    """Take it off every conversation and forget it."""
    filing.delete_tag(get_tag(tag_id), user=request.auth)
    return Status(204, None)


@router.post(TAG + "/merge", response={200: TagOut, **WRITE}, operation_id="merge_tag", summary="Merge a tag")
def merge_tag(request: ApiRequest, tag_id: Id, wanted: TagMergeIn) -> TagOut:
    """Put another tag on every conversation that has this one, and forget this one."""
    return show_tag(filing.merge_tag(get_tag(tag_id), get_tag(wanted.into), user=request.auth))


@router.get(
    "/categories", response={200: Page[CategoryOut], **READ}, operation_id="list_categories", summary="List categories"
)
def list_categories(request: ApiRequest) -> Page[CategoryOut]:  # noqa: ARG001 - ninja's signature
    """Main categories with those below them, in their order."""
    return whole([show_category(category) for category in category_tree()])


@router.post(
    "/categories", response={201: CategoryLeaf, **WRITE}, operation_id="create_category", summary="Add a category"
)
def create_category(request: ApiRequest, wanted: CategoryIn) -> Status[CategoryLeaf]:
    """Add a main category, or one below a main category."""
    parent = get_category(wanted.parent) if wanted.parent else None
    category = filing.create_category(wanted.name, parent=parent, user=request.auth)
    return Status(201, CategoryLeaf(id=category.pk, name=category.name))


@router.patch(
    CATEGORY, response={200: CategoryLeaf, **WRITE}, operation_id="change_category", summary="Rename or move a category"
)
def change_category(request: ApiRequest, category_id: Id, changes: CategoryChangesIn) -> CategoryLeaf:
    """Call it something else, or put it elsewhere; there are two levels."""
    category = get_category(category_id)
    with transaction.atomic():
        if changes.name is not None:
            filing.rename_category(category, changes.name, user=request.auth)
        if "parent" in changes.model_fields_set:
            parent = get_category(changes.parent) if changes.parent else None
            filing.move_category(category, parent, user=request.auth)
    return CategoryLeaf(id=category.pk, name=category.name)


@router.delete(CATEGORY, response={204: None, **WRITE}, operation_id="delete_category", summary="Delete a category")
def delete_category(request: ApiRequest, category_id: Id) -> Status[None]:
    """Forget it and those below it; what was filed there is filed under nothing.

    409 `in_use` while approval rules, fields, shared views, checklists or talk scripts name it.
    """
    filing.delete_category(get_category(category_id), user=request.auth)
    return Status(204, None)


@router.get("/views", response={200: Page[ViewOut], **READ}, operation_id="list_views", summary="List saved views")
def list_views(request: ApiRequest) -> Page[ViewOut]:
    """よく使う条件: the shared ones and one's own."""
    return whole([show_view(view) for view in views_of(request.auth)])


@router.post("/views", response={201: ViewOut, **WRITE}, operation_id="save_view", summary="Save a view")
def create_view(request: ApiRequest, wanted: ViewIn) -> Status[ViewOut]:
    """Keep conditions under a name, for oneself or for everybody."""
    chosen = wanted.conditions.chosen()
    team = get_team(wanted.team) if wanted.team else None
    view = save_view(wanted.name, chosen, user=request.auth, is_shared=wanted.is_shared, icon=wanted.icon, team=team)
    return Status(201, show_view(view))


@router.patch(
    "/views/{int:view_id}", response={200: ViewOut, **WRITE}, operation_id="change_view", summary="Change a saved view"
)
def change_view(request: ApiRequest, view_id: Id, changes: ViewChangesIn) -> ViewOut:
    """Rename it, narrow by something else, share it or keep it for oneself; what is left out stays."""
    wanted = ViewChanges(
        name=changes.name,
        chosen=changes.conditions.chosen() if changes.conditions else None,
        is_shared=changes.is_shared,
        icon=changes.icon,
        team=get_team(changes.team) if changes.team else None,
        position=changes.position,
    )
    view = rework_view(get_view(request.auth, view_id), wanted, user=request.auth)
    return show_view(view)


@router.delete(
    "/views/{int:view_id}", response={204: None, **WRITE}, operation_id="delete_view", summary="Delete a saved view"
)
def delete_view(request: ApiRequest, view_id: Id) -> Status[None]:
    """Remove one's own view, or a shared one with the right to share."""
    forget_view(get_view(request.auth, view_id), user=request.auth)
    return Status(204, None)
