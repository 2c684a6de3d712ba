"""The shop itself and its first owner."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.people import add_user
from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.choices import USER_CREATED, WORKSPACE_CHANGED, WORKSPACE_SET_UP, Language, Role
from madoguchi.accounts.models import User, Workspace
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: Held while the first owner is made, so that of two browsers only one succeeds. Any number that nobody else uses.
FIRST_OWNER_LOCK = 0x6D61646F


class AlreadySetUp(DomainError):
    """There is an owner already: the first run is over."""

    code = "already_set_up"

    def __init__(self) -> None:
        super().__init__(_("Madoguchi has been set up already. Log in, or ask your administrator for an invitation."))


@transaction.atomic
def make_first_owner(email: str, *, name: str, password: str, workspace: str, language: str = Language.JA) -> User:
    """Make the one who sets everything up, and name the shop. Raises AlreadySetUp as soon as there is any user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_OWNER_LOCK])
    if User.objects.exists():
        raise AlreadySetUp
    user = add_user(email, name=name, role=Role.OWNER, password=password, language=language)
    record(USER_CREATED, f"user:{user.pk}", by=user.actor, data={"role": user.role})
    set_up_workspace(name=workspace, language=language, by=user.actor)
    return user


@transaction.atomic
def set_up_workspace(*, name: str, language: str = Language.JA, is_demo: bool | None = None, by: Actor) -> Workspace:
    """Name the shop; the first call makes its row. A demo needs no first run: it counts as set up.

    `is_demo` stays what it was unless it is said.
    """
    require(by, Permission.MANAGE_WORKSPACE)
    if not name.strip():
        raise Invalid(_("Enter a name."), field="workspace")
    values: dict[str, object] = {"name": name.strip()[:100], "language": Language(language)}
    if is_demo is not None:
        values["is_demo"] = is_demo
    if is_demo:
        values["set_up_at"] = timezone.now()
    workspace, _created = Workspace.objects.update_or_create(pk=1, defaults=values)
    record(WORKSPACE_CHANGED, "workspace:1", by=by)
    return workspace


@transaction.atomic
def finish_setup(*, by: Actor) -> None:
    """End the first run; from now on people land in the inbox."""
    require(by, Permission.MANAGE_WORKSPACE)
    if Workspace.objects.filter(pk=1, set_up_at=None).update(set_up_at=timezone.now()):
        record(WORKSPACE_SET_UP, "workspace:1", by=by)
