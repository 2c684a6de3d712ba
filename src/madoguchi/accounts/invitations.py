"""The link of an invitation: made from the row itself, so that it ends when the password or the invitation changes."""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import DomainError

#: How long a link works.
VALID_FOR = timedelta(days=7)


class InvitationEnded(DomainError):
    """The link was used, replaced, too old or never ours; which of these is not said."""

    code = "invitation_ended"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "This invitation cannot be used any more: it is older than seven days, or it was used or sent anew. "
                "Ask your administrator to send it again."
            )
        )


def invitation_token(user: User) -> str:
    """The secret part of the link of an invited person."""
    told = f"{user.pk}.{user.invited_at and user.invited_at.timestamp()}.{user.password}"
    return f"{user.pk}-{salted_hmac('madoguchi.invitation', told, algorithm='sha256').hexdigest()}"


def user_id_of(token: str) -> int:
    """Whom a link speaks of; 0 when it speaks of nobody. Proves nothing."""
    number = token.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def is_valid(user: User, token: str) -> bool:
    """True if this is the person's present link and its seven days are not over."""
    if user.invited_at is None or not user.is_active or timezone.now() - user.invited_at > VALID_FOR:
        return False
    return constant_time_compare(invitation_token(user), token)
