"""Writing the policy on harassment, and letting customers read it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.actions.holding import text_of
from madoguchi.cases.choices import HARASSMENT_POLICY_CHANGED
from madoguchi.cases.models import HarassmentPolicy
from madoguchi.cases.policy import MAX_POLICY
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.record import record


class PolicyChanged(DomainError):
    """Somebody else changed it since one looked; nothing was saved."""

    code = "conflict"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed the policy meanwhile. Nothing was saved."))


@transaction.atomic
def set_policy(*, ja: str, en: str, is_public: bool, seen: int, user: User) -> HarassmentPolicy:
    """Keep the policy as it was at version `seen` (0: never written); records it."""
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(REFUSAL)
    texts = {"ja": _whole(ja, "ja"), "en": _whole(en, "en")}
    if is_public and not any(texts.values()):
        raise Invalid(_("Write the policy before customers can read it."), field="ja")
    values = {**texts, "is_public": is_public, "changed_at": timezone.now(), "changed_by": user}
    if seen == 0:
        row, is_new = HarassmentPolicy.objects.get_or_create(pk=1, defaults=values)
        if not is_new:
            raise PolicyChanged
    elif not HarassmentPolicy.objects.filter(pk=1, version=seen).update(**values, version=seen + 1):
        raise PolicyChanged
    else:
        row = HarassmentPolicy.objects.get(pk=1)
    record(HARASSMENT_POLICY_CHANGED, "workspace:1", by=user.actor, data={"is_public": is_public})
    return row


def _whole(text: str, field: str) -> str:
    if len(text) > MAX_POLICY:
        raise Invalid(_("This text is too long."), field=field)
    return text_of(text.replace("\r\n", "\n"), MAX_POLICY, field)
