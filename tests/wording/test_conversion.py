"""A reply made a template: what belongs to one customer becomes a field."""

from dataclasses import replace
from datetime import UTC, datetime

from madoguchi.wording.conversion import as_template
from madoguchi.wording.fields import Surroundings
from madoguchi.wording.filling import fill

AROUND = Surroundings(
    now=datetime(2026, 11, 20, tzinfo=UTC),
    customer_name="林\u3000由美子",
    honorific="様",
    salutation="林\u3000由美子 様",
    family_name="林",
    given_name="由美子",
    email="yumiko@mail.example",
    number=1234,
    order_number="HK-104733",
    agent_name="小林 あかり",
    agent_family_name="小林",
    shop="はるかぜ日用品店",
    signature="――――\nはるかぜ日用品店\n担当:小林\n――――",
)
LETTER = f"""林 由美子 様

はるかぜ日用品店の小林でございます。
森林公園店の在庫を確認しました。ご注文番号:HK-104733を11月25日(水)に発送します。
林様のご連絡先は yumiko@mail.example でよろしいでしょうか。(受付番号:1234)

{AROUND.signature}
"""


def test_names_numbers_and_days_become_fields():
    assert as_template(LETTER, AROUND) == (
        "{{宛名}}\n\n"
        "はるかぜ日用品店の{{担当者の姓}}でございます。\n"
        "森林公園店の在庫を確認しました。ご注文番号:{{注文番号}}を{{?日付}}に発送します。\n"
        "{{姓}}様のご連絡先は {{メールアドレス}} でよろしいでしょうか。(受付番号:{{受付番号}})"
    )


def test_the_template_makes_the_letter_again():
    made = as_template(LETTER, AROUND)

    filled = fill(made, AROUND, answers={"日付": "11月25日(水)"})

    assert filled.text == LETTER.replace("林 由美子", "林\u3000由美子").removesuffix(f"\n\n{AROUND.signature}\n")


def test_what_belongs_to_anybody_is_not_kept():
    text = "ご注文HK-91656(送り状4012-3456-7890)は、090-0000-1111、other@mail.example の方にお届けしました。"

    assert as_template(text, replace(AROUND, order_number="")) == (
        "ご注文{{注文番号}}(送り状{{?番号}})は、{{?番号}}、{{メールアドレス}} の方にお届けしました。"
    )


def test_nothing_known_changes_nothing_but_days():
    nobody = Surroundings(now=AROUND.now)

    assert as_template("お客様\n\n本日発送しました。", nobody) == "お客様\n\n本日発送しました。"
    assert as_template("On 11月25日(水)", replace(nobody, language="en")) == "On {{?Date}}"
