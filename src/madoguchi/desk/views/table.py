"""A list as a table with columns of one's own choice."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import remember_inboxes
from madoguchi.conversations.choices import TABLE_COLUMNS, Priority, Status
from madoguchi.conversations.fields import all_fields
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import CustomField
from madoguchi.conversations.table import (
    TableRow,
    columns_offered,
    known_columns,
    sort_of,
    sortable,
    table_page,
)
from madoguchi.core.fields.values import value_text
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.conditions import mended
from madoguchi.desk.frame import asked_filter, render_page, wants_fragment, words_now
from madoguchi.desk.listing import list_name, query_of
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.rail_items import list_url
from madoguchi.desk.rows import RowWords
from madoguchi.desk.status_choices import status_choices
from madoguchi.ui.rows import Row


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    key: str
    word: str
    url: str  #: stands by it, or by it the other way round; empty where it cannot
    direction: str = ""  #: ascending, descending, or nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell in words."""

    key: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row: what a row of the list shows, and its cells."""

    row: Row
    cells: list[Cell]


@require_safe
@allowed(Permission.READ)
def table(request: StaffRequest) -> HttpResponse:
    """The whole table, or for htmx the rows that follow or stand there now."""
    remember_inboxes(request.user)
    chosen, broken = mended(asked_filter(request))
    fields = list(all_fields())
    keys = known_columns(chosen, fields)
    page = table_page(request.user, chosen, cursor=request.GET.get("after", ""))
    shown = replace(chosen, columns=tuple(keys))
    context = {
        "columns": _columns(shown, keys, fields),
        "lines": [_line(request, row, keys, fields, shown) for row in page.rows],
        "more_url": _more_url(shown, page.next_cursor),
        "table_url": list_url(shown),
    }
    if wants_fragment(request):
        return render(request, "desk/table.html#lines", context)
    numbers = Numbers(request.user, chosen=chosen)
    amount, most = numbers.amount(chosen)
    missing = set(chosen.columns) - set(keys)
    context |= {
        "title": list_name(numbers, chosen),
        "amount": words_now().count(amount, most=most),
        "broken": broken or len(missing),
        "query": query_of(chosen),
        "columns_query": urlencode({key: value for key, value in shown.values().items() if key != "columns"}),
        "kept": [(key, value) for key, value in chosen.values().items() if key != "columns"],
        "offered": [(key, word, key in keys) for key, word in columns_offered(all_fields())],
        "list": {"statuses": status_choices(numbers.statuses, inbox_id=chosen.inbox, but=(Status.HOLD,))},
        "save_query": "?" + urlencode(shown.values()),
    }
    return render_page(request, "desk/table.html", context, numbers=numbers)


def _columns(chosen: Filter, keys: list[str], fields: list[CustomField]) -> list[Column]:
    names = {f"field-{field.pk}": field.name for field in fields}
    by, is_down = sort_of(chosen)
    columns = []
    for key in keys:
        word = str(TABLE_COLUMNS[key]) if key in TABLE_COLUMNS else names[key]
        sort = f"-{key}" if key == by and not is_down else key
        direction = ("descending" if is_down else "ascending") if key == by else ""
        url = list_url(replace(chosen, sort=sort)) if sortable(key) else ""
        columns.append(Column(key, word, url, direction))
    return columns


def _line(
    request: StaffRequest, row: TableRow, keys: list[str], fields: list[CustomField], chosen: Filter
) -> TableLine:
    words = words_now()
    own = {f"field-{field.pk}": field for field in fields}
    shown = RowWords(words, request.user, query_of(chosen)).row(row.listed)
    texts = {
        "number": str(row.listed.pk),
        "customer": row.listed.customer,
        "subject": shown.subject,
        "status": shown.status_word,
        "assignee": row.listed.assignee_name,
        "due": shown.due,
        "category": row.category,
        "tags": "、".join(row.listed.tags),
        "folder": row.folder,
        "priority": str(Priority(row.listed.priority).label),
        "inbox": row.inbox,
        "created": words.short(row.created_at),
        "last": shown.when,
    }
    cells = []
    for key in keys:
        if key in own:
            cells.append(Cell(key, own[key].name, value_text(own[key], row.fields.get(own[key].pk))))
        else:
            cells.append(Cell(key, str(TABLE_COLUMNS[key]), texts[key]))
    return TableLine(shown, cells)


def _more_url(chosen: Filter, cursor: str) -> str:
    return f"{reverse('desk:table')}?{urlencode({**chosen.values(), 'after': cursor})}" if cursor else ""
