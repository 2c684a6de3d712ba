"""The commands as a person types them, and the sentences they answer with."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner
from django.core import checks as django_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from madoguchi.accounts.queries import get_user_by_email, tokens_of, user_of_token
from madoguchi.channels.actions import create_inbox, mark_failing, store_raw
from madoguchi.cli import checks, commands, migrate
from madoguchi.cli.checks import Check, Finding
from madoguchi.cli.commands import cli, telling
from madoguchi.cli.doctor import run_checks
from madoguchi.cli.people import BY
from madoguchi.core.env import BadSetting
from madoguchi.core.errors import NotFound
from madoguchi.events.models import Event

EMAIL = "mori@harukaze-nichiyo.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def typed():
    """Type a command; the answer has `output` and `exit_code`."""

    def type_command(*words, answer=None):
        return CliRunner().invoke(cli, words, input=answer, prog_name="madoguchi")

    return type_command


@pytest.fixture
def mori(db, typed):
    assert typed("user", "create", EMAIL, "--name", "森 葵", "--password", PASSWORD).exit_code == 0
    return get_user_by_email(EMAIL)


def test_help_lists_every_command(typed):
    said = typed("--help").output

    assert [name for name in commands.COMMANDS if name not in said] == []


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_every_command_has_help(typed, name):
    answer = typed(name, "--help")

    assert (answer.exit_code, answer.output.startswith(f"Usage: madoguchi {name}")) == (0, True)


def test_an_unknown_command_is_told(typed):
    answer = typed("stop")

    assert (answer.exit_code, "No such command 'stop'" in answer.output) == (2, True)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (BadSetting("PORT is wrong."), "PORT is wrong."),
        (NotFound("There is no such user."), "There is no such user."),
        (ImproperlyConfigured("no key"), "The configuration is not complete: no key"),
        (OperationalError("timeout\nhint"), "does not answer (timeout); check MADOGUCHI_DATABASE_URL."),
        (ProgrammingError("no such table\nline"), "(no such table); run: madoguchi migrate"),
    ],
)
def test_troubles_become_one_sentence(error, sentence):
    def work():
        raise error

    with pytest.raises(ClickException) as caught:
        telling(work)

    assert sentence in caught.value.format_message()


def test_a_person_is_added_and_can_sign_in(mori):
    assert (mori.name, mori.role, mori.check_password(PASSWORD)) == ("森 葵", "agent", True)
    assert Event.objects.get(kind="user_created").actor_label == "command line"


def test_the_password_is_asked_for(db, typed):
    answer = typed("user", "create", EMAIL, answer=f"{PASSWORD}\n{PASSWORD}\n")

    assert (answer.exit_code, get_user_by_email(EMAIL).check_password(PASSWORD)) == (0, True)
    assert PASSWORD not in answer.output


def test_people_are_listed_with_their_role(mori, typed):
    line = typed("user", "list").output

    assert line.split() == [EMAIL, "agent", "森", "葵"]


def test_a_role_is_changed(mori, typed):
    said = typed("user", "role", EMAIL, "owner").output

    mori.refresh_from_db()
    assert (said, mori.role) == (f"{EMAIL} is owner now.\n", "owner")


def test_a_password_is_changed(mori, typed):
    typed("user", "password", EMAIL, "--password", "another long secret")

    mori.refresh_from_db()
    assert mori.check_password("another long secret")


def test_a_person_is_let_in_no_longer(mori, typed):
    typed("user", "create", "owner@harukaze-nichiyo.example", "--role", "owner", "--password", PASSWORD)

    typed("user", "deactivate", EMAIL, "--yes")
    listed = typed("user", "list").output

    mori.refresh_from_db()
    assert (mori.is_active, listed.count("(deactivated)")) == (False, 1)


def test_a_token_acts_as_the_person(mori, typed):
    text = typed("token", "create", EMAIL, "--label", "import").output.strip()

    assert user_of_token(text) == mori
    assert tokens_of(mori).get().label == "import"


def test_a_token_of_nobody_is_refused(db, typed):
    answer = typed("token", "create", "nobody@harukaze-nichiyo.example")

    assert (answer.exit_code, answer.output.startswith("Error: ")) == (1, True)


def test_mail_is_imported_from_a_file(db, typed, tmp_path):
    (tmp_path / "one.eml").write_bytes(b"From: a@mail.example\r\nTo: b@shop.example\r\nSubject: x\r\n\r\nhello\r\n")

    said = typed("mail", "import", str(tmp_path)).output

    assert said == f"{tmp_path}: Mails: 1, from files: 1\n"


def test_settings_are_listed(typed):
    said = typed("settings").output

    assert "# port of the web server (whole number)\n#MADOGUCHI_HTTP_PORT=8000\n" in said
    assert "#MADOGUCHI_PG_BIN=\n" in said


def test_the_example_of_deploy_is_what_the_settings_say(typed):
    example = Path(__file__).parents[2] / "deploy" / "env.example"

    assert example.read_text(encoding="utf-8") == typed("settings").output, "Run: make reference"


def test_settings_are_listed_for_the_documentation(typed):
    said = typed("settings", "--markdown").output

    assert "| `MADOGUCHI_HTTP_PORT` | whole number | `8000` | port of the web server |" in said.splitlines()


def test_migrating_a_current_database_does_nothing(db, typed):
    assert typed("migrate").output == "The database is of this version already.\n"


def test_what_is_missing_is_applied(db, typed):
    connection.cursor().execute("DROP TABLE django_session")
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()

    said = typed("migrate").output

    assert (said, migrate.missing_migrations()) == ("The database is ready.\n", [])


def test_the_second_of_two_finds_nothing_to_do(db, monkeypatch):
    answers = iter([["sessions.0001_initial"], []])
    monkeypatch.setattr(migrate, "missing_migrations", lambda: next(answers))

    assert migrate.migrate_if_needed()


@pytest.mark.parametrize("process", ["web", "worker"])
def test_what_prepares_no_database_refuses_one_without_its_tables(db, typed, process):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()

    answer = typed(process, *(["--port", "0"] if process == "web" else []))

    assert answer.exit_code == 1
    assert "Error: The database is not of this version yet; run “madoguchi migrate”" in answer.output


def test_a_database_of_a_newer_version_is_refused(db, typed):
    MigrationRecorder.Migration.objects.create(app="conversations", name="9999_from_the_future")

    answer = typed("migrate")

    assert answer.exit_code == 1
    assert "made by a newer madoguchi (conversations 9999_from_the_future); install that version" in answer.output


def test_an_old_server_is_refused(db, typed, monkeypatch):
    monkeypatch.setattr(migrate, "OLDEST_SERVER", 990_000)

    assert "madoguchi needs 14 or newer" in typed("migrate").output


def test_the_doctor_finds_all_well(no_jobs, typed, tmp_path, settings):
    settings.DATA_DIR = tmp_path

    answer = typed("doctor")

    assert (answer.exit_code, [line[:2] for line in answer.output.splitlines()]) == (0, ["OK"] * 10), answer.output


def test_the_doctor_speaks_json(db, typed):
    told = json.loads(typed("doctor", "--json").output)

    assert [check["check"] for check in told["checks"]] == [
        *("configuration", "secret key", "disk", "search"),
        *("database", "migrations", "time", "jobs", "intake", "mailboxes"),
    ]


def test_the_doctor_tells_what_to_do(db, typed, monkeypatch):
    monkeypatch.setattr(checks, "LOW_DISK_BYTES", 2**60)

    answer = typed("doctor")

    assert answer.exit_code == 1
    assert "→ Free some space" in answer.output


def test_the_doctor_goes_on_when_the_embedded_database_does_not_start(settings, typed, tmp_path):
    settings.DATABASE_URL = ""
    settings.DATA_DIR = tmp_path
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9", encoding="ascii")

    said = typed("doctor").output

    assert "NG  database       The data folder was made by PostgreSQL 9" in said


def test_a_check_that_fails_itself_is_a_finding():
    def fail():
        raise OperationalError("no route")

    found = list(run_checks([Check("mailboxes", fail)]))

    assert [(result.ok, result.message) for result in found] == [(False, "OperationalError: no route")]


def test_without_a_database_the_checks_that_need_one_are_left_out(db, typed, monkeypatch):
    def refuse():
        raise OperationalError("down")

    monkeypatch.setattr("madoguchi.cli.doctor.DATABASE", Check("database", refuse))

    told = json.loads(typed("doctor", "--json").output)

    assert told["checks"][-1]["check"] == "database"


def test_a_misspelled_setting_is_found(monkeypatch):
    monkeypatch.setenv("MADOGUCHI_HTPP_PORT", "8000")

    assert checks.check_configuration() == Finding(
        "MADOGUCHI_HTPP_PORT is set, but nothing reads it.", "Did you mean MADOGUCHI_HTTP_PORT?"
    )


def test_a_setting_like_no_other_is_found(monkeypatch):
    monkeypatch.setenv("MADOGUCHI_QQQQQQQQQQQQQ", "1")

    assert "lists all there are" in checks.check_configuration().advice


@pytest.fixture
def worried():
    """A check of Django's kind that always warns."""

    def worry(app_configs, **kwargs):
        return [django_checks.Warning("the moon is full", id="moon.W001")]

    django_checks.register(worry)
    yield
    django_checks.registry.registry.registered_checks.discard(worry)


