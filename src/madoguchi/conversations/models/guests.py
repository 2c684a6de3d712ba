"""Pages on which somebody without an account answers one request (ゲスト)."""

from django.db import models
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models.conversation import Conversation
from madoguchi.conversations.models.message import Attachment, Message


class GuestLink(models.Model):
    """One such page: for one request, one address, one answer. The link itself is not stored, only its hash."""

    side = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="guest_links")
    address = models.CharField(max_length=254)  #: whose answer it will be
    name = models.CharField(max_length=300, blank=True)
    nonce = models.CharField(max_length=32)  #: with our secret key it makes the link; alone it is worth nothing
    token_hash = models.CharField(max_length=64, unique=True)
    messages = models.ManyToManyField(Message, related_name="+", blank=True)  #: of the customer's conversation
    files = models.ManyToManyField(Attachment, related_name="+", blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.side_id} {self.address}"

    @property
    def is_alive(self) -> bool:
        """False once it was answered, revoked, has expired, or the request is finished."""
        is_over = self.revoked_at is not None or self.answered_at is not None or self.expires_at <= timezone.now()
        return not is_over and self.side.is_open and self.side.merged_into_id is None
