"""The look's own files, served from memory under one content hash.

Everything below static/ui/ is read once, the style sheets are joined into one `app.css`, and all of it is compressed.
The address carries the hash of the whole (`/static/ui/<version>/app.js`), so relative imports between modules stay
inside one version and browsers may keep every file for a year. No build step and no collectstatic is needed; our own
scripts leave without comments and indentation, which is a fifth of what a browser loads of them.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import rjsmin
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import get_script_prefix

FOLDER = Path(__file__).parent / "static" / "ui"
PREFIX = "static/ui/"
SHEET = "app.css"
#: The parts of app.css in reading order; what wins is decided by the layers named in base.css.
PARTS = (
    "tokens.css",
    "base.css",
    "controls.css",
    "form.css",
    "table.css",
    "frame.css",
    "rail.css",
    "list.css",
    "talk.css",
    "composer.css",
    "side.css",
    "page.css",
    "states.css",
    "menu.css",
    "dialog.css",
    "toast.css",
    "palette.css",
    "help.css",
    "print.css",
)
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it leaves: its bytes plain and compressed."""

    content_type: str
    plain: bytes
    compressed: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of one version, by the name used in templates."""

    version: str
    assets: dict[str, Asset]
    modules: tuple[str, ...]


def _files() -> dict[str, bytes]:
    names = (path for path in FOLDER.rglob("*") if path.suffix in CONTENT_TYPES)
    files = {path.relative_to(FOLDER).as_posix(): small(path) for path in sorted(names)}
    files[SHEET] = b"\n".join(files.pop(part) for part in PARTS)
    return files


def small(path: Path) -> bytes:
    """The bytes of a file as browsers get it: a script of our own without what only readers of the code need."""
    content = path.read_bytes()
    if path.suffix != ".js" or path.parent.name == "vendor":
        return content
    shrunk: str = rjsmin.jsmin(content.decode())
    return shrunk.encode()


@lru_cache(maxsize=1)
def _load(_stamp: int) -> Bundle:
    files = _files()
    digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + content for name, content in sorted(files.items())))
    assets = {
        name: Asset(CONTENT_TYPES[PurePosixPath(name).suffix], content, gzip.compress(content, 9, mtime=0))
        for name, content in files.items()
    }
    modules = tuple(name for name in sorted(files) if name.endswith(".js") and "/" not in name)
    return Bundle(digest.hexdigest()[:12], assets, modules)


def bundle() -> Bundle:
    """Return the files of the running version; under DEBUG they are read again when one changes on disk."""
    return _load(max(path.stat().st_mtime_ns for path in FOLDER.rglob("*")) if settings.DEBUG else 0)


def asset_url(name: str) -> str:
    """Return the address of a file of the look; an unknown name is a `KeyError`, so that a typo cannot ship."""
    current = bundle()
    if name not in current.assets:
        raise KeyError(name)
    return f"{get_script_prefix()}{PREFIX}{current.version}/{name}"


def serve_assets(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, to stand first: answers for the look's files before sessions, sign-in or the database are touched."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        version, _, name = request.path_info.removeprefix(f"/{PREFIX}").partition("/")
        if not request.path_info.startswith(f"/{PREFIX}") or request.method not in {"GET", "HEAD"}:
            return get_response(request)
        current = bundle()
        found = current.assets.get(name)
        if found is None:
            return get_response(request)
        return _response(found, accepts=request.headers.get("Accept-Encoding", ""), fresh=version == current.version)

    return middleware


def _response(found: Asset, *, accepts: str, fresh: bool) -> HttpResponse:
    zipped = "gzip" in accepts
    body = found.compressed if zipped else found.plain
    response = HttpResponse(body, content_type=found.content_type)
    # A page from before an upgrade asks with its old version: it gets today's file, but may not keep it.
    response["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    response["Content-Length"] = str(len(body))
    response["Vary"] = "Accept-Encoding"
    response["X-Content-Type-Options"] = "nosniff"
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response
