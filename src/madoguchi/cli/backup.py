"""Everything the desk knows in one file, and back: the database, the files, and the key that opens its secrets.

The database is read first and the files after it. Files are stored before the rows that name them and never change, so
every file that a row of the backup names is there, although the desk goes on working meanwhile.
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

import click
from django.conf import settings
from django.db import connection

from madoguchi.cli.surroundings import database
from madoguchi.cli.trouble import CannotRun
from madoguchi.core.postgres import database_url
from madoguchi.core.postgres.binaries import find_binaries

DUMP = "database.dump"
#: Beside the dump, from the data folder: what the database refers to, and what opens its sealed passwords.
BESIDE = ("files", "secret-key")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything into FILE (a tar archive) while the desk goes on working. Keep it secret: it has all keys.

    Files in an S3 store are not included; that store has its own copies.
    """
    with database(), tempfile.TemporaryDirectory(dir=file.absolute().parent) as place:
        dump = Path(place) / DUMP
        run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", address())
        draft = Path(place) / "backup.tar"
        with tarfile.open(draft, "w") as archive:
            archive.add(dump, DUMP)
            for name in BESIDE:
                part = Path(settings.DATA_DIR) / name
                if part.exists():
                    archive.add(part, name)
        draft.chmod(0o600)
        draft.replace(file)
    click.echo(f"{file}: {file.stat().st_size / 1024**2:.1f} MB")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a backup into an empty data folder or database; then start the desk as usual."""
    with database():
        if connection.introspection.table_names():
            raise CannotRun(
                "This database is not empty, and a backup is put into an empty one only; "
                "set MADOGUCHI_DATA_DIR to a new folder, or MADOGUCHI_DATABASE_URL to a new database."
            )
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as place:
            unpack(file, Path(place))
            dump = Path(place) / DUMP
            run_tool(
                "pg_restore",
                *("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-comments"),
                *(f"--dbname={address()}", str(dump)),
            )
            for name in BESIDE:
                put_in_place(Path(place) / name, Path(settings.DATA_DIR) / name)
    click.echo("The backup is in place. Start the desk: madoguchi run")


def unpack(file: Path, place: Path) -> None:
    """Unpack an archive of ours; anything that would land elsewhere is refused by the filter of tarfile."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(place, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise CannotRun(f"{file} is no backup of madoguchi, or is damaged ({error}); choose another file.") from error
    if not (place / DUMP).exists():
        raise CannotRun(f"{file} is no backup of madoguchi: it has no {DUMP}; choose another file.")


def put_in_place(part: Path, target: Path) -> None:
    """Move a part of the backup to where the desk looks for it; what an empty data folder has there gives way."""
    if not part.exists():
        return
    if target.is_dir():
        target.rename(target.with_name(f"{target.name}.before-restore"))
    part.replace(target)


def run_tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools; `CannotRun` has its first complaint if it fails."""
    tool = find_binaries(None).program(name)
    done = subprocess.run([tool, *arguments], capture_output=True, check=False)  # noqa: S603 - our own arguments, no shell
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        raise CannotRun(f"{name} failed: {said[0]}")


def address() -> str:
    """Return the address of the database, for tools that are not Django."""
    return settings.DATABASE_URL or database_url(settings.DATA_DIR)
