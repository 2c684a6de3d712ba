"""Several files as one ZIP archive."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from madoguchi.files.models import Blob
from madoguchi.files.queries import read_blob

_MAX_NAME = 100
#: What separates folders or is not allowed in a name on some system; hidden and relative names begin with dots.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]|^[. ]+|[. ]+$')


def archive_of(files: Iterable[tuple[str, Blob]]) -> bytes:
    """A ZIP archive of these files, of one mail at most; names that occur twice are numbered.

    Names come from strangers: nothing in them leads out of the folder in which the archive is unpacked.
    """
    archive = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, blob in files:
            packed.writestr(_name(name, taken), read_blob(blob))
    return archive.getvalue()


def _name(name: str, taken: set[str]) -> str:
    path = PurePosixPath(_UNSAFE.sub("_", name) or "file")
    stem, suffix, number = path.stem[:_MAX_NAME], path.suffix[:_MAX_NAME], 1
    found = f"{stem}{suffix}"
    while found.casefold() in taken:
        number += 1
        found = f"{stem} ({number}){suffix}"
    taken.add(found.casefold())
    return found
