"""The local folder store, made durable: a file is synced, and its folder too, before its row can commit."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class SyncedFileSystemStorage(FileSystemStorage):
    """Django's folder storage whose `save` returns only when the bytes are on the disk."""

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]
        path = Path(self.path(saved))
        for target, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))):
            handle = os.open(target, flags)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return saved
