"""The desk's own style sheet and scripts."""

from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from madoguchi.desk.access import open_to_all
from madoguchi.desk.assets import CONTENT_TYPES, desk_files


@require_safe
@open_to_all
def asset(request: HttpRequest, version: str, name: str) -> HttpResponse:  # noqa: ARG001 - the address names the version
    """One file; the address carries the hash of the content, so browsers may keep it."""
    current, files = desk_files()
    content = files.get(name)
    if content is None:
        return HttpResponseNotFound()
    response = HttpResponse(content, content_type=CONTENT_TYPES[PurePosixPath(name).suffix])
    response["Cache-Control"] = "public, max-age=31536000, immutable" if version == current else "no-cache"
    return response
