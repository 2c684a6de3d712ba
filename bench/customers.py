"""Lists, segments and tables over many customers: a page of the list, counting segments, an import, an export."""

import argparse
import resource
import statistics
import tempfile
import time

from bench.desk import Desk
from bench.matching import FAMILY, GIVEN, STEPS

#: How often a long step says how far it is.
_PROGRESS_SECONDS = 60


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench customers", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=20_000, help="lines of the table that is imported")
    parser.add_argument("--only-import", action="store_true", help="nothing but the import, as for a million lines")
    parser.add_argument("--companies", action="store_true", help="each line of the table names a company of its own")
    wanted = parser.parse_args(arguments)
    with Desk(prepare=lambda: _measure(wanted)):
        pass


def _measure(wanted: argparse.Namespace) -> None:
    from django.db import connection

    from madoguchi.accounts.actions import create_user
    from madoguchi.accounts.choices import Role
    from madoguchi.events.actor import Actor

    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(step, {"n": wanted.customers, "f": FAMILY, "g": GIVEN})
    by = Actor.system("bench")
    admin = create_user("bench-admin@shop.example", name="Bench", role=Role.ADMIN, password="bench-bench-2026", by=by)
    if wanted.only_import:
        _import(admin, wanted.lines, with_companies=wanted.companies)
        return
    _list(admin)
    _segments(admin)
    _import(admin, wanted.lines, with_companies=wanted.companies)
    _export(admin)


def _list(admin: object) -> None:
    from madoguchi.conversations.customer_tables import CustomerList, listed_customers
    from madoguchi.conversations.customers import CustomerSort, customers_after

    for sort in CustomerSort:
        waits, after = [], None
        for _page in range(50):
            began = time.perf_counter()
            rows = list(customers_after(listed_customers(admin, CustomerList()), sort, after)[:51])  # type: ignore[arg-type]
            waits.append((time.perf_counter() - began) * 1000)
            after = rows[-1].pk
        print(f"{statistics.median(waits):9.1f} ms  a page of the list, {sort}, p50 ({sorted(waits)[47]:.1f} p95)")


def _segments(admin: object) -> None:
    from madoguchi.conversations.customer_tables import CustomerList, listed_customers
    from madoguchi.core.conditions import Condition
    from madoguchi.customers.segments import Conditions

    for name, *rows in (
        ("one mark", ("vip", "is", "1")),
        ("a prefecture and a mail domain", ("prefecture", "is", "東京都"), ("mail", "has", "@mail.example")),
        ("no inquiry, no consent", ("inquiries", "is", "0"), ("consent", "not", "news_mail")),
        ("a note", ("note", "has", "朝")),
    ):
        asked = CustomerList(asked=Conditions(tuple(Condition(*row) for row in rows)))
        waits = []
        for _each in range(5):
            began = time.perf_counter()
            amount = listed_customers(admin, asked).order_by().count()  # type: ignore[arg-type]
            waits.append((time.perf_counter() - began) * 1000)
        print(f"{statistics.median(waits):9.1f} ms  counting {name}: {amount:,}")


def _import(admin: object, lines: int, *, with_companies: bool) -> None:
    from madoguchi.customers.actions.import_work import work_on
    from madoguchi.customers.actions.importing import Choices, start_check, start_import, start_run, undo_import

    with tempfile.TemporaryFile() as table:
        table.write("氏名,フリガナ,メールアドレス,電話番号,郵便番号,住所,タグ,会社名\n".encode())
        for n in range(lines):
            line = (
                f"山田 {n}郎,ヤマダ {n}ロウ,new{n}@mail.example,080-{n // 10000:04}-{n % 10000:04},150-0001,"
                f"渋谷{n},取り込み,{f'会社{n}' if with_companies else ''}\n"
            )
            table.write(line.encode())
        size = table.tell()
        began = time.perf_counter()
        row = start_import(table, name="bench.csv", size_bytes=size, user=admin)  # type: ignore[arg-type]
        _told("storing", lines, began)
    work_on(row.pk)
    row.refresh_from_db()
    _told("reading", lines, began)
    for word, step in (
        ("trial run", lambda: start_check(row, Choices(row.mapping), user=admin)),  # type: ignore[arg-type]
        ("import", lambda: start_run(row, user=admin)),  # type: ignore[arg-type]
        ("undoing", lambda: undo_import(row, user=admin)),  # type: ignore[arg-type]
    ):
        began = time.perf_counter()
        step()
        told = time.perf_counter()
        while work_on(row.pk):
            if time.perf_counter() - told > _PROGRESS_SECONDS:
                row.refresh_from_db()
                told = time.perf_counter()
                _told(f"{word}, so far", row.done, began)
        row.refresh_from_db()
        _told(word, lines, began)


def _export(admin: object) -> None:
    from madoguchi.customers.actions.exporting import ask_export
    from madoguchi.customers.exporting import columns_for
    from madoguchi.flows.customer_export import write_export

    columns = [each.key for each in columns_for(admin)]  # type: ignore[arg-type]
    for file_format in ("csv_bom", "xlsx"):
        began = time.perf_counter()
        row = ask_export({}, columns=columns, file_format=file_format, user=admin)  # type: ignore[arg-type]
        write_export(row.pk)
        row.refresh_from_db()
        _told(f"export as {file_format}, {len(columns)} columns", row.done, began)


def _told(word: str, amount: int, began: float) -> None:
    took = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{took:9.1f} s   {word}: {amount:,}, {amount / took:,.0f} /s; at most {most:,.0f} MiB", flush=True)
