"""Statuses of one's own and folders, read: which there are, how much is in them, and by what name they are meant."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation, FiledDelta, Folder, OwnStatus
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import OneOf, Prepared, Slot
from madoguchi.search.folding import fold

#: A folder in a folder in a folder … so deep and no deeper.
MAX_DEPTH = 5

type FiledRow = tuple[int, int | None, int | None, int]

_STATUSES = Prepared(lambda: OwnStatus.objects.filter(retired_at=None).order_by("position", "pk"))
_FOLDERS = Prepared(
    lambda: Folder.objects.filter(OneOf(F("inbox_id"), Slot("inboxes"))).order_by("position", "name", "pk")
)
_FILED: Prepared[QuerySet[FiledDelta, FiledRow]] = Prepared(
    lambda: (
        FiledDelta.objects.filter(OneOf(F("inbox_id"), Slot("inboxes")))
        .values_list("inbox_id", "own_status_id", "folder_id")
        .annotate(n=Sum("delta"))
    )
)


@dataclass
class Filed:
    """How many conversations have which own status, by 窓口, and how many open ones lie in which folder."""

    by_inbox_status: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    by_folder: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def live_statuses() -> QuerySet[OwnStatus]:
    """The own statuses that are offered, in their order; as a read that can go together with others."""
    return _STATUSES()


def all_statuses() -> QuerySet[OwnStatus]:
    """Every own status, retired ones too."""
    return OwnStatus.objects.order_by("position", "pk")


def get_status(pk: int) -> OwnStatus:
    """One own status; NotFound otherwise."""
    status = OwnStatus.objects.filter(pk=pk).first()
    if status is None:
        raise NotFound(_("There is no such status. It may have been deleted meanwhile."))
    return status


def find_status(key: str) -> OwnStatus | None:
    """The own status a form means by "own-12"; None for one of the system's, NotFound for one that has gone."""
    mark, _dash, number = key.partition("-")
    return get_status(int(number) if number.isdecimal() else 0) if mark == "own" else None


def statuses_called(name: str) -> list[int]:
    """The own statuses of this name in either language, however it is spelled."""
    wanted = fold(name)
    return [
        status.pk
        for status in OwnStatus.objects.all()
        if wanted and wanted in (fold(status.name), fold(status.name_en))
    ]


def is_system_status(name: str) -> bool:
    """True for what a status of the system is called, in any language of the desk, or its key; however it is spelled.

    Also what a request (依頼) says in its place.
    """
    wanted = fold(name)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = [*(str(status.label) for status in Status), str(_("Waiting for an answer"))]
            if wanted in {fold(word) for word in words}:
                return True
    return wanted in {fold(value) for value in Status.values}


def use_of_statuses() -> dict[int, int]:
    """How many conversations have each own status."""
    rows = FiledDelta.objects.filter(own_status_id__isnull=False).values_list("own_status_id")
    return {pk: amount for pk, amount in rows.annotate(amount=Sum("delta")) if pk is not None}


def filed_rows(inbox_ids: Iterable[int]) -> QuerySet[FiledDelta, FiledRow]:
    """What `told_filed` makes figures of, as a read that can go together with others."""
    return _FILED(inboxes=list(inbox_ids))


def told_filed(rows: Iterable[FiledRow]) -> Filed:
    """The figures in these rows."""
    filed = Filed()
    for inbox_id, status_id, folder_id, n in rows:
        if status_id is not None:
            filed.by_inbox_status[inbox_id, status_id] += n
        if folder_id is not None:
            filed.by_folder[folder_id] += n
    return filed


def folder_rows(inbox_ids: Iterable[int]) -> QuerySet[Folder]:
    """The folders of these 窓口, as a read that can go together with others."""
    return _FOLDERS(inboxes=list(inbox_ids))


def folders_of(user: User) -> QuerySet[Folder]:
    """The folders a person may see: those of the 窓口 open to them."""
    inboxes = Inbox.objects.visible_to(user).values("pk")
    return Folder.objects.filter(inbox__in=inboxes).order_by("inbox__position", "inbox", "position", "name", "pk")


def get_folder(user: User, pk: int) -> Folder:
    """One folder a person may see; NotFound otherwise."""
    folder = folders_of(user).select_related("inbox").filter(pk=pk).first()
    if folder is None:
        raise NotFound(_("There is no such folder. It may have been deleted meanwhile."))
    return folder


@dataclass(frozen=True, slots=True)
class Placed:
    """A folder in its place in the tree."""

    folder: Folder
    depth: int  #: 0 right below the 窓口
    path: str  #: 「返品 › 破損」
    has_children: bool


def tree_of(folders: Iterable[Folder]) -> list[Placed]:
    """Folders in the order of a tree, each after the one it lies in; what lies in no folder of these comes first."""
    every = list(folders)
    known = {folder.pk for folder in every}
    below: dict[int | None, list[Folder]] = defaultdict(list)
    for folder in every:
        below[folder.parent_id if folder.parent_id in known else None].append(folder)
    found: list[Placed] = []

    def walk(parent: int | None, depth: int, path: str) -> None:
        for folder in below[parent]:
            here = f"{path} › {folder.name}" if path else folder.name
            found.append(Placed(folder, depth, here, bool(below[folder.pk])))
            walk(folder.pk, depth + 1, here)

    walk(None, 0, "")
    return found


def folders_called(name: str, user: User) -> Q | None:
    """Conversations in folders of this name (「返品」 or 「返品 › 破損」), with all below them; None for none such."""
    wanted = fold(name).replace(" ", "")
    placed = tree_of(folders_of(user))
    named = {
        each.folder.pk
        for each in placed
        if wanted and wanted in (fold(each.folder.name).replace(" ", ""), fold(each.path).replace(" ", ""))
    }
    for each in placed:  # parents come first
        if each.folder.parent_id in named:
            named.add(each.folder.pk)
    return Q(folder__in=named) if named else None


def folder_contents(folder: Folder) -> QuerySet[Conversation]:
    """What lies right in a folder."""
    return Conversation.objects.filter(folder=folder)
