"""Customers from a table: what becomes of a line, what is refused, the trial run, kills, and the way back."""

from importlib import import_module

import pytest
from django.utils import translation
from openpyxl import Workbook
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.customers import make_customer, make_customer_field, value_of
from tests.factories.imports import brought_in, checked, upload, work
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.core.telling import told
from madoguchi.customers.actions import change_customer, import_work, merge_customers
from madoguchi.customers.actions.import_work import work_on
from madoguchi.customers.actions.importing import (
    Choices,
    WrongStep,
    go_on,
    read_again,
    start_check,
    start_run,
    stop_import,
    undo_import,
)
from madoguchi.customers.choices import CUSTOMERS_IMPORTED
from madoguchi.customers.imports import problem_table
from madoguchi.customers.models import Consent, Customer, CustomerTag, Identity, ImportedCustomer, Organisation
from madoguchi.customers.naming import customers_called
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db

FULL = (
    "姓,名,フリガナ,メールアドレス,電話番号,郵便番号,住所,会社名,タグ,誕生日,重要顧客,同意:お知らせメール\r\n"
    "山田,太郎,ﾔﾏﾀﾞ ﾀﾛｳ,ＹＡＭＡＤＡ＠mail.example,9012345678,1500001,東京都渋谷区1-2,"
    "（株）春風,常連;金,S63.4.1,はい,1\r\n"
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def admin():
    return make_admin()


def problems(row):
    return [(each.line, each.column, told(each.text)) for each in row.problems.all()]


def test_a_line_becomes_a_customer_with_everything(admin):
    field = make_customer_field("誕生日", FieldKind.DATE)
    row = checked(FULL.encode("cp932"), admin, mapping={"11": "consent:news_mail"}, consent_source="注文画面")
    assert Customer.objects.count() == 0

    row = work(start_run(row, user=admin))

    made = Customer.objects.get()
    assert (row.encoding, row.wrong) == ("cp932", 0)
    assert (made.family_name, made.given_name, made.kana, made.is_vip) == ("山田", "太郎", "ヤマダ タロウ", True)
    assert sorted(made.identities.values_list("kind", "key", "is_primary")) == [
        ("mail", "yamada@mail.example", True), ("phone", "+819012345678", True),
    ]  # fmt: skip
    assert made.addresses.get().text == "〒150-0001\n東京都渋谷区1-2"
    assert (made.organisation.name, [tag.name for tag in made.tags.all()]) == ("（株）春風", ["常連", "金"])
    assert value_of(made, field) == "1988-04-01"
    assert list(made.consents.values_list("purpose", "is_given", "source")) == [("news_mail", True, "注文画面")]
    assert list(customers_called("やまだ")) == [made.pk]
    assert Event.objects.get(kind=CUSTOMERS_IMPORTED).data == {
        "name": "顧客.csv", "created": 1, "updated": 0, "unchanged": 0, "wrong": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("メールアドレス", "yamada(at)mail", "is no mail address"),
        ("電話番号", "なし", "is no phone number"),
        ("誕生日", "2026/2/30", "There is no such day"),
        ("誕生日", "いつか", "must be a day"),
        ("購入額", "たくさん", "must be a number"),
        ("重要顧客", "たぶん", "is neither yes nor no"),
        ("備考", "=HYPERLINK(1)", "is a formula and no value"),
        ("備考", "#REF!", "is an error of the spreadsheet"),
        ("敬称", "閣下", "is none of"),
        ("顧客番号", "999999", "There is no customer of the number 999999"),
        ("姓", "長" * 101, "at most 100 characters"),
    ],
)
def test_what_cannot_be_read_is_said_by_line_and_column(admin, column, cell, said):
    make_customer_field("誕生日", FieldKind.DATE)
    make_customer_field("購入額", FieldKind.NUMBER)
    row = checked(f"氏名,{column}\n山田 太郎,{cell}\n佐藤 花子,\n", admin)

    assert [(line, said in text) for line, _column, text in problems(row)] == [(2, True)]
    assert (row.created, row.wrong) == (1, 1)


def test_full_width_numbers_are_numbers(admin):
    field = make_customer_field("購入額", FieldKind.NUMBER)

    brought_in("氏名,購入額,電話番号\n山田 太郎,１２，８００円,０９０－１２３４－５６７８\n".replace("，", "，"), admin)

    made = Customer.objects.get()
    assert value_of(made, field) == "12800"
    assert made.identities.get().key == "+819012345678"


def test_the_lines_that_were_left_out_come_back_as_a_table(admin):
    row = checked('氏名,メールアドレス\n"山田,x\n=cmd,ok@mail.example\n佐藤,sato@mail.example\n', admin)

    table = "".join(problem_table(row)).splitlines()

    assert table[0] == "\ufeff氏名,メールアドレス,Line,Column,What is wrong"
    assert table[1].startswith("山田,x,2,,")
    assert table[2].startswith("'=cmd,ok@mail.example,3,氏名,")
    assert len(table) == 3


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x01\x00\xff\xff", "x.csv", "characters of the table cannot be read"),
        ("氏名\n".encode(), "x.csv", "no lines below its first"),
        (b"PK\x03\x04", "x.xlsx", "no Excel workbook"),
    ],
    ids=["no text", "no lines", "no workbook"],
)
def test_a_file_that_is_no_table_says_why(admin, content, name, said):
    row = upload(content, admin, name=name)

    assert (row.state, said in told(row.failure)) == ("failed", True)


