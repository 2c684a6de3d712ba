"""The secret key: from the environment, or made once and kept in the data folder for the owner's eyes only."""

import os
import secrets
from pathlib import Path

from madoguchi.core import env

#: Shorter ones can be found by trying.
_LEAST_CHARS = 32


def secret_key(data_dir: Path) -> str:
    """MADOGUCHI_SECRET_KEY, or the key of the data folder, made at the first call.

    Two processes that start at once agree: the file is created exclusively and the loser reads the winner's.
    """
    given = env.secret("MADOGUCHI_SECRET_KEY", "", about="signs sessions and seals passwords; made by itself if empty")
    if given:
        return _strong(given, "MADOGUCHI_SECRET_KEY")
    file = data_dir / "secret-key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f"secret-key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, file)  # fails when the key is there already: linking shows a whole file or none
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return _strong(file.read_text(encoding="ascii").strip(), str(file))
    except (FileExistsError, NotADirectoryError) as error:
        raise env.BadSetting(
            f"MADOGUCHI_DATA_DIR is {data_dir}, where a file is in the way; set it to a folder."
        ) from error
    except OSError as error:
        raise env.BadSetting(
            f"The secret key cannot be kept in {data_dir} ({error.strerror}); "
            "make the folder writable or set MADOGUCHI_SECRET_KEY."
        ) from error


def _strong(key: str, place: str) -> str:
    if len(key) < _LEAST_CHARS:
        raise env.BadSetting(
            f"The secret key in {place} has {len(key)} characters, which can be found by trying; "
            f"take {_LEAST_CHARS} random ones or more (openssl rand -base64 48)."
        )
    return key
