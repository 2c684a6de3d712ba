"""The list of commands. Their modules import Django's models, so they are read once the settings are known."""

import importlib
import os
import sys
from collections.abc import Callable

import click
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError

from madoguchi import __version__
from madoguchi.cli import logs
from madoguchi.cli.surroundings import set_up_django
from madoguchi.cli.trouble import CannotRun
from madoguchi.core.env import BadSetting
from madoguchi.core.errors import DomainError
from madoguchi.core.postgres import DatabaseTrouble

#: Name, module below `madoguchi.cli` that has a command of that name, and what the list of commands says about it.
COMMANDS = {
    "run": ("run", "Run everything: database, web, jobs and mail intake, with one log."),
    "web": ("web", "Run one web process; start as many as you want."),
    "worker": ("worker", "Run one process for jobs and mail; start as many as you want."),
    "migrate": ("migrate", "Bring the database to this version."),
    "demo": ("demo", "Load the demo workspace into an empty database."),
    "doctor": ("doctor", "Check database, jobs, mailboxes, disk, time and configuration."),
    "backup": ("backup", "Write everything into one file."),
    "restore": ("backup", "Put a backup into an empty data folder."),
    "user": ("people", "List, add and change people of the staff."),
    "token": ("people", "Make a token for the API."),
    "mail": ("mail", "Import mail from files; clean the HTML of stored mail anew."),
    "settings": ("reference", "List every setting with its default."),
}


class LazyGroup(click.Group):
    """A group that reads a command's module when it is needed, and tells troubles in one sentence each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Read the settings, then the module of the command."""
        if cmd_name not in COMMANDS:
            return None
        telling(set_up_django)
        module = importlib.import_module(f"madoguchi.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without reading their modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what a person can do something about is one sentence and exit code 1, not a trace."""
        return telling(lambda: super(LazyGroup, self).invoke(ctx))


def telling[T](work: Callable[[], T]) -> T:
    """Do the work, and turn the errors that are meant for people into the sentence that click prints."""
    try:
        return work()
    except (BadSetting, CannotRun, DatabaseTrouble, DomainError) as error:
        raise click.ClickException(str(error)) from error
    except ImproperlyConfigured as error:
        raise click.ClickException(f"The configuration is not complete: {error}") from error
    except OperationalError as error:
        first = str(error).strip().splitlines()[0]
        raise click.ClickException(f"The database does not answer ({first}); check MADOGUCHI_DATABASE_URL.") from error
    except ProgrammingError as error:
        first = str(error).strip().splitlines()[0]
        raise click.ClickException(f"The database is not of this version ({first}); run: madoguchi migrate") from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="madoguchi")
def cli() -> None:
    """Madoguchi (窓口), the open customer-support desk.

    "madoguchi run" is all it takes. Everything is set by environment variables: see "madoguchi settings".
    """


def main() -> None:
    """Run the command line; logs go to standard error unless the command says otherwise.

    Whatever the program writes is closed to other users of the machine.
    """
    os.umask(0o077)
    try:
        logs.configure("madoguchi", sys.stderr)
    except BadSetting as error:
        sys.exit(f"Error: {error}")
    cli(prog_name="madoguchi")
