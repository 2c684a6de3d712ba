"""Folders: they are there while something is in them, so renaming one is moving what it holds."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid
from madoguchi.events.record import record
from madoguchi.wording.choices import FOLDER_RENAMED
from madoguchi.wording.content import tidy_folder
from madoguchi.wording.models import Template
from madoguchi.wording.queries import in_folder, may_change
from madoguchi.wording.searching import index_text


@transaction.atomic
def rename_folder(folder: str, new: str, *, user: User) -> int:
    """Move everything in a folder and below it, as far as this person may change it; how many templates moved."""
    path = tidy_folder(new)
    if not folder or path == folder:
        raise Invalid(_("Enter another name for the folder."), field="folder")
    if path.startswith(f"{folder}/"):
        raise Invalid(_("A folder cannot be moved into itself."), field="folder")
    rows = Template.objects.visible_to(user).filter(in_folder(folder)).select_for_update(of=("self",))
    moved = [each for each in rows.order_by("pk") if may_change(user, each)]
    for each in moved:
        each.folder = tidy_folder(f"{path}/{each.folder[len(folder) + 1 :]}")
        each.vector = index_text(each)
    Template.objects.bulk_update(moved, ["folder", "vector"], batch_size=200)
    if moved:
        record(FOLDER_RENAMED, "templates", by=user.actor, data={"amount": len(moved)})
    return len(moved)
