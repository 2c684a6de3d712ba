"""自動受付メール of a 窓口: whether, how many in an hour, and a subject and a text by language and hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.choices import Language
from madoguchi.acknowledgements.choices import HIGHEST_CAP, MAX_BODY, MAX_SUBJECT, Occasion
from madoguchi.acknowledgements.models import Acknowledgement
from madoguchi.acknowledgements.queries import wanted_of
from madoguchi.acknowledgements.texts import NAMES, Text, Wanted


@dataclass(frozen=True, slots=True)
class TextFields:
    """The two fields of one text."""

    name: str
    word: str
    subject: forms.BoundField
    body: forms.BoundField


class AcknowledgementForm(forms.Form):
    """What a 窓口 sends by itself."""

    is_on = forms.BooleanField(
        label=gettext_lazy("Send an acknowledgement"),
        required=False,
        help_text=gettext_lazy("To who begins a new conversation by mail. It is not our answer: the due time goes on."),
    )
    most_per_hour = forms.IntegerField(
        label=gettext_lazy("At most in an hour"),
        min_value=1,
        max_value=HIGHEST_CAP,
        help_text=gettext_lazy("Stops a flood. One address is told once in 24 hours in any case."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def __init__(self, data: Any, *, found: Acknowledgement) -> None:
        wanted = wanted_of(found)
        initial: dict[str, object] = {
            "is_on": found.is_on,
            "most_per_hour": found.most_per_hour,
            "version": found.version,
        }
        for name in NAMES:
            initial |= {f"{name}_subject": wanted.text(name).subject, f"{name}_body": wanted.text(name).body}
        super().__init__(data, initial=initial)
        for name in NAMES:
            self.fields[f"{name}_subject"] = forms.CharField(
                label=_("Subject"), required=False, max_length=MAX_SUBJECT, help_text=_("Empty: “Re:” and theirs.")
            )
            self.fields[f"{name}_body"] = forms.CharField(
                label=_("Body"), required=False, max_length=MAX_BODY + 1_000, widget=forms.Textarea(attrs={"rows": 9})
            )

    def languages(self) -> Iterator[tuple[str, str, list[TextFields]]]:
        """Each language with its word and its texts."""
        for language in Language:
            yield language.value, str(language.label), [self._text(language, each) for each in Occasion]

    def _text(self, language: Language, occasion: Occasion) -> TextFields:
        name = f"{language}_{occasion}"
        return TextFields(name, str(occasion.label), self[f"{name}_subject"], self[f"{name}_body"])

    def texts(self) -> dict[str, Text]:
        """The texts as they stand in the form, checked or not."""
        return {
            name: Text(
                str(self[f"{name}_subject"].value() or "")[:MAX_SUBJECT],
                str(self[f"{name}_body"].value() or "").replace("\r\n", "\n")[:MAX_BODY],
            )
            for name in NAMES
        }

    def wanted(self) -> Wanted:
        """What a valid form says."""
        values = self.cleaned_data
        texts = {name: Text(values[f"{name}_subject"], values[f"{name}_body"]) for name in NAMES}
        return Wanted(values["is_on"], values["most_per_hour"], texts)
