"""The desk's own files (`static/desk/`), few and small, served from memory under their hash like those of `ui`."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from madoguchi.ui.assets import small

FOLDER = Path(__file__).parent / "static" / "desk"
CONTENT_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@lru_cache(maxsize=1)
def _load(_stamp: int) -> tuple[str, dict[str, bytes]]:
    files = {path.name: small(path) for path in sorted(FOLDER.iterdir()) if path.suffix in CONTENT_TYPES}
    digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + content for name, content in files.items()))
    return digest.hexdigest()[:12], files


def desk_files() -> tuple[str, dict[str, bytes]]:
    """The version and the files by name; under DEBUG read again when one changes."""
    return _load(max(path.stat().st_mtime_ns for path in FOLDER.iterdir()) if settings.DEBUG else 0)


def desk_asset(name: str) -> str:
    """The address of one of the desk's files; an unknown name is a `KeyError`."""
    version, files = desk_files()
    if name not in files:
        raise KeyError(name)
    return reverse("desk:asset", args=[version, name])
