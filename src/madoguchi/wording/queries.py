"""Reads of the templates: one, the list with its folders, and what is offered where a letter is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.core.errors import NotFound
from madoguchi.wording.choices import Kind, Scope
from madoguchi.wording.models import Favourite, Template, TemplateFile, TemplateVersion, Use
from madoguchi.wording.searching import saying

#: Recently used ones that are offered.
RECENT = 6
_RECENT_DAYS = 60
_MONTHS = 12
_UNCHANGED = Q(is_unchanged=True)


def names_of_templates(ids: Iterable[int], user: User) -> dict[int, str]:
    """The names of templates by id, in one query, as far as this person may see them."""
    return dict(Template.objects.visible_to(user).filter(pk__in=set(ids)).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows the list of templates."""

    typed: str = ""
    folder: str | None = None  #: with those below it
    kind: str = ""
    scope: str = ""
    language: str = ""
    is_archived: bool = False
    is_due: bool = False  #: to be read again
    is_favourite: bool = False


@dataclass(frozen=True, slots=True)
class FolderLine:
    """One folder of the tree."""

    path: str
    name: str
    depth: int
    amount: int  #: with those in the folders below it


@dataclass(frozen=True, slots=True)
class UseLine:
    """How often somebody, or all in a month, sent a template, and how often unchanged."""

    label: str
    amount: int
    unchanged: int
    month: date | None = None


def templates_of(user: User) -> QuerySet[Template]:
    """What a person may use."""
    return Template.objects.visible_to(user)


def favourite_ids(user: User) -> frozenset[int]:
    """Which ones this person has marked."""
    return frozenset(Favourite.objects.filter(user=user).values_list("template", flat=True))


def get_template(user: User, pk: int) -> Template:
    """One template that this person may use; NotFound otherwise."""
    whole = templates_of(user).select_related("owner", "team", "updated_by").prefetch_related("files__blob")
    found = whole.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such template."))
    return found


def may_change(user: User, template: Template) -> bool:
    """One's own, or any shared one for those who keep these."""
    if template.is_shared:
        return may(user, Permission.SHARE_TEMPLATES)
    return template.owner_id == user.pk


def narrowed(user: User, by: Narrowing) -> QuerySet[Template]:
    """The templates of a list, the best hits first, else by folder and name; of what is to be read again the oldest."""
    rows = templates_of(user).select_related("owner", "team").filter(archived_at__isnull=not by.is_archived)
    if by.folder is not None:
        rows = rows.filter(in_folder(by.folder))
    if by.kind:
        rows = rows.filter(kind=by.kind)
    if by.scope:
        rows = rows.filter(scope=by.scope)
    if by.language:
        rows = rows.filter(language=by.language)
    if by.is_due:
        rows = rows.filter(review_on__lte=timezone.localdate())
    if by.is_favourite:
        rows = rows.filter(favourites__user=user)
    first = ["review_on"] if by.is_due else []
    return saying(rows, by.typed) if by.typed.strip() else rows.order_by(*first, "folder", "name", "pk")


def in_folder(folder: str) -> Q:
    """In a folder or below it; the empty one is that of those without."""
    return Q(folder=folder) | Q(folder__startswith=f"{folder}/") if folder else Q(folder="")


def folder_tree(user: User) -> list[FolderLine]:
    """Every folder with something in it that this person may use, parents before children."""
    rows = Template.objects.visible_to(user).living().exclude(folder="").values_list("folder")
    counted: Counter[str] = Counter()
    for folder, amount in rows.annotate(Count("pk")):
        parts = folder.split("/")
        for depth in range(len(parts)):
            counted["/".join(parts[: depth + 1])] += amount
    return [
        FolderLine(path, path.rpartition("/")[2], path.count("/"), counted[path])
        for path in sorted(counted, key=lambda path: path.split("/"))
    ]


def files_of(template: Template) -> QuerySet[TemplateFile]:
    """The files that come with a template now."""
    return TemplateFile.objects.filter(template=template, until=None).select_related("blob")


def versions_of(template: Template) -> QuerySet[TemplateVersion]:
    """How it was saved, the newest first."""
    return TemplateVersion.objects.filter(template=template).select_related("by")


def get_version(template: Template, number: int) -> TemplateVersion:
    """One version; NotFound otherwise."""
    found = versions_of(template).filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def version_before(template: Template, number: int) -> TemplateVersion | None:
    """The version that this one changed."""
    return versions_of(template).filter(number__lt=number).first()


def files_of_version(template: Template, number: int) -> QuerySet[TemplateFile]:
    """The files that came with a template in one of its versions."""
    rows = TemplateFile.objects.filter(template=template, since__lte=number).select_related("blob")
    return rows.filter(Q(until=None) | Q(until__gte=number))


def uses_by_person(template: Template) -> list[UseLine]:
    """Who has sent it how often, the most frequent first."""
    rows = Use.objects.filter(template=template, sent_at__isnull=False).values("user__name")
    rows = rows.annotate(amount=Count("pk"), unchanged=Count("pk", filter=_UNCHANGED))
    found = [UseLine(row["user__name"] or "–", row["amount"], row["unchanged"]) for row in rows]
    return sorted(found, key=lambda line: (-line.amount, line.label))


def uses_by_month(template: Template) -> list[UseLine]:
    """How often it was sent in each of the last twelve months with any, the newest first."""
    since = timezone.now() - timedelta(days=31 * _MONTHS)
    rows = Use.objects.filter(template=template, sent_at__gte=since).annotate(month=TruncMonth("sent_at"))
    found = rows.values("month").annotate(amount=Count("pk"), unchanged=Count("pk", filter=_UNCHANGED))
    newest = found.order_by("-month")[:_MONTHS]
    return [UseLine("", row["amount"], row["unchanged"], row["month"].date()) for row in newest]


def recently_used(user: User, offered: QuerySet[Template]) -> list[Template]:
    """What this person has put into letters last, the newest first."""
    since = timezone.now() - timedelta(days=_RECENT_DAYS)
    rows = Use.objects.filter(user=user, at__gte=since, template__in=offered.values("pk"))
    last = dict(rows.values_list("template").annotate(at=Max("at")).order_by("-at")[:RECENT])
    return sorted(offered.filter(pk__in=last), key=lambda each: last[each.pk], reverse=True)


def offered_to(user: User, *, channel: str = "") -> QuerySet[Template]:
    """What a person may put into a letter of this channel."""
    rows = templates_of(user).filter(archived_at=None)
    return rows.filter(Q(channels=[]) | Q(channels__contains=[channel])) if channel else rows


def macros_for(user: User) -> QuerySet[Template]:
    """The templates a person may use that do something (マクロ), the most used first."""
    return (
        Template.objects.visible_to(user).living().exclude(actions=[]).order_by("-used_count", "folder", "name", "pk")
    )


def overdue_reviews(user: User) -> int:
    """How many templates that this person looks after are to be read again."""
    rows = Template.objects.visible_to(user).living()
    return rows.filter(owner=user, review_on__lte=timezone.localdate()).count()


def scopes_for(user: User) -> list[Scope]:
    """For whom this person may keep templates."""
    return list(Scope) if may(user, Permission.SHARE_TEMPLATES) else [Scope.PERSONAL]


def is_phrase(template: Template) -> bool:
    """A few words for the caret."""
    return template.kind == Kind.PHRASE
