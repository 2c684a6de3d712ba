"""How a letter from a 窓口 ends."""

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox


def signature(inbox: Inbox, user: User) -> str:
    """The signature of the 窓口 with the person's own lines inside its last rule."""
    shared = inbox.signature.strip("\n").splitlines()
    own = user.signature.strip("\n").splitlines()
    if own and shared and _is_rule(shared[-1]) and len(shared) > 1:
        return "\n".join([*shared[:-1], *own, shared[-1]])
    return "\n".join([*shared, *own])


def _is_rule(line: str) -> bool:
    return len(line.strip()) >= 3 and not any(char.isalnum() for char in line)