def test_a_file_of_another_kind_is_not_even_taken(admin):
    with pytest.raises(Invalid):
        upload("x", admin, name="顧客.pdf")


def test_a_workbook_is_imported_like_a_table(admin, tmp_path):
    book = Workbook()
    book.active.append(["氏名", "電話番号", "郵便番号"])
    book.active.append(["山田 太郎", 9012345678, 600001])
    book.save(tmp_path / "x.xlsx")

    row = upload((tmp_path / "x.xlsx").read_bytes(), admin, name="顧客.xlsx")
    work(start_check(row, Choices(row.mapping), user=admin))
    work(start_run(row, user=admin))

    made = Customer.objects.get()
    assert (made.label, made.identities.get().key, made.addresses.get().postal_code) == (
        "山田 太郎", "+819012345678", "060-0001",
    )  # fmt: skip


def test_a_wrong_encoding_is_chosen_by_hand(admin):
    row = upload("氏名,メールアドレス\n山田,y@mail.example\n".encode("cp932"), admin)
    wrong = work(read_again(row, encoding="utf-8", sheet=0, user=admin))
    checking = work(start_check(wrong, Choices({"0": "name"}), user=admin))

    assert problems(checking)[0][2].startswith("Characters were lost here")
    assert work(read_again(checking, encoding="cp932", sheet=0, user=admin)).header == ["氏名", "メールアドレス"]


def test_of_customers_who_are_there_only_what_is_empty_is_filled_in(admin):
    old = make_customer("yamada@mail.example", family_name="高梨", note="")

    row = brought_in("姓,メールアドレス,備考,電話番号\n山田,YAMADA@mail.example,朝は不可,03-1234-5678\n", admin)

    old.refresh_from_db()
    assert (row.created, row.updated) == (0, 1)
    assert (old.family_name, old.note, old.identities.count()) == ("高梨", "朝は不可", 2)


def test_or_overwritten_or_left(admin):
    old = make_customer("yamada@mail.example", family_name="高梨", note="元")
    text = "姓,メールアドレス,備考\n山田,yamada@mail.example,\n"
    left = brought_in(text, admin, existing="skip")
    over = brought_in(text, admin, existing="overwrite")

    old.refresh_from_db()
    assert (left.unchanged, left.updated, over.updated) == (1, 0, 1)
    assert (old.family_name, old.note) == ("山田", "元")


def test_a_phone_number_finds_only_whom_it_finds_alone(admin):
    make_customer(phones=["03-1234-5678"])
    make_customer(phones=["03-9999-5678"])
    make_customer(phones=["03-9999-5678"])
    text = "氏名,電話番号\n山田,03-1234-5678\n佐藤,03-9999-5678\n"

    row = checked(text, admin, match_by="mail_phone")

    assert (row.updated, row.wrong) == (1, 1)
    assert "Several customers have this phone number" in problems(row)[0][2]


def test_one_person_in_two_lines_is_one_customer(admin):
    row = brought_in("氏名,メールアドレス,電話番号\n山田,y@mail.example,\n山田,y@mail.example,03-1234-5678\n", admin)

    assert (row.created, row.updated, Identity.objects.count()) == (1, 1, 2)


def test_a_line_is_brought_in_whole_or_not_at_all(admin):
    make_customer("y@mail.example", family_name="高梨")
    make_customer("other@mail.example")

    row = checked("氏名,メールアドレス\n山田,y@mail.example other@mail.example\n", admin)

    assert [text for _line, _column, text in problems(row)] == ["The line names addresses of two different customers."]


def test_a_killed_import_goes_on_where_it_stood(admin, monkeypatch):
    monkeypatch.setattr(import_work, "BATCH", 2)
    lines = "".join(f"客{number},c{number}@mail.example\n" for number in range(5))
    row = start_run(checked(f"氏名,メールアドレス\n{lines}", admin), user=admin)
    work_on(row.pk)
    row.refresh_from_db()
    assert (row.done, row.created, Customer.objects.count()) == (2, 2, 2)

    work(row)

    assert (row.state, row.created, Customer.objects.count()) == ("done", 5, 5)


def test_a_stopped_import_can_go_on_or_be_taken_back(admin, monkeypatch):
    monkeypatch.setattr(import_work, "BATCH", 2)
    row = start_run(checked("氏名\n甲\n乙\n丙\n", admin), user=admin)
    work_on(row.pk)
    stop_import(row, user=admin)
    assert not work_on(row.pk)

    row = work(go_on(row, user=admin))

    assert (row.state, row.created) == ("done", 3)
    with pytest.raises(WrongStep):
        stop_import(row, user=admin)


