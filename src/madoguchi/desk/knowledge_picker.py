"""What the tab ナレッジ of the picker shows in the composer, and what of an article goes into the letter."""

from collections.abc import Iterable
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.desk.composing import NOTE
from madoguchi.desk.deeds import Option
from madoguchi.desk.knowledge_page import category_word, excerpt
from madoguchi.desk.wording_picker import FOUND, Choice, Group, Letter
from madoguchi.knowledge.choices import Audience, Part
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.queries import offered_to, recently_used
from madoguchi.knowledge.searching import saying
from madoguchi.knowledge.suggesting import suggestions_for

_EACH = 8
#: Beside conversations and deeds of the palette no more.
_IN_PALETTE = 4


def is_for_customer(letter: Letter) -> bool:
    """Everything but a note of colleagues may be read by a customer."""
    return letter.mode != NOTE


def choices(letter: Letter, typed: str) -> list[Group]:
    """What fits the typed words; without any what was used last, most, and the rest in the letter's language."""
    offered = offered_to(letter.user)
    if typed.strip():
        found = _lines(saying(offered, typed)[:FOUND], letter)
        return [Group(_("Articles"), found)] if found else []
    recent = recently_used(letter.user, offered)
    rest = offered.exclude(pk__in=[each.pk for each in recent]).filter(language=letter.around.language[:2])
    used = list(rest.filter(used_count__gt=0).order_by("-used_count", "title")[:_EACH])
    others = rest.exclude(pk__in=[each.pk for each in used]).order_by("title")[: FOUND - len(used)]
    groups = [
        Group(_("Used last"), _lines(recent, letter)),
        Group(_("Used most"), _lines(used, letter)),
        Group(_("Other articles"), _lines(others, letter)),
    ]
    return [group for group in groups if group.choices]


def suggested(letter: Letter) -> list[Group]:
    """What speaks of the matter of the customer's last mail."""
    if letter.conversation is None:
        return []
    found = suggestions_for(letter.conversation, offered_to(letter.user))
    return [Group(_("For this inquiry"), _lines(found, letter))] if found else []


def _lines(articles: Iterable[Article], letter: Letter) -> list[Choice]:
    return [
        Choice(
            key=str(each.pk),
            icon="lock" if each.audience == Audience.INTERNAL else "book",
            name=each.title,
            note=category_word(each.category),
            excerpt=excerpt(each),
            url=f"{reverse('desk:article-looked-at', args=[each.pk])}?{letter.place}",
        )
        for each in articles
    ]


def article_options(user: User, typed: str, *, is_writing: bool) -> list[Option]:
    """The articles that say what was typed, for the palette; over a letter the link of a public one goes into it."""
    if not typed or not may(user, Permission.READ):
        return []
    found = [_option(each) for each in saying(offered_to(user), typed)[:_IN_PALETTE]]
    if not (is_writing and may(user, Permission.REPLY)):
        return [replace(each, puts="") for each in found]
    return found


def _option(article: Article) -> Option:
    insert = reverse("desk:article-insert", args=[article.pk]) if article.is_open_to_all else ""
    note = category_word(article.category)
    icon = "book" if article.is_open_to_all else "lock"
    return Option(reverse("desk:article", args=[article.pk]), icon, article.title, note, puts=insert)


def part_of(asked: str) -> Part:
    """What of an article was asked for; the text unless it was said."""
    return Part(asked) if asked in Part.values else Part.TEXT
