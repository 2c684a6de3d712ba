"""Words of the approval: what a rule may ask for, where a request stands, what was decided, built-in reasons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConditionKind(models.TextChoices):
    """What a rule looks at; what its values are stands beside each."""

    ROLE = "role", _("Role of the author")  #: roles
    AUTHOR = "author", _("Author")  #: numbers of users
    TEAM = "team", _("Team of the author")  #: numbers of teams
    CATEGORY = "category", _("Category")  #: numbers of categories, those below them included
    AMOUNT = "amount", _("Amount of money in the text")  #: one number: yen and more
    COMPLAINT = "complaint", _("Complaint")  #: no values
    PRIVATE = "private", _("Personal data in the text")  #: no values
    NEW_ADDRESS = "new_address", _("An address never written with before")  #: no values
    ATTACHMENT = "attachment", _("Attachment")  #: no values
    KEYWORD = "keyword", _("Word in subject or text")  #: words
    CHANNEL = "channel", _("Channel")  #: kinds of channels, e.g. those that are public


#: Those that have no values.
PLAIN_KINDS = frozenset(
    {ConditionKind.COMPLAINT, ConditionKind.PRIVATE, ConditionKind.NEW_ADDRESS, ConditionKind.ATTACHMENT}
)
#: Those whose values are numbers of rows.
NUMBERED_KINDS = frozenset({ConditionKind.AUTHOR, ConditionKind.TEAM, ConditionKind.CATEGORY})


class PrivateKind(models.TextChoices):
    """Personal data that is recognised in a text."""

    CARD = "card", _("card number")
    MY_NUMBER = "my_number", _("My Number")
    PHONE = "phone", _("phone number")
    POSTAL = "postal", _("postal address")
    BANK = "bank", _("bank account")


class RequestState(models.TextChoices):
    """Where a request stands."""

    WAITING = "waiting", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class VersionKind(models.TextChoices):
    """How a version of a letter came about."""

    ASKED = "asked", _("Asked for approval")
    EDITED = "edited", _("Edited by an approver")
    RESUBMITTED = "resubmitted", _("Asked again")
    KEPT = "kept", _("Edited after it was withdrawn")


class DecisionKind(models.TextChoices):
    """What somebody decided about a version."""

    APPROVED = "approved", _("Approved")
    EDITED = "edited", _("Edited")
    SENT_BACK = "sent_back", _("Sent back")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Reason(models.TextChoices):
    """The reason codes that are there at the beginning; a workspace may have others."""

    POLITENESS = "politeness", _("Polite language")
    FACT = "fact", _("Wrong facts")
    ADDRESSEE = "addressee", _("Addressee")
    OMISSION = "omission", _("Something left out")
    TYPO = "typo", _("Slip of the pen")
    TONE = "tone", _("Tone")
    POLICY = "policy", _("Against our policy")


MAX_STEPS = 5
MAX_REASONS = 30
