"""What conversations can be to each other, and what is said when it changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOVED = "message_moved"
LINKED = "conversations_linked"
UNLINKED = "conversations_unlinked"
CHILD_DONE = "child_done"
REOPENED = "conversation_reopened"


class LinkKind(models.TextChoices):
    """What the source of a link is to its target."""

    RELATED = "related", _("Related")
    PARENT = "parent", _("Parent")
    DUPLICATE = "duplicate", _("Duplicate")


class Relation(models.TextChoices):
    """What the other conversation is to the one that is looked at."""

    RELATED = "related", _("Related")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    ORIGINAL = "original", _("Original of this duplicate")
    DUPLICATE = "duplicate", _("Duplicate of this")


#: Each relation as it is stored: the kind, and whether the other conversation is the source.
STORED: dict[str, tuple[LinkKind, bool]] = {
    Relation.RELATED: (LinkKind.RELATED, False),
    Relation.PARENT: (LinkKind.PARENT, True),
    Relation.CHILD: (LinkKind.PARENT, False),
    Relation.ORIGINAL: (LinkKind.DUPLICATE, False),
    Relation.DUPLICATE: (LinkKind.DUPLICATE, True),
}


def relation_of(kind: str, *, other_is_source: bool) -> Relation:
    """What the other end of a stored link is to this one."""
    if kind == LinkKind.RELATED:
        return Relation.RELATED
    return next(Relation(key) for key, stored in STORED.items() if stored == (kind, other_is_source))
