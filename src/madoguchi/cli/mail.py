"""Mail from files, a move from another desk or a test with real messages; and stored mail cleaned anew."""

from pathlib import Path

import click

from madoguchi.cli.surroundings import database
from madoguchi.connectors.mail.importing import import_path
from madoguchi.connectors.mail.recleaning import clean_html_anew


@click.group()
def mail() -> None:
    """Import mail from files; clean the HTML of stored mail anew."""


@mail.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--inbox", default="", help="Mail address of the 窓口 to put them into; by default as they are addressed."
)
@click.option("--as-new", is_flag=True, help="They are work to do: new, received now, with a deadline.")
def import_mail(paths: tuple[Path, ...], inbox: str, *, as_new: bool) -> None:
    """Take in .eml files, mbox files, or folders of them, under their own dates and as done.

    What is here already is not taken twice.
    """
    with database():
        for path in paths:
            click.echo(f"{path}: {import_path(path, inbox=inbox, as_new=as_new)}")


@mail.command("clean-html")
def clean_html() -> None:
    """Clean the HTML of stored mail anew, by the rules of this version.

    For mail that came before an upgrade changed them. It may run beside the desk, and again.
    """
    with database():
        click.echo(str(clean_html_anew()))
