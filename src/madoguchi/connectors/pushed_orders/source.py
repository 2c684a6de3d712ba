"""The source that asks nobody: its orders come by CSV, by `/api/v1/orders`, or signed to its webhook.

A delivery is `{"orders": [ … ]}` or one order, in the JSON of the API. It is signed as
`X-Madoguchi-Signature: t=<unix seconds>,v1=<hex>`, v1 being HMAC-SHA-256 of `<t>.<body>` under the source's secret.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.choices import MAX_AT_ONCE
from madoguchi.commerce.contract import Abilities, FoundOrder, Source, SourceLies
from madoguchi.commerce.reading import Unreadable, order_of

SIGNATURE = "x-madoguchi-signature"
#: Clocks differ; what is older was recorded by somebody and sent again.
_TOLERANCE_SECONDS = 300


class PushedForm(forms.Form):
    """The secret by which deliveries are signed."""

    webhook_secret = forms.CharField(
        label=_("Secret of the webhook"),
        required=False,
        max_length=200,
        min_length=16,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("At least 16 characters. Without one, nothing is taken at the address of the webhook."),
    )


class PushedSource(Source):
    """CSV, API, webhook."""

    kind = "push"
    label = _("CSV, API, webhook")
    abilities = Abilities(signs_webhooks=True)
    settings_form = PushedForm
    secret_fields: ClassVar[tuple[str, ...]] = ("webhook_secret",)

    def look_up(self, _number: str) -> FoundOrder | None:
        """Nobody is asked: what is known has been brought."""
        return None

    @classmethod
    def read_delivery(cls, body: bytes, _headers: Mapping[str, str]) -> list[FoundOrder]:
        """The orders of a delivery; SourceLies names the order and the field that cannot be read."""
        try:
            told = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise SourceLies(_("This is no JSON.")) from error
        rows: Any = told.get("orders", [told]) if isinstance(told, dict) else told
        if not isinstance(rows, list) or len(rows) > MAX_AT_ONCE:
            raise SourceLies(_("Send a list of at most 200 orders."))
        return [_read(row, place) for place, row in enumerate(rows)]

    @classmethod
    def is_signed(cls, body: bytes, headers: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
        """By the secret, and within five minutes."""
        secret = secrets.get("webhook_secret", "")
        parts = dict(part.strip().split("=", 1) for part in headers.get(SIGNATURE, "").split(",") if "=" in part)
        moment = parts.get("t", "")
        if not secret or not (moment.isascii() and moment.isdecimal() and len(moment) < 12):
            return False
        if abs(time.time() - int(moment)) > _TOLERANCE_SECONDS:
            return False
        expected = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), parts.get("v1", "").encode())


def _read(row: object, place: int) -> FoundOrder:
    try:
        return order_of(row)
    except Unreadable as error:
        text = _("Order %(place)s of the delivery: %(why)s") % {"place": place + 1, "why": error.user_message}
        raise SourceLies(text) from error
