"""The link that confirms a new mail address of one's own: made from the row, so that it ends with what it is about."""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import DomainError

#: How long a link works.
VALID_FOR = timedelta(days=1)


class AddressLinkEnded(DomainError):
    """The link was used, replaced, too old or never ours; which of these is not said."""

    code = "address_link_ended"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "This link cannot be used any more: it is older than a day, or the address was changed since. "
                "Enter the new address in your profile again."
            )
        )


def address_token(user: User) -> str:
    """The secret part of the link that goes to the address a person wants."""
    asked_at = user.new_email_asked_at and user.new_email_asked_at.timestamp()
    told = f"{user.pk}.{user.email}.{user.new_email}.{asked_at}.{user.password}"
    return f"{user.pk}-{salted_hmac('madoguchi.address', told, algorithm='sha256').hexdigest()}"


def is_valid(user: User, token: str) -> bool:
    """True if this is the person's present link and its day is not over."""
    if user.new_email_asked_at is None or not user.is_active:
        return False
    is_young = timezone.now() - user.new_email_asked_at <= VALID_FOR
    return is_young and constant_time_compare(address_token(user), token)
