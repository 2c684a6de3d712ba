"""Passwords: how strong, and giving a new one."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from madoguchi.accounts.actions.rights import REFUSAL, require_self
from madoguchi.accounts.actions.sessions import drop_sessions
from madoguchi.accounts.choices import PASSWORD_CHANGED, PASSWORD_RESET_ASKED
from madoguchi.accounts.models import User
from madoguchi.accounts.rate_limit import PASSWORD
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.record import record


def check_password_strength(password: str, *, user: User | None = None) -> None:
    """Raise Invalid with the reasons when a password is too weak, or too close to the person's own name."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error


@sensitive_variables("password")
def prove_password(user: User, password: str) -> None:
    """Nothing, when it is the person's password; else Invalid, or NotAllowed after too many tries, which are counted.

    Not for the inside of a transaction: what refuses would take the count back.
    """
    if not PASSWORD.take(user.pk):
        raise NotAllowed(_("There were too many tries. Wait five minutes, then try again."))
    if not user.check_password(password):
        raise Invalid(_("The password is not right. Try again."), field="password")
    PASSWORD.give_back(user.pk)


@transaction.atomic
def set_password(user: User, password: str, *, by: Actor, keep_session: str = "") -> None:
    """Give a new password; every session but `keep_session` ends at once, and a waiting invitation too.

    Only the person themselves, while they are active, or the command line may: an administrator sends a link instead.
    """
    require_self(by, user)
    if by.kind == ActorKind.USER and not User.objects.select_for_update().filter(pk=user.pk, is_active=True).exists():
        raise NotAllowed(REFUSAL)
    check_password_strength(password, user=user)
    user.set_password(password)
    user.invited_at = None
    user.save(update_fields=["password", "invited_at"])
    drop_sessions(user, keep=keep_session)
    record(PASSWORD_CHANGED, f"user:{user.pk}", by=by)


@transaction.atomic
def note_reset_asked(user: User, *, network: str) -> None:
    """Record that a link to a new password was sent."""
    record(PASSWORD_RESET_ASKED, f"user:{user.pk}", by=Actor.system("sign-in"), data={"network": network})
