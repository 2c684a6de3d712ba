"""Links between conversations: related, parent and child, duplicate."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.linking import LinkKind
from madoguchi.conversations.models.conversation import Conversation


class ConversationLink(models.Model):
    """One link: the source is the parent, or a duplicate, of the target. At most one a pair, and one parent each.

    Links never point to the shell of a merged conversation: merging carries them to the survivor, undoing back.
    """

    source = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=10, choices=LinkKind)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(Least("source", "target"), Greatest("source", "target"), name="link_one_a_pair"),
            models.UniqueConstraint(fields=["target"], name="link_one_parent", condition=Q(kind=LinkKind.PARENT)),
            models.CheckConstraint(name="link_not_self", condition=~Q(source=F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
