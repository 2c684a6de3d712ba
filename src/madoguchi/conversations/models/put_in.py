"""What was put into a letter from elsewhere: the base of the uses of templates and of articles."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models.conversation import Conversation
from madoguchi.conversations.models.message import Message


class PutIn(models.Model):
    """A text put into a letter; it counts once the letter is on its way (`sent_at`).

    Until then what was put in stands here, by which it is told whether the letter still says it; afterwards it goes.
    """

    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    request_key = models.CharField(max_length=64, blank=True)  #: of the draft; empty once its letter was taken back
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    is_unchanged = models.BooleanField(default=False)  #: it was sent as it was put in

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
