"""設定 › 窓口 › 自動受付メール: how each text would read, and what has been sent lately."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.accounts.choices import Language
from madoguchi.accounts.models import User
from madoguchi.acknowledgements.choices import Occasion
from madoguchi.acknowledgements.queries import told_lately
from madoguchi.acknowledgements.texts import Text, language_of
from madoguchi.channels.models import Inbox
from madoguchi.channels.signatures import signature
from madoguchi.desk.wording_page import FieldLine, Preview, field_groups, preview, sample
from madoguchi.wording.fields import Surroundings
from madoguchi.wording.surroundings import around_stranger


@dataclass(frozen=True, slots=True)
class Shown:
    """One text as a customer would read it."""

    word: str
    preview: Preview


def shown_texts(user: User, inbox: Inbox, texts: dict[str, Text]) -> list[Shown]:
    """Every text that is written, as it would reach a customer who does not exist, if it were sent now."""
    return [
        Shown(_title(name), preview(text.subject, text.body, _around(user, inbox, language_of(name))))
        for name, text in texts.items()
        if text.is_written
    ]


def _title(name: str) -> str:
    language, _under, occasion = name.partition("_")
    return f"{Language(language).label} · {Occasion(occasion).label}"


def _around(user: User, inbox: Inbox, language: str) -> Surroundings:
    """The sample with what is true of this 窓口; nobody writes it."""
    ours = around_stranger(inbox, language)
    return replace(
        sample(user, language),
        now=ours.now,
        desk_name=inbox.name,
        desk_address=inbox.address,
        signature=signature(inbox, None),
        plan=ours.plan,
        opens_at=ours.opens_at,
        agent_name="",
        agent_family_name="",
    )


def usable_fields() -> list[tuple[str, list[FieldLine]]]:
    """The fields to choose from, without the blank: nobody is there to fill it in."""
    groups = field_groups(has_own=False)
    return [(word, [each for each in fields if "?" not in each.source]) for word, fields in groups]


def sent_lately(inbox: Inbox, now: datetime) -> str:
    """How many have been sent within a day, in words; nothing while there are none."""
    number = told_lately(inbox, now)
    return _("Sent in the last 24 hours: %(n)s") % {"n": f"{number:,}"} if number else ""