def test_a_warning_of_djangos_own_checks_is_passed_on(worried):
    assert checks.check_configuration() == Finding(
        "moon.W001: the moon is full", "See Django's documentation of this check."
    )


def test_a_secret_key_that_others_may_read_is_found(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret-key").touch()
    (tmp_path / "secret-key").chmod(0o640)

    assert checks.check_secret_key().advice == f"chmod 600 {tmp_path / 'secret-key'}"


def test_a_secret_key_that_is_kept_well_is_fine(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret-key").touch(mode=0o600)

    assert checks.check_secret_key().advice == ""


def test_a_search_without_words_is_found(monkeypatch):
    monkeypatch.setattr(checks, "words", lambda _text: [])

    assert checks.check_search().advice != ""


def test_an_old_server_is_found(db, monkeypatch):
    monkeypatch.setattr(checks, "OLDEST_SERVER", 990_000)

    assert checks.check_database().advice == "Upgrade it to 14 or newer."


def test_missing_migrations_are_found(db):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()

    assert checks.check_migrations().advice == "Run: madoguchi migrate"


def test_a_newer_database_is_found(db):
    MigrationRecorder.Migration.objects.create(app="conversations", name="9999_from_the_future")

    assert "newer madoguchi" in checks.check_migrations().advice


def test_a_wrong_clock_is_found(db, time_machine):
    time_machine.move_to("2020-01-01")

    assert "NTP" in checks.check_clock().advice


@pytest.fixture
def no_jobs(db):
    """A database without what tests that commit leave in the tables of jobs, which pytest-django does not empty."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


@pytest.fixture
def due_job(no_jobs):
    """A job that nobody does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, priority, attempts) "
            "VALUES ('inside', 'madoguchi.flows.tidy', '{}', 'todo', 0, 0)"
        )


