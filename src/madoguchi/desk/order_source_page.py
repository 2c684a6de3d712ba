"""設定 › 受注システム: a source with the connector's own form beside ours, its health, and its webhook."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.commerce.actions.sources import change_source, create_source
from madoguchi.commerce.actions.syncing import try_source
from madoguchi.commerce.contract import Source
from madoguchi.commerce.models import OrderSource
from madoguchi.commerce.registry import source_class, source_classes
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.core.sealing import seal
from madoguchi.core.telling import told
from madoguchi.desk.forms.order_sources import OrderSourceForm
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source in the list."""

    pk: int
    name: str
    kind: str
    patterns: str
    state: str  #: good, failing, off
    word: str
    reason: str
    refused: int  #: deliveries that cannot be read


def source_line(source: OrderSource, words: Words, *, refused: int = 0) -> SourceLine:
    """Name, kind and health of a source."""
    cls = source_classes().get(source.kind)
    state, word = _health(source, words, cls)
    reason = told(source.failure) if state == "failing" else ""
    label = str(cls.label) if cls else source.kind
    return SourceLine(source.pk, source.name, label, ", ".join(source.patterns), state, word, reason, refused)


def _health(source: OrderSource, words: Words, cls: type[Source] | None) -> tuple[str, str]:
    if not source.is_active:
        return "off", _("Switched off")
    if source.failing_since:
        return "failing", _("Not working since %(moment)s") % {"moment": words.due(source.failing_since)}
    if source.checked_at:
        return "good", _("Last asked %(moment)s") % {"moment": words.due(source.checked_at)}
    return "good", _("Not asked yet") if cls and cls.abilities.looks_up else _("Ready")


class SourcePage:
    """Both forms of one source, new or existing, and what asking it found."""

    def __init__(self, user: User, kind: str, source: OrderSource | None, data: QueryDict | None) -> None:
        self.user, self.source, self.kind = user, source, kind
        self.cls = source_class(kind)
        initial = OrderSourceForm.values_of(source) if source else self._starting()
        self.form = OrderSourceForm(data, initial=initial)
        self.settings = self._settings_form(data)
        self.finding: tuple[bool, str] | None = None

    def _starting(self) -> dict[str, str]:
        return {"order_url": self.cls.order_page, "customer_url": self.cls.customer_page}

    def _settings_form(self, data: QueryDict | None) -> forms.Form | None:
        if self.cls.settings_form is None:
            return None
        form = self.cls.settings_form(data, initial=self.source.settings if self.source else None)
        for name in self.cls.secret_fields if self.source else ():
            form.fields[name].required = False  # an empty field keeps what is stored
        return form

    def is_valid(self) -> bool:
        """Both forms; each says what is wrong with it."""
        is_good = self.form.is_valid()
        return (self.settings is None or self.settings.is_valid()) and is_good

    def _split(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The connector's settings, and the secrets that were entered."""
        cleaned = self.settings.cleaned_data if self.settings else {}
        secret = self.cls.secret_fields
        plain = {name: value for name, value in cleaned.items() if name not in secret}
        return plain, {name: cleaned[name] for name in secret if cleaned.get(name)}

    def save(self) -> OrderSource | None:
        """Add or change the source; None when it was refused, with the reason in the form."""
        plain, secrets = self._split()
        values = {**self.form.as_values(), "settings": plain}
        try:
            if self.source is None:
                return create_source(kind=self.kind, user=self.user, secrets=secrets, **values)  # type: ignore[arg-type]
            return change_source(self.source, user=self.user, secrets=secrets, **values)
        except Invalid as error:
            show_refusal(self.form, error)
            return None

    def try_out(self) -> None:
        """Ask with what stands in the form, and the stored secrets where none were entered; nothing is stored."""
        plain, secrets = self._split()
        stored = self.source.secrets if self.source else {}
        row = OrderSource(pk=self.source.pk if self.source else None, kind=self.kind, settings=plain)
        row.sealed_secrets = seal(stored | secrets)
        try:
            self.finding = True, try_source(row) or _("It answers.")
        except DomainError as error:
            self.finding = False, str(error.user_message)

    @property
    def can_try(self) -> bool:
        """Whether there is anybody to ask."""
        return self.cls.abilities.looks_up or self.cls.abilities.lists_changes

    @property
    def webhook_url(self) -> str:
        """Where deliveries are sent to; empty where this connector takes none."""
        if self.source is None or not self.cls.abilities.signs_webhooks:
            return ""
        return f"{settings.BASE_URL}/hooks/orders/{self.source.key}"
