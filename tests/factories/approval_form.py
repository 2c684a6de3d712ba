"""What the page of a request sends."""

from django.urls import reverse

from madoguchi.conversations.models import ApprovalRequest, Message
from madoguchi.conversations.preflighting import findings_for_stored


def form_of(message: Message, **values) -> dict[str, object]:
    request = ApprovalRequest.objects.get(message=message)
    seen = findings_for_stored(message, message.conversation)  # the page shows them
    return {
        "acknowledge": " ".join(each.key for each in seen),
        "to": "髙橋 由美子 <yumiko@mail.example>",
        "subject": message.subject,
        "text": message.text.replace("\n", "\r\n"),
        "seen": request.seen,
        "deed": "approve",
        **values,
    }


def place_of(message: Message) -> str:
    return reverse("desk:approval", args=[ApprovalRequest.objects.get(message=message).pk])
