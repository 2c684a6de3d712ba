"""A source that is a database: an administrator writes what is read, in a session that can only read.

A query answers one row an item, its columns named as those of a table of orders (`commerce.tables`). The host must be
public or named in MADOGUCHI_ORDER_HOSTS, so that nobody reads databases nearby by way of the settings.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import psycopg
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from psycopg import connect

from madoguchi.commerce.contract import Abilities, Changes, FoundOrder, Source, SourceDown, SourceLies, SourceRefused
from madoguchi.commerce.numbers import number_key
from madoguchi.commerce.tables import ReadTable, Table, guessed, read_orders
from madoguchi.core.errors import DomainError
from madoguchi.core.http import HttpTrouble, checked_addresses
from madoguchi.core.telling import telling as _told

_MOST_ROWS = 5_000
_MOST_CELL = 2_000
_CONNECT_SECONDS = 5
_STATEMENT_MS = 10_000


class SqlForm(forms.Form):
    """The database and what is asked of it."""

    host = forms.CharField(label=_("Host"), max_length=200)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535, initial=5432)
    database = forms.CharField(label=_("Database"), max_length=100)
    user = forms.CharField(label=_("User name in the database"), max_length=100)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )
    order_query = forms.CharField(
        label=_("Query for one order"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("A SELECT with %(number)s in it. Its columns are named as in a table: number, state, item.name, …"),
    )
    changes_query = forms.CharField(
        label=_("Query for what has changed"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("A SELECT with %(since)s, a moment, in it. Empty: orders are read only when they are asked for."),
    )


class SqlSource(Source):
    """General, over PostgreSQL."""

    kind = "sql"
    label = _("Own system over SQL (PostgreSQL)")
    abilities = Abilities(looks_up=True, lists_changes=True, tells_stock=True)
    settings_form = SqlForm
    secret_fields: ClassVar[tuple[str, ...]] = ("password",)

    def look_up(self, number: str) -> FoundOrder | None:
        """The order whose rows the query gives; rows of other orders are not taken."""
        found = self._asked(str(self.settings["order_query"]), {"number": number})
        if found.problems:
            raise SourceLies(
                _told("The order system told something unreadable: %(why)s") % {"why": found.problems[0].why}
            )
        wanted = number_key(number)
        return next((order for order in found.orders if number_key(order.number) == wanted), None)

    def changes(self, cursor: str) -> Changes:
        """What has changed since it was asked last; the cursor is that moment."""
        query = str(self.settings.get("changes_query") or "")
        if not query:
            return Changes(cursor=cursor)
        now = datetime.now(UTC).isoformat()
        found = self._asked(query, {"since": cursor or "2000-01-01T00:00:00+00:00"})
        return Changes(tuple(found.orders), tuple(each.why for each in found.problems), now)

    def try_out(self) -> str:
        """Ask for an order that no shop has: that shows the connection and the query."""
        self._asked(str(self.settings["order_query"]), {"number": "0"})
        return ""

    def _asked(self, query: str, values: dict[str, str]) -> ReadTable:
        header, rows = self._rows(query, values)
        if not rows:
            return ReadTable([], [])
        table = Table(header, [(place, row) for place, row in enumerate(rows, start=1)])
        try:
            return read_orders(table, guessed(header))
        except DomainError as error:
            raise SourceLies(error.user_message) from error

    def _rows(self, query: str, values: dict[str, str]) -> tuple[list[str], list[list[str]]]:
        host, port = str(self.settings["host"]), int(str(self.settings["port"]))
        try:
            address = checked_addresses(host, port, settings.ORDER_HOSTS)[0]
            with connect(
                host=host,
                hostaddr=address,
                port=port,
                dbname=str(self.settings["database"]),
                user=str(self.settings["user"]),
                password=self.secrets.get("password", ""),
                connect_timeout=_CONNECT_SECONDS,
                options=f"-c default_transaction_read_only=on -c statement_timeout={_STATEMENT_MS}",
            ) as database:
                return _fetched(database, query, values)
        except psycopg.errors.InvalidPassword as error:
            raise SourceRefused(_told("The database refused user name or password.")) from error
        except psycopg.OperationalError as error:
            raise SourceDown(_told("The database cannot be asked: %(why)s") % {"why": _first_line(error)}) from error
        except psycopg.Error as error:
            raise SourceLies(
                _told("The database did not take the query: %(why)s") % {"why": _first_line(error)}
            ) from error
        except HttpTrouble as error:
            raise SourceDown(error.user_message) from error


def _fetched(
    database: "psycopg.Connection[Any]", query: str, values: dict[str, str]
) -> tuple[list[str], list[list[str]]]:
    with database.cursor() as cursor:
        cursor.execute(query.encode(), values)
        if cursor.description is None:
            raise SourceLies(_told("The query answers no rows: write a SELECT."))
        found = cursor.fetchmany(_MOST_ROWS)
        return [column.name for column in cursor.description], [_cells(row) for row in found]


def _cells(row: Sequence[object]) -> list[str]:
    return ["" if cell is None else str(cell)[:_MOST_CELL] for cell in row]


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
