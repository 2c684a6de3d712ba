"""A source asked by an address of its own: one order as JSON, and what has changed as a list.

The JSON is that of our API unless paths say where its values stand (`mapping`): `total = payment.amount`.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast
from urllib.parse import quote

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.asking import ask, read_json
from madoguchi.commerce.contract import Abilities, Changes, FoundOrder, Source, SourceLies
from madoguchi.commerce.reading import Unreadable, order_of
from madoguchi.core.telling import telling as _told

_LINE = re.compile(r"([a-z_]{1,20}(?:\.[a-z_]{1,20})?) ?= ?([\w.\-]{1,200})")
_MOST_DEPTH = 8
_MOST_ORDERS = 500
#: Lists of an order, and what stands in each of their rows.
_LISTS = ("items", "shipments")


class HttpForm(forms.Form):
    """Where the source is, its key, and where the values stand in its answers."""

    order_address = forms.URLField(
        label=_("Address of an order"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Answers one order as JSON. Put {number} where the order number stands."),
    )
    changes_address = forms.URLField(
        label=_("Address of what has changed"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_('Answers {"orders": […], "cursor": "…"}. Put {cursor} where the cursor of last time stands.'),
    )
    header = forms.CharField(
        label=_("Header of the key"), required=False, max_length=60, initial="Authorization", strip=True
    )
    token = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("Sent in that header as it is: write “Bearer …” if the system wants that."),
    )
    mapping = forms.CharField(
        label=_("Where its values stand"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line, as in total = payment.amount or items = lines and items.name = title."),
    )

    def clean_order_address(self) -> str:
        """An address that asks for one order."""
        address: str = self.cleaned_data["order_address"]
        if "{number}" not in address and "%7Bnumber%7D" not in address:
            raise forms.ValidationError(_("Put {number} where the order number stands."))
        return address.replace("%7Bnumber%7D", "{number}")

    def clean_changes_address(self) -> str:
        """The same with its cursor."""
        return str(self.cleaned_data["changes_address"]).replace("%7Bcursor%7D", "{cursor}")

    def clean_header(self) -> str:
        """The name of a header."""
        header: str = self.cleaned_data["header"]
        if header and not re.fullmatch(r"[A-Za-z0-9-]{1,60}", header):
            raise forms.ValidationError(_("A header has letters, digits and hyphens only."))
        return header

    def clean_mapping(self) -> str:
        """Lines that can be read."""
        text: str = self.cleaned_data["mapping"]
        for line in filter(None, map(str.strip, text.splitlines())):
            if not _LINE.fullmatch(line):
                raise forms.ValidationError(_("This line cannot be read: %(line)s") % {"line": line[:80]})
        return text


class HttpSource(Source):
    """General, over HTTP."""

    kind = "http"
    label = _("Own system over HTTP")
    abilities = Abilities(looks_up=True, lists_changes=True, tells_stock=True)
    settings_form = HttpForm
    secret_fields: ClassVar[tuple[str, ...]] = ("token",)

    def look_up(self, number: str) -> FoundOrder | None:
        """One order; a 404 says that there is none."""
        answer = ask("GET", self._address("order_address", number=number), headers=self._headers())
        if answer.status == 404:
            return None
        return self._read(read_json(answer))

    def changes(self, cursor: str) -> Changes:
        """What has changed; what of it cannot be read is left out and said."""
        if not self.settings.get("changes_address"):
            return Changes(cursor=cursor)
        answer = ask("GET", self._address("changes_address", cursor=cursor), headers=self._headers())
        told = read_json(answer)
        rows = told.get("orders") if isinstance(told, dict) else None
        if answer.status == 404 or not isinstance(rows, list) or len(rows) > _MOST_ORDERS:
            raise SourceLies(_told("The answer of the order system cannot be read."))
        orders, problems = [], []
        for row in rows:
            try:
                orders.append(self._read(row))
            except SourceLies as error:
                problems.append(str(error.user_message))
        after = str(told.get("cursor") or cursor)[:200]
        return Changes(tuple(orders), tuple(problems), after, has_more=bool(rows) and after != cursor)

    def try_out(self) -> str:
        """Ask for an order that no shop has: what counts is that an answer comes."""
        ask("GET", self._address("order_address", number="0"), headers=self._headers())
        return ""

    def _address(self, name: str, **values: str) -> str:
        address = str(self.settings[name])
        for key, value in values.items():
            address = address.replace(f"{{{key}}}", quote(value, safe=""))
        return address

    def _headers(self) -> dict[str, str]:
        token, header = self.secrets.get("token", ""), str(self.settings.get("header") or "")
        return {"Accept": "application/json"} | ({header: token} if token and header else {})

    def _read(self, told: object) -> FoundOrder:
        try:
            return order_of(moved(told, mapping_of(str(self.settings.get("mapping") or ""))))
        except Unreadable as error:
            raise SourceLies(_told("The order system told something unreadable: %(why)s") % {"why": error}) from error


def mapping_of(text: str) -> dict[str, str]:
    """Our field and the path to its value, line by line."""
    found = (_LINE.fullmatch(line.strip()) for line in text.splitlines())
    return {match[1]: match[2] for match in found if match}


def moved(told: object, mapping: Mapping[str, str]) -> object:
    """What was told with its values where ours stand; as it is where nothing is said."""
    if not mapping or not isinstance(told, Mapping):
        return told
    order: dict[str, Any] = dict(told)
    buyer = told.get("buyer")
    people: dict[str, Any] = dict(buyer) if isinstance(buyer, Mapping) else {}
    for field, path in mapping.items():
        group, _dot, name = field.partition(".")
        if group == "buyer" and name:
            people[name] = value_at(told, path)
        elif group not in _LISTS or not name:
            order[field] = value_at(told, path)
    for group in _LISTS:
        inner = {field.partition(".")[2]: path for field, path in mapping.items() if field.startswith(f"{group}.")}
        if inner and isinstance(order.get(group), list):
            order[group] = [_row(row, inner) for row in order[group]]
    return {**order, "buyer": people}


def _row(row: object, inner: Mapping[str, str]) -> object:
    if not isinstance(row, Mapping):
        return row
    return {**row, **{name: value_at(row, path) for name, path in inner.items()}}


def value_at(told: object, path: str) -> object:
    """The value at a path such as payment.amount or parcels.0.number; None where it leads nowhere."""
    value = told
    for step in path.split(".")[:_MOST_DEPTH]:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdecimal() and int(step) < len(value):
            value = cast("object", value[int(step)])
        else:
            return None
    return value
