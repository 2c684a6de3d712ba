"""Files on their way out: nothing in them may run, whatever they claim to be."""

import re
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

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
