"""A length of time as people type it: 「30分」「4時間」「1時間30分」, 0:30, 90 min; a bare number is hours."""

import re
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_HOUR = 60
_MAX_CHARS = 30
_WRITTEN = re.compile(r"(?:(\d{1,4})(?:時間|h|hr|hour|hours))?(?:(\d{1,5})(?:分|m|min|minute|minutes))?")
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
_BARE = re.compile(r"\d{1,4}")


class MinutesField(forms.Field):
    """Whole minutes; empty is None where it may be."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"maxlength": _MAX_CHARS}), **kwargs)
        self.longest = longest

    def to_python(self, value: object) -> Any:
        """The minutes that were written; ValidationError says how they may be."""
        text = "".join(normalize("NFKC", str(value or "")[: _MAX_CHARS + 1]).lower().split())
        if not text:
            return None
        minutes = _minutes(text)
        if minutes is None:
            raise ValidationError(gettext_lazy("Enter a time such as 30 min, 4 h or 1 h 30 min."))
        if not 1 <= minutes <= self.longest:
            longest = in_words(self.longest)
            raise ValidationError(_("Enter between 1 minute and %(longest)s.") % {"longest": longest})
        return minutes

    def prepare_value(self, value: Any) -> Any:
        """Stored minutes in words; what was typed as it was typed."""
        return in_words(value) if isinstance(value, int) else value


def in_words(minutes: int) -> str:
    """「1時間30分」, as it can be typed."""
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def _minutes(text: str) -> int | None:
    if _BARE.fullmatch(text):
        return int(text) * _HOUR
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * _HOUR + int(clock[2])
    written = _WRITTEN.fullmatch(text)
    return int(written[1] or 0) * _HOUR + int(written[2] or 0) if written else None
