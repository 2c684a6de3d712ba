"""The texts of an acknowledgement: which one is used, and what is wrong with them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.accounts.choices import Language
from madoguchi.acknowledgements.choices import HIGHEST_CAP, MAX_BODY, MAX_SUBJECT, USUAL_CAP, Occasion
from madoguchi.channels.hours import is_within_hours
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_class
from madoguchi.conversations.charsets import refusal_of
from madoguchi.core.errors import Invalid
from madoguchi.core.unlinking import LINK_LEFT_OUT, without_links
from madoguchi.wording.fields import Surroundings
from madoguchi.wording.filling import blanks
from madoguchi.wording.letters import Wording, worded
from madoguchi.wording.own_fields import check_fields
from madoguchi.wording.surroundings import around_stranger


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it is written, with its fields; without a body there is none."""

    subject: str = ""  #: empty answers under the subject of the customer's mail
    body: str = ""

    @property
    def is_written(self) -> bool:
        """True where there is something to send."""
        return bool(self.body.strip())


#: The texts of a 窓口: "ja_within", "ja_outside", "en_within", "en_outside".
NAMES = tuple(f"{language}_{occasion}" for language in Language.values for occasion in Occasion.values)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything a 窓口 can say about it."""

    is_on: bool = False
    most_per_hour: int = USUAL_CAP
    texts: Mapping[str, Text] = field(default_factory=dict)  #: by `NAMES`; what is left out is empty

    def text(self, name: str) -> Text:
        """One of its texts, empty where it has none."""
        return self.texts.get(name, Text())


def language_of(name: str) -> str:
    """The language of a text by its name."""
    return name.partition("_")[0]


def text_for(wanted: Wanted, inbox: Inbox, language: str, now: datetime) -> tuple[str, Text]:
    """The language and the text for a customer who is answered in this language, at this moment.

    Japanese for Japanese, English for everybody else; where that has no text, the other language. Without one for
    closed hours the one for open hours says it. An empty text where there is none at all.
    """
    first = Language.JA if language.startswith("ja") else Language.EN
    occasion = Occasion.WITHIN if is_within_hours(inbox, now) else Occasion.OUTSIDE
    for each in sorted(Language.values, key=lambda value: value != first):
        for name in (f"{each}_{occasion}", f"{each}_{Occasion.WITHIN}"):
            if wanted.text(name).is_written:
                return each, wanted.text(name)
    return first, Text()


#: What of a letter's surroundings a stranger has chosen.
_THEIRS = ("customer_name", "family_name", "given_name", "kana", "salutation", "company", "department", "subject")


def without_their_links(around: Surroundings) -> Surroundings:
    """Surroundings in which nothing that the sender wrote can be clicked: who gets the letter may not be who wrote.

    For the same reason it says nothing of the custom fields of the customer.
    """
    instead = LINK_LEFT_OUT["ja" if around.language.startswith("ja") else "en"]
    theirs: dict[str, Any] = {name: without_links(getattr(around, name), instead=instead) for name in _THEIRS}
    return replace(around, own={}, **theirs)


def filled(text: Text, around: Surroundings) -> Wording:
    """A text as it goes to a customer."""
    return worded(text.subject, text.body, around)


def check_wanted(inbox: Inbox, wanted: Wanted) -> None:
    """Raise Invalid, naming the field, for what could not be sent to every customer as it is written."""
    if not 1 <= wanted.most_per_hour <= HIGHEST_CAP:
        raise Invalid(_("Between 1 and %(n)s in an hour.") % {"n": HIGHEST_CAP}, field="most_per_hour")
    for name in NAMES:
        _check_text(inbox, name, wanted.text(name))
    first = f"{inbox.language}_{Occasion.WITHIN}"
    if wanted.is_on and not wanted.text(first).is_written:
        raise Invalid(
            _("Write the text for business hours in the language of the desk before you switch this on."),
            field=f"{first}_body",
        )


def _check_text(inbox: Inbox, name: str, text: Text) -> None:
    if text.subject.strip() and not text.is_written:
        raise Invalid(_("There is a subject, but no text. Write the text, or empty both."), field=f"{name}_body")
    around = around_stranger(inbox, language_of(name))
    for part, words, most in (("subject", text.subject, MAX_SUBJECT), ("body", text.body, MAX_BODY)):
        place = f"{name}_{part}"
        if len(words) > most:
            raise Invalid(_("This is too long: at most %(n)s characters.") % {"n": f"{most:,}"}, field=place)
        check_fields(words, field=place)
        if asked := blanks(words):
            raise Invalid(
                _("Nobody is there to fill in {{?%(label)s}}. Take it out.") % {"label": asked[0]}, field=place
            )
        if missing := worded("", words, around).missing:
            sentence = _("%(field)s is not known of every mail. Say what stands there then: {{%(name)s|…}}.")
            raise Invalid(sentence % {"field": missing[0], "name": missing[0].strip("{}")}, field=place)
        if lost := channel_class(inbox.kind).lost_characters(words, inbox.send_charset):
            raise Invalid(refusal_of(lost, inbox.send_charset), field=place)
