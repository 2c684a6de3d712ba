"""How a letter from a 窓口 ends."""

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox


def signature(inbox: Inbox, user: User | None) -> str:
    """The signature of the 窓口 with the person's own lines inside its last rule; without one where nobody writes."""
    shared = inbox.signature.strip("\n").splitlines()
    own = user.signature.strip("\n").splitlines() if user else []
    if own and shared and _is_rule(shared[-1]) and len(shared) > 1:
        return "\n".join([*shared[:-1], *own, shared[-1]])
    return "\n".join([*shared, *own])


def signed_anew(text: str, inbox: Inbox, before: User, after: User) -> str:
    """A letter with the lines of one person's signature, where they stand as they are, in favour of another's."""
    own = (before.signature.strip("\n"), after.signature.strip("\n"))
    for old, new in ((signature(inbox, before), signature(inbox, after)), own):
        place = f"\n{text}\n".rfind(f"\n{old}\n") if old.strip() else -1
        if place >= 0:
            return text[:place] + new + text[place + len(old) :]
    return text


def _is_rule(line: str) -> bool:
    return len(line.strip()) >= 3 and not any(char.isalnum() for char in line)
