"""Whose replies need approval before they leave."""

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may


def needs_approval(author: User) -> bool:
    """True for trainees (新人・要承認): everything they write to customers is checked by somebody else first."""
    return not may(author, Permission.SEND_UNCHECKED)
