"""From what a request says to the use-cases that do it."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import get_team, get_user
from madoguchi.api.schemas.conversations import ChangesIn, ConversationChangesIn, TagChanges
from madoguchi.conversations.actions.bulk import Change
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.folders import move_to_folder
from madoguchi.conversations.actions.triage import (
    assign,
    assign_team,
    change_status,
    change_subject,
    change_tags,
    set_category,
    set_priority,
)
from madoguchi.conversations.choices import Status
from madoguchi.conversations.fields import field_numbers
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.own import get_folder, get_status
from madoguchi.conversations.queries import get_category
from madoguchi.core.errors import Invalid


def changes_of(wanted: ChangesIn, rows: Sequence[Conversation], user: User) -> list[Change]:
    """What was said, as changes in an order in which none undoes another: assigning opens, so the status comes last."""
    said = wanted.model_fields_set
    changes: list[Change] = []
    if "assignee" in said:
        changes.append(partial(assign, assignee=_assignee(wanted, user), user=user))
    if "team" in said:
        changes.append(partial(assign_team, team=get_team(wanted.team) if wanted.team else None, user=user))
    if wanted.priority is not None:
        changes.append(partial(set_priority, priority=wanted.priority, user=user))
    if "category" in said:
        category = get_category(wanted.category) if wanted.category else None
        changes.append(partial(set_category, category=category, user=user))
    if wanted.tags is not None:
        changes += _tags(wanted.tags, rows, user)
    if "folder" in said:
        place = get_folder(user, wanted.folder) if wanted.folder else None
        changes.append(partial(move_to_folder, folder=place, user=user))
    if isinstance(wanted, ConversationChangesIn) and wanted.subject is not None:
        subject = wanted.subject
        changes.append(lambda found: change_subject(found[0], subject, user=user))
    status, fields = _status(wanted, user), _fields(wanted, user)
    opens = wanted.status is not None and wanted.status != Status.DONE  # from then on a required field may be emptied
    return [*changes, *status, *fields] if opens else [*changes, *fields, *status]


def _fields(wanted: ChangesIn, user: User) -> list[Change]:
    return [partial(set_fields, raw=field_numbers(wanted.fields), user=user)] if wanted.fields else []


def _assignee(wanted: ChangesIn, user: User) -> User | None:
    if wanted.assignee == "me":
        return user
    return get_user(wanted.assignee) if wanted.assignee else None


def _tags(tags: TagChanges, rows: Sequence[Conversation], user: User) -> list[Change]:
    if tags.set is None:
        add, remove = tags.add, tags.remove
    else:
        present = {tag.name for row in rows for tag in row.tags.all()}
        add, remove = tags.set, sorted(present - set(tags.set))
    return [partial(change_tags, add=add, remove=remove, user=user)] if add or remove else []


def _status(wanted: ChangesIn, user: User) -> list[Change]:
    if wanted.status != Status.HOLD and (wanted.hold_reason or wanted.resume_at):
        raise Invalid(_("A reason and a resume date belong to the status “hold”."), field="hold_reason")
    if wanted.own_status:
        own = get_status(wanted.own_status)
        if wanted.status not in (None, own.state):
            raise Invalid(_("This own status stands for another one. Leave `status` out."), field="own_status")
        return [partial(change_status, status=own.state, user=user, own=own)]
    if wanted.status is None:
        return []
    return [
        partial(
            change_status,
            status=wanted.status,
            user=user,
            hold_reason=wanted.hold_reason,
            resume_at=wanted.resume_at,
        )
    ]
