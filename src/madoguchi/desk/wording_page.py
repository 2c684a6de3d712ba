"""What the pages of テンプレート show: lines of the list, folders, fields, the preview, versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import workspace_name
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.customers.addressing import addressed, salutation
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Customer
from madoguchi.search.word_diff import Piece
from madoguchi.ui.dates import Words
from madoguchi.wording.choices import Kind, Scope
from madoguchi.wording.deeds import DeedKind
from madoguchi.wording.fields import FIELDS, GROUP_WORDS, OWN, OWN_JAPANESE, Surroundings
from madoguchi.wording.filling import CLOSE, OPEN, Fault, pieces
from madoguchi.wording.letters import worded
from madoguchi.wording.models import Template, TemplateVersion
from madoguchi.wording.own_fields import sample_values, writable_fields
from madoguchi.wording.queries import FolderLine, Narrowing, may_change

#: Of the text as much as fits in a line.
_EXCERPT = 90
_MARKS = frozenset(" \u3000様御中、,")


@dataclass(frozen=True, slots=True)
class Line:
    """One template of the list."""

    pk: int
    name: str
    icon: str
    kind: str
    excerpt: str
    folder: str
    scope: str
    owner: str
    language: str
    abbreviation: str
    used: str
    last: str
    review: str
    is_due: bool
    is_favourite: bool
    can_change: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree of folders."""

    href: str
    name: str
    amount: int
    depth: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Bit:
    """A stretch of a text; marked where something is missing."""

    text: str
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A template as it would go into a letter."""

    subject: Sequence[Bit]
    text: Sequence[Bit]
    missing: Sequence[str]
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the list to choose from."""

    source: str
    word: str
    about: str


def template_line(template: Template, user: User, words: Words, favourites: Iterable[int]) -> Line:
    """A template in the list; owner and team must have been fetched."""
    review, today = template.review_on, timezone.localdate()
    return Line(
        pk=template.pk,
        name=template.name,
        icon=icon_of(template),
        kind=template.get_kind_display(),
        excerpt=excerpt(template.body) or named(template),
        folder=template.folder,
        scope=scope_word(template),
        owner=template.owner.name,
        language=language_word(template.language),
        abbreviation=template.abbreviation,
        used=f"{template.used_count:,}" if template.used_count else "–",
        last=words.short(template.used_at) if template.used_at else "",
        review=words.short(_midnight(review)) if review else "",
        is_due=review is not None and review <= today,
        is_favourite=template.pk in favourites,
        can_change=may_change(user, template),
    )


def excerpt(body: str) -> str:
    """How a text begins below its 宛名: lines of nothing but fields say nothing."""
    lines = [
        line for line in body.split("\n") if not set("".join(p for p in pieces(line) if isinstance(p, str))) <= _MARKS
    ]
    return cut_whole(" ".join(" ".join(lines).split()), _EXCERPT)


def named(template: Template) -> str:
    """What a template does, by the names it was saved with."""
    return "、".join(each["name"] for each in template.actions)[:_EXCERPT]


def _midnight(day: object) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def icon_of(template: Template) -> str:
    """What a template looks like in lists."""
    if template.actions and not template.body:
        return "macro"
    return "phrase" if template.kind == Kind.PHRASE else "template"


def scope_word(template: Template) -> str:
    """For whom it is: the team by its name, or that it has none any more."""
    if template.scope == Scope.TEAM:
        return template.team.name if template.team else _("Team is gone")
    return template.get_scope_display()


def language_word(language: str) -> str:
    """A language in its own words."""
    return str(LetterLanguage(language).label) if language in LetterLanguage.values else language


def differing_deeds(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], *, is_first: bool
) -> list[Piece]:
    """What a version does in place of the one before it, one deed a line, by the names they had then."""
    was, now = [[f"{DeedKind(each['kind']).label}: {each['name']}" for each in deeds] for deeds in (before, after)]
    if is_first:
        return [Piece("same", each) for each in now]
    gone = [Piece("removed", each) for each in was if each not in now]
    return [*gone, *(Piece("same" if each in was else "added", each) for each in now)]


