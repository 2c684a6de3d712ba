"""Staff and API tokens from the terminal; what is done is recorded as done by the command line."""

import click

from madoguchi.accounts import actions, queries
from madoguchi.accounts.choices import Language, Role
from madoguchi.cli.surroundings import database
from madoguchi.events.actor import Actor

BY = Actor.system("command line")
ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """List, add and change people of the staff."""


@user.command("list")
def list_users() -> None:
    """List everybody who is or was on the staff."""
    with database():
        for person in queries.all_users():
            state = "" if person.is_active else "  (deactivated)"
            click.echo(f"{person.email:<40} {person.role:<11} {person.name}{state}")


@user.command()
@click.argument("email")
@click.option("--name", default="", help="Name that colleagues and customers see; the mail address if left out.")
@click.option("--role", type=ROLES, default=Role.AGENT.value, show_default=True, help="What the person may do.")
@click.option("--language", type=click.Choice(Language.values), default=Language.JA.value, show_default=True)
@click.password_option(help="Asked for if left out.")
def create(email: str, name: str, role: str, language: str, password: str) -> None:
    """Add a person."""
    with database():
        made = actions.create_user(email, name=name, role=role, language=language, password=password, by=BY)
        click.echo(f"{made.email} can sign in now.")


@user.command()
@click.argument("email")
@click.argument("role", type=ROLES)
def role(email: str, role: str) -> None:
    """Change what a person may do."""
    with database():
        changed = actions.change_user(queries.get_user_by_email(email), role=role, by=BY)
        click.echo(f"{changed.email} is {changed.role} now.")


@user.command()
@click.argument("email")
@click.password_option(help="Asked for if left out.")
def password(email: str, password: str) -> None:
    """Give a person a new password, for example the first owner who forgot it; their sessions end."""
    with database():
        person = queries.get_user_by_email(email)
        actions.set_password(person, password, by=BY)
        click.echo(f"{person.email} can sign in with the new password now.")


@user.command()
@click.argument("email")
@click.confirmation_option(prompt="Sign-in, sessions and tokens of this person end at once. Go on?")
def deactivate(email: str) -> None:
    """Let a person in no longer; what they wrote stays."""
    with database():
        person = queries.get_user_by_email(email)
        actions.deactivate_user(person, by=BY)
        click.echo(f"{person.email} cannot sign in any more.")


@click.group()
def token() -> None:
    """Make a token for the API."""


@token.command("create")
@click.argument("email")
@click.option("--label", default="command line", show_default=True, help="What the token is for, shown in the list.")
def create_token(email: str, label: str) -> None:
    """Print a new API token that acts as the person EMAIL. It is shown this once and only its hash is kept."""
    with database():
        click.echo(actions.create_token(queries.get_user_by_email(email), label=label, by=BY))
