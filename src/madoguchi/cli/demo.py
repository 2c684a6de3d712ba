"""The demo workspace: a Japanese mail-order shop with staff, customers and 90 days of mail."""

import logging
import time

import click
from django.db import transaction
from django.utils.module_loading import import_string

from madoguchi.accounts.queries import all_users
from madoguchi.cli.migrate import migrate_if_needed
from madoguchi.cli.surroundings import database
from madoguchi.cli.trouble import CannotRun

logger = logging.getLogger(__name__)

LOADER = "madoguchi.flows.demo.load_demo"
LOGINS = "madoguchi.flows.demo.LOGINS"


def load_demo_once() -> bool:
    """Load the demo workspace unless there is anybody on the staff; all of it or, if killed on the way, nothing."""
    if all_users().exists():
        return False
    logger.info("Loading the demo workspace; this takes some seconds, once.")
    began = time.monotonic()
    with transaction.atomic():
        import_string(LOADER)()
    logger.info("The demo workspace is loaded.", extra={"seconds": round(time.monotonic() - began, 1)})
    return True


def logins() -> list[str]:
    """Return mail address and password of the demo's people, one a line."""
    known: list[tuple[str, str]] = import_string(LOGINS)
    return [f"{email}  {password}" for email, password in known]


@click.command()
def demo() -> None:
    """Load the demo workspace into an empty database and print who can sign in."""
    with database():
        migrate_if_needed()
        if not load_demo_once():
            raise CannotRun(
                "There are people in this database already, and the demo workspace is only for an empty one; "
                "set MADOGUCHI_DATA_DIR to a new folder."
            )
    click.echo("\n".join(logins()))
