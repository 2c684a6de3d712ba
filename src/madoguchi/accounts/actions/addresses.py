"""The mail address of one's own: asked for here, changed only by the link that went to the new one."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require_self
from madoguchi.accounts.addresses import AddressLinkEnded, is_valid
from madoguchi.accounts.choices import ADDRESS_CHANGE_ASKED, ADDRESS_CHANGED
from madoguchi.accounts.invitations import user_id_of
from madoguchi.accounts.models import User
from madoguchi.accounts.rate_limit import NEW_ADDRESS
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

_FIELDS = ["new_email", "new_email_asked_at"]


def checked_address(email: str) -> str:
    """The address as it is kept, folded; Invalid for what is none."""
    email = fold_address(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(_("Check the format of the mail address."), field="email") from error
    return email


@transaction.atomic
def ask_new_address(user: User, email: str, *, by: Actor) -> User:
    """Note which address a person wants to log in with; the link that confirms it follows by mail.

    An earlier wish is forgotten with its link. Whoever is there has to prove it first (`prove_password`). NotAllowed
    when too many links were asked for.
    """
    require_self(by, user)
    email = checked_address(email)
    if email == user.email:
        raise Invalid(_("This is your mail address already."), field="email")
    if User.objects.filter(email__iexact=email).exists():
        raise Invalid(_("Somebody with this mail address is already here."), field="email")
    if not NEW_ADDRESS.take(user.pk):
        raise NotAllowed(_("There were too many tries. Try again in an hour."))
    user.new_email, user.new_email_asked_at = email, timezone.now()
    user.save(update_fields=_FIELDS)
    record(ADDRESS_CHANGE_ASKED, f"user:{user.pk}", by=by)
    return user


@transaction.atomic
def forget_new_address(user: User, *, by: Actor) -> None:
    """Give the wish up; its link stops working."""
    require_self(by, user)
    user.new_email, user.new_email_asked_at = "", None
    user.save(update_fields=_FIELDS)


@transaction.atomic
def confirm_new_address(token: str) -> User:
    """Make the new address the person's own; the old one is told by mail. Their sessions stay.

    Raises AddressLinkEnded, or Invalid when somebody else has taken the address meanwhile.
    """
    user = User.objects.select_for_update().filter(pk=user_id_of(token)).first()
    if user is None or not is_valid(user, token):
        raise AddressLinkEnded
    user.former_email, user.email = user.email, user.new_email
    user.new_email, user.new_email_asked_at = "", None
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "former_email", *_FIELDS])
    except IntegrityError as error:
        raise Invalid(_("Somebody with this mail address is already here."), field="email") from error
    record(ADDRESS_CHANGED, f"user:{user.pk}", by=user.actor)
    return user
