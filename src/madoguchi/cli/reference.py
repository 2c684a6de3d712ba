"""The reference of settings, printed from what the readers in `core.env` were asked for."""

import click

from madoguchi.cli import logs
from madoguchi.cli.surroundings import embedded_postgres
from madoguchi.core.env import KNOWN, Setting


@click.command()
@click.option("--markdown", is_flag=True, help="As a table for the documentation.")
def settings(markdown: bool) -> None:  # noqa: FBT001 - click gives options by name
    """List every setting with its default, in the form of an environment file.

    Secrets and URLs can also be given as files: NAME_FILE.
    """
    embedded_postgres()  # this and the next read settings that are not among Django's
    logs.chosen()
    known = sorted(KNOWN.values(), key=lambda setting: setting.name)
    if markdown:
        click.echo("| Setting | Value | Default | What it is for |\n|---|---|---|---|")
    click.echo("\n".join(map(table_row if markdown else file_lines, known)))


def file_lines(setting: Setting) -> str:
    """Return a comment and the setting itself, switched off."""
    kind = f" ({setting.kind})" if setting.kind != "text" else ""
    return f"# {setting.about}{kind}\n#{setting.name}={setting.default}\n"


def table_row(setting: Setting) -> str:
    """Return one row of a Markdown table."""
    default = f"`{setting.default}`" if setting.default else ""
    return f"| `{setting.name}` | {setting.kind.replace('|', 'or')} | {default} | {setting.about} |"
