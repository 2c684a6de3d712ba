"""The form in which a wrong address is put right."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ReaddressForm(forms.Form):
    """One field for each address a mail did not reach, filled with what it was probably meant to be."""

    def __init__(
        self, data: Any, *, wrong: Sequence[str], guess: Callable[[str], str], others: Sequence[str] = ()
    ) -> None:
        """`others` are further addresses of the customer, tried where nothing better is known."""
        super().__init__(data)
        self.wrong = list(wrong)
        rest = [each for each in others if each not in self.wrong]
        for position, address in enumerate(self.wrong):
            self.fields[f"address_{position}"] = forms.CharField(
                label=_("Instead of %(address)s") % {"address": address},
                max_length=254,
                required=len(self.wrong) == 1,
                initial=guess(address) or (rest[0] if rest and len(self.wrong) == 1 else ""),
                widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
            )
        self.fields["is_customers"] = forms.BooleanField(
            label=gettext_lazy("Write to the customer at this address from now on"),
            required=False,
            initial=True,
            help_text=gettext_lazy("The old address stays on record, marked as not working."),
        )

    @property
    def corrections(self) -> dict[str, str]:
        """The new address of each old one; those left empty are left out."""
        given = {old: self.cleaned_data.get(f"address_{position}", "") for position, old in enumerate(self.wrong)}
        return {old: new for old, new in given.items() if new}
