"""Files for people who read addresses masked: a text is shown masked, anything else opens for a reason.

In a picture, a PDF or a spreadsheet nothing can be masked; work needs them all the same. So the first click asks why,
the audit log keeps the answer, and the file stays open to that person for some hours (`customers.actions.showing`).
"""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.customers.actions.showing import MAX_REASON, is_file_open
from madoguchi.desk.masked import SHOWN

#: What is shown as text, and so masked like every other.
_TEXTS = ("text/plain", "text/csv")


class ReasonForm(forms.Form):
    """Why somebody needs to see something as it is."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        help_text=gettext_lazy("It is kept in the audit log with your name."),
    )


def is_readable(user: User, blob_id: int, content_type: str = "") -> bool:
    """True where a file may be looked at: as a text, which leaves masked, or because it has been opened."""
    return content_type in _TEXTS or is_file_open(blob_id, user)


def on_purpose(user: User, blob_id: int, response: HttpResponse) -> HttpResponse:
    """Let a file leave as it is to somebody who has opened it."""
    if user.masks_contacts and is_file_open(blob_id, user):
        response[SHOWN] = "1"
        response["Cache-Control"] = "no-store"
    return response
