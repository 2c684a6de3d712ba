"""A reply made a template: what belongs to its customer and its writer becomes fields. Pure."""

import re
from collections.abc import Iterator

from madoguchi.wording.fields import FIELDS, Surroundings
from madoguchi.wording.filling import CLOSE, OPEN
from madoguchi.wording.letters import without_salutation

#: 11月25日(水), 2026年11月25日(水曜日): a day of this one matter.
_DAY = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日[ ]?[(（][月火水木金土日](?:曜日?)?[)）]")
#: What names one thing of one customer, whoever's it is: an order, a parcel or a phone, an address.
_ORDER = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{1,4}-\d{4,12}(?![A-Za-z0-9-])")
_NUMBER = re.compile(r"(?<![\d-])\d{2,4}-\d{3,4}-\d{3,4}(?![\d-])|(?<!\d)\d{10,14}(?!\d)")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_HONORIFICS = ("様", "さま", "さん", "先生", "御中")


def as_template(text: str, around: Surroundings) -> str:
    """The text with fields for names, numbers and days of this letter, and without its signature."""
    body = text.replace("\r\n", "\n")
    if around.signature.strip():
        body = body.replace(around.signature.strip(), "")
    body = body.strip("\n").rstrip()
    rest = without_salutation(body, around.salutation)
    has_salutation = bool(around.salutation) and rest != body
    for value, source in _replacements(around):
        rest = rest.replace(value, source)
    is_japanese = _is_japanese(around)
    rest = _DAY.sub(_field("?日付" if is_japanese else "?Date"), rest)
    rest = _ORDER.sub(_named("order.number", around), rest)
    rest = _MAIL.sub(lambda found: _address(found[0], around), rest)
    rest = _NUMBER.sub(_field("?番号" if is_japanese else "?Number"), rest)
    return f"{_named('customer.salutation', around)}\n\n{rest.lstrip()}" if has_salutation else rest


def _address(found: str, around: Surroundings) -> str:
    """That of the desk is ours and stays."""
    return found if found == around.desk_address else _named("customer.email", around)


def _replacements(around: Surroundings) -> Iterator[tuple[str, str]]:
    """What stands in the letter and which field it was, the longest first, so that no part of it is taken before."""
    family, given = around.family_name, around.given_name
    whole = [around.customer_name, *(f"{family}{gap}{given}" for gap in ("\u3000", " ", "") if family and given)]
    found = {name: _named("customer.name", around) for name in whole}
    # A family name alone may be a word of its own (林, 森): it is meant where it is addressed.
    found |= {f"{family}{gap}{each}": f"{_named('customer.family_name', around)}{gap}{each}"
              for each in _HONORIFICS for gap in ("", " ", "\u3000") if family}  # fmt: skip
    ours = around.agent_family_name
    found |= {f"担当の{ours}": f"担当の{_named('agent.family_name', around)}"}
    found |= {f"{ours}でございます": f"{_named('agent.family_name', around)}でございます"}
    found |= {f"{ours}です": f"{_named('agent.family_name', around)}です"}
    found |= {
        around.company: _named("customer.company", around),
        around.email: _named("customer.email", around),
        around.order_number: _named("order.number", around),
        around.agent_name: _named("agent.name", around),
    }
    if around.number:
        found[f"受付番号:{around.number}"] = f"受付番号:{_named('inquiry.number', around)}"
        found[f"#{around.number}"] = f"#{_named('inquiry.number', around)}"
    return iter(sorted(((value, source) for value, source in found.items() if len(value) > 1),
                       key=lambda pair: -len(pair[0])))  # fmt: skip


def _named(name: str, around: Surroundings) -> str:
    return _field(FIELDS[name].japanese if _is_japanese(around) else name)


def _field(inside: str) -> str:
    return f"{OPEN}{inside}{CLOSE}"


def _is_japanese(around: Surroundings) -> bool:
    return around.language.startswith("ja")
