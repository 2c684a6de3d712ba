"""A 窓口 as the people see it; how its messages travel is asked by the channel's own form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Language
from madoguchi.accounts.models import Team, User
from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.channels.choices import SendCharset
from madoguchi.channels.models import Inbox
from madoguchi.channels.warning import escalations_of
from madoguchi.core.errors import Invalid
from madoguchi.desk.forms.duration import MinutesField
from madoguchi.desk.forms.escalation import EscalationForms
from madoguchi.desk.forms.people import offer

#: A desk that answers later than this does not promise anything.
LONGEST_MINUTES = 30 * 24 * 60
#: Fields that are columns of Inbox under the same name.
PLAIN = ("name", "address", "from_name", "signature", "language", "send_charset", "undo_seconds")
#: Columns about 返信期限 under the same name, and the times of single priorities.
DUE = ("reply_rule", "reply_days", "warn_before_minutes", "warn_at_percent")
BY_PRIORITY = {"reply_urgent": "3", "reply_high": "2", "reply_low": "0"}


def _time(label: Any) -> MinutesField:
    """The time of one priority; empty takes that of all."""
    return MinutesField(label=label, longest=LONGEST_MINUTES, required=False, help_text=_("Empty: as for all."))


class DeskForm(forms.Form):
    """What a 窓口 is called, how it writes, and who may see it."""

    name = forms.CharField(
        label=_("Name of the desk"), max_length=60, help_text=_("How your team calls it, such as “Support”.")
    )
    address = forms.EmailField(label=_("Mail address"), max_length=320, help_text=_("To which customers write."))
    aliases = forms.CharField(
        label=_("Further addresses"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line. Mail to them comes to this desk too."),
    )
    from_name = forms.CharField(
        label=_("Name of the sender"),
        max_length=100,
        required=False,
        help_text=_("What customers read before the address."),
    )
    signature = forms.CharField(
        label=_("Signature"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    send_charset = forms.ChoiceField(
        label=_("Character set of outgoing mail"),
        choices=SendCharset.choices,
        help_text=_("UTF-8 fits everywhere. ISO-2022-JP is for old systems and cannot carry every character."),
    )
    undo_seconds = forms.IntegerField(
        label=_("Time to take a reply back (seconds)"), min_value=0, max_value=300, initial=15
    )
    reply_within = MinutesField(
        label=_("Reply within"),
        longest=LONGEST_MINUTES,
        initial=24 * 60,
        help_text=_("Sets the due time. Such as 4 h, 30 min or 1 h 30 min; a bare number is hours."),
    )
    reply_urgent = _time(_("Reply within: priority “urgent”"))
    reply_high = _time(_("Reply within: priority “high”"))
    reply_low = _time(_("Reply within: priority “low”"))
    reply_rule = forms.ChoiceField(
        label=_("Count in business days instead"),
        required=False,
        choices=[("", _("No, in hours and minutes")), *DayRule.choices],
        help_text=_("For all priorities that have no time of their own."),
    )
    reply_days = forms.IntegerField(
        label=_("Business days"),
        min_value=1,
        max_value=30,
        required=False,
        help_text=_("Only when it is counted in business days."),
    )
    warn_before_minutes = forms.IntegerField(
        label=_("Warn before the due time (business minutes)"),
        min_value=0,
        max_value=7 * 24 * 60,
        initial=60,
        required=False,
        help_text=_("From then on it is amber in the list, and the assignee or the team is told."),
    )
    warn_at_percent = forms.IntegerField(
        label=_("Or when so much of the time has passed (%)"),
        min_value=0,
        max_value=99,
        initial=0,
        required=False,
        help_text=_("Whichever comes first. 0 looks at the minutes alone."),
    )
    calendar = forms.TypedChoiceField(
        label=_("Business hours"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("In whose hours the time to reply is counted. Always open counts every hour."),
    )
    access = forms.ChoiceField(
        label=_("Who may see it"),
        widget=forms.RadioSelect,
        choices=[("all", _("Everybody")), ("some", _("Only these teams and people"))],
        initial="all",
    )
    teams = forms.TypedMultipleChoiceField(
        label=_("Teams"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    users = forms.TypedMultipleChoiceField(
        label=_("People"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Owners, administrators and supervisors see every desk."),
    )

    def __init__(
        self,
        *args: Any,
        teams: Iterable[Team],
        people: Iterable[User],
        calendars: Iterable[BusinessCalendar],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "teams", teams)
        people = list(people)
        offer(self, "users", people)
        stored = self.initial.get("escalations")
        self.ladder = EscalationForms(self.data if self.is_bound else None, people=people, stored=stored)
        self.calendars = {each.pk: each for each in calendars}
        choices = [("", _("Always open")), *((pk, each.name) for pk, each in self.calendars.items())]
        self.fields["calendar"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The steps after 返信期限 are looked at with the rest; a number of days and how they count belong together."""
        if not self.ladder.is_valid():
            self.add_error(None, _("Check the steps after the due time."))
        rule, days = self.cleaned_data.get("reply_rule"), self.cleaned_data.get("reply_days")
        if rule and days is None and "reply_days" not in self.errors:
            self.add_error("reply_days", _("Enter how many business days."))
        if days is not None and rule == "":
            self.add_error("reply_rule", _("Choose how business days count, or empty their number."))
        return self.cleaned_data

    def clean_aliases(self) -> list[str]:
        """The addresses, each once; all of the wrong ones are named."""
        aliases = list(dict.fromkeys(self.cleaned_data["aliases"].replace(",", "\n").split()))
        wrong = [alias for alias in aliases if not _is_address(alias)]
        if wrong:
            raise ValidationError(_("Check the format of: %s") % ", ".join(wrong))
        return aliases

    def as_values(self) -> dict[str, object]:
        """For create_inbox and change_inbox."""
        values = {name: self.cleaned_data[name] for name in PLAIN}
        values |= {name: value for name in DUE if (value := self.cleaned_data[name]) is not None}
        own = {key: self.cleaned_data[name] for name, key in BY_PRIORITY.items()}
        values["reply_within_by_priority"] = {key: each for key, each in own.items() if each}
        values["aliases"] = self.cleaned_data["aliases"]
        values["escalations"] = self.ladder.wanted()
        return values | {
            "reply_within_minutes": self.cleaned_data["reply_within"],
            "calendar": self.calendars.get(self.cleaned_data["calendar"]),
        }

    def access_values(self) -> dict[str, Any]:
        """For set_inbox_access; raises Invalid when nobody could see the 窓口."""
        chosen = {name: self.cleaned_data.get(name, []) for name in ("users", "teams")}
        is_open = self.cleaned_data["access"] == "all"
        if not is_open and not any(chosen.values()):
            raise Invalid(_("Choose at least one team or person."), field="access")
        return {"is_open_to_all": is_open, **({"users": [], "teams": []} if is_open else chosen)}


def initial_of(inbox: Inbox) -> dict[str, object]:
    """The form's values as stored."""
    values: dict[str, object] = {name: getattr(inbox, name) for name in (*PLAIN, *DUE)}
    own = inbox.reply_within_by_priority
    values |= {name: int(own[key]) for name, key in BY_PRIORITY.items() if own.get(key)}
    if not inbox.reply_rule:
        values["reply_days"] = None
    return values | {
        "aliases": "\n".join(inbox.aliases),
        "reply_within": inbox.reply_within_minutes,
        "calendar": inbox.calendar_id,
        "escalations": escalations_of(inbox),
        "access": "all" if inbox.is_open_to_all else "some",
        "teams": [team.pk for team in inbox.teams.all()],
        "users": [user.pk for user in inbox.users.all()],
    }


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
