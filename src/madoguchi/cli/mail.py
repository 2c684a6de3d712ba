"""Mail from files: a move from another desk, or a test with real messages."""

from pathlib import Path

import click
from django.utils.module_loading import import_string

from madoguchi.cli.surroundings import database

IMPORTER = "madoguchi.connectors.mail.importing.import_path"


@click.group()
def mail() -> None:
    """Import mail from files."""


@mail.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--inbox", default="", help="Mail address of the 窓口 to put them into; by default as they are addressed."
)
def import_mail(paths: tuple[Path, ...], inbox: str) -> None:
    """Take in .eml files, mbox files, or folders of them. What is here already is not taken twice."""
    with database():
        for path in paths:
            click.echo(f"{path}: {import_string(IMPORTER)(path, inbox=inbox)}")
