"""Text out of attached files, for the index: PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, HTML.

Files come from strangers and parsers have bugs, so each is read by a process of its own
(`python -m madoguchi.search.extract`) with limits of time and memory: whatever happens there, happens there.
What it had written until it was stopped still counts. `readers.py` holds what runs inside it.
"""

import os
import subprocess
import sys
from pathlib import PurePath

from madoguchi.search.readers import MAX_TEXT_CHARS, READERS, run_reader

#: Larger files are not read; with base64 no mail server lets more through.
MAX_FILE_BYTES = 30_000_000
#: A hundred pages of PDF take about five.
MAX_SECONDS = 20.0

_BY_ENDING = {
    ".pdf": "pdf",
    **dict.fromkeys((".docx", ".docm"), "word"),
    **dict.fromkeys((".xlsx", ".xlsm"), "excel"),
    **dict.fromkeys((".pptx", ".pptm"), "powerpoint"),
    **dict.fromkeys((".odt", ".ods", ".odp"), "opendocument"),
    **dict.fromkeys((".txt", ".csv", ".tsv", ".log", ".md", ".json", ".ics", ".vcf"), "text"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
}
_BY_TYPE = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "powerpoint",
    "application/vnd.oasis.opendocument.text": "opendocument",
    "application/vnd.oasis.opendocument.spreadsheet": "opendocument",
    "application/vnd.oasis.opendocument.presentation": "opendocument",
    "text/html": "html",
    "text/plain": "text",
    "text/csv": "text",
}


class NotExtractable(Exception):
    """There is no text to be had from this file; the message says why, for the log."""


def file_kind(name: str, content_type: str) -> str:
    """What reads this file; empty when nothing does. The ending counts first: many send all files as octet-stream."""
    known = _BY_ENDING.get(PurePath(name).suffix.lower(), "")
    return known or _BY_TYPE.get(content_type.partition(";")[0].strip().lower(), "")


def extract_text(content: bytes, *, name: str, content_type: str = "", max_seconds: float = MAX_SECONDS) -> str:
    """The text of one file, at most `MAX_TEXT_CHARS` characters.

    Raises `NotExtractable` for kinds that are not read, files too large, broken, encrypted, hostile or too slow.
    """
    kind = file_kind(name, content_type)
    if not kind:
        raise NotExtractable("no reader for this kind of file")
    if len(content) > MAX_FILE_BYTES:
        raise NotExtractable(f"larger than {MAX_FILE_BYTES:,} bytes")
    return _read_apart(kind, content, max_seconds)


def _read_apart(kind: str, content: bytes, max_seconds: float) -> str:
    """Run the reader in a process of its own; it gets nothing of ours but the import path."""
    try:
        finished = subprocess.run(  # noqa: S603 — our own interpreter, our own module, a kind from the table above
            [sys.executable, "-m", "madoguchi.search.extract", kind],
            input=content,
            capture_output=True,
            timeout=max_seconds,
            check=False,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired as slow:
        output, trouble = slow.stdout or b"", f"took longer than {max_seconds:g} seconds"
    else:
        output = finished.stdout
        trouble = _last_line(finished.stderr) if finished.returncode else ""
    text = output.decode("utf-8", errors="ignore")[:MAX_TEXT_CHARS]
    if trouble and not text.strip():
        raise NotExtractable(trouble)
    return text


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "the reader was stopped"


if __name__ == "__main__":
    run_reader(READERS[sys.argv[1]], sys.stdin.buffer.read(MAX_FILE_BYTES), sys.stdout)