def test_jobs_that_nobody_does_are_found(due_job):
    assert checks.check_jobs() == Finding(
        "Workers: 0. Jobs due: 1, failed: 0.", "Start “madoguchi run”, or a “madoguchi worker”."
    )


def test_more_jobs_than_the_workers_can_do_are_found(due_job, monkeypatch):
    connection.cursor().execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    monkeypatch.setattr(checks, "MANY_JOBS", 0)

    assert checks.check_jobs().advice == "Start one more “madoguchi worker”."


def test_jobs_that_are_being_done_are_fine(due_job):
    connection.cursor().execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    assert checks.check_jobs().advice == ""


@pytest.mark.parametrize(("waited", "is_fine"), [(timedelta(minutes=1), True), (timedelta(minutes=6), False)])
def test_mail_that_nobody_reads_is_found(db, waited, is_fine):
    raw = store_raw(b"Subject: x\r\n\r\nhello", source="import")
    raw.received_at = timezone.now() - waited
    raw.save(update_fields=["received_at"])

    assert (checks.check_intake().advice == "") is is_fine


def test_a_mailbox_that_fails_is_found(db):
    inbox = create_inbox(name="サポート窓口", kind="mail", address="support@shop.example", by=BY)
    mark_failing(inbox, "The server refuses the password.")

    assert checks.check_mailboxes().message == "サポート窓口: The server refuses the password."
