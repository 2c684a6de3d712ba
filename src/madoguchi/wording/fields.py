"""The table of the fields that templates are filled with: their names, what they mean, and where each value comes from.

A value of None is not known, and the field stays visible in the letter; an empty one is known to be nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.plan import Plan
from madoguchi.wording.dates import business_day, clock_text, day_text, moment_text, season


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known where a letter is written, as plain values; empty is not known."""

    now: datetime  #: in the time zone of the desk
    language: str = "ja"  #: of the letter
    customer_name: str = ""
    honorific: str = ""
    family_name: str = ""
    given_name: str = ""
    kana: str = ""
    salutation: str = ""
    email: str = ""
    company: str = ""
    department: str = ""
    postal_code: str = ""
    address: str = ""
    is_first_contact: bool = True
    number: int | None = None  #: 受付番号
    subject: str = ""
    received_at: datetime | None = None
    order_number: str = ""
    agent_name: str = ""
    agent_family_name: str = ""
    shop: str = ""
    desk_name: str = ""
    desk_address: str = ""
    signature: str = ""
    plan: Plan | None = None  #: business hours of the desk
    opens_at: datetime | None = None  #: when the desk opens next, in its time zone
    own: Mapping[str, str] = field(default_factory=dict)  #: custom fields of the customer, by name


class Group(StrEnum):
    """Under which heading a field is offered."""

    CUSTOMER = "customer"
    INQUIRY = "inquiry"
    US = "us"
    DATE = "date"


GROUP_WORDS: dict[Group, Promise] = {
    Group.CUSTOMER: _("Customer"),
    Group.INQUIRY: _("Inquiry"),
    Group.US: _("Writer and shop"),
    Group.DATE: _("Dates and greetings"),
}

#: What stands before the name of a custom field of customers, in English and in Japanese.
OWN, OWN_JAPANESE = "customer.field.", "顧客項目."

