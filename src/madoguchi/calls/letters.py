"""The mail by which a colleague is told of a message (伝言メモ). What masked eyes are not to read stays in the desk."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from madoguchi.calls.choices import Wish
from madoguchi.calls.models import Slip


def slip_letter(slip: Slip) -> EmailMessage:
    """The mail, in the language of who reads it."""
    with translation.override(slip.recipient.language):
        values = {"who": slip.sender.name, "wish": Wish(slip.wish).label, "number": slip.conversation_id}
        subject = _("Message from %(who)s: %(wish)s (#%(number)d)") % values
        lines = [
            subject,
            "" if slip.recipient.masks_contacts else slip.text,
            f"{settings.BASE_URL}/c/{slip.conversation_id}",
            _("Answer it under “Messages”: %(url)s") % {"url": f"{settings.BASE_URL}/slips"},
        ]
    return EmailMessage(subject=subject, body="\n\n".join(filter(None, lines)) + "\n", to=[slip.recipient.email])
