"""The code that proves, at the first run, that whoever sits at the browser also has the machine.

Made once, kept in the data folder for the owner's eyes only, printed by `madoguchi run`, gone with the first owner.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

#: Without the letters and digits that look alike; twelve of them are 59 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def setup_code() -> str:
    """The code, in three groups; the first call makes it. Two processes that start at once agree."""
    file = _file()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text("-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)), "ascii")
        try:
            os.link(draft, file)  # fails when the other process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text("ascii").strip()


def waiting_setup_code() -> str | None:
    """The code if one was made and nobody has used it yet; makes none, and asks no database."""
    try:
        return _file().read_text("ascii").strip()
    except FileNotFoundError:
        return None


def is_setup_code(text: str) -> bool:
    """True if this is the code; blanks, hyphens and capitals do not matter."""
    return constant_time_compare(_bare(text), _bare(setup_code()))


def forget_setup_code() -> None:
    """Delete the code: there is an owner now."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "setup-code"


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter in ALPHABET)