def test_undoing_takes_back_all_that_nobody_has_touched(admin):
    old = make_customer("old@mail.example", family_name="高梨", note="")
    text = "姓,メールアドレス,備考,会社名,タグ\n山田,new@mail.example,,春風,金\n,old@mail.example,朝は不可,春風,金\n"
    row = brought_in(text, admin)

    row = work(undo_import(row, user=admin))

    old.refresh_from_db()
    assert (row.state, row.kept) == ("undone", 0)
    assert list(Customer.objects.all()) == [old]
    assert (old.note, old.organisation, list(old.tags.all())) == ("", None, [])
    assert (Organisation.objects.count(), CustomerTag.objects.count(), ImportedCustomer.objects.count()) == (0, 0, 0)
    assert list(customers_called("山田")) == []


def test_companies_and_tags_that_an_import_made_are_noted_in_rows_and_go_with_it(admin):
    Organisation.objects.create(name="前から")
    lines = "".join(f"山田{n},new{n}@mail.example,会社{n % 3},札{n % 2}\r\n" for n in range(6))
    table = f"氏名,メールアドレス,会社名,タグ\r\n{lines}佐藤,sato@mail.example,前から,札0\r\n"
    row = brought_in(table.encode(), admin)
    made = sorted(row.names.values_list("kind", flat=True))

    work(undo_import(row, user=admin))

    assert made == ["company"] * 3 + ["tag"] * 2
    assert list(Organisation.objects.values_list("name", flat=True)) == ["前から"]
    assert not CustomerTag.objects.exists()


def test_what_earlier_versions_noted_in_lists_becomes_rows():
    move = import_module("madoguchi.customers.migrations.0021_move_made")

    assert move.rows_of({"companies": [7, 8], "tags": [9]}) == [("company", 7), ("company", 8), ("tag", 9)]
    assert move.rows_of({}) == []


def test_undoing_leaves_what_somebody_has_touched_and_says_why(admin):
    row = brought_in(
        "姓,メールアドレス\n甲,a@mail.example\n乙,b@mail.example\n丙,c@mail.example\n丁,d@mail.example\n", admin
    )
    changed, wrote, merged, _gone = Customer.objects.order_by("pk")
    change_customer(changed, by=admin.actor, note="話しました")
    make_conversation(sender=Address("b@mail.example"))
    merge_customers(make_customer("e@mail.example"), merged, by=admin.actor, chosen={})

    row = work(undo_import(row, user=admin))

    kept = {each.number: told(each.kept_why) for each in row.imported.all()}
    assert kept == {
        changed.pk: "The record was changed or merged since.",
        wrote.pk: "There are inquiries or other entries of this customer since.",
        merged.pk: "The record was changed or merged since.",
    }
    assert not Customer.objects.filter(family_name="丁").exists()


def test_undoing_keeps_a_field_that_was_changed_again(admin):
    old = make_customer("old@mail.example", note="")
    row = brought_in("メールアドレス,備考\nold@mail.example,表から\n", admin)
    change_customer(old, by=admin.actor, note="手で")

    row = work(undo_import(row, user=admin))

    old.refresh_from_db()
    assert (old.note, row.kept) == ("手で", 1)


def test_consents_of_an_import_go_with_it(admin):
    make_customer("old@mail.example")
    text = "メールアドレス,同意\nold@mail.example,はい\n"
    row = brought_in(text, admin, mapping={"1": "consent:news_mail"}, consent_source="展示会")
    assert Consent.objects.count() == 1

    row = work(undo_import(row, user=admin))

    assert Consent.objects.count() == 0


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ({}, "mapping"),
        ({"0": "nowhere"}, "mapping"),
        ({"9": "name"}, "mapping"),
        ({"0": "name", "1": "name"}, "mapping"),
        ({"0": "name", "1": "consent:survey"}, "source"),
    ],
)
def test_choices_that_make_no_sense_are_refused(admin, mapping, field):
    row = upload("a,b\n1,2\n", admin)

    with pytest.raises(Invalid) as refused:
        start_check(row, Choices(mapping), user=admin)

    assert refused.value.field == field


def test_only_administrators_import(admin):
    with pytest.raises(NotAllowed):
        upload("氏名\n山田\n", make_user(Role.SUPERVISOR))


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_no_line_twice():
    admin = make_admin()
    lines = "".join(f"客{number},c{number}@mail.example\n" for number in range(40))
    row = start_run(checked(f"氏名,メールアドレス\n{lines}", admin), user=admin)

    together(lambda: work_on(row.pk), lambda: work_on(row.pk))
    work(row)

    assert (row.state, row.created, Customer.objects.count()) == ("done", 40, 40)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(3))
def test_mail_that_arrives_while_an_import_is_undone_loses_no_customer(number):
    admin, address = make_admin(), f"new{number}@mail.example"
    row = undo_import(brought_in(f"氏名,メールアドレス\n山田,{address}\n", admin), user=admin)

    together(lambda: work_on(row.pk), lambda: make_conversation(sender=Address(address)).pk)

    assert Identity.objects.get(key=address).customer.conversations.count() == 1
