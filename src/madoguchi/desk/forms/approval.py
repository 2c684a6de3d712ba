"""The forms of the approval: deciding about a reply in place, being away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import MAX_COMMENT, reason_word
from madoguchi.conversations.approval_letters import Kept
from madoguchi.conversations.letters import MAX_TEXT_CHARS, Letter
from madoguchi.core.markup import render_markup
from madoguchi.desk.forms.filing import offer
from madoguchi.desk.letters import read_addresses

if TYPE_CHECKING:
    from madoguchi.desk.chosen_files import ChosenFiles

APPROVE, SAVE, SEND_BACK = "approve", "save", "send_back"


class DecideForm(forms.Form):
    """The letter as it stands, to be edited in place, and what the approver says of it."""

    to = forms.CharField(label=_("To"), max_length=20_000)
    cc = forms.CharField(label=_("Cc"), max_length=20_000, required=False)
    bcc = forms.CharField(label=_("Bcc"), max_length=20_000, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=1000)
    text = forms.CharField(
        label=pgettext_lazy("letter", "Text"),
        max_length=MAX_TEXT_CHARS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "data-editor": "", "data-quiet": ""}),
    )
    reasons = forms.MultipleChoiceField(label=_("Reason codes"), required=False, widget=forms.CheckboxSelectMultiple)
    comment = forms.CharField(
        label=_("Comment for the author"),
        max_length=MAX_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, data: Any = None, *, reasons: Iterable[str], letter: Kept, seen: str) -> None:
        """Begin with the letter as it stands."""
        parties = {name: party_text(letter[name]) for name in ("to", "cc", "bcc")}
        super().__init__(data, initial={**parties, "subject": letter["subject"], "text": letter["text"], "seen": seen})
        self.is_rich = bool(letter["html"])
        self.kept = letter
        self.chosen: ChosenFiles | None = None  #: what was posted of files
        offer(self, "reasons", [(code, reason_word(code)) for code in reasons])

    def letter(self) -> Letter:
        """What the approver wants to leave; the HTML of a rich letter follows its text."""
        cleaned = self.cleaned_data
        text = cleaned["text"].replace("\r\n", "\n")
        html = self.kept["html"] if text == self.kept["text"] else render_markup(text) if self.is_rich else ""
        to, cc, bcc = (self._addresses(name) for name in ("to", "cc", "bcc"))
        files = self.chosen.enclosures if self.chosen else ()
        return Letter(to=to, cc=cc, bcc=bcc, subject=cleaned["subject"], text=text, html=html, enclosures=files)

    def _addresses(self, name: str) -> tuple[Address, ...]:
        """As they were where nobody touched them: a line of text says less than they do."""
        if name in self.changed_data:
            return read_addresses(split_parties(self.cleaned_data[name]))
        return tuple(Address(each["email"], each.get("name", "")) for each in self.kept[name])

    @property
    def has_letter(self) -> bool:
        """True when the letter as such can be read, whatever is missing of the rest."""
        wanted = {"to", "cc", "bcc", "subject", "text"}
        return not wanted & set(self.errors)

    def ask_reason(self, text: str) -> None:
        """Say at the comment that it is missing, and lead there."""
        self.add_error("comment", text)
        self.fields["comment"].widget.attrs["autofocus"] = True

    @property
    def touches_letter(self) -> bool:
        """True when anything of the letter itself may be different."""
        has_files = self.chosen is not None and self.chosen.is_answered
        return has_files or bool({"to", "cc", "bcc", "subject", "text"} & set(self.changed_data))


def party_text(parties: Sequence[Mapping[str, str]]) -> str:
    """Recipients as one line: 髙橋 由美子 <yumiko@mail.example>, and so on."""
    return ", ".join(f"{each['name']} <{each['email']}>" if each.get("name") else each["email"] for each in parties)


def split_parties(line: str) -> list[str]:
    """One line of recipients, apart: a comma inside of a name does not end one, for its address is still to come."""
    found: list[str] = []
    pending = ""
    for part in line.replace("、", ",").replace(";", ",").split(","):
        pending = f"{pending},{part}" if pending else part
        if "@" in pending:
            found.append(pending.strip())
            pending = ""
    return [*found, pending.strip()] if pending.strip() else found


class AbsenceForm(forms.Form):
    """Until when somebody is away, and who decides instead."""

    starts_at = forms.DateTimeField(
        label=_("Away from"),
        required=False,
        help_text=_("Empty is now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    until = forms.DateTimeField(
        label=_("Away until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    substitute = forms.TypedChoiceField(
        label=_("Substitute"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Decides what waits for this person. Without one, everybody who may approve does."),
    )

    def __init__(self, data: Any = None, *, people: Iterable[User], initial: Mapping[str, Any] | None = None) -> None:
        """Offer the people who may stand in."""
        super().__init__(data, initial=dict(initial or {}))
        offer(self, "substitute", [("", _("(nobody)")), *((each.pk, each.name) for each in people)])
