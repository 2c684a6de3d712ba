"""What is particular to a conversation with somebody else about a customer's matter (依頼)."""

from django.db import models
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models.conversation import Conversation


class SideRequest(models.Model):
    """Of a conversation with `side_of`: who asked, by when an answer is wanted, and until when answers were seen."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="side", primary_key=True)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    wanted_on = models.DateField(null=True)  #: told to whoever is asked; nobody is late by it
    seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.conversation_id}"
