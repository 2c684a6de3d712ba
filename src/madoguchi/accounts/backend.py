"""Who is behind a session: allauth's way to sign in, with a prepared read of the person on every request."""

from typing import override

from allauth.account.auth_backends import AuthenticationBackend

from madoguchi.accounts.limits import limited
from madoguchi.accounts.models import User
from madoguchi.core.prepared import Prepared, Slot

_PERSON = Prepared(lambda: limited(User.objects.filter(pk=Slot("pk"))))


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signs in by e-mail and password."""

    @override
    def get_user(self, user_id: int) -> User | None:
        """The person with this number; None for nobody and for those who left."""
        person = next(iter(_PERSON(pk=user_id)), None)
        return person if self.user_can_authenticate(person) else None
