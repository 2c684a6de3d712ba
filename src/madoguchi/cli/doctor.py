"""`madoguchi doctor`: look at everything that tends to go wrong, and say what to do about it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import click
from django.db import Error

from madoguchi.cli.checks import AFTER_DATABASE, BEFORE_DATABASE, DATABASE, Check, Finding
from madoguchi.cli.surroundings import database
from madoguchi.core.errors import DomainError
from madoguchi.core.postgres import DatabaseTrouble


@dataclass(frozen=True)
class Result:
    """What one check found."""

    check: str
    ok: bool
    message: str
    advice: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for monitoring.")
def doctor(as_json: bool) -> None:  # noqa: FBT001 - click gives options by name
    """Check database, jobs, mailboxes, disk, time and configuration. Exit code 1 if something needs attention."""
    results = list(examine())
    healthy = all(result.ok for result in results)
    if as_json:
        click.echo(json.dumps({"ok": healthy, "checks": [asdict(result) for result in results]}, ensure_ascii=False))
    else:
        click.echo("\n".join(line(result) for result in results))
    raise SystemExit(0 if healthy else 1)


def examine() -> Iterator[Result]:
    """Run the checks in order; without a database, those that need one are left out."""
    yield from run_checks(BEFORE_DATABASE)
    try:
        with database():
            reachable = list(run_checks([DATABASE]))
            yield from reachable
            if reachable[0].ok:
                yield from run_checks(AFTER_DATABASE)
    except DatabaseTrouble as trouble:
        yield Result(DATABASE.name, ok=False, message=str(trouble), advice="")


def run_checks(checks: Iterable[Check]) -> Iterator[Result]:
    """Run each check; one that fails itself is a finding as well."""
    for check in checks:
        try:
            found = check.run()
        except (DomainError, Error, OSError) as error:
            found = Finding(f"{type(error).__name__}: {str(error).strip()}", "See the log.")
        yield Result(check.name, ok=not found.advice, message=found.message, advice=found.advice)


def line(result: Result) -> str:
    """Return one line for a person, two if there is something to do."""
    told = f"{'OK' if result.ok else 'NG'}  {result.check:<14} {result.message}"
    return told if not result.advice else f"{told}\n    {'':<14} → {result.advice}"
