"""Write docs/settings.md: the reference of settings, printed from what the readers in `core.env` are asked for."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "settings.md"

BEFORE = """\
# Settings

Everything is set by environment variables; `madoguchi settings` prints the same list as an environment file
(`deploy/env.example`). Unset and empty mean the same. A value that cannot be used stops the program at the start with
one sentence that says what is wrong. Secrets and URLs can also be given as a file: `NAME_FILE`, for container secrets.
`madoguchi doctor` names variables that nothing reads.

What is set once for the shop — 窓口, people, teams, tags — is not here but in the product, under 設定 (Settings).

This page is printed from the source (`scripts/settings_page.py`); a test holds it to it.

"""
AFTER = """
- `MADOGUCHI_S3_ENDPOINT`, `…_ACCESS_KEY` and `…_SECRET_KEY` are read when `MADOGUCHI_S3_BUCKET` is set.
- `make run` sets `MADOGUCHI_DEMO=1` unless it is set already.
- The default of `MADOGUCHI_DATA_DIR` follows `XDG_DATA_HOME`; that of `MADOGUCHI_BASE_URL` the port.
- Tests read `MADOGUCHI_TEST_DATABASE_URL`: see [testing](testing.md).
"""


def page() -> str:
    """The page as it should be; the program is asked in surroundings of its own."""
    # The settings of the S3 store are read only when there is a bucket, whose own default is to have none.
    surroundings = {
        "PATH": os.environ["PATH"],
        "HOME": "/home/desk",
        "PYTHONPATH": str(ROOT / "src"),
        "MADOGUCHI_SECRET_KEY": "only-to-print-" + "0" * 32,
        "MADOGUCHI_S3_BUCKET": "only-to-print",
    }
    asked = subprocess.run(
        [sys.executable, "-m", "madoguchi", "settings", "--markdown"],
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    return BEFORE + asked.stdout + AFTER


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
