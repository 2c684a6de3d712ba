"""The reference of settings, printed from what the readers in `core.env` were asked for."""

import click

from madoguchi.cli.surroundings import embedded_postgres
from madoguchi.core.env import KNOWN


@click.command()
@click.option("--markdown", is_flag=True, help="As a table for the documentation.")
def settings(markdown: bool) -> None:  # noqa: FBT001 - click gives options by name
    """List every setting with its default. Secrets can also be given as files: NAME_FILE."""
    embedded_postgres()  # reads the one setting that is not among Django's
    known = sorted(KNOWN.values(), key=lambda setting: setting.name)
    if markdown:
        click.echo("| Setting | Value | Default | What it is for |\n|---|---|---|---|")
    for setting in known:
        default = "" if setting.kind == "secret" else setting.default
        if markdown:
            kind = setting.kind.replace("|", "or")
            click.echo(f"| `{setting.name}` | {kind} | {f'`{default}`' if default else ''} | {setting.about} |")
        else:
            click.echo(f"{setting.name}={default}\n    {setting.about} ({setting.kind})")
