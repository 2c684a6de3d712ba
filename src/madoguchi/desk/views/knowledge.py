"""ナレッジ: the list with its categories, one article to read, and what is done to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.knowledge_page import article_line, branches, list_address
from madoguchi.knowledge.actions.articles import (
    archive_article,
    delete_article,
    publish_article,
    unarchive_article,
    withdraw_article,
)
from madoguchi.knowledge.choices import Audience, State
from madoguchi.knowledge.links import address_of
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.queries import (
    Narrowing,
    category_tree,
    get_article,
    may_change,
    may_keep,
    may_write,
    narrowed,
)
from madoguchi.knowledge.reading import page_of

ON_A_PAGE = 50
_MOST_PAGES = 200


def _narrowing(request: StaffRequest) -> Narrowing:
    """What the address narrows by; whatever is unknown narrows by nothing."""
    asked = request.GET
    audience, state, language = asked.get("audience", ""), asked.get("state", ""), asked.get("language", "")
    category = asked.get("category", "")
    return Narrowing(
        typed=asked.get("q", "").strip()[:200],
        category=int(category) if category.isascii() and category.isdecimal() and len(category) < 19 else None,
        audience=audience if audience in Audience.values else "",
        state=state if state in State.values else "",
        language=language if language in LetterLanguage.values else "",
        is_due=asked.get("show", "") == "due",
    )


@require_safe
@allowed(Permission.READ)
def articles(request: StaffRequest) -> HttpResponse:
    """The articles that one may read, by category, narrowed by what is typed and chosen."""
    by, words, page = _narrowing(request), words_now(), _page(request.GET.get("page", ""))
    rows = list(narrowed(request.user, by)[(page - 1) * ON_A_PAGE : page * ON_A_PAGE + 1])
    kept: dict[str, object] = {key: value for key, value in request.GET.items() if key != "page"}
    context = {
        "by": by,
        "lines": [article_line(each, request.user, words) for each in rows[:ON_A_PAGE]],
        "more_url": list_address({**kept, "page": page + 1}) if len(rows) > ON_A_PAGE else "",
        "before_url": list_address({**kept, "page": page - 1}) if page > 1 else "",
        "audiences": Audience.choices,
        "states": State.choices if may_write(request.user) else (),
        "languages": LetterLanguage.choices,
        "is_narrowed": any(kept.values()),
        "may_write": may_write(request.user),
    }
    if wants_fragment(request):
        return render(request, "desk/articles.html#found", context)
    tree = branches(category_tree(request.user), by)
    context |= {"has_nav": True, "branches": tree, "may_keep": may_keep(request.user)}
    return render_page(request, "desk/articles.html", context)


def _page(asked: str) -> int:
    is_number = asked.isascii() and asked.isdecimal() and 0 < len(asked) < 5 and int(asked) > 0
    return min(int(asked), _MOST_PAGES) if is_number else 1


@require_safe
@allowed(Permission.READ)
def article(request: StaffRequest, pk: int) -> HttpResponse:
    """One article as it is read, with what colleagues should know of it."""
    found, words = get_article(request.user, pk), words_now()
    context = {
        "article": found,
        "line": article_line(found, request.user, words),
        "html": page_of(found),
        "url": address_of(found.pk) if found.is_open_to_all else "",
        "changed": words.full(found.updated_at),
        "last": words.short(found.used_at) if found.used_at else "",
        "can_change": may_change(request.user, found),
        "can_keep": may_keep(request.user),
        "may_write": may_write(request.user),
    }
    return render_page(request, "desk/article_read.html", context)


@require_POST
@allowed(Permission.REPLY)
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Let colleagues find an article, and everybody read it if it is public."""
    version = request.POST.get("version", "")
    read = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
    found = publish_article(get_article(request.user, pk), user=request.user, version=read)
    messages.success(request, published_word(found))
    return redirect("desk:article", pk)


def published_word(article: Article) -> str:
    """What publishing has come to."""
    if article.audience == Audience.PUBLIC:
        return _("Published. Everybody who has the link can read it.")
    return _("Published for colleagues.")


@require_POST
@allowed(Permission.REPLY)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a draft of an article again."""
    withdraw_article(get_article(request.user, pk), user=request.user)
    messages.success(request, _("It is a draft again. Links to it in letters that were sent lead to nothing now."))
    return redirect("desk:article", pk)


@require_POST
@allowed(Permission.REPLY)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an article away; the toast brings it back."""
    found = get_article(request.user, pk)
    archive_article(found, user=request.user)
    text = _("“%(name)s” was archived. It is not offered any more, and its page is gone.") % {"name": found.title}
    return _done(request, pk, text, undo_url=reverse("desk:article-unarchive", args=[pk]))


@require_POST
@allowed(Permission.REPLY)
def unarchive(request: StaffRequest, pk: int) -> HttpResponse:
    """Let an article be what it was."""
    found = get_article(request.user, pk)
    unarchive_article(found, user=request.user)
    return _done(request, pk, _("“%(name)s” is what it was before.") % {"name": found.title})


def _done(request: StaffRequest, pk: int, text: str, *, undo_url: str = "") -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("desk:article", pk)
    response = render(request, "desk/toast.html", {"text": text, "undo_url": undo_url})
    return trigger(response, "articles-changed")


@require_POST
@allowed(Permission.REPLY)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget an archived article."""
    delete_article(get_article(request.user, pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect(list_address({"state": State.ARCHIVED.value}))
