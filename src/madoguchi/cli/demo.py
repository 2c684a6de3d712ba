"""The demo workspace: a Japanese mail-order shop with staff, customers and 90 days of mail."""

import logging
import time

import click

from madoguchi.accounts.queries import all_users
from madoguchi.cli.migrate import migrate_if_needed
from madoguchi.cli.surroundings import database
from madoguchi.flows.demo import LOGINS, load_demo
from madoguchi.flows.demo.source import SUPPORT

logger = logging.getLogger(__name__)


def load_demo_once() -> None:
    """Load the demo workspace unless there is anybody on the staff, as there is after the first start."""
    if all_users().exists():
        return
    logger.info("Loading the demo workspace, once; this takes some seconds.")
    began = time.monotonic()
    load_demo()
    logger.info("The demo workspace is loaded.", extra={"seconds": round(time.monotonic() - began, 1)})


def logins() -> list[str]:
    """Return mail address and password of the demo's people, one a line."""
    width = max(len(email) for email, _ in LOGINS)
    return [f"{email:<{width}}  {password}" for email, password in LOGINS]


def support_address() -> str:
    """Return an address that takes mail in the demo."""
    return SUPPORT


@click.command()
def demo() -> None:
    """Load the demo workspace into an empty database and print who can sign in."""
    with database():
        migrate_if_needed()
        load_demo()
    click.echo("\n".join(logins()))
