"""Old tables: what goes, what stays, and what can still be done."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from tests.factories.accounts import make_admin
from tests.factories.customers import BY, make_customer
from tests.factories.desk import browser_of, text_of, url
from tests.factories.imports import brought_in, upload, work

from madoguchi.customers.actions import attach_file, remove_file, undo_change
from madoguchi.customers.actions.exporting import NotReady, ask_export, fetch_export
from madoguchi.customers.actions.importing import WrongStep, read_again, undo_import
from madoguchi.customers.actions.table_sweeping import sweep_tables
from madoguchi.customers.models import Customer, CustomerExport, CustomerImport, RecordChange
from madoguchi.files.actions import forget_blob, store_blob
from madoguchi.files.models import Blob
from madoguchi.files.queries import read_blob
from madoguchi.flows.customer_export import write_export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TABLE = "氏名,メールアドレス\n新井 一,arai@mail.example\n二,broken\n"
#: Large enough to be a file of its own.
LARGE = b"0123456789abcdef" * 8192


@pytest.fixture
def admin():
    return make_admin(language="en")


def later(days):
    return timezone.now() + timedelta(days=days)


def test_an_old_import_loses_its_table_and_can_still_be_undone(admin):
    row = brought_in(TABLE, admin)
    wrong = row.problems.count()

    early, late, again = sweep_tables(later(29)), sweep_tables(later(31)), sweep_tables(later(32))
    row.refresh_from_db()
    page = text_of(browser_of(admin).get(url("customer-import", row.pk)))
    work(undo_import(row, user=admin))

    assert (wrong, early, late, again) == (1, 0, 2, 0)
    assert (row.source, row.rows, row.sample, row.problems.count(), row.wrong) == (None, None, [], 0, 1)
    assert not Blob.objects.exists()
    assert "The table and the lines that could not be read were deleted on" in page
    assert "Download these lines" not in page
    assert not Customer.objects.filter(family_name="新井").exists()


def test_what_needs_the_table_is_refused_in_words(admin):
    row = upload(TABLE, admin)
    sweep_tables(later(31))

    with pytest.raises(WrongStep, match="not kept any more"):
        read_again(row, encoding="cp932", sheet=0, user=admin)
    page = browser_of(admin).get(url("customer-import", row.pk))

    assert page.status_code == 200
    assert "Trial run" not in text_of(page)


def test_an_import_at_work_keeps_its_table(admin):
    row = upload(TABLE, admin)
    CustomerImport.objects.update(state="running")

    sweep_tables(later(400))

    row.refresh_from_db()
    assert row.source is not None


def test_a_table_that_is_also_a_file_of_a_customer_stays_and_comes_back(admin):
    row = upload(TABLE, admin)
    customer = make_customer()
    attach_file(customer, "表.csv", TABLE.encode(), content_type="text/csv", by=BY)
    removed = upload(TABLE + "\n", admin)
    gone = attach_file(customer, "表2.csv", (TABLE + "\n").encode(), content_type="text/csv", by=BY)
    remove_file(gone, by=BY)

    sweep_tables(later(31))
    undo_change(customer, RecordChange.objects.latest("pk").pk, by=BY)

    assert not CustomerImport.objects.filter(pk__in=[row.pk, removed.pk], source__isnull=False).exists()
    contents = sorted(read_blob(each.blob) for each in customer.files.all())
    assert contents == sorted([TABLE.encode(), (TABLE + "\n").encode()])


def test_a_table_taken_out_goes_after_a_day_and_the_list_says_so(admin):
    make_customer("a@mail.example")
    row = ask_export({}, columns=["mail"], file_format="csv", user=admin)
    write_export(row.pk)

    kept, gone = sweep_tables(later(0)), sweep_tables(later(2))
    row = CustomerExport.objects.get()
    page = text_of(browser_of(admin).get(url("customer-exports")))

    assert (kept, gone, row.blob, row.state) == (0, 1, None, "done")
    assert "Deleted after a day" in page
    assert url("customer-export-fetch", row.pk) not in page
    CustomerExport.objects.update(created_at=later(-2))
    row.refresh_from_db()
    with pytest.raises(NotReady, match="older than a day"):
        fetch_export(row, user=admin)


def test_bytes_go_with_their_file_and_only_where_nobody_points_to_them(admin):
    blob, used = store_blob(LARGE), store_blob(LARGE + b"!")
    CustomerExport.objects.create(user=admin, format="csv", blob=used)

    assert (forget_blob(blob.pk), forget_blob(blob.pk), forget_blob(used.pk)) == (True, False, False)
    assert not default_storage.exists(blob.storage_key)
    assert read_blob(used) == LARGE + b"!"


def test_the_same_bytes_are_kept_again_where_their_file_is_gone():
    blob = store_blob(LARGE)
    default_storage.delete(blob.storage_key)

    assert read_blob(store_blob(LARGE)) == LARGE