def branches(folders: Sequence[FolderLine], by: Narrowing) -> list[Branch]:
    """The tree, each folder with the address of its list."""
    return [
        Branch(list_address({"folder": each.path}), each.name, each.amount, each.depth, each.path == by.folder)
        for each in folders
    ]


def list_address(values: dict[str, object]) -> str:
    """The list of templates with these conditions."""
    said = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('desk:templates')}?{said}" if said else reverse("desk:templates")


def field_groups(*, has_own: bool = True) -> list[tuple[str, list[FieldLine]]]:
    """Every field by its heading, in Japanese names for those who read Japanese; custom ones only if asked for."""
    is_japanese = _reads_japanese()
    found = []
    for group, word in GROUP_WORDS.items():
        lines = [
            FieldLine(_source(each.japanese if is_japanese else each.name, takes_days=each.takes_days),
                      each.japanese if is_japanese else each.name, str(each.about))
            for each in FIELDS.values()
            if each.group == group
        ]  # fmt: skip
        found.append((str(word), lines))
    found[1][1].append(FieldLine(_("{{?What to fill in}}"), _("Blank"), _("Only the writer can fill it in")))
    if has_own and (own := _own_lines()):
        found.insert(1, (_("Custom fields of customers"), own))
    return found


def _own_lines() -> list[FieldLine]:
    prefix, about = OWN_JAPANESE if _reads_japanese() else OWN, _("Custom field of the customer")
    sources = ((_source(f"{prefix}{each.name}", takes_days=False), each) for each in writable_fields())
    return [FieldLine(source, each.name, each.help_text or about) for source, each in sources]


def _reads_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def _source(name: str, *, takes_days: bool) -> str:
    return f"{OPEN}{name}{'+1' if takes_days else ''}{CLOSE}"


def preview(
    subject: str, body: str, around: Surroundings, *, answers: dict[str, str] | None = None, letter: str = ""
) -> Preview:
    """The texts filled, with what is missing marked, and what is wrong with their fields."""
    filled = worded(subject, body, around, answers=answers, letter=letter)
    faults = [str(each) for text in (subject, body) for each in pieces(text) if isinstance(each, Fault)]
    return Preview(bits(filled.subject, filled.missing), bits(filled.text, filled.missing), filled.missing, faults)


def bits(text: str, missing: Sequence[str]) -> list[Bit]:
    """A text cut at what is missing in it."""
    found, at = [], 0
    while at < len(text):
        starts = [(place, source) for source in missing if (place := text.find(source, at)) >= 0]
        if not starts:
            break
        place, source = min(starts)
        found += [Bit(text[at:place]), Bit(source, is_missing=True)]
        at = place + len(source)
    return [bit for bit in [*found, Bit(text[at:])] if bit.text]


#: Nobody's rows: they are never saved.
_YUMIKO = Customer(family_name="髙橋", given_name="由美子", family_kana="タカハシ", given_kana="ユミコ", language="ja")
_EMILY = Customer(family_name="Thompson", given_name="Emily", language="en")


def sample(user: User, language: str) -> Surroundings:
    """Somebody who does not exist, of whom everything is known."""
    now = timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE))
    is_japanese = language.startswith("ja")
    customer = _YUMIKO if is_japanese else _EMILY
    name, honorific = addressed(customer, language)
    return Surroundings(
        now=now,
        language=language,
        customer_name=name,
        honorific=honorific,
        salutation=salutation(customer, language),
        family_name=customer.family_name,
        given_name=customer.given_name,
        kana=customer.kana,
        email="yumiko@mail.example",
        postal_code="100-0005",
        address="東京都千代田区丸の内1-1",
        number=1234,
        subject="商品がまだ届きません" if is_japanese else "My order has not arrived",
        received_at=now,
        order_number="HK-104733",
        agent_name=user.public_name or user.name,
        agent_family_name=user.family_name,
        shop=workspace_name(),
        desk_name=_("Support desk"),
        desk_address="support@shop.example",
        own=sample_values(language),
    )


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history."""

    number: int
    who: str
    when: str
    is_current: bool


def version_line(version: TemplateVersion, template: Template, words: Words) -> VersionLine:
    """Who saved it when."""
    who = version.by.name if version.by else "–"
    return VersionLine(version.number, who, words.full(version.at), version.number == template.version)
