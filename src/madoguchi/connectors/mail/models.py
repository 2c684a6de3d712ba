"""What only the mail connector has to remember: how far each IMAP folder was read, and the local mailbox."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from madoguchi.channels.models import Inbox
from madoguchi.files.models import Blob


class ImapFolder(models.Model):
    """How far a folder of a mailbox was read; moved on in the same commit as the mails it stands for."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    folder = models.CharField(max_length=255)
    uidvalidity = models.BigIntegerField(null=True)  #: None before the first look (RFC 3501 section 2.3.1.1)
    last_uid = models.BigIntegerField(default=0)  #: every mail up to here is ours
    first_uid = models.BigIntegerField(default=1)  #: the next mail's number at the first look: older mail is old mail
    is_rescan = models.BooleanField(default=False)  #: the server renumbered its mails after we had read some
    started_at = models.DateTimeField(default=timezone.now)  #: older mail was not asked for unless all of it was

    class Meta:
        constraints = [models.UniqueConstraint(name="imap_folder_once", fields=["inbox", "folder"])]

    def __str__(self) -> str:
        return self.folder


class LocalMail(models.Model):
    """A mail that would have left but stays inside: demo, development, or a 窓口 without a mail server yet."""

    at = models.DateTimeField(default=timezone.now)
    external_id = models.CharField(max_length=1000)
    sender = models.CharField(max_length=998)
    recipients = ArrayField(models.CharField(max_length=998), default=list)  #: of the envelope: Bcc included
    subject = models.CharField(max_length=1000, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    lets_in = models.BooleanField(default=False)  #: a way into somebody's account: for its receiver and owners only

    def __str__(self) -> str:
        return self.subject
