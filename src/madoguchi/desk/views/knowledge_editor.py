"""One article being written beside its preview, and its history with what changed."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import active_users, get_user
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.markup import render_markup
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.knowledge import ArticleForm
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.knowledge_page import version_line
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.views.knowledge import published_word
from madoguchi.knowledge.actions.articles import (
    ChangedMeanwhile,
    change_article,
    create_article,
    give_article,
    publish_article,
    restore_version,
)
from madoguchi.knowledge.choices import MAX_BODY, State
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.queries import (
    categories,
    get_article,
    get_version,
    may_change,
    may_keep,
    may_write,
    versions_of,
)
from madoguchi.search.word_diff import Piece, word_diff


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """An article, new or existing, beside its preview; “publish” saves and publishes in one."""
    found = get_article(request.user, pk) if pk else None
    if found is not None and not may_change(request.user, found):
        raise NotAllowed(_("You may read this article, but not change it. Ask a supervisor."))
    initial = {"category": request.GET.get("category", ""), "title": request.GET.get("title", "")[:100]}
    form = ArticleForm(request.POST or None, categories=categories(), article=found, initial=initial)
    context: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        try:
            saved = _save(request, found, form)
        except ChangedMeanwhile as error:
            context = _beside(form, error)
        except Invalid as error:
            show_refusal(form, error)
        else:
            is_new = "publish" in request.POST and saved.is_published
            messages.success(request, published_word(saved) if is_new else _("Saved."))
            return redirect("desk:article", saved.pk)
    context |= {
        "article": found,
        "form": form,
        "html": render_markup(str(form["body"].value() or "")),
        "can_publish": may_keep(request.user) and (found is None or found.state == State.DRAFT),
    }
    if found is not None and may_keep(request.user):
        context["people"] = [each for each in active_users() if each.pk == found.owner_id or may_write(each)]
    status = 409 if "meanwhile" in context else 422 if form.errors else 200
    return render_page(request, "desk/article.html", context, status=status)


#: How the form tells what the article was when it was shown.
_PUBLISHED = {"True": True, "False": False}


@transaction.atomic
def _save(request: StaffRequest, found: Article | None, form: ArticleForm) -> Article:
    if found is None:
        saved = create_article(form.content(), user=request.user)
    else:
        version = form.cleaned_data["version"] or found.version
        was_published = _PUBLISHED.get(request.POST.get("was_published", ""))
        saved = change_article(found, form.content(), user=request.user, version=version, was_published=was_published)
    return publish_article(saved, user=request.user) if "publish" in request.POST else saved


def _beside(form: ArticleForm, error: ChangedMeanwhile) -> dict[str, object]:
    """What somebody else saved beside what was typed here; saving again goes on top of theirs."""
    theirs = error.current
    form.data = {**{name: form[name].value() for name in form.fields}, "version": str(theirs.version)}
    mine = form.cleaned_data["body"].replace("\r\n", "\n").strip("\n").rstrip()
    return {"meanwhile": str(error.user_message), "theirs": theirs, "pieces": word_diff(theirs.body, mine)}


@require_POST
@allowed(Permission.REPLY)
def shown(request: StaffRequest) -> HttpResponse:
    """What the form would become on the page."""
    body = request.POST.get("body", "")[:MAX_BODY]
    context = {
        "title": request.POST.get("title", "")[:200],
        "summary": request.POST.get("summary", "")[:1000],
        "html": render_markup(body),
    }
    return render(request, "desk/article.html#preview", context)


@require_POST
@allowed(Permission.REPLY)
def give(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody else look after an article."""
    found, to = get_article(request.user, pk), request.POST.get("owner", "")
    owner = get_user(int(to) if to.isascii() and to.isdecimal() and len(to) < 19 else 0)
    give_article(found, owner, user=request.user)
    messages.success(request, _("%(name)s looks after this article now.") % {"name": owner.name})
    return redirect("desk:article", pk)


@require_safe
@allowed(Permission.REPLY)
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """Who changed what and when."""
    found, words = get_article(request.user, pk), words_now()
    versions = list(versions_of(found)[:200])
    chosen = _chosen(request.GET.get("version", ""), found.version)
    shown_version = get_version(found, chosen)
    before = next((each for each in versions if each.number < chosen), None)
    context = {
        "article": found,
        "versions": [version_line(each, found, words) for each in versions],
        "chosen": version_line(shown_version, found, words),
        "can_restore": may_change(request.user, found) and chosen != found.version,
        **{
            part: _differing(getattr(before, part) if before else None, getattr(shown_version, part))
            for part in ("title", "summary", "body")
        },
    }
    return render_page(request, "desk/article_history.html", context)


def _chosen(asked: str, newest: int) -> int:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else newest


def _differing(before: str | None, after: str) -> Sequence[Piece]:
    """What changed since the version before; the first one is simply there."""
    return [Piece("same", after)] if before is None else word_diff(before, after)


@require_POST
@allowed(Permission.REPLY)
def restore(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Let the article say again what this version said."""
    found = get_article(request.user, pk)
    restore_version(found, number, user=request.user, version=found.version)
    text = _("Version %(number)d stands again. The one before it is in the history.") % {"number": number}
    messages.success(request, text)
    return redirect("desk:article-history", pk)
