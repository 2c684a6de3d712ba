"""Files on their way out: nothing in them may run, whatever they claim to be."""

import re
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import NotAllowed
from madoguchi.customers.actions.showing import is_file_open
from madoguchi.files.models import Blob
from madoguchi.files.queries import read_blob

_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}", re.ASCII)
#: What a browser would run or render as a page of ours.
_ACTIVE = re.compile(r"html|xml|svg|script|pdf", re.IGNORECASE)

#: How these answers are described.
MAIL: dict[str, Any] = {
    "responses": {200: {"description": "The mail.", "content": {"message/rfc822": {"schema": {"type": "string"}}}}}
}
BYTES: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The bytes of the file.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "contentMediaType": "*/*"}}},
        }
    }
}


def download_file(user: User, blob: Blob, *, name: str, content_type: str) -> HttpResponse:
    """A file of a customer; `NotAllowed` for callers whose role masks addresses, until they have said why."""
    if not is_file_open(blob.pk, user):
        text = _("Your role reads addresses masked. In a file they cannot be: whoever needs it opens it with a reason.")
        raise NotAllowed(text)
    response = download(read_blob(blob), name=name, content_type=content_type)
    if user.masks_contacts:
        response["X-Shown-On-Purpose"] = "1"
    return response


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """An answer that a browser saves and never shows as a page; types it could run are said to be plain bytes."""
    if not _TYPE.fullmatch(content_type) or _ACTIVE.search(content_type):
        content_type = "application/octet-stream"
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