type Value = Callable[[Surroundings, int], str | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the table."""

    name: str  #: as it is written between the braces
    japanese: str  #: the same in Japanese
    group: Group
    about: Promise
    value: Value
    takes_days: bool = False


def _known(of: Callable[[Surroundings], str]) -> Value:
    """Not known where it is empty."""
    return lambda around, _days: of(around) or None


def _date(around: Surroundings, days: int) -> str:
    return day_text(_from_today(around, days), around.language)


def _full_date(around: Surroundings, days: int) -> str:
    return day_text(_from_today(around, days), around.language, with_year=True)


def _business_day(around: Surroundings, days: int) -> str | None:
    found = business_day(around.plan, around.now.date(), days)
    return None if found is None else day_text(found, around.language)


def _from_today(around: Surroundings, days: int) -> date:
    return around.now.date() + timedelta(days=days)


def _received(around: Surroundings, _days: int) -> str | None:
    return moment_text(around.received_at, around.language) if around.received_at else None


def _received_on(around: Surroundings, _days: int) -> str | None:
    return day_text(around.received_at.date(), around.language) if around.received_at else None


def _opening(around: Surroundings, _days: int) -> str | None:
    return clock_text(around.opens_at, around.language) if around.opens_at else None


def _greeting(around: Surroundings, _days: int) -> str:
    """By whether a firm or a person writes, and whether for the first time (JAPAN.md 2.8)."""
    if not around.language.startswith("ja"):
        return "Thank you for contacting us."
    if around.company:
        return "いつもお世話になっております。"
    if around.is_first_contact:
        return "このたびはお問い合わせいただき、誠にありがとうございます。"
    return "ご連絡いただき、ありがとうございます。"


_TABLE = (
    Field("customer.name", "お客様名", Group.CUSTOMER, _("Whole name, or that of the company"),
          _known(lambda a: a.customer_name)),
    Field("customer.honorific", "敬称", Group.CUSTOMER, _("様, 御中 or 先生, as recorded; nothing outside Japanese"),
          lambda a, _days: a.honorific),
    Field("customer.salutation", "宛名", Group.CUSTOMER, _("Company, name and honorific as a letter begins"),
          _known(lambda a: a.salutation)),
    Field("customer.family_name", "姓", Group.CUSTOMER, _("Family name"), _known(lambda a: a.family_name)),
    Field("customer.given_name", "名", Group.CUSTOMER, _("Given name"), _known(lambda a: a.given_name)),
    Field("customer.kana", "フリガナ", Group.CUSTOMER, _("Reading of the name"), _known(lambda a: a.kana)),
    Field("customer.company", "会社名", Group.CUSTOMER, _("Company"), _known(lambda a: a.company)),
    Field("customer.department", "部署名", Group.CUSTOMER, _("Department"), _known(lambda a: a.department)),
    Field("customer.email", "メールアドレス", Group.CUSTOMER, _("Mail address"), _known(lambda a: a.email)),
    Field("customer.postal_code", "郵便番号", Group.CUSTOMER, _("Postal code"), _known(lambda a: a.postal_code)),
    Field("customer.address", "住所", Group.CUSTOMER, _("Address"), _known(lambda a: a.address)),
    Field("inquiry.number", "受付番号", Group.INQUIRY, _("Number of the conversation"),
          _known(lambda a: str(a.number or ""))),
    Field("inquiry.subject", "件名", Group.INQUIRY, _("Subject of the customer's mail"), _known(lambda a: a.subject)),
    Field("inquiry.received", "受付日時", Group.INQUIRY, _("When the customer's last mail came"), _received),
    Field("inquiry.received_date", "受付日", Group.INQUIRY, _("The day on which it came"), _received_on),
    Field("order.number", "注文番号", Group.INQUIRY, _("The only order number in the customer's last mail"),
          _known(lambda a: a.order_number)),
    Field("agent.name", "担当者名", Group.US, _("Name of who writes"), _known(lambda a: a.agent_name)),
    Field("agent.family_name", "担当者の姓", Group.US, _("Family name of who writes"),
          _known(lambda a: a.agent_family_name)),
    Field("shop.name", "店名", Group.US, _("Name of the workspace"), _known(lambda a: a.shop)),
    Field("desk.name", "窓口名", Group.US, _("Name of the desk"), _known(lambda a: a.desk_name)),
    Field("desk.address", "窓口のアドレス", Group.US, _("Mail address of the desk"),
          _known(lambda a: a.desk_address)),
    Field("signature", "署名", Group.US, _("Signature of desk and writer; left out where the letter has it"),
          lambda a, _days: a.signature),
    Field("date", "日付", Group.DATE, _("Today, or so many days from today: {{date+3}}"), _date, takes_days=True),
    Field("date_full", "年月日", Group.DATE, _("The same with the year"), _full_date, takes_days=True),
    Field("business_day", "営業日", Group.DATE, _("A business day of the desk: {{business_day+2}}"), _business_day,
          takes_days=True),
    Field("opening", "次回営業開始", Group.DATE, _("When the desk opens next, by its business hours"), _opening),
    Field("greeting", "挨拶", Group.DATE, _("Opening sentence, for firms, first and further mails"), _greeting),
    Field("season", "時候", Group.DATE, _("Greeting of the month, such as 晩秋の候"),
          lambda a, _days: season(a.now.date())),
)  # fmt: skip

FIELDS: dict[str, Field] = {each.name: each for each in _TABLE}
_BY_NAME = {spelled: each for each in _TABLE for spelled in (each.name, each.japanese)}


def field_named(name: str) -> Field | None:
    """The field of a name, English or Japanese."""
    return _BY_NAME.get(name) or FIELDS.get(name.lower())


def own_name(written: str) -> str:
    """The name of the custom field of customers that is written so; empty for anything else."""
    for prefix in (OWN, OWN_JAPANESE):
        if written[: len(prefix)].lower() == prefix:
            return written[len(prefix) :].strip()
    return ""
