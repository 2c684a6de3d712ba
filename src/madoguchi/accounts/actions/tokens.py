"""Keys for the API."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require_self, require_self_or
from madoguchi.accounts.choices import TOKEN_CREATED, TOKEN_REVOKED
from madoguchi.accounts.models import Token, User, token_digest
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


@transaction.atomic
def create_token(user: User, *, label: str, by: Actor) -> str:
    """Make an API token that acts as this person; the text is returned once and only its hash is kept.

    Only the person (or the command line) may: a token made by an administrator would let them act as somebody else.
    """
    require_self(by, user)
    if not label.strip():
        raise Invalid(_("Say what the key is for."), field="label")
    text = f"mdg_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(user=user, label=label.strip()[:100], digest=token_digest(text))
    record(TOKEN_CREATED, f"user:{user.pk}", by=by, data={"token": token.pk})
    return text


@transaction.atomic
def revoke_token(token: Token, *, by: Actor) -> None:
    """End a token; calls that carry it are refused from now on."""
    require_self_or(by, token.user, Permission.MANAGE_PEOPLE)
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record(TOKEN_REVOKED, f"user:{token.user_id}", by=by, data={"token": token.pk})
