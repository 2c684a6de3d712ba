"""Who may do what: one table, read from top to bottom."""

from enum import StrEnum, auto

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User


class Permission(StrEnum):
    """What a role may do; the check stands in the action, the face only hides the button."""

    READ = auto()  #: open conversations of the 窓口 one may see
    WRITE_NOTE = auto()  #: internal notes, tags, drafts
    REPLY = auto()  #: write to customers
    SEND_UNCHECKED = auto()  #: what one writes leaves without approval
    APPROVE = auto()  #: let others' replies leave
    ASSIGN = auto()  #: take and hand over conversations, change status
    TAKE_OVER_LOCK = auto()  #: continue a reply that somebody else has begun
    SHARE_VIEWS = auto()  #: saved views for everybody
    SHARE_TEMPLATES = auto()  #: templates and phrases that others use too
    KEEP_ARTICLES = auto()  #: publish, change and archive articles of the knowledge, and keep their categories
    MANAGE_QUARANTINE = auto()  #: look at what could not be parsed and try again
    MANAGE_INBOXES = auto()  #: connect and change 窓口
    MANAGE_PEOPLE = auto()  #: invite, change roles, deactivate
    MANAGE_WORKSPACE = auto()  #: the shop's name, tags, categories
    EXPORT_CUSTOMERS = auto()  #: take customers' data out as a table
    IMPORT_CUSTOMERS = auto()  #: bring customers in from a table
    SEE_AUDIT = auto()  #: who did what
    DECIDE_CASES = auto()  #: be the second of two who decide about complaints, harassment, incidents
    OVERSEE_CASES = auto()  #: see every such case without being named in it


_VIEWER = {Permission.READ}
_TRAINEE = _VIEWER | {Permission.WRITE_NOTE, Permission.REPLY, Permission.ASSIGN, Permission.TAKE_OVER_LOCK}
_AGENT = _TRAINEE | {Permission.SEND_UNCHECKED}
_SUPERVISOR = _AGENT | {
    Permission.APPROVE,
    Permission.SHARE_VIEWS,
    Permission.SHARE_TEMPLATES,
    Permission.KEEP_ARTICLES,
    Permission.MANAGE_QUARANTINE,
    Permission.EXPORT_CUSTOMERS,
    Permission.SEE_AUDIT,
    Permission.DECIDE_CASES,
}
_ADMIN = _SUPERVISOR | {
    Permission.IMPORT_CUSTOMERS,
    Permission.MANAGE_INBOXES,
    Permission.MANAGE_PEOPLE,
    Permission.MANAGE_WORKSPACE,
    Permission.OVERSEE_CASES,
}

PERMISSIONS: dict[str, set[Permission]] = {
    Role.GUEST: {Permission.READ, Permission.WRITE_NOTE},
    Role.VIEWER: _VIEWER,
    Role.TRAINEE: _TRAINEE,
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _ADMIN,
}


def may(user: User, permission: Permission) -> bool:
    """True if this person's role gives the permission; a deactivated person may nothing."""
    return user.is_active and permission in PERMISSIONS[user.role]


def roles_that_may(permission: Permission) -> list[str]:
    """The roles that give a permission."""
    return [role for role, given in PERMISSIONS.items() if permission in given]
