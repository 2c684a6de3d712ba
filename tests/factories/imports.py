"""Imports of customers for tests: a table from text, and the work of the job."""

import io

from madoguchi.accounts.models import User
from madoguchi.customers.actions.import_work import work_on
from madoguchi.customers.actions.importing import Choices, start_check, start_import, start_run
from madoguchi.customers.models import CustomerImport


def upload(text: str | bytes, user: User, *, name: str = "顧客.csv") -> CustomerImport:
    """A table that was read."""
    content = text.encode() if isinstance(text, str) else text
    return work(start_import(io.BytesIO(content), name=name, size_bytes=len(content), user=user))


def work(row: CustomerImport) -> CustomerImport:
    """All that its job has to do."""
    while work_on(row.pk):
        pass
    row.refresh_from_db()
    return row


def checked(text: str | bytes, user: User, **choices) -> CustomerImport:
    """A table after its trial run; columns go where their names suggest."""
    row = upload(text, user)
    return work(start_check(row, Choices(row.mapping | choices.pop("mapping", {}), **choices), user=user))


def brought_in(text: str | bytes, user: User, **choices) -> CustomerImport:
    """A table that was imported."""
    return work(start_run(checked(text, user, **choices), user=user))
